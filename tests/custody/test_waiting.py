"""Between the first signature and the second: kept over restarts, blind, and on the ledger once."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from custody.acts import Act, ActError, CheckOut, Correction, Count, KeyHandOver, Pending, Signature, VaultLocked
from custody.entries import Draft
from custody.ledger import Ledger
from custody.verify import State, verify_ledger
from custody.waiting import Waiting
from custody.waiting_store import FILE, WaitingStore
from tests.custody.office_script import DOOR, at_ms, registered

EVENING = at_ms("17:05")
SATO, SUZUKI = Signature("sato", EVENING), Signature("suzuki", EVENING + 60_000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a ledger with the usual inventory."""
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger:
        ledger.record_all(Draft(entry.at_ms, entry.kind, entry.actors, entry.body) for entry in registered())
    return tmp_path / "ledger"


@contextmanager
def opened(folder: Path) -> Iterator[Waiting]:
    """Start the program; when the block ends, it stops."""
    with Ledger.open(folder) as ledger:
        yield Waiting.over(ledger, folder)


def kinds(folder: Path) -> list[str]:
    """Return the kinds of the entries after the inventory, of a ledger that is intact."""
    with Ledger.open(folder) as ledger:
        assert verify_ledger(ledger, [], []).state is State.INTACT
        return [entry.kind for entry in ledger.entries(len(registered()))]


def pending(act: Act, request: str = "r-1", correction: Correction | None = None) -> Pending:
    return Pending(act, EVENING, SATO, request, correction)


# Counts


def test_a_first_count_waits_over_a_restart_and_is_joined_by_another_person(folder: Path) -> None:
    with opened(folder) as office:
        office.begin_count("B-0221", SATO, 78, "r-1")
    with opened(folder) as office:
        entry = office.join_count("B-0221", SUZUKI, 77)
    assert (entry.actors, entry.body["numbers"]) == (("sato", "suzuki"), (78, 77))
    assert entry.body["signed_at"] == ("2018-02-21T08:05:00.000Z", "2018-02-21T08:06:00.000Z")
    assert kinds(folder) == ["count"]
    with opened(folder) as office:
        assert office.store.counts() == ()


def test_the_first_number_is_in_nothing_that_anybody_is_shown(folder: Path) -> None:
    with opened(folder) as office:
        count = office.begin_count("B-0221", SATO, 61_803, "r-1")
        (kept,) = office.store.counts()
    assert "61803" not in f"{count!r} {kept!r} {dict(kept.shown())}".replace("_", "")
    with Ledger.open(folder) as ledger:
        assert not any(b"61803" in line for _, line in ledger.lines())
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600


def test_what_stops_the_second_person_does_not_tell_the_number_either(folder: Path) -> None:
    with opened(folder) as office:
        office.begin_count("B-0221", SATO, 61_803, "r-1")
        refusals: list[Callable[[], object]] = [
            lambda: office.begin_count("B-0221", SUZUKI, 1, "r-2"),
            lambda: office.begin_count("B-0221", SUZUKI, 1, "r-1"),
            lambda: office.join_count("B-0221", SATO, 1),
        ]
        for refusal in refusals:
            with pytest.raises(ActError) as refused:
                refusal()
            assert "61803" not in str(refused.value)


def test_nobody_joins_their_own_count_and_it_goes_on_waiting(folder: Path) -> None:
    with opened(folder) as office:
        office.begin_count("B-0221", SATO, 78, "r-1")
        with pytest.raises(ActError, match="sato cannot sign twice"):
            office.join_count("B-0221", replace(SUZUKI, by="sato"), 78)
        assert len(office.store.counts()) == 1
    assert kinds(folder) == []


def test_counts_of_two_items_wait_side_by_side(folder: Path) -> None:
    with opened(folder) as office:
        office.begin_count("B-0221", SATO, 78, "r-1")
        office.begin_count("terminals", SATO, 2, "r-2")
        assert office.join_count("terminals", SUZUKI, 2).body["item"] == "terminals"
        assert [count.item for count in office.store.counts()] == ["B-0221"]


def test_a_count_that_nobody_joins_is_recorded_as_one_persons(folder: Path) -> None:
    with opened(folder) as office:
        office.begin_count("B-0221", SATO, 78, "r-1")
        entry = office.lapse_count("B-0221")
    assert (entry.actors, entry.body["numbers"]) == (("sato",), (78,))


def test_a_request_that_is_sent_again_is_the_same_count(folder: Path) -> None:
    with opened(folder) as office:
        later = replace(SATO, at_ms=SATO.at_ms + 5_000)
        assert office.begin_count("B-0221", SATO, 78, "r-1") == office.begin_count("B-0221", later, 78, "r-1")
        assert len(office.store.counts()) == 1


