"""When the windows are open: local time, holidays, late openings, midnight."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.builders import HOURS, TOKYO, WEEK, local_ms
from vision.hours import DayHours, OfficeHours, OpenRange

BERLIN = ZoneInfo("Europe/Berlin")
CLOSED: DayHours = ()


def at(text: str, hours: OfficeHours = HOURS) -> bool:
    return hours.is_open(local_ms(text, hours.timezone))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2018-02-21 08:44:59.999", False),
        ("2018-02-21 08:45", True),
        ("2018-02-21 16:59:59.999", True),
        ("2018-02-21 17:00", False),
        ("2018-02-21 00:00", False),
        ("2018-02-21 23:59:59.999", False),
        ("2018-02-24 10:00", False),
    ],
)
def test_the_first_minute_is_open_and_the_last_is_not(moment: str, *, is_open: bool) -> None:
    assert at(moment) is is_open
    assert HOURS.after_hours(local_ms(moment)) is not is_open


def test_local_time_is_the_sites_own() -> None:
    morning_in_tokyo = round(datetime(2018, 2, 21, 1, 0, tzinfo=UTC).timestamp() * 1_000)
    assert HOURS.is_open(morning_in_tokyo)
    assert not OfficeHours(BERLIN, WEEK).is_open(morning_in_tokyo)


def test_a_holiday_is_closed_and_an_exception_wins_over_it() -> None:
    day = date(2018, 2, 12)
    assert at("2018-02-12 10:00")
    assert not at("2018-02-12 10:00", OfficeHours(TOKYO, WEEK, {day}))
    opened = OfficeHours(TOKYO, WEEK, {day}, {day: (OpenRange(9 * 60, 12 * 60),)})
    assert at("2018-02-12 11:59", opened)
    assert not at("2018-02-12 12:00", opened)


def test_an_exception_can_close_a_day_of_the_week() -> None:
    hours = OfficeHours(TOKYO, WEEK, (), {date(2018, 2, 21): CLOSED})
    assert not at("2018-02-21 10:00", hours)
    assert at("2018-02-22 10:00", hours)


def test_several_ranges_leave_the_lunch_hour_closed() -> None:
    day = (OpenRange(8 * 60 + 45, 12 * 60), OpenRange(13 * 60, 17 * 60))
    hours = OfficeHours(TOKYO, (day,) * 7)
    moments = ["08:45", "11:59", "12:00", "12:59", "13:00", "16:59", "17:00"]
    assert [at(f"2018-02-21 {m}", hours) for m in moments] == [True, True, False, False, True, True, False]


def test_a_window_open_past_midnight_belongs_to_the_day_it_opened() -> None:
    friday = (*[CLOSED] * 4, (OpenRange(22 * 60, 26 * 60),), CLOSED, CLOSED)
    hours = OfficeHours(TOKYO, friday)
    assert at("2018-02-23 22:00", hours)
    assert at("2018-02-24 00:00", hours)
    assert at("2018-02-24 01:59:59", hours)
    assert not at("2018-02-24 02:00", hours)
    assert not at("2018-02-23 01:00", hours)


def test_a_window_open_past_midnight_closes_on_its_holiday_only() -> None:
    always = ((OpenRange(22 * 60, 26 * 60),),) * 7
    hours = OfficeHours(TOKYO, always, {date(2018, 2, 24)})
    assert at("2018-02-24 01:00", hours), "opened on the 23rd, which is no holiday"
    assert not at("2018-02-24 23:00", hours)
    assert not at("2018-02-25 01:00", hours)


def test_a_window_open_all_day_is_never_closed() -> None:
    hours = OfficeHours(TOKYO, ((OpenRange(0, 1440),),) * 7)
    assert all(hours.is_open(local_ms("2018-02-21") + minute * 60_000) for minute in range(0, 3_000, 7))


@pytest.mark.parametrize(("start", "end"), [(-1, 60), (60, 60), (60, 30), (1440, 1500), (600, 600 + 1441)])
def test_an_impossible_range_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="an opening range must start within the day"):
        OpenRange(start, end)


def test_a_week_of_six_days_is_refused() -> None:
    with pytest.raises(ValueError, match="7 days, Monday first, got 6"):
        OfficeHours(TOKYO, WEEK[:6])


@pytest.mark.parametrize("day", ["2018-03-24", "2018-03-25", "2018-03-26", "2018-10-28", "2018-10-29"])
def test_summer_time_does_not_move_the_window(day: str) -> None:
    hours = OfficeHours(BERLIN, ((OpenRange(8 * 60, 16 * 60),),) * 7)
    moments = ["07:59", "08:00", "15:59", "16:00"]
    assert [at(f"{day} {m}", hours) for m in moments] == [False, True, True, False]


def test_the_hour_that_comes_twice_is_open_twice() -> None:
    hours = OfficeHours(BERLIN, ((OpenRange(2 * 60, 3 * 60),),) * 7)
    midnight = local_ms("2018-10-28 00:00", BERLIN)
    open_minutes = sum(hours.is_open(midnight + minute * 60_000) for minute in range(6 * 60))
    assert open_minutes == 120


RANGES = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda r: OpenRange(r[0], r[0] + r[1])),
    max_size=3,
).map(tuple)
FIRST_DAY = date(2018, 3, 22)
DAYS = st.integers(0, 9).map(lambda n: FIRST_DAY + timedelta(days=n))


def open_minutes(hours: OfficeHours) -> set[tuple[date, int]]:
    """Walk every opening of a fortnight minute by minute: the (day, minute) at which a window stands open."""
    walked: set[tuple[date, int]] = set()
    for number in range(-1, 12):
        day = FIRST_DAY + timedelta(days=number)
        if day in hours.exceptions:
            ranges = hours.exceptions[day]
        else:
            ranges = () if day in hours.holidays else hours.weekly[day.weekday()]
        for opening in ranges:
            for minute in range(opening.start, opening.end):
                walked.add((day + timedelta(days=minute // 1440), minute % 1440))
    return walked


@settings(deadline=None, max_examples=40)
@given(
    weekly=st.lists(RANGES, min_size=7, max_size=7).map(tuple),
    holidays=st.sets(DAYS, max_size=3),
    exceptions=st.dictionaries(DAYS, RANGES, max_size=3),
    minutes=st.lists(st.integers(0, 9 * 1440), min_size=1, max_size=30),
    timezone=st.sampled_from([TOKYO, BERLIN]),
)
def test_it_agrees_with_walking_every_opening_minute_by_minute(
    weekly: tuple[DayHours, ...],
    holidays: set[date],
    exceptions: Mapping[date, DayHours],
    minutes: list[int],
    timezone: ZoneInfo,
) -> None:
    hours = OfficeHours(timezone, weekly, holidays, exceptions)
    walked = open_minutes(hours)
    first_ms = local_ms(FIRST_DAY.isoformat(), timezone)
    for minute in minutes:
        at_ms = first_ms + minute * 60_000 + 59_999
        local = datetime.fromtimestamp(at_ms / 1_000, timezone)
        assert hours.is_open(at_ms) is ((local.date(), local.hour * 60 + local.minute) in walked)


def local_text(at_ms: int | None, hours: OfficeHours) -> str | None:
    """Return a moment as the clock on the wall shows it."""
    if at_ms is None:
        return None
    return datetime.fromtimestamp(at_ms / 1_000, hours.timezone).strftime("%m-%d %H:%M")


@pytest.mark.parametrize(
    ("ranges", "opens", "closes"),
    [
        ((OpenRange(525, 1020),), "02-21 08:45", "02-21 17:00"),
        ((OpenRange(525, 720), OpenRange(780, 1020)), "02-21 08:45", "02-21 17:00"),
        ((OpenRange(1320, 1560),), "02-21 22:00", "02-22 02:00"),
        ((OpenRange(0, 1440),), None, None),
        ((), None, None),
    ],
)
def test_the_windows_open_and_close_once_a_day(ranges: DayHours, opens: str | None, closes: str | None) -> None:
    hours = OfficeHours(TOKYO, (ranges,) * 7)
    day = date(2018, 2, 21)
    assert local_text(hours.opens_at_ms(day), hours) == opens
    assert local_text(hours.closes_at_ms(day), hours) == closes


def test_the_windows_close_at_the_hour_on_the_wall_also_when_clocks_are_changed() -> None:
    hours = OfficeHours(BERLIN, ((OpenRange(60, 1020),),) * 7)
    assert local_text(hours.closes_at_ms(date(2018, 3, 25)), hours) == "03-25 17:00"
    assert local_text(hours.opens_at_ms(date(2018, 10, 28)), hours) == "10-28 01:00"
