"""Cases: what may be put into them, how they end, and that what was acknowledged is there again after a restart."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from custody.case_store import FILE, CaseStore
from custody.cases import Case, Closing, Part, PartKind
from custody.errors import AlteredLedgerError, LedgerBusyError, RefusedError
from custody.holds import Hold
from custody.mandate import Mandate
from tests.custody.office_script import at_ms

NOON = at_ms("12:00")
MANDATE = Mandate("ito", "the cards are gone", "letter 12")
CASE = Case(1, "78 cards are missing", MANDATE, NOON)
INCIDENT = Part(PartKind.INCIDENT, "20180221T082200000Z-terminal_removed-T-01", "ito", NOON)
ENTRY = Part(PartKind.ENTRY, "22", "ito", NOON)
CLIP = Part(PartKind.CLIP, "counter", "kato", NOON, (NOON, NOON + 60_000))
NOTE = Part(PartKind.NOTE, "asked the clerk", "kato", NOON)
FOUND = Closing("ito", "found behind the cabinet", NOON)
HOLD = Hold(17, "C-1", "counter", NOON, NOON + 60_000, MANDATE, NOON)


def test_parts_stay_in_the_order_in_which_they_were_added() -> None:
    case = CASE
    for part in (INCIDENT, ENTRY, CLIP, NOTE):
        case = case.added(part)
    assert case.parts == (INCIDENT, ENTRY, CLIP, NOTE)
    assert case.id == "C-1"


def test_the_same_thing_is_not_added_twice_and_the_same_note_may_be() -> None:
    case = CASE.added(INCIDENT).added(NOTE).added(NOTE)
    assert case.parts == (INCIDENT, NOTE, NOTE)
    with pytest.raises(RefusedError, match=r"C-1 has incident .* already"):
        case.added(Part(INCIDENT.kind, INCIDENT.what, "kato", NOON + 1))


def test_nothing_is_added_to_a_closed_case_and_it_is_closed_once() -> None:
    case = CASE.closed(FOUND, [])
    with pytest.raises(RefusedError, match="C-1 was closed by ito: open another case"):
        case.added(NOTE)
    with pytest.raises(RefusedError, match="C-1 was closed by ito: open another case"):
        case.closed(FOUND, [])


def test_a_case_that_holds_footage_is_not_closed() -> None:
    with pytest.raises(RefusedError, match="C-1 still holds footage: release 17 first"):
        CASE.closed(FOUND, [HOLD])


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (lambda: Case(1, "  ", MANDATE, NOON), "--title is empty"),
        (lambda: Case(1, "two\nlines", MANDATE, NOON), "--title is empty or has more than one line"),
        (lambda: Closing("ito", "", NOON), "give --by and --outcome"),
        (lambda: Part(PartKind.NOTE, "", "ito", NOON), "says what it is"),
        (lambda: Part(PartKind.NOTE, "seen", " ", NOON), "who put it there"),
        (lambda: Part(PartKind.CLIP, "counter", "ito", NOON), "give --from and --to"),
        (lambda: Part(PartKind.ENTRY, "22", "ito", NOON, (1, 2)), "a clip, and only a clip"),
        (lambda: Part(PartKind.CLIP, "counter", "ito", NOON, (2, 1)), "swap --from and --to"),
    ],
)
def test_what_lacks_something_is_refused(broken: object, message: str) -> None:
    assert callable(broken)
    with pytest.raises(RefusedError, match=message):
        broken()


# The store


@pytest.fixture
def store(tmp_path: Path) -> CaseStore:
    return CaseStore(tmp_path)


def test_cases_are_there_again_after_a_restart(store: CaseStore, tmp_path: Path) -> None:
    opened = store.open("78 cards are missing", MANDATE, NOON)
    assert store.open("a key was kept", MANDATE, NOON + 5).id == "C-2"
    filled = store.add(opened.id, [INCIDENT, ENTRY, CLIP, NOTE])
    closed = store.close("C-1", FOUND, [])
    assert CaseStore(tmp_path).all()[0] == closed
    assert (closed.parts, closed.closing) == (filled.parts, FOUND)
    assert CaseStore(tmp_path).case("C-2") == Case(2, "a key was kept", MANDATE, NOON + 5)


def test_reading_makes_no_file_and_only_the_owner_can_read_it(store: CaseStore, tmp_path: Path) -> None:
    assert store.all() == ()
    assert list(tmp_path.iterdir()) == []
    store.open("78 cards are missing", MANDATE, NOON)
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_of_parts_that_are_refused_together_none_is_kept(store: CaseStore) -> None:
    store.open("78 cards are missing", MANDATE, NOON)
    with pytest.raises(RefusedError, match="has entry 22 already"):
        store.add("C-1", [INCIDENT, ENTRY, ENTRY])
    assert store.case("C-1").parts == ()


def test_an_unknown_case_is_told_with_those_that_there_are(store: CaseStore) -> None:
    with pytest.raises(RefusedError, match="there is no case 'C-1'; there are none"):
        store.add("C-1", [NOTE])
    store.open("78 cards are missing", MANDATE, NOON)
    with pytest.raises(RefusedError, match="there is no case 'C-9'; there are C-1"):
        store.case("C-9")


def test_a_writer_that_is_killed_leaves_nothing_half_done(store: CaseStore, tmp_path: Path) -> None:
    store.open("78 cards are missing", MANDATE, NOON)
    child = os.fork()
    if child == 0:  # dies within the transaction, after its rows were written
        CaseStore(tmp_path).add("C-1", [INCIDENT, _Deadly(PartKind.NOTE, "never", "ito", NOON)])
        os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert store.case("C-1").parts == ()
    assert store.add("C-1", [ENTRY]).parts == (ENTRY,)


class _Deadly(Part):
    """A part whose reading kills the process."""

    def is_as(self, other: Part) -> bool:
        del other
        os.kill(os.getpid(), signal.SIGKILL)
        return False


def test_another_writer_is_waited_for_and_then_told(
    store: CaseStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.open("78 cards are missing", MANDATE, NOON)
    monkeypatch.setattr("custody.sqlite._BUSY_MS", 50)
    with closing(sqlite3.connect(tmp_path / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusyError, match=f"{FILE} is held by another process"):
            store.add("C-1", [NOTE])
        assert store.case("C-1").parts == ()
    assert store.add("C-1", [NOTE]).parts == (NOTE,)


def test_a_file_that_is_none_of_cases_is_told(store: CaseStore, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all, and long enough to be looked at as one" * 20)
    with pytest.raises(AlteredLedgerError, match=f"{FILE} is not what was written"):
        store.all()
