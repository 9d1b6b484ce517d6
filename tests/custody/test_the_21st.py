"""The evening of 21 February 2018 as the cameras and the ledger would have told it, and the morning after.

The windows close at 17:00. The cards lie on the terminal, at 17:03 the clerk goes off to other work; at 17:22 the
terminal and the cards on it are gone, and everybody takes it that a colleague has tidied up. At 17:38 somebody locks
the vault without a count. In the morning there are 0 of 78 cards, and one terminal of two.
"""

from __future__ import annotations

import pytest

from custody.books import books_of
from custody.clues import Clue
from custody.entries import Entry
from custody.investigate import Investigation, investigate, loss_window
from custody.last_seen import last_seen
from custody.office import judged
from custody.reconcile import Reconciler
from custody.settings import CustodySettings
from tests.custody.office_script import RAISER, at_ms, clock, office, registered, rows, written
from tests.custody.watching import watch
from tests.vision.builders import counter_view, scene, site
from tests.vision.timelines import play
from vision.incidents import Incident, as_they_stand
from vision.rules.terminal_removed import TerminalRemovedSettings
from vision.rules.unattended_counter import UnattendedCounterSettings

DAY = """
08:20 key tanaka sato
08:25 open
08:30 count B-0221 78 78
08:32 count terminals 2 2
08:40 out T-01
08:41 out B-0221 T-01
17:38 lock by suzuki
"""
MORNING = """
22T08:20 key tanaka ito
22T08:25 open by ito,kato
22T08:30 count B-0221 0 0 by ito,kato
22T08:32 count terminals 1 1 by ito,kato
"""
BEGIN = "16:55"
BEHIND_THE_COUNTER = "P" * 8 + "." * 42
TERMINAL = "p" * 27 + "a" * 23
WATCH = watch(
    at_ms(BEGIN),
    {
        "counter/T-01": TERMINAL,
        "counter/window-1 T-01": "." * 8 + "u" * 19 + "." * 23,
        "vault/vault-door": "o" * 42 + "c" * 8,
        "vault/vault-door+": "." * 42 + "1" * 2 + "." * 6,
    },
)
SETTINGS = CustodySettings()


def entries(script: str = DAY + MORNING) -> list[Entry]:
    first = registered()
    return [*first, *written(script, first_seq=len(first))]


def reconciler(script: str, now: str) -> Reconciler:
    return Reconciler(books_of(entries(script)), WATCH, at_ms(now), SETTINGS, RAISER)


def seen_by_cameras() -> list[Incident]:
    """Return what the rules of vision raise by themselves, from the same lines, a second a frame."""
    told = scene(site(counter_view("counter", "T-01")), UnattendedCounterSettings(), TerminalRemovedSettings())
    lines = {"counter/behind-1": BEHIND_THE_COUNTER, "counter/T-01": TERMINAL}
    slowly = {name: "".join(sign * 60 for sign in line) for name, line in lines.items()}
    return play(told, slowly, start_ms=at_ms(BEGIN), fps=1)


def told_by_the_ledger(script: str, until: str) -> list[Incident]:
    judged = office()
    raised = [incident for entry in entries(script) for incident in judged.take(entry)]
    raised += judged.tick(at_ms(until))
    return list({incident.id: incident for incident in raised}.values())


@pytest.fixture(scope="module")
def evening() -> tuple[Incident, ...]:
    """All incidents of the evening, in the order in which they were raised."""
    return as_they_stand([*seen_by_cameras(), *judged(entries(DAY), WATCH, at_ms("20:00"), SETTINGS, RAISER)])


@pytest.fixture(scope="module")
def answer(evening: tuple[Incident, ...]) -> Investigation:
    inquiry = reconciler(DAY + MORNING, now="22T09:00")
    return investigate(inquiry, evening, loss_window(inquiry.books, "B-0221"))


