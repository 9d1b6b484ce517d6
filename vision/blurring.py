"""Which parts of a picture show people, so that a copy can leave without them. Pixels are `streams.released`. Pure.

Unseen is not nobody: where a camera could not see, nobody was looked for, or no observation is near, everything is
covered. Between two observations a person may be anywhere from the one place to the other; shortly before the first
and after the last, anywhere from there to where the same pace would have led.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from vision.types import Health, Observation

FractionBox = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of width and height."""

EVERYTHING: Final[FractionBox] = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class BlurSettings:
    """margin: around a box, as a share of its sides. hold_ms: for how long a box counts before and after its time."""

    margin: float = 0.2
    hold_ms: int = 1_000


@dataclass(frozen=True, slots=True)
class _Sample:
    """Where one track was at one moment."""

    at_ms: int
    box: FractionBox


class People:
    """Where the people of one camera were, from its observations. kept: ids of tracks that stay visible."""

    def __init__(
        self, observations: Iterable[Observation], kept: frozenset[int], settings: BlurSettings | None = None
    ) -> None:
        self._settings = settings or BlurSettings()
        self._tracks: dict[int, list[_Sample]] = defaultdict(list)
        self._looked: list[tuple[int, bool]] = []
        for observation in observations:
            clear = observation.health is Health.CLEAR and observation.people_sought
            self._looked.append((observation.captured_at_ms, clear))
            self._take(observation, kept)

    @property
    def sought(self) -> bool:
        """Whether people were looked for at all."""
        return any(clear for _, clear in self._looked)

    def covered(self, at_ms: int) -> tuple[FractionBox, ...]:
        """Return what must be covered in the picture of a moment, with margins, cut to the picture."""
        if not self._seen(at_ms):
            return (EVERYTHING,)
        found = (self._span(samples, at_ms) for samples in self._tracks.values())
        return tuple(self._widened(box) for box in found if box is not None)

    def _take(self, observation: Observation, kept: frozenset[int]) -> None:
        width, height = observation.size
        for track, (left, top, right, bottom) in zip(
            observation.tracks.ids.tolist(), observation.tracks.xyxy.tolist(), strict=True
        ):
            if track not in kept:
                box = (left / width, top / height, right / width, bottom / height)
                self._tracks[track].append(_Sample(observation.captured_at_ms, box))

    def _seen(self, at_ms: int) -> bool:
        """Tell whether the observations around a moment are near, and could see."""
        place = bisect_right(self._looked, at_ms, key=lambda looked: looked[0])
        around = self._looked[max(place - 1, 0) : place + 1]
        near = [clear for looked_ms, clear in around if abs(looked_ms - at_ms) <= self._settings.hold_ms]
        return bool(near) and all(near)

    def _span(self, samples: Sequence[_Sample], at_ms: int) -> FractionBox | None:
        """Return the box over all places where a track may be at a moment, None where it is not near."""
        place = bisect_right(samples, at_ms, key=lambda sample: sample.at_ms)
        before, after = samples[max(place - 2, 0) : place], samples[place : place + 2]
        sides = [side for side in (before[::-1], after) if side and self._near(side[0], at_ms)]
        if not sides:
            return None
        boxes = [side[0].box for side in sides]
        if len(sides) == 1 and len(sides[0]) == 2:  # it comes or goes: most of all through the edge of the picture
            boxes.append(_continued(sides[0][0], sides[0][1], at_ms))
        return _hull(boxes)

    def _near(self, sample: _Sample, at_ms: int) -> bool:
        return abs(sample.at_ms - at_ms) <= self._settings.hold_ms

    def _widened(self, box: FractionBox) -> FractionBox:
        left, top, right, bottom = box
        across, down = self._settings.margin * (right - left), self._settings.margin * (bottom - top)
        return max(left - across, 0.0), max(top - down, 0.0), min(right + across, 1.0), min(bottom + down, 1.0)


def _continued(near: _Sample, far: _Sample, at_ms: int) -> FractionBox:
    """Return where a track is at a moment if it moves on as from `far` to `near`, or came so the other way round."""
    share = (at_ms - near.at_ms) / (near.at_ms - far.at_ms)
    left, top, right, bottom = (one + (one - other) * share for one, other in zip(near.box, far.box, strict=True))
    return left, top, right, bottom


def _hull(boxes: Sequence[FractionBox]) -> FractionBox:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
