"""How an office has kept to its rules: what was due, what was done in time, and what nobody could see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from custody.books import books_of
from custody.compliance import Compliance, Overseen, Tally, by_day, by_month
from custody.raising import About, Spell
from custody.settings import CustodySettings
from custody.sightings import Gap, Watch
from tests.custody.office_script import HOURS, RAISER, THE_DAY, at_ms, registered, written
from vision.incidents import Incident

HOUR_MS = 3_600_000
GOOD_DAY = """
08:30 count B-0221 78 78
08:31 count terminals 2 2
17:05 count B-0221 78 78
17:06 count terminals 2 2
17:20 lock
17:30 sheet 2 78
"""


def overseen(script: str, now: str = "23:00", watch: Watch | None = None) -> Overseen:
    entries = registered(date(2018, 2, 20))
    return Overseen(
        hours=HOURS,
        settings=CustodySettings(),
        books=books_of([*entries, *written(script, first_seq=len(entries))]),
        watch=watch or Watch(cameras={"T-01": ("counter", "roof")}),
        cameras=("counter", "roof"),
        since_ms=at_ms("20T09:00"),
        now_ms=at_ms(now),
    )


def the_day(office: Overseen, *raised: Incident) -> Compliance:
    return by_day(office, raised, THE_DAY, THE_DAY)[THE_DAY]


def raised(rule: str, began: str, ended: str | None = None) -> Incident:
    spell = Spell(at_ms(began), at_ms(began), None if ended is None else at_ms(ended))
    if rule == "unattended_counter":  # what cameras raise has no severity here
        return replace(RAISER.incident("count_mismatch", spell, About(zone="window-1"), "seen"), rule=rule)
    return RAISER.incident(rule, spell, About(), "told")


def test_a_day_that_was_kept_has_all_that_was_due_in_time() -> None:
    kept = the_day(overseen(GOOD_DAY))
    assert (kept.counts, kept.sheets) == (Tally(4, 4, 0), Tally(1, 1, 0))
    assert (kept.disagreeing, kept.answered_no, kept.counts.missing) == (0, 0, 0)


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        (("17:05 count B-0221 78 78", "17:31 count B-0221 78 78"), Tally(4, 3, 1)),
        (("17:05 count B-0221 78 78", ""), Tally(4, 3, 0)),
        (("08:30 count B-0221 78 78", ""), Tally(4, 3, 0)),
        (("17:05 count B-0221 78 78", "17:05 count B-0221 78 77"), Tally(4, 3, 0)),
        (("17:05 count B-0221 78 78", "17:05 count B-0221 77 77"), Tally(4, 4, 0)),
        (("17:05 count B-0221 78 78", "16:59 count B-0221 78 78"), Tally(4, 3, 0)),
    ],
)
def test_a_count_is_in_time_late_or_missing_by_the_calendar(change: tuple[str, str], counts: Tally) -> None:
    kept = the_day(overseen(GOOD_DAY.replace(*change)))
    assert kept.counts == counts
    assert kept.disagreeing == ("77" in change[1])


def test_what_is_not_due_yet_is_not_missing() -> None:
    assert the_day(overseen("", now="08:40")).counts == Tally()
    assert the_day(overseen("", now="09:00")).counts == Tally(due=2)
    assert the_day(overseen("", now="17:29")).counts == Tally(due=2)
    assert the_day(overseen("", now="17:30")).counts == Tally(due=4)


def test_on_a_day_on_which_the_windows_stay_closed_nothing_is_due() -> None:
    saturday = date(2018, 2, 24)
    kept = by_day(overseen("", now="28T12:00"), (), saturday, saturday)[saturday]
    assert (kept.counts, kept.sheets) == (Tally(), Tally())


@pytest.mark.parametrize(
    ("sheet", "tally", "answered_no"),
    [
        ("17:30 sheet 2 78", Tally(1, 1, 0), 0),
        ("18:30 sheet 2 78", Tally(1, 0, 1), 0),
        ("16:00 sheet 2 78", Tally(1, 0, 0), 0),
        ("", Tally(1, 0, 0), 0),
        ("17:30 sheet 2 78 no partition_closed", Tally(1, 1, 0), 1),
    ],
)
def test_a_sheet_is_in_time_late_or_missing(sheet: str, tally: Tally, answered_no: int) -> None:
    kept = the_day(overseen(sheet))
    assert (kept.sheets, kept.answered_no) == (tally, answered_no)


def test_what_was_raised_counts_on_the_day_of_its_raising() -> None:
    told = (
        raised("unlogged_vault_access", "12:00"),
        raised("unlogged_vault_access", "20T12:00"),
        raised("two_person_breach", "12:01"),
        raised("unattended_counter", "12:10", "12:12"),
        raised("unattended_counter", "22:59"),
        raised("count_mismatch", "12:00"),
    )
    kept = the_day(overseen(""), *told)
    assert (kept.unlogged_openings, kept.breaches, kept.exposures) == (1, 1, 2)
    assert kept.exposed_ms == 3 * 60_000


def hours(told: Mapping[str, int]) -> Mapping[str, float]:
    return {name: told_ms / HOUR_MS for name, told_ms in told.items()}


def test_the_hours_that_a_camera_was_blind_and_those_that_nobody_could_see_a_place() -> None:
    gaps = (
        Gap("counter", at_ms("10:00"), at_ms("13:00"), "covered"),
        Gap("roof", at_ms("12:00"), None, "silent"),
        Gap("counter", at_ms("20:00"), at_ms("21:00"), "unknown", place="T-01"),
    )
    watch = Watch(gaps=gaps, cameras={"T-01": ("counter", "roof")}, from_ms=at_ms("02:00"))
    kept = the_day(overseen("", watch=watch))
    assert kept.of_ms == 23 * HOUR_MS
    assert hours(kept.blind_ms) == {"counter": 2 + 3, "roof": 2 + 11}
    assert hours(kept.unseen_ms) == {"T-01": 2 + 1 + 1}


def test_months_are_the_sums_of_their_days() -> None:
    days = by_day(overseen(GOOD_DAY), (raised("two_person_breach", "12:01"),), date(2018, 1, 31), THE_DAY)
    months = by_month(days)
    assert list(months) == [date(2018, 1, 1), date(2018, 2, 1)]
    assert months[date(2018, 1, 1)].of_ms == 0
    february = months[date(2018, 2, 1)]
    assert february.breaches == 1
    assert february.counts == Tally(6, 4, 0)


def test_what_is_kept_no_longer_was_due_until_then() -> None:
    kept = the_day(overseen(GOOD_DAY + "20:00 retire B-0221 all of it was handed out"))
    assert kept.counts == Tally(4, 4, 0)
    gone = the_day(overseen("12:00 retire B-0221 all of it was handed out"))
    assert gone.counts == Tally(due=3)
