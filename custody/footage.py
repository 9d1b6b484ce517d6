"""What to look at for a fact: the sealed clip that shows it, or the stretches of recordings to cut. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from custody.clues import Clue, Fact
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


def footage_of(
    fact: Fact, clips: Sequence[tuple[str | None, SealedClip]], watch: Watch, lead_ms: int
) -> tuple[Footage, ...]:
    """Return what shows a fact: the clip of its incident, else one that spans it, else what must be cut.

    clips: each with the id of its incident. lead_ms: how long before and after a fact is worth looking at. Nothing
    where the fact has no camera, or where that camera recorded nothing then.
    """
    own = [clip for incident, clip in clips if incident is not None and incident == fact.incident]
    spanning = [clip for _, clip in clips if clip.camera == fact.camera and _spans(clip.delivered, fact)]
    for clip in (*own, *spanning):
        return (Footage(clip.camera, *clip.delivered, clip.file),)
    if fact.camera is None or fact.clue is Clue.BLIND:
        return ()
    wide = (fact.from_ms - lead_ms, fact.to_ms + lead_ms)
    return tuple(Footage(fact.camera, *stretch) for stretch in recorded(watch, fact.camera, wide))


def recorded(watch: Watch, camera: str, stretch: Interval) -> tuple[Interval, ...]:
    """Return the parts of a stretch of which a camera has pictures."""
    gaps = [gap.interval for gap in watch.gaps if gap.camera == camera and gap.why in _NO_PICTURES]
    before = (stretch[0], watch.from_ms)
    return without(stretch, [before, *gaps])


def _spans(delivered: Interval, fact: Fact) -> bool:
    return delivered[0] <= fact.from_ms and fact.to_ms <= delivered[1]
