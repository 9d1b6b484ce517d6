"""How many frames a second arrived, over the last seconds. Pure; times come in."""

from __future__ import annotations

from collections import deque
from typing import Final

OVER_MS: Final = 5_000


class Rate:
    """Counts moments."""

    def __init__(self) -> None:
        self._moments: deque[int] = deque()

    def count(self, at_ms: int) -> None:
        """Count one frame, UTC milliseconds, later than the one before."""
        self._moments.append(at_ms)
        while at_ms - self._moments[0] > OVER_MS:
            self._moments.popleft()

    @property
    def fps(self) -> float:
        """Frames a second."""
        passed_ms = self._moments[-1] - self._moments[0] if self._moments else 0
        return round((len(self._moments) - 1) * 1000 / passed_ms, 1) if passed_ms else 0.0
