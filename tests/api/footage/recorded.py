"""Footage of the camera `counter`: 40 s in four segments, 20 s without the camera, 20 s in two more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from streams.footage_keys import FootageKey
from streams.segments import Segment
from tests.streams.conftest import ClipMaker
from tests.streams.footage import record
from tests.streams.told import BEGAN_MS

LOST_MS: Final = BEGAN_MS + 40_000
BACK_MS: Final = BEGAN_MS + 60_000
ENDED_MS: Final = BEGAN_MS + 80_000


def record_evening(root: Path, clips: Path, key: Callable[[], FootageKey] | None = None) -> list[Segment]:
    """Write the footage under `root`, encrypted where a key is given; return its segments."""
    make = ClipMaker(clips)
    before, after = make("before.mp4", frames=600, g="15"), make("after.mp4", frames=300, g="15")
    return record(root, before, after, pause_ms=BACK_MS - LOST_MS, key=key)
