"""From the index of footage to the forms in which it is answered. Nothing is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from api.web.models.footage import GapAnswer, SegmentAnswer, Stretch
from custody.intervals import Interval
from custody.records.footage import Gap, Segment
from vision.incidents import local_time


def stretch_answer(stretch: Interval, timezone: ZoneInfo) -> Stretch:
    """Return a stretch, UTC milliseconds, in local time."""
    return Stretch(from_at=local_time(stretch[0], timezone), to_at=local_time(stretch[1], timezone))


def gap_answer(gap: Gap, timezone: ZoneInfo) -> GapAnswer:
    """Return a gap."""
    return GapAnswer(**stretch_answer(gap.interval, timezone).model_dump(), cause=gap.cause)


def longest(gaps: Sequence[Gap], most: int) -> list[Gap]:
    """Return the longest gaps, at most so many, in their order."""
    chosen = sorted(gaps, key=lambda gap: gap.interval[0] - gap.interval[1])[:most]
    return sorted(chosen, key=lambda gap: gap.interval)


def segment_answer(segment: Segment, uri: str, timezone: ZoneInfo, *, growing: bool = False) -> SegmentAnswer:
    """Return a segment. growing: whether it is still being written."""
    return SegmentAnswer(
        **stretch_answer(segment.interval, timezone).model_dump(),
        uri=uri,
        codec=segment.mse_codec,
        width=segment.width,
        height=segment.height,
        frames=segment.frames,
        bytes=segment.plain_bytes,
        init_bytes=segment.init_bytes,
        sha256=None if growing or segment.bytes != segment.plain_bytes else segment.sha256,
        growing=growing,
    )
