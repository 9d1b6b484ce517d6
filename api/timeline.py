"""What one camera saw over time, as runs of equal answers: for pictures of hours made from many observations.

Pure: observations come in, runs go out. How they look is `api.timeline_svg`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from vision.types import Health, Observation, SlotState

LONGEST_GAP_MS = 10_000
"""Between observations that lie further apart nothing is claimed: the row stays empty there."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Run(Generic[T]):
    """One answer from `start_ms` (included) to `end_ms` (excluded), UTC milliseconds."""

    start_ms: int
    end_ms: int
    value: T


class Runs(Generic[T]):
    """Joins answers that come one after another into runs."""

    def __init__(self) -> None:
        self._done: list[Run[T]] = []
        self._open: Run[T] | None = None

    def add(self, at_ms: int, value: T) -> None:
        """Add the answer of one moment; moments come in order."""
        last = self._open
        if last is None:
            self._open = Run(at_ms, at_ms, value)
            return
        is_gap = at_ms - last.end_ms > LONGEST_GAP_MS
        if last.value == value and not is_gap:
            self._open = Run(last.start_ms, at_ms, value)
            return
        self._done.append(last if is_gap else Run(last.start_ms, at_ms, last.value))
        self._open = Run(at_ms, at_ms, value)

    def finished(self) -> tuple[Run[T], ...]:
        """Return all runs, the last one ending at its last answer."""
        return (*self._done, self._open) if self._open is not None else tuple(self._done)


@dataclass(slots=True)
class CameraTimeline:
    """All rows of one camera: its health, people in each zone, state of each slot. Grows as it is fed."""

    camera: str
    start_ms: int
    end_ms: int
    health: Runs[Health] = field(default_factory=Runs)
    zones: dict[str, Runs[int]] = field(default_factory=dict)
    slots: dict[str, Runs[SlotState]] = field(default_factory=dict)

    def add(self, observation: Observation) -> None:
        """Add one observation of this camera; a zone that was not looked at gets no answer."""
        at_ms = observation.captured_at_ms
        self.end_ms = max(self.end_ms, at_ms)
        self.health.add(at_ms, observation.health)
        for zone, ids in observation.occupancy.items():
            self.zones.setdefault(zone, Runs()).add(at_ms, len(ids))
        for slot, reading in observation.slots.items():
            self.slots.setdefault(slot, Runs()).add(at_ms, reading.state)


def timelines(observations: Iterable[Observation]) -> dict[str, CameraTimeline]:
    """Return one timeline a camera, in order of first appearance. Keeps runs, not observations."""
    read: dict[str, CameraTimeline] = {}
    for observation in observations:
        at_ms = observation.captured_at_ms
        line = read.setdefault(observation.camera, CameraTimeline(observation.camera, at_ms, at_ms))
        line.add(observation)
    return read


def thinned(runs: Sequence[Run[T]], least_ms: float, gravity: Sequence[T]) -> list[Run[T]]:
    """Return runs of at least `least_ms`, so that a day fits a picture: short neighbours become one.

    A joined run takes the gravest of its values, the one that stands first in `gravity`.
    """
    kept: list[Run[T]] = []
    for run in runs:
        last = kept[-1] if kept else None
        if last is None or last.end_ms - last.start_ms >= least_ms or run.start_ms - last.end_ms > least_ms:
            kept.append(run)
        else:
            kept[-1] = Run(last.start_ms, run.end_ms, min(last.value, run.value, key=gravity.index))
    return kept
