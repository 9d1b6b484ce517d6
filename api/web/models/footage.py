"""The forms of what is recorded, and what is not. Forms only."""

from __future__ import annotations

from pydantic import Field

from api.web.models.base import Answer, At
from custody.records.footage import Cause


class Stretch(Answer):
    """From when to when; `to` is not in it."""

    from_at: At = Field(serialization_alias="from")
    to_at: At = Field(serialization_alias="to")


class GapAnswer(Stretch):
    """A stretch without footage, and why."""

    cause: Cause


class CoverageAnswer(Stretch):
    """What there is of a stretch of a camera, until now: recorded and gaps, each in order, together are all of it."""

    camera: str = Field(examples=["counter"])
    recorded: list[Stretch]
    gaps: list[GapAnswer]


class CameraTimeline(Answer):
    """A camera on the timeline.

    oldest, newest: from when to when there is any footage at all, null where there is none. density: of each part
    of the timeline how much was recorded, 0 to 1. gaps: the longest ones, in order; all_gaps: how many there are.
    """

    camera: str = Field(examples=["counter"])
    oldest: At | None
    newest: At | None
    density: list[float] = Field(examples=[[1.0, 0.97, 0.0]])
    gaps: list[GapAnswer]
    all_gaps: int = Field(examples=[3])


class Timeline(Stretch):
    """A stretch cut into parts of equal length, for each camera."""

    part_ms: float = Field(examples=[300_000.0])
    cameras: list[CameraTimeline]


class SegmentAnswer(Stretch):
    """A file of footage, to be appended to a SourceBuffer as it is: its time begins at zero, where `from` is.

    uri: relative to this answer. codec: what MediaSource must be told. init_bytes: length of its ftyp and moov, which
    its fragments follow. sha256: of it, hex; null where it is encrypted on the disk. growing: it is being written,
    has no digest yet, and more of it comes when it is asked for again.
    """

    uri: str = Field(examples=["segments/1519200000000.mp4?from=…&to=…"])
    codec: str = Field(examples=["avc1.64001f"])
    width: int = Field(examples=[1280])
    height: int = Field(examples=[720])
    frames: int = Field(examples=[150])
    bytes: int = Field(examples=[1_250_000])
    init_bytes: int = Field(examples=[780])
    sha256: str | None
    growing: bool = False
