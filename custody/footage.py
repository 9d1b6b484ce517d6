"""What to look at for a fact: the sealed clip that shows it, or the stretches of recordings to cut. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from custody.clues import Fact
from custody.incidents import SealedClip
from custody.intervals import Interval, without
from custody.lookout import WITHOUT_FOOTAGE
from custody.sightings import Watch
from vision.types import Health

_NO_PICTURES: Final = frozenset({WITHOUT_FOOTAGE, Health.SILENT.value})
"""Gaps in which there is nothing to look at; a camera that was covered has recorded that it was."""


@dataclass(frozen=True, slots=True)
class Footage:
    """A camera and a time range, UTC milliseconds. file: the sealed clip that has it, None where it must be cut."""

    camera: str
    from_ms: int
    to_ms: int
    file: str | None = None


Clips = Sequence[tuple[str | None, SealedClip]]
"""Sealed clips, each with the id of its incident, if it has one."""


def footage_of(fact: Fact, clips: Clips, watch: Watch, lead_ms: int) -> tuple[Footage, ...]:
    """Return what shows a fact: the clip of its incident, else what shows its camera then.

    Nothing where the fact has no camera. What hid a thing from view is worth looking at, too.
    """
    for incident, clip in clips:
        if incident is not None and incident == fact.incident:
            return (_clip(clip),)
    if fact.camera is None:
        return ()
    return footage_at(fact.camera, (fact.from_ms, fact.to_ms), clips, watch, lead_ms)


def footage_at(camera: str, stretch: Interval, clips: Clips, watch: Watch, lead_ms: int) -> tuple[Footage, ...]:
    """Return what shows a camera in a stretch: a clip that spans it, else what must be cut, if anything was recorded.

    lead_ms: how long before and after it is worth looking at.
    """
    for _, clip in clips:
        if clip.camera == camera and clip.delivered[0] <= stretch[0] and stretch[1] <= clip.delivered[1]:
            return (_clip(clip),)
    wide = (stretch[0] - lead_ms, stretch[1] + lead_ms)
    return tuple(Footage(camera, *part) for part in recorded(watch, camera, wide))


def recorded(watch: Watch, camera: str, stretch: Interval) -> tuple[Interval, ...]:
    """Return the parts of a stretch of which a camera has pictures."""
    gaps = [gap.interval for gap in watch.gaps if gap.camera == camera and gap.why in _NO_PICTURES]
    before = (stretch[0], watch.from_ms)
    return without(stretch, [before, *gaps])


def _clip(clip: SealedClip) -> Footage:
    return Footage(clip.camera, *clip.delivered, clip.file)
