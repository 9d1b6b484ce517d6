"""Stretches of time as footage is asked for: `from` and `to`."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Query

from api.web.models.base import Moment, ms_of
from custody.fields import FieldError
from custody.intervals import Interval

From = Annotated[Moment, Query(alias="from", description="The first moment.")]
To = Annotated[Moment, Query(alias="to", description="The moment before which it ends.")]

_HOUR_MS: Final = 3_600_000
LONGEST_REPLAY_MS: Final = 24 * _HOUR_MS
LONGEST_COVERAGE_MS: Final = 31 * 24 * _HOUR_MS
LONGEST_TIMELINE_MS: Final = 366 * 24 * _HOUR_MS


def stretch_of(begin: Moment, end: Moment, longest_ms: int) -> Interval:
    """Return a stretch, UTC milliseconds. Raises FieldError where it is empty or too long."""
    stretch = ms_of(begin), ms_of(end)
    if not 0 < stretch[1] - stretch[0] <= longest_ms:
        expected = f"a moment after `from`, {longest_ms // _HOUR_MS} h later at most"
        raise FieldError("to", end.isoformat(), expected)
    return stretch
