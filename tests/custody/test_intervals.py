"""Stretches of time, held against sets of single milliseconds."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from custody.intervals import Interval, common, length_ms, merged, overlap, without

intervals = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted).map(tuple), max_size=6)


def moments(some: tuple[Interval, ...] | list[Interval]) -> set[int]:
    return {moment for from_ms, to_ms in some for moment in range(from_ms, to_ms)}


@given(intervals)
def test_merging_keeps_every_moment_and_leaves_no_two_that_touch(some: list[Interval]) -> None:
    together = merged(some)
    assert moments(together) == moments(some)
    assert all(one[1] < other[0] for one, other in pairwise(together))
    assert length_ms(some) == len(moments(some))


@given(intervals, intervals)
def test_what_two_have_in_common_is_what_is_in_both(one: list[Interval], other: list[Interval]) -> None:
    assert moments(common(one, other)) == moments(one) & moments(other)


@given(st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted).map(tuple), intervals)
def test_what_is_left_of_an_interval_is_what_no_other_has(whole: Interval, taken: list[Interval]) -> None:
    assert moments(without(whole, taken)) == moments([whole]) - moments(taken)


def test_intervals_that_touch_overlap_and_those_with_a_moment_between_do_not() -> None:
    assert overlap((0, 5), (5, 9))
    assert overlap((5, 9), (0, 5))
    assert not overlap((0, 5), (6, 9))
