"""Waits between attempts: growing, bounded, scattered, and slow after a refused password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.backoff import BackoffSettings, wait_s


def test_waits_double_until_the_longest() -> None:
    settings = BackoffSettings(first_s=1, factor=2, longest_s=60, jitter=0)
    assert [wait_s(settings, attempt, 0.3) for attempt in (1, 2, 3, 6, 7, 8)] == [1, 2, 4, 32, 60, 60]


@given(st.integers(1, 10**9), st.floats(0, 1))
def test_a_wait_is_never_zero_and_never_beyond_the_longest(attempt: int, draw: float) -> None:
    assert 0 < wait_s(BackoffSettings(), attempt, draw) <= 60


@given(st.integers(1, 100), st.floats(0, 1))
def test_a_refused_password_is_not_tried_again_within_a_minute(attempt: int, draw: float) -> None:
    assert wait_s(BackoffSettings(), attempt, draw, refused=True) >= 60


def test_impossible_settings_are_refused_with_their_values() -> None:
    with pytest.raises(ValueError, match="first_s <= longest_s"):
        BackoffSettings(first_s=5, longest_s=1)
