"""Boxes read off masks."""

from __future__ import annotations

import numpy as np

from sample_footage.render.geometry import Flags
from sample_footage.render.sightings import sighting


def mask(*rows: str) -> Flags:
    return np.array([[character == "#" for character in row] for row in rows])


def test_boxes_enclose_the_mask_and_leave_their_ends_out() -> None:
    seen = sighting("T-01", "terminal", mask("....", ".##.", ".##."), mask("....", "..#.", "...."))
    assert seen is not None
    assert seen.full_box == (1, 1, 3, 3)
    assert seen.visible_box == (2, 1, 3, 2)
    assert seen.visible_share == 0.25


def test_a_thing_that_something_hides_wholly_keeps_its_full_box() -> None:
    seen = sighting("T-01", "terminal", mask("#."), mask(".."))
    assert seen is not None
    assert (seen.full_box, seen.visible_box, seen.visible_share) == ((0, 0, 1, 1), None, 0.0)


def test_a_thing_outside_the_picture_is_not_told() -> None:
    assert sighting("T-01", "terminal", mask(".."), mask("..")) is None
