from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.footage.density import density
from custody.intervals import length_ms, merged


def test_a_part_has_the_share_of_it_that_was_recorded() -> None:
    assert density([(0, 15), (18, 20), (35, 100)], (0, 40), 4) == [1.0, 0.7, 0.0, 0.5]
    assert density([], (0, 40), 2) == [0.0, 0.0]
    assert density([(0, 40)], (0, 40), 3) == [1.0, 1.0, 1.0]


intervals = st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), max_size=10)


@given(intervals, st.integers(1, 50))
def test_the_parts_together_are_what_was_recorded(drawn: list[tuple[int, int]], parts: int) -> None:
    recorded = merged(drawn)
    shares = density(recorded, (0, 10_000), parts)
    assert sum(shares) * 10_000 / parts == pytest.approx(length_ms(recorded), abs=5 + 10_000 * 0.0005)
