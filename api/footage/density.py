"""How much of each part of a stretch was recorded: what a timeline draws, whatever its scale. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from custody.intervals import Interval


def density(recorded: Sequence[Interval], stretch: Interval, parts: int) -> list[float]:
    """Return the share of each of so many equal parts that is in one of `recorded`, in order and apart: 0 to 1."""
    part_ms = (stretch[1] - stretch[0]) / parts
    covered_ms = [0.0] * parts
    for from_ms, to_ms in recorded:
        first, last = (min(int((at - stretch[0]) / part_ms), parts - 1) for at in (from_ms, to_ms))
        for part in range(first, last + 1):
            begin_ms = stretch[0] + part * part_ms
            covered_ms[part] += max(0.0, min(to_ms, begin_ms + part_ms) - max(from_ms, begin_ms))
    return [round(min(1.0, covered / part_ms), 3) for covered in covered_ms]