def test_the_evening_raises_the_right_incidents_in_the_right_order(evening: tuple[Incident, ...]) -> None:
    assert [row[3:8] + row[11:] for row in rows(evening)] == [
        "17:03 unattended_counter",
        "17:22 terminal_removed T-01",
        "17:27 item_not_where_ledger_says B-0221",
        "17:27 item_not_where_ledger_says T-01",
        "17:30 closing_overdue items_counted",
        "17:38 item_not_returned items_in_vault B-0221",
        "17:38 item_not_returned items_in_vault T-01",
        "17:38 vault_locked_without_count items_counted",
        "17:50 item_not_returned key_handed_over K-01",
        "18:00 closing_overdue sheet_signed",
    ]


def test_each_incident_of_the_ledger_names_its_unexplained_fact(evening: tuple[Incident, ...]) -> None:
    assert [incident.why["fact"] for incident in evening if "fact" in incident.why] == [
        "by the ledger B-0221 is at T-01, and it is not there",
        "by the ledger T-01 is at T-01, and it is not there",
        "nobody has counted B-0221, terminals together with somebody else since 2018-02-21T08:00:00.000Z",
        "by the ledger B-0221 is out of its vault",
        "by the ledger T-01 is out of its vault",
        "nobody has counted B-0221, terminals together with somebody else since 2018-02-21T08:00:00.000Z",
        "nobody has handed over K-01 since the vault was locked",
        "two people have not signed the sheet of the day",
    ]


def test_what_the_ledger_raises_alone_names_the_camera_that_could_see_it(evening: tuple[Incident, ...]) -> None:
    locked = at_ms("17:38")
    assert [(i.item, i.camera, i.evidence.camera) for i in evening if i.began_at_ms == locked] == [
        ("B-0221", "vault", "vault"),
        ("T-01", "counter", "counter"),
        (None, "vault", "vault"),
    ]


def test_the_first_doubt_comes_within_minutes_and_not_the_next_day(evening: tuple[Incident, ...]) -> None:
    assert evening[0].raised_at_ms - at_ms("17:03") <= 15_000
    removed = next(incident for incident in evening if incident.rule == "terminal_removed")
    assert removed.raised_at_ms - at_ms("17:22") <= 15_000


def test_the_morning_count_is_a_mismatch_of_cards_and_of_terminals() -> None:
    raised = told_by_the_ledger(DAY + MORNING, until="22T12:00")
    assert [i.why["fact"] for i in raised if i.rule == "count_mismatch"] == [
        "0 counted of 78 that there should be",
        "1 counted of 2 that there should be",
    ]


def test_the_investigation_reaches_from_the_last_agreed_count_to_the_empty_box(answer: Investigation) -> None:
    from_ms, to_ms = answer.window.interval
    assert (clock(from_ms), clock(to_ms)) == ("21T08:30:00", "22T08:30:00")


def test_the_first_answer_is_the_minute_of_the_removal(answer: Investigation) -> None:
    first = answer.ranked[0]
    assert (first.clue, clock(first.from_ms), first.camera) == (Clue.REMOVED, "21T17:22:00", "counter")
    assert first.says == "by the ledger B-0221 is at T-01, and it is not there"
    assert first.logged == ("sato", "suzuki")


def test_the_next_answers_are_the_exposure_and_the_lock_without_a_count(answer: Investigation) -> None:
    assert [(fact.clue, clock(fact.from_ms)[3:8]) for fact in answer.ranked[1:3]] == [
        (Clue.EXPOSED, "17:03"),
        (Clue.NOT_COUNTED, "17:38"),
    ]


def test_the_facts_stand_in_the_order_of_time(answer: Investigation) -> None:
    times = [fact.from_ms for fact in answer.facts]
    assert times == sorted(times)
    assert len(times) >= 5


def test_the_cards_were_last_seen_on_the_terminal_in_the_minute_before() -> None:
    inquiry = reconciler(DAY + MORNING, now="22T09:00")
    seen = {last.item: last for last in last_seen(inquiry.books, WATCH, inquiry.now_ms)}
    assert (clock(seen["B-0221"].at_ms), seen["B-0221"].slot, seen["B-0221"].camera) == (
        "21T17:22:00",
        "T-01",
        "counter",
    )
    assert not seen["B-0221"].lasts
