"""Times that cannot be true and bodies that cannot be read are told, and the ledger is read on."""

from __future__ import annotations

from custody.books import books_of
from custody.entries import Entry
from tests.custody.office_script import at_ms, clock, office, registered, rows, told, written


def times(script: str) -> list[str]:
    return [row for row in rows(told(script, until="12:00")) if "back" in row]


def test_an_entry_written_within_a_quarter_of_an_hour_is_not_back_dated() -> None:
    assert times("10:15 in T-01 tells 10:00") == []


def test_an_entry_that_tells_of_a_longer_past_is_back_dated() -> None:
    assert times("10:15:01 in T-01 tells 10:00") == ["21T10:15:01 entry_back_dated T-01"]


def test_a_back_dated_entry_is_told_with_both_times_and_its_signers() -> None:
    (incident,) = [i for i in told("11:00 open tells 09:00", until="11:00") if i.rule == "entry_back_dated"]
    assert incident.why["fact"] == (
        "entry 5 (vault.opened) tells of 2018-02-21T00:00:00.000Z, and was signed at 2018-02-21T02:00:00.000Z"
    )
    assert (incident.why["late_s"], incident.why["signers"]) == (7200, ["sato", "suzuki"])


def test_a_clock_that_is_set_back_is_told_once_until_it_has_caught_up() -> None:
    assert times("10:00 open\n09:00 lock\n09:10 open\n10:10 lock\n09:30 open") == [
        "21T09:00:00 clock_set_back",
        "21T09:30:00 clock_set_back",
    ]


def test_clocks_may_differ_by_the_skew() -> None:
    assert times("10:00:30 open\n10:00:00 lock") == []
    assert times("10:00:31 open\n10:00:00 lock") == ["21T10:00:00 clock_set_back"]


def test_an_entry_of_the_system_shows_a_clock_that_was_set_back_too() -> None:
    judged = office()
    entries = registered()
    entries += written("10:00 open", first_seq=len(entries))
    for entry in entries:
        judged.take(entry)
    blind = Entry(len(entries), at_ms("09:00"), "camera.blind", "tsurumi", (), {"camera": "counter"})
    (incident,) = judged.take(blind)
    assert (incident.rule, clock(incident.raised_at_ms)) == ("clock_set_back", "21T09:00:00")


def test_an_entry_that_nobody_can_read_is_told_and_the_rest_is_read() -> None:
    odd = Entry(5, at_ms("09:00"), "count", "tsurumi", ("sato", "suzuki"), {"item": "B-0221", "number": 78})
    entries = [*registered(), odd, *written("09:01 count B-0221 78 78", first_seq=6)]
    judged = office()
    raised = [incident for entry in entries for incident in judged.take(entry)]
    (incident,) = [one for one in raised if one.rule == "entry_unreadable"]
    assert incident.why["fact"] == (
        "entry 5 (count): numbers: found nothing; expected the key, with null where there is no value"
    )
    assert len(judged.books.counts("B-0221")) == len(books_of(entries).counts("B-0221")) == 1
