"""Whether the wall clock was set: it went on by another time than the clock that nobody can set.

What has been dated by a clock that was an hour ahead cannot be continued by one that is right; whoever dates things
begins anew then.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

STEP_MS: Final = 5_000
"""More than a time server corrects at once without being told to, and less than would hurt."""


class ClockWatch:
    """Compares two clocks, from look to look."""

    def __init__(self, wall_ms: Callable[[], int], monotonic_s: Callable[[], float] = time.monotonic) -> None:
        """Take the clocks. wall_ms: UTC milliseconds; monotonic_s: seconds from anywhere, never set."""
        self._wall_ms = wall_ms
        self._monotonic_s = monotonic_s
        self._ahead_ms = self._ahead()

    def stepped_ms(self) -> int:
        """Return by how much the wall clock was set since the last look, milliseconds; 0 where it was not."""
        before, self._ahead_ms = self._ahead_ms, self._ahead()
        step_ms = round(self._ahead_ms - before)
        return step_ms if abs(step_ms) > STEP_MS else 0

    def _ahead(self) -> float:
        return self._wall_ms() - self._monotonic_s() * 1_000
