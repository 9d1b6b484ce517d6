"""How much room is left on the disk, and whether that is enough to record."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

GB: Final = 10**9


@dataclass(frozen=True, slots=True)
class DiskMarks:
    """Free bytes.

    Below `low` recording stops, and it goes on above `high`, so that it does not flutter in between.
    """

    low: int = 1 * GB
    high: int = 2 * GB

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"a disk needs 0 <= low <= high, got {self.low} and {self.high}")


def free_bytes(folder: Path) -> int:
    """Return what may be written to the disk of a folder by this user. Raises OSError."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


class DiskWatch:
    """Says whether there is room to record. Its answer changes at the marks only."""

    def __init__(self, folder: Path, marks: DiskMarks, free: Callable[[Path], int] = free_bytes) -> None:
        self._folder = folder
        self._marks = marks
        self._free = free
        self._has_room = True

    def lacks(self) -> str | None:
        """Return what is wrong, in words; None where there is room. Raises OSError where the disk does not answer."""
        free = self._free(self._folder)
        self._has_room = free >= (self._marks.low if self._has_room else self._marks.high)
        if self._has_room:
            return None
        left, needed = f"{free / GB:.1f} GB", f"{self._marks.high / GB:.1f} GB"
        remedy = "shorten the retention, release holds or take a larger disk"
        return f"the disk of {self._folder} has {left} left, and recording goes on when it has {needed}; {remedy}"
