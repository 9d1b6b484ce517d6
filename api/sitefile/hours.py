"""The section `hours`: weekly window hours, public holidays, exceptions.

The answer to "is it open now" is `vision.hours`; here is only how people write it down.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

import holidays

from api.sitefile.node import Node
from api.sitefile.problems import quoted, suggestion
from vision.hours import MINUTES_A_DAY, DayHours, OfficeHours, OpenRange

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS: DayHours = (OpenRange(0, MINUTES_A_DAY),)

_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOURS = 'window hours such as "08:45-17:00" or "08:45-12:00,13:00-17:00", or closed'
_HOURS_REMEDY = 'write "08:45-17:00" in quotes, several ranges with commas, midnight as 24:00'


def read_hours(node: Node | None, timezone: ZoneInfo) -> OfficeHours:
    """Read the window hours; where the section is missing the windows are always open."""
    if node is None:
        return OfficeHours(timezone, (ALWAYS,) * 7)
    fields = node.fields(("weekly", "holidays", "exceptions"), required=("weekly",))
    return OfficeHours(
        timezone,
        _weekly(fields["weekly"]) if "weekly" in fields else (ALWAYS,) * 7,
        _holidays(fields["holidays"]) if "holidays" in fields else frozenset(),
        _exceptions(fields["exceptions"]) if "exceptions" in fields else MappingProxyType({}),
    )


def _weekly(node: Node) -> tuple[DayHours, ...]:
    week: list[DayHours] = [()] * 7
    set_by: dict[int, str] = {}
    for name, hours_node in node.entries('a mapping such as {mon-fri: "08:45-17:00"}').items():
        hours = _day_hours(hours_node)
        for day in _days(hours_node, name):
            if day in set_by:
                found = f"{DAYS[day]} both in {set_by[day]} and in {name}"
                hours_node.wrong("each day once", "take the day out of one of them", found)
            set_by[day] = name
            week[day] = hours
    _note_late_overlap(node, week)
    return tuple(week)


def _days(node: Node, name: str) -> list[int]:
    """Return the weekdays (Monday 0) that `mon`, `mon-fri` or, around the weekend, `sat-mon` names."""
    if _RANGE.fullmatch(name):
        node.wrong("a day", 'put all ranges of a day into one pair of quotes, "a,b"', f"{quoted(name)} as a day")
        return []
    ends = name.lower().split("-")
    unknown = [end for end in ends if end not in DAYS]
    if unknown or len(ends) > 2:
        remedy = suggestion(unknown[0][:3], DAYS) if unknown else "write mon-fri"
        node.wrong("a day (mon) or days (mon-fri)", remedy, quoted(name))
        return []
    first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _day_hours(node: Node) -> DayHours:
    """Read the ranges of one day, written with commas or as a list; none where it is `closed`."""
    written = node.items(_HOURS) or [] if node.is_list else [node]
    texts = [member.text(_HOURS) for member in written]
    ranges: list[OpenRange] = []
    for part in ",".join(text for text in texts if text is not None).split(","):
        opened = None if part.strip().lower() in {"", "closed"} else _open_range(node, part.strip())
        if opened is not None:
            ranges.append(opened)
    ranges.sort(key=lambda r: r.start)
    if any(later.start < earlier.end for earlier, later in pairwise(ranges)):
        node.wrong("ranges that do not overlap", "join them into one range", "ranges that overlap")
    return tuple(ranges)


def _open_range(node: Node, text: str) -> OpenRange | None:
    match = _RANGE.fullmatch(text)
    if match is None:
        node.wrong(_HOURS, _HOURS_REMEDY, quoted(text))
        return None
    from_hour, from_minute, to_hour, to_minute = (int(number) for number in match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_minute > 59 or to_minute > 59 or start >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        node.wrong("times from 00:00 to 24:00", _HOURS_REMEDY, quoted(text))
        return None
    if start == end:
        remedy = "write 00:00-24:00 for all day, closed for none"
        node.wrong("a range that ends after it begins", remedy, quoted(text))
        return None
    return OpenRange(start, end if end > start else end + MINUTES_A_DAY)


def _note_late_overlap(node: Node, week: list[DayHours]) -> None:
    for day, hours in enumerate(week):
        after = week[(day + 1) % 7]
        if hours and after and hours[-1].end - MINUTES_A_DAY > after[0].start:
            found = f"{DAYS[day]} past midnight into the hours of {DAYS[(day + 1) % 7]}"
            node.wrong("ranges that do not overlap", "end the earlier one before the later one begins", found)


def _holidays(node: Node) -> Container[date]:
    if node.is_list:
        days = [_date(member, member.text("a date")) for member in node.items("dates") or []]
        return frozenset(day for day in days if day is not None)
    code = node.text("a country code such as JP, or a list of dates, or [] for none")
    if code is None:
        return frozenset()
    supported = holidays.list_supported_countries()
    country, _, subdivision = code.partition("-")
    if country not in supported or (subdivision and subdivision not in supported[country]):
        near = suggestion(country.upper(), (name for name in supported if len(name) == 2)).split(",")[0]
        remedy = near if country.upper() in near else "write the two letters of ISO 3166, as in JP"
        node.wrong("a country code such as JP, a list of dates, or [] for none", remedy)
        return frozenset()
    return holidays.country_holidays(country, subdiv=subdivision or None)


def _exceptions(node: Node) -> Mapping[date, DayHours]:
    read: dict[date, DayHours] = {}
    for name, hours_node in node.entries("a mapping from dates to hours").items():
        day = _date(hours_node, name)
        hours = _day_hours(hours_node)
        if day is not None:
            read[day] = hours
    return MappingProxyType(read)


def _date(node: Node, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass  # 2018-02-30: well formed and yet no day; said below
    node.wrong("a date", "write year-month-day, as in 2018-12-29", quoted(text))
    return None
