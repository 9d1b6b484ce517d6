"""In which part of the office's time a moment lies: window hours, closing, holidays, night. Pure."""

from __future__ import annotations

from datetime import timedelta

from api.alerts.settings import Stretch
from vision.hours import OfficeHours


def stretch_at(hours: OfficeHours, closing_ms: int, at_ms: int) -> Stretch:
    """Return the stretch of a moment, UTC milliseconds. closing_ms: how long the closing takes at most.

    A pause at noon belongs to the window hours: people are there.
    """
    today = hours.local_day(at_ms)
    opens_ms, closes_ms = hours.opens_at_ms(today), hours.closes_at_ms(today)
    in_pause = opens_ms is not None and closes_ms is not None and opens_ms <= at_ms < closes_ms
    if hours.is_open(at_ms) or in_pause:
        return Stretch.WINDOW
    for day in (today, today - timedelta(days=1)):
        closed_ms = hours.closes_at_ms(day)
        if closed_ms is not None and closed_ms <= at_ms < closed_ms + closing_ms:
            return Stretch.CLOSING
    return Stretch.NIGHT if hours.day(today) else Stretch.HOLIDAYS
