"""Arithmetic on stretches of time: (from_ms, to_ms), UTC milliseconds, from before to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

Interval = tuple[int, int]
"""From (included) and to (excluded), UTC milliseconds."""

FOREVER_MS: Final = 253_402_300_799_999
"""The last moment that the ledger can write: the end of what lasts."""


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the same moments as intervals that neither overlap nor touch, in order; empty ones are left out."""
    found: list[Interval] = []
    for from_ms, to_ms in sorted(i for i in intervals if i[0] < i[1]):
        if found and from_ms <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], to_ms))
        else:
            found.append((from_ms, to_ms))
    return tuple(found)


def common(one: Iterable[Interval], other: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the moments that both have."""
    others = merged(other)
    return merged((max(a_from, b_from), min(a_to, b_to)) for a_from, a_to in merged(one) for b_from, b_to in others)


def without(whole: Interval, taken: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the moments of an interval that none of the others has."""
    left, (begin, to_ms) = [], whole
    for taken_from, taken_to in merged(taken):
        left.append((begin, min(taken_from, to_ms)))
        begin = max(begin, taken_to)
    return merged([*left, (begin, to_ms)])


def overlap(one: Interval, other: Interval) -> bool:
    """Tell whether two intervals have a moment in common, or touch."""
    return one[0] <= other[1] and other[0] <= one[1]


def length_ms(intervals: Iterable[Interval]) -> int:
    """Return how many milliseconds lie in any of the intervals."""
    return sum(to_ms - from_ms for from_ms, to_ms in merged(intervals))
