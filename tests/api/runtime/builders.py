"""What cameras say, made by hand: the counter of the site file of the tests."""

from __future__ import annotations

from typing import Final

import numpy as np

from vision.types import Health, Observation, SlotReading, SlotState, Tracks, Voice

NOW_MS: Final = 1_519_174_800_000
"""10:00 on the 21st in Tokyo, within window hours."""


def counter(at_ms: int, terminal: SlotState = SlotState.PRESENT, health: Health = Health.CLEAR) -> Observation:
    """Return what the camera over the counter says: one person behind it, and the terminal."""
    tracks = Tracks(
        ids=np.array([7], np.int64),
        xyxy=np.array([[100.1, 80.7, 150.3, 220.9]], np.float32),
        score=np.array([0.751], np.float32),
        born_at_ms=np.array([at_ms - 900], np.int64),
        seen_at_ms=np.array([at_ms], np.int64),
    )
    slots = {"T-01": SlotReading(terminal, Voice.APPEARANCE, 0.5), "B-0221": SlotReading(SlotState.PRESENT)}
    zones = {"window-1": (), "behind-1": (7,), "lobby": ()}
    return Observation("counter", at_ms, health, (640, 360), tracks, people_sought=True, occupancy=zones, slots=slots)


class Clock:
    """A wall clock that stands still until it is moved."""

    def __init__(self, at_ms: int = NOW_MS) -> None:
        self.at_ms = at_ms

    def __call__(self) -> int:
        return self.at_ms
