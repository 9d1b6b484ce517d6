"""Two people sign and open a case, stopped in every write that SQLite makes meanwhile; see crash.py for how.

    python -m tests.custody.crash_of_two SCRATCH STRIDE

What it finds goes to standard output as JSON: how many writes were tried, and every fault.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from custody.acts import CheckOut, Pending, Signature
from custody.case_store import CaseStore
from custody.cases import Part, PartKind
from custody.entries import Draft
from custody.ledger import Ledger, LedgerReader
from custody.mandate import Mandate
from custody.verify import State, verify_ledger
from custody.waiting import Waiting
from custody.waiting_store import WaitingStore
from tests.custody.crash import KILLED, child, killing, writes_of
from tests.custody.office_script import at_ms, registered

EVENING: Final = at_ms("17:05")
SATO, SUZUKI = Signature("sato", EVENING), Signature("suzuki", EVENING + 1_000)
OUT: Final = Pending(CheckOut("T-01"), EVENING, SATO, "out")
NOTE: Final = Part(PartKind.NOTE, "the box was empty", "sato", EVENING)


class Evening:
    """A count by two, an item taken out by two, and a case; each step is acknowledged when it is done."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.acknowledgements = folder / "acknowledged"

    def live(self) -> None:
        """Begin the evening, or go on with it from what is kept."""
        with Ledger.open(self.folder) as ledger:
            waiting = Waiting.over(ledger, self.folder)
            if waiting.books.of_request("count") is None:
                if not waiting.store.counts():
                    waiting.begin_count("B-0221", SATO, 78, "count")
                self._acknowledge("counted")
                waiting.join_count("B-0221", SUZUKI, 78)
            self._acknowledge("joined")
            if waiting.books.of_request("out") is None:
                waiting.begin(OUT)
                self._acknowledge("signed")
                waiting.confirm("out", SUZUKI)
            self._acknowledge("confirmed")
        self._investigate()

    def _investigate(self) -> None:
        store = CaseStore(self.folder)
        if not store.all():
            store.open("78 cards", Mandate("ito", "cards are gone", "letter 12"), EVENING)
        self._acknowledge("opened")
        if not store.case("C-1").parts:
            store.add("C-1", [NOTE, NOTE])
        self._acknowledge("added")

    def _acknowledge(self, step: str) -> None:
        with self.acknowledgements.open("a") as file:
            file.write(f"{step}\n")

    def kept(self) -> dict[str, bool]:
        """Return which steps are kept."""
        with LedgerReader.read(self.folder) as ledger:
            kinds = [entry.kind for entry in ledger]
        store, cases = WaitingStore(self.folder), CaseStore(self.folder).all()
        return {
            "counted": bool(store.counts()) or "count" in kinds,
            "joined": "count" in kinds,
            "signed": bool(store.pending()) or "item.checked_out" in kinds,
            "confirmed": "item.checked_out" in kinds,
            "opened": bool(cases),
            "added": bool(cases) and cases[0].parts == (NOTE, NOTE),
        }

    def faults(self) -> Iterator[str]:
        """Say which steps were acknowledged and are not kept, and what is there twice or by halves."""
        acknowledged = self.acknowledgements.read_text().split() if self.acknowledgements.exists() else []
        kept = self.kept()
        yield from (f"{step} was acknowledged and is not kept" for step in acknowledged if not kept[step])
        with LedgerReader.read(self.folder) as ledger:
            kinds = [entry.kind for entry in ledger]
            if (state := verify_ledger(ledger).state) not in {State.INTACT, State.UNFINISHED}:
                yield f"verification says {state}"
        if kinds.count("count") > 1 or kinds.count("item.checked_out") > 1:
            yield "an entry is there twice"
        if [case.parts for case in CaseStore(self.folder).all()] not in ([], [()], [(NOTE, NOTE)]):
            yield "a case has half of what was added"

    def faults_at_the_end(self) -> Iterator[str]:
        """Say what is wrong when the evening was lived to its end."""
        yield from self.faults()
        yield from (f"{step} is missing at the end" for step, kept in self.kept().items() if not kept)
        store = WaitingStore(self.folder)
        if store.counts() or store.pending():
            yield "something waits that has become an entry"


def evening_in(scratch: Path, name: str) -> Evening:
    """Return an evening in a copy of the ledger that has the inventory."""
    shutil.copytree(scratch / "inventory", scratch / name)
    return Evening(scratch / name)


def main(scratch: Path, stride: int) -> dict[str, Any]:
    """Try every `stride`th write of the evening, each in a new folder."""
    with Ledger.create(scratch / "inventory", "tsurumi") as ledger:
        ledger.record_all(Draft(entry.at_ms, entry.kind, entry.actors, entry.body) for entry in registered())
    total = writes_of(evening_in(scratch, "whole").live, scratch / "writes")
    faults: list[str] = []
    for at in range(1, total + 1, stride):
        evening = evening_in(scratch, str(at))
        if child(evening.live, killing(at)) != -KILLED:
            faults.append(f"write {at}: it was not killed")
        faults += [f"write {at}: {fault}" for fault in evening.faults()]
        if child(evening.live) != 0:
            faults.append(f"write {at}: the evening could not go on")
        faults += [f"write {at}: {fault}" for fault in evening.faults_at_the_end()]
        shutil.rmtree(evening.folder)
    return {"writes": total, "faults": faults}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
