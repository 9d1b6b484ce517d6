"""When the windows are open: everything else is after hours.

Pure: the moment is an argument, and public holidays come in as a container of dates, so that which calendar
they are from is decided where the site file is read.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class OpenRange:
    """Minutes after local midnight, from `start` (included) to `end` (excluded).

    `end` may be 1440 (midnight) or, where the window stays open past midnight, up to 2880.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.start < MINUTES_A_DAY and self.start < self.end <= self.start + MINUTES_A_DAY):
            raise ValueError(f"an opening range must start within the day and end after it, got {self}")


DayHours = tuple[OpenRange, ...]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The window hours of one site.

    weekly: seven days, Monday first. exceptions win over holidays, holidays over the week.
    """

    timezone: ZoneInfo
    weekly: tuple[DayHours, ...]
    holidays: Container[date] = ()
    exceptions: Mapping[date, DayHours] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError(f"weekly must have 7 days, Monday first, got {len(self.weekly)}")

    def day(self, day: date) -> DayHours:
        """Return the opening ranges of one local calendar day, empty where the office is closed."""
        if day in self.exceptions:
            return self.exceptions[day]
        if day in self.holidays:
            return ()
        return self.weekly[day.weekday()]

    def local_day(self, at_ms: int) -> date:
        """Return the local calendar day of a UTC moment in milliseconds."""
        return self._local(at_ms).date()

    def midnight_ms(self, day: date) -> int:
        """Return the UTC moment in milliseconds at which a local calendar day begins."""
        return self._moment_ms(day, 0)

    def opens_at_ms(self, day: date) -> int | None:
        """Return the UTC moment in milliseconds at which the windows open on a day, before that closed.

        None where they stay closed, or are open from the day before.
        """
        ranges = self.day(day)
        moment = self._moment_ms(day, min(r.start for r in ranges)) if ranges else None
        return None if moment is None or self.is_open(moment - 1) else moment

    def closes_at_ms(self, day: date) -> int | None:
        """Return the UTC moment in milliseconds at which the windows of a day close for the rest of it.

        A pause at noon is no closing. None where they stay closed all day, or open on into the next one.
        """
        ranges = self.day(day)
        moment = self._moment_ms(day, max(r.end for r in ranges)) if ranges else None
        return None if moment is None or self.is_open(moment) else moment

    def is_open(self, at_ms: int) -> bool:
        """Tell whether the windows are open at a UTC moment in milliseconds."""
        local = self._local(at_ms)
        minute = local.hour * 60 + local.minute
        yesterday = local.date() - timedelta(days=1)
        return any(r.start <= minute < r.end for r in self.day(local.date())) or any(
            r.start <= minute + MINUTES_A_DAY < r.end for r in self.day(yesterday)
        )

    def after_hours(self, at_ms: int) -> bool:
        """Tell whether a UTC moment in milliseconds lies outside the window hours."""
        return not self.is_open(at_ms)

    def _local(self, at_ms: int) -> datetime:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(self.timezone)

    def _moment_ms(self, day: date, minute: int) -> int:
        """Return the UTC moment of a minute after a day's midnight, as the clock on the wall shows it."""
        wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
        return round(wall.replace(tzinfo=self.timezone).timestamp() * 1000)
