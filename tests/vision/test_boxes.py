"""Arithmetic on boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.builders import boxes
from vision.boxes import anchors, areas, iou, overlaps

COORDINATE = st.integers(0, 40)
BOX = st.tuples(COORDINATE, COORDINATE, st.integers(0, 20), st.integers(0, 20)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)


def pixels(box: tuple[int, int, int, int]) -> set[tuple[int, int]]:
    """Return the unit squares that a box of whole pixels covers."""
    return {(x, y) for x in range(box[0], box[2]) for y in range(box[1], box[3])}


@settings(deadline=None)
@given(one=BOX, other=BOX)
def test_areas_and_overlaps_agree_with_counting_pixels(
    one: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> None:
    a, b = pixels(one), pixels(other)
    assert areas(boxes(one))[0] == len(a)
    assert overlaps(boxes(one), boxes(other))[0, 0] == len(a & b)
    expected = len(a & b) / len(a | b) if a | b else 0.0
    assert iou(boxes(one), boxes(other))[0, 0] == pytest.approx(expected, abs=1e-6)


@settings(deadline=None)
@given(st.lists(BOX, max_size=5), st.lists(BOX, max_size=5))
def test_every_pair_has_its_place_and_the_order_does_not_matter(
    ones: list[tuple[int, int, int, int]], others: list[tuple[int, int, int, int]]
) -> None:
    table = iou(boxes(*ones), boxes(*others))
    assert table.shape == (len(ones), len(others))
    assert np.array_equal(table, iou(boxes(*others), boxes(*ones)).T)
    assert ((table >= 0) & (table <= 1)).all()


def test_boxes_that_only_touch_share_nothing() -> None:
    assert overlaps(boxes((0, 0, 10, 10)), boxes((10, 0, 20, 10), (10, 10, 20, 20))).tolist() == [[0, 0]]


def test_anchors_are_shares_of_width_and_height() -> None:
    assert anchors(boxes((10, 20, 30, 60)), 0.5, 0.25).tolist() == [[20, 30]]
    assert anchors(boxes(), 0.5, 0.5).shape == (0, 2)