def test_what_cannot_be_counted_is_not_begun(folder: Path) -> None:
    with opened(folder) as office:
        with pytest.raises(ActError, match="nobody has registered B-9999"):
            office.begin_count("B-9999", SATO, 1, "r-1")
        with pytest.raises(ActError, match="nobody has begun to count B-0221; those that wait: none"):
            office.join_count("B-0221", SUZUKI, 1)
    assert not (folder / FILE).exists()


# Acts


@pytest.mark.parametrize(
    "act",
    [CheckOut("B-0221", "T-01"), CheckOut("T-02"), Count("terminals", (2, 2)), KeyHandOver("K-01", "sato", "suzuki")],
)
def test_an_act_of_two_waits_over_a_restart_just_as_it_was_signed(folder: Path, act: Act) -> None:
    with opened(folder) as office:
        assert office.begin(pending(act)) is None
    with opened(folder) as office:
        assert office.store.pending() == (pending(act),)
        entry = office.confirm("r-1", SUZUKI)
    assert (entry.kind, entry.actors, entry.body["request"]) == (act.KIND, ("sato", "suzuki"), "r-1")
    assert kinds(folder) == [act.KIND]


def test_an_act_of_one_is_an_entry_at_once(folder: Path) -> None:
    with opened(folder) as office:
        entry = office.begin(pending(VaultLocked(DOOR)))
    assert entry is not None
    assert kinds(folder) == ["vault.locked"]
    assert not WaitingStore(folder).pending()


def test_a_correction_waits_with_its_reason(folder: Path) -> None:
    with opened(folder) as office:
        office.begin(pending(CheckOut("T-01")))
        out = office.confirm("r-1", SUZUKI)
        office.begin(pending(CheckOut("T-02"), "r-2", Correction(out.seq, "it was the other one")))
    with opened(folder) as office:
        entry = office.confirm("r-2", SUZUKI)
    assert entry.body["corrects"] == {"seq": out.seq, "reason": "it was the other one"}


def test_only_who_signed_takes_an_act_back_and_nothing_is_on_the_ledger_then(folder: Path) -> None:
    with opened(folder) as office:
        office.begin(pending(CheckOut("T-01")))
        with pytest.raises(ActError, match="sato has signed this"):
            office.withdraw("r-1", "suzuki")
        office.withdraw("r-1", "sato")
        with pytest.raises(ActError, match="no act waits under 'r-1'; those that wait: none"):
            office.confirm("r-1", SUZUKI)
    assert kinds(folder) == []


def test_an_act_against_the_books_does_not_begin_to_wait(folder: Path) -> None:
    with opened(folder) as office, pytest.raises(ActError, match="nobody has registered T-77"):
        office.begin(pending(CheckOut("T-77")))
    assert WaitingStore(folder).pending() == ()


def test_what_has_become_untrue_meanwhile_is_refused_when_it_is_confirmed(folder: Path) -> None:
    with opened(folder) as office:
        office.begin(pending(CheckOut("T-01"), "r-1"))
        office.begin(pending(CheckOut("T-01"), "r-2"))
        office.confirm("r-1", SUZUKI)
        with pytest.raises(ActError, match="T-01 is out already"):
            office.confirm("r-2", SUZUKI)
    assert kinds(folder) == ["item.checked_out"]


def test_one_request_does_not_ask_for_two_things(folder: Path) -> None:
    with opened(folder) as office:
        office.begin(pending(CheckOut("T-01")))
        office.begin(pending(CheckOut("T-01")))
        with pytest.raises(ActError, match="r-1 waits already with something else"):
            office.begin(pending(CheckOut("T-02")))
        assert office.store.pending() == (pending(CheckOut("T-01")),)


# Broken on purpose


def test_who_is_stopped_between_the_ledger_and_the_store_finds_one_entry_and_nothing_waiting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(folder) as office:
        office.begin_count("B-0221", SATO, 78, "r-1")
        office.begin(pending(CheckOut("T-01"), "r-2"))
        monkeypatch.setattr(WaitingStore, "drop", _stopped)
        with pytest.raises(KeyboardInterrupt):
            office.join_count("B-0221", SUZUKI, 78)
        with pytest.raises(KeyboardInterrupt):
            office.confirm("r-2", SUZUKI)
        monkeypatch.undo()
    with opened(folder) as office:
        assert (office.store.counts(), office.store.pending()) == ((), ())
    assert kinds(folder) == ["count", "item.checked_out"]


def test_who_is_stopped_before_the_ledger_finds_everything_still_waiting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(folder) as office:
        office.begin_count("B-0221", SATO, 78, "r-1")
        monkeypatch.setattr(Ledger, "record", _stopped)
        with pytest.raises(KeyboardInterrupt):
            office.join_count("B-0221", SUZUKI, 78)
        monkeypatch.undo()
    with opened(folder) as office:
        assert office.join_count("B-0221", SUZUKI, 78).body["numbers"] == (78, 78)
    assert kinds(folder) == ["count"]


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt
