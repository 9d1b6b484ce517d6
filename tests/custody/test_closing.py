"""The closing and the morning as scripts: what is late, skipped or out of order, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from custody.closing import OfficeDays
from custody.protocol import StepState
from custody.settings import ClosingDeadlines, CustodySettings, OpeningDeadlines
from tests.custody.office_script import HOURS, RAISER, at_ms, clock, office, registered, rows, told, written
from vision.hours import OfficeHours, OpenRange

MORNING = """
08:20 key tanaka sato
08:25 open
08:30 count B-0221 78 78
08:32 count terminals 2 2
08:35 out T-01
08:36 out T-02
08:40 out B-0221
"""
EVENING = """
17:10 count B-0221 78 78
17:12 count terminals 2 2
17:15 in B-0221
17:16 in T-01
17:17 in T-02
17:20 lock
17:22 key sato tanaka
17:25 sheet 2 78
"""


def evening_without(*lines: str) -> str:
    """Return an honest day whose evening lacks some lines, named by how they begin after the time."""
    kept = [line for line in EVENING.strip().splitlines() if not any(line[6:].startswith(left) for left in lines)]
    return MORNING + "\n".join(kept)


def moved(script: str, line: str, to: str) -> str:
    """Return a script with the line that begins so after its time written at another time, in order again."""
    lines = script.strip().splitlines()
    return "\n".join(sorted(f"{to} {kept[6:]}" if kept[6:].startswith(line) else kept for kept in lines)) + "\n"


def test_an_honest_day_raises_nothing() -> None:
    assert rows(told(MORNING + EVENING)) == []


def test_nothing_is_due_in_window_hours() -> None:
    assert rows(told(MORNING, until="17:29:59")) == []


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        (
            ("count B-0221",),
            [
                "21T17:15:00 closing_overdue items_in_vault",
                "21T17:20:00 vault_locked_without_count items_counted",
                "21T17:22:00 closing_overdue key_handed_over",
                "21T17:25:00 closing_overdue sheet_signed",
                "21T17:30:00 closing_overdue items_counted",
            ],
        ),
        (
            ("in T-02",),
            [
                "21T17:20:00 item_not_returned items_in_vault T-02",
                "21T17:22:00 closing_overdue key_handed_over",
                "21T17:25:00 closing_overdue sheet_signed",
            ],
        ),
        (
            ("lock",),
            [
                "21T17:22:00 closing_overdue key_handed_over",
                "21T17:25:00 closing_overdue sheet_signed",
                "21T17:45:00 closing_overdue vault_locked",
            ],
        ),
        (
            ("key",),
            [
                "21T17:25:00 closing_overdue sheet_signed",
                "21T17:50:00 item_not_returned key_handed_over K-01",
            ],
        ),
        (("sheet",), ["21T18:00:00 closing_overdue sheet_signed"]),
    ],
)
def test_a_skipped_step_is_told_when_it_is_overtaken_or_due(left_out: tuple[str, ...], expected: list[str]) -> None:
    assert rows(told(evening_without(*left_out))) == expected


def test_an_evening_on_which_nothing_is_done_is_told_step_by_step() -> None:
    assert rows(told(MORNING)) == [
        "21T17:30:00 closing_overdue items_counted",
        "21T17:40:00 item_not_returned items_in_vault T-01",
        "21T17:40:00 item_not_returned items_in_vault T-02",
        "21T17:40:00 item_not_returned items_in_vault B-0221",
        "21T17:45:00 closing_overdue vault_locked",
        "21T17:50:00 item_not_returned key_handed_over K-01",
        "21T18:00:00 closing_overdue sheet_signed",
    ]


def test_an_incident_names_what_is_missing_and_since_when() -> None:
    skipped = next(i for i in told(evening_without("count B-0221")) if i.rule == "vault_locked_without_count")
    assert skipped.why["missing"] == ["B-0221"]
    assert skipped.why["since"] == "2018-02-21T08:00:00.000Z"
    assert skipped.why["fact"] == (
        "nobody has counted B-0221 together with somebody else since 2018-02-21T08:00:00.000Z"
    )
    assert skipped.after_hours


def test_a_late_step_ends_its_incident_when_it_is_done() -> None:
    late = moved(EVENING, "sheet", "18:05") + "18:30 count terminals 2 2\n"
    (incident,) = told(MORNING + late)
    assert (incident.rule, clock(incident.began_at_ms)) == ("closing_overdue", "21T18:00:00")
    assert incident.ended_at_ms == at_ms("18:05")


def test_what_nobody_makes_good_ends_when_the_morning_begins() -> None:
    (incident,) = told(evening_without("sheet"), until="22T07:00")
    assert incident.ended_at_ms == at_ms("22T06:45")


def test_a_count_of_the_afternoon_is_no_count_of_the_evening() -> None:
    early = moved(EVENING, "count B-0221", "16:50")
    assert "21T17:20:00 vault_locked_without_count items_counted" in rows(told(MORNING + early))


def test_a_count_on_which_two_disagree_is_no_count() -> None:
    differing = EVENING.replace("count B-0221 78 78", "count B-0221 78 77")
    assert "21T17:20:00 vault_locked_without_count items_counted" in rows(told(MORNING + differing))


def test_an_agreed_count_of_a_wrong_number_is_a_count() -> None:
    short = EVENING.replace("count B-0221 78 78", "count B-0221 77 77")
    assert rows(told(MORNING + short)) == ["21T17:10:00 count_mismatch B-0221"]


def test_the_sheet_is_signed_after_the_lock() -> None:
    early = moved(EVENING, "sheet", "17:18")
    first, last = told(MORNING + early)
    assert (first.rule, first.why["before"]) == ("closing_overdue", ["vault_locked", "key_handed_over"])
    assert (last.rule, last.why["fault"]) == ("closing_overdue", "late")


def test_a_sheet_that_says_no_is_told_and_is_no_finished_sheet() -> None:
    unlocked = EVENING.replace("sheet 2 78", "sheet 2 78 no wire_locks_attached")
    said, late = told(MORNING + unlocked)
    assert said.why["answers"] == ["wire_locks_attached"]
    assert (clock(late.raised_at_ms), late.why["step"]) == ("21T18:00:00", "sheet_signed")


def test_a_sheet_with_other_numbers_than_the_books_is_a_mismatch() -> None:
    wrong = EVENING.replace("sheet 2 78", "sheet 1 77")
    assert rows(told(MORNING + wrong)) == [
        "21T17:25:00 count_mismatch sheet_signed terminals",
        "21T17:25:00 count_mismatch sheet_signed cards",
    ]


def test_a_vault_that_is_opened_again_at_night_is_counted_and_locked_again() -> None:
    night = "21:00 open\n21:03 lock\n"
    assert rows(told(MORNING + EVENING + night)) == [
        "21T21:03:00 vault_locked_without_count items_counted",
        "21T21:30:00 closing_overdue items_counted",
        "21T21:50:00 item_not_returned key_handed_over K-01",
        "21T22:00:00 closing_overdue sheet_signed",
    ]


def test_a_vault_that_is_opened_again_at_night_with_everything_done_again_raises_nothing() -> None:
    night = "\n".join(line.replace("17:", "21:") for line in EVENING.strip().splitlines() if " in " not in line)
    assert rows(told(MORNING + EVENING + "21:00 open\n" + night)) == []


def test_a_vault_that_is_locked_and_opened_in_window_hours_is_no_closing() -> None:
    assert rows(told(MORNING + "11:00 lock\n11:30 open\n" + EVENING)) == []


def test_the_weekend_goes_by_without_a_protocol() -> None:
    friday = date(2018, 2, 23)
    assert rows(told(MORNING + EVENING, until="25T23:59", day=friday)) == []


def test_a_day_without_windows_has_no_closing() -> None:
    closed = OfficeHours(HOURS.timezone, ((),) * 7)
    judged = office()
    days = OfficeDays(closed, CustodySettings(), judged.books, RAISER)
    assert days.tick(at_ms("08:00")) == days.tick(at_ms("28T23:00")) == []


def test_after_a_pause_of_two_months_the_first_morning_is_judged_again() -> None:
    pause = {date(2018, 2, 21) + timedelta(days=number): () for number in range(60)}
    judged = office()
    for entry in registered():
        judged.take(entry)
    days = OfficeDays(replace(HOURS, exceptions=pause), CustodySettings(), judged.books, RAISER)
    told_by_day = [days.tick(at_ms("09:00") + number * 86_400_000) for number in range(62)]
    assert [number for number, incidents in enumerate(told_by_day) if incidents] == [61]


def test_an_office_that_never_closes_has_no_closing() -> None:
    always = OfficeHours(HOURS.timezone, ((OpenRange(0, 1440),),) * 7)
    assert always.closes_at_ms(date(2018, 2, 21)) is None
    assert always.opens_at_ms(date(2018, 2, 21)) is None


def test_a_pause_at_noon_is_no_closing() -> None:
    day = (OpenRange(8 * 60, 12 * 60), OpenRange(13 * 60, 17 * 60))
    hours = OfficeHours(HOURS.timezone, (day,) * 7)
    assert hours.closes_at_ms(date(2018, 2, 21)) == at_ms("17:00")
    assert hours.opens_at_ms(date(2018, 2, 21)) == at_ms("08:00")


# The morning


def test_a_morning_on_which_nobody_comes_is_told_step_by_step() -> None:
    assert rows(told("", until="08:45")) == [
        "21T08:25:00 opening_overdue key_handed_over",
        "21T08:30:00 opening_overdue vault_opened",
        "21T08:45:00 opening_overdue items_counted",
    ]


def test_items_that_go_out_before_they_are_counted_are_out_of_order() -> None:
    hasty = moved(MORNING, "count B-0221", "08:42")
    (incident,) = told(hasty, until="12:00")
    assert (incident.rule, incident.why["before"]) == ("opening_overdue", ["items_counted"])
    assert incident.why["fact"] == "items_out was entered before items_counted"


def test_the_second_item_may_go_out_while_the_first_is_not_counted_yet() -> None:
    order = moved(MORNING, "count B-0221", "08:39")
    assert rows(told(order, until="12:00")) == []


def test_a_morning_count_of_nothing_is_a_mismatch_that_names_both_numbers() -> None:
    empty = MORNING.replace("count B-0221 78 78", "count B-0221 0 0")
    (incident,) = told(empty, until="12:00")
    assert (incident.rule, incident.item) == ("count_mismatch", "B-0221")
    assert incident.why["fact"] == "0 counted of 78 that there should be"


# Time


def test_the_same_is_told_however_often_time_is_told() -> None:
    entries = registered()
    entries += written(MORNING, first_seq=len(entries))
    seldom, often = office(), office()
    once = [i for e in entries for i in seldom.take(e)] + seldom.tick(at_ms("22T06:00"))
    each: list[object] = [i for e in entries for i in often.take(e)]
    for minute in range(22 * 60):
        each += often.tick(at_ms("08:40") + minute * 60_000)
    assert each[: len(once)] == once


def test_a_step_that_is_done_at_its_deadline_is_late_and_a_second_before_is_not() -> None:
    def played(clock_time: str) -> list[str]:
        return rows(told(MORNING + moved(EVENING, "sheet", clock_time)))

    assert played("17:59:59") == []
    assert played("18:00") == ["21T18:00:00 closing_overdue sheet_signed"]


def test_deadlines_are_the_sites_own() -> None:
    brisk = CustodySettings(closing=ClosingDeadlines(5, 6, 7, 8, 9))
    assert rows(told(MORNING, until="17:05", settings=brisk)) == ["21T17:05:00 closing_overdue items_counted"]


def test_a_later_step_cannot_be_due_before_an_earlier_one() -> None:
    with pytest.raises(ValueError, match="later step"):
        ClosingDeadlines(items_counted_min=50)
    with pytest.raises(ValueError, match="later step"):
        OpeningDeadlines(vault_opened_before_min=30)


def test_two_faults_of_one_entry_are_two_incidents() -> None:
    entries = [*registered(), *written("17:20 sheet 2 78 no partition_closed", first_seq=5)]
    judged = office()
    raised = [incident for entry in entries for incident in judged.take(entry) if incident.why.get("seq") == 5]
    assert [incident.why["fault"] for incident in raised] == ["answered no", "out of order"]
    assert len({incident.id for incident in raised}) == 2


def test_a_step_is_due_until_its_deadline_then_late_and_done_once_nothing_is_missing() -> None:
    judged = office()
    for entry in [*registered(), *written(MORNING, first_seq=5)]:
        judged.take(entry)
    judged.tick(at_ms("17:00"))
    assert judged.running is not None
    assert judged.running.is_closing
    counted = judged.running.round.standing()[0]
    assert (counted.step, counted.missing) == ("items_counted", ("B-0221", "terminals"))
    assert counted.state(at_ms("17:29:59")) is StepState.DUE
    assert counted.state(at_ms("17:30")) is StepState.LATE
    for entry in written("18:10 count B-0221 78 78\n18:12 count terminals 2 2", first_seq=20):
        judged.take(entry)
    assert judged.running.round.standing()[0].state(at_ms("18:12")) is StepState.DONE


def test_no_protocol_runs_before_the_first_has_begun() -> None:
    judged = office()
    judged.tick(at_ms("17:10"))
    assert judged.running is None
