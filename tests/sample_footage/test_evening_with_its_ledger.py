"""The counter on the evening of the 21st, judged with the entries that were made that day and were not made.

The clip ends at 17:01:18, fifty seconds after the terminal with the cards on it is taken; the ledger goes on to the
next morning. What is entered later than the clip is judged by the ledger alone: of that time there is no footage.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from custody.entries import Entry
from custody.ledger import LedgerReader
from tests.custody.office_script import registered, written
from tests.custody.test_the_21st import MORNING

SAMPLE = Path(__file__).resolve().parents[2] / "sample_footage"
START = "2018-02-21T17:00:00+09:00"
DAY = """
08:20 key tanaka sato
08:25 open
08:30 count B-0221 78 78
08:32 count terminals 2 2
08:40 out T-01
08:41 out B-0221 T-01
17:38 lock by suzuki
"""
WINDOW = "custody: {matching_window_s: 4, skew_s: 1}\n"
"""In place of the film's own settings: the deadlines of the closing as they usually are, but not the five minutes
within which an entry and a sight belong together, for which the clip is too short."""


def entries() -> list[Entry]:
    first = registered()
    return [*first, *written(DAY + MORNING, first_seq=len(first))]


def analyzed(folder: Path, name: str) -> Path:
    """Analyse the clip with the entries of the day; return the folder of the results."""
    text = (SAMPLE / "evening.yaml").read_text(encoding="utf-8").partition("custody:")[0]
    (folder / "site.yaml").write_text(text + WINDOW, encoding="utf-8")
    (folder / "entries.jsonl").write_bytes(b"".join(entry.line + b"\n" for entry in entries()))
    clip = f"counter={SAMPLE / 'evening-counter.mp4'}"
    arguments = ["--site", str(folder / "site.yaml"), "--camera", clip, "--start", START, "--model", "none"]
    ledger = ["--ledger", str(folder / "entries.jsonl"), "--out", str(folder / name)]
    result: Result = CliRunner().invoke(app, ["analyze", *arguments, *ledger])
    assert result.exit_code == 0, result.output
    return folder / name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evening")


@pytest.fixture(scope="module")
def out(folder: Path) -> Path:
    return analyzed(folder, "first")


def told(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "incidents.jsonl").read_text(encoding="utf-8").splitlines()]


def ledger_of(out: Path) -> list[Entry]:
    with LedgerReader.read(out / "ledger") as ledger:
        return list(ledger)


def test_cameras_and_ledger_tell_the_evening_together(out: Path) -> None:
    rows = [f"{i['raised_at'][8:16]} {i['rule']} {i['item'] or i['why']['step']}" for i in told(out)]
    assert rows == [
        "21T17:00 terminal_removed T-01",
        "21T17:00 item_not_where_ledger_says B-0221",
        "21T17:00 item_not_where_ledger_says T-01",
        "21T17:30 closing_overdue items_counted",
        "21T17:38 item_not_returned B-0221",
        "21T17:38 item_not_returned T-01",
        "21T17:38 vault_locked_without_count items_counted",
        "21T17:50 item_not_returned K-01",
        "21T18:00 closing_overdue sheet_signed",
        "22T08:30 count_mismatch B-0221",
        "22T08:32 count_mismatch terminals",
    ]


def test_what_the_ledger_says_and_the_camera_does_not_see_is_named_and_lasts(out: Path) -> None:
    astray = [incident for incident in told(out) if incident["rule"] == "item_not_where_ledger_says"]
    assert {incident["item"]: (incident["why"]["fact"], incident["ended_at"]) for incident in astray} == {
        "T-01": ("by the ledger T-01 is at T-01, and it is not there", None),
        "B-0221": ("by the ledger B-0221 is at T-01, and it is not there", None),
    }


def test_the_ledger_begins_with_the_entries_that_were_given_byte_for_byte(out: Path) -> None:
    given = [entry.line for entry in entries()]
    assert [entry.line for entry in ledger_of(out)][: len(given)] == given


def test_every_incident_is_raised_on_the_ledger_and_closed_where_it_has_ended(out: Path) -> None:
    found = ledger_of(out)
    raised = [str(entry.body["id"]) for entry in found if entry.kind == "incident.raised"]
    closed = [str(entry.body["id"]) for entry in found if entry.kind == "incident.closed"]
    assert sorted(raised) == sorted(incident["id"] for incident in told(out))
    assert sorted(closed) == sorted(incident["id"] for incident in told(out) if incident["ended_at"])


def test_every_clip_is_sealed_by_its_digest_with_what_was_asked_for_and_delivered(out: Path) -> None:
    sealed = [entry.body for entry in ledger_of(out) if entry.kind == "clip.sealed"]
    assert [str(clip["incident"]) for clip in sealed] == [i["id"] for i in told(out) if i["camera"]]
    for clip in sealed:
        assert clip["sha256"] == hashlib.sha256((out / str(clip["file"])).read_bytes()).hexdigest()
        assert clip["delivered"]["from"] <= clip["requested"]["from"]
        assert clip["delivered"]["to"] == "2018-02-21T08:01:17.900Z", "the last picture that there is"


def test_every_incident_of_the_ledger_names_the_entries_that_it_rests_on(out: Path) -> None:
    with LedgerReader.read(out / "ledger") as ledger:
        given = ledger.head(len(entries()))
    for incident in told(out):
        if "fact" in incident["why"]:
            assert (incident["why"]["ledger_size"], incident["why"]["ledger_root"]) == (given.size, given.root.hex())


def test_the_same_clip_and_entries_give_the_same_bytes(folder: Path, out: Path) -> None:
    again = analyzed(folder, "second")
    assert (again / "incidents.jsonl").read_bytes() == (out / "incidents.jsonl").read_bytes()
    assert [entry.line for entry in ledger_of(again)] == [entry.line for entry in ledger_of(out)]
