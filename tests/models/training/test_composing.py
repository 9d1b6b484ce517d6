"""Training pictures: boxes stay on the pixels that they were drawn around."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.composing import SCALES, Warp, as_deployed, compose, large_enough, random_warp, warped
from models.training.samples import INPUT_SIZE, Object, Truth, truth_of
from vision.types import Image

WHOLE = (0, 0, *INPUT_SIZE)
BOX = (200.0, 100.0, 320.0, 220.0)


@pytest.fixture
def picture() -> Image:
    """A black view of 640x360 with one white object."""
    view = np.zeros((360, 640, 3), np.uint8)
    view[100:220, 200:320] = 255
    return view


@pytest.fixture
def truth() -> Truth:
    return truth_of([Object("person", BOX)])


def _white(drawn: Image) -> list[float]:
    """Return the box around what is white."""
    rows, columns = np.nonzero(drawn[..., 0] > 200)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.parametrize("seed", range(20))
def test_a_warped_box_lies_around_its_object(picture: Image, truth: Truth, seed: int) -> None:
    warp = random_warp(picture, WHOLE, SCALES, np.random.default_rng(seed))
    drawn, moved = warped(picture, truth, warp, WHOLE)
    assert drawn.shape == (INPUT_SIZE[1], INPUT_SIZE[0], 3)
    assert moved.boxes[0] == pytest.approx(_white(drawn), abs=2.0)


def test_as_deployed_a_view_lies_in_the_middle_as_large_as_fits(picture: Image, truth: Truth) -> None:
    drawn, moved = warped(picture, truth, as_deployed(picture), WHOLE)
    assert moved.boxes[0] == pytest.approx([130, 76, 208, 154], abs=0.6)
    assert drawn[5, 200].tolist() == [114, 114, 114]
    assert drawn[200, 200].tolist() == [0, 0, 0]


def test_mirroring_exchanges_left_and_right(picture: Image, truth: Truth) -> None:
    drawn, moved = warped(picture, truth, Warp(0.65, (0, 0), mirrored_width=640), WHOLE)
    assert moved.boxes[0] == pytest.approx([208, 65, 286, 143], abs=0.6)
    assert _white(drawn) == pytest.approx([208, 65, 286, 143], abs=2)


@pytest.mark.parametrize(("cut_off", "sure"), [(0.5, True), (0.75, False)])
def test_an_object_mostly_outside_need_not_be_found(picture: Image, truth: Truth, cut_off: float, sure: bool) -> None:
    shift = -(200.0 + 120.0 * cut_off)
    _, moved = warped(picture, truth, Warp(1.0, (shift, 0)), WHOLE)
    assert moved.sure.tolist() == [sure]
    assert moved.boxes[0, 0] == 0


def test_an_object_outside_is_gone(picture: Image, truth: Truth) -> None:
    assert len(warped(picture, truth, Warp(1.0, (-500.0, 0)), WHOLE)[1].labels) == 0


def test_an_object_too_small_to_see_need_not_be_found(picture: Image, truth: Truth) -> None:
    for scale, sure in ((0.02, False), (0.06, False), (0.07, True)):
        assert warped(picture, truth, Warp(scale, (0, 0)), WHOLE)[1].sure.tolist() == [sure]


def test_an_object_is_large_enough_by_its_shorter_and_its_longer_side() -> None:
    boxes = np.array([(0, 0, 8, 3), (0, 0, 3, 8), (0, 0, 7, 7), (0, 0, 20, 2)], np.float32)
    assert large_enough(boxes).tolist() == [True, True, False, False]


@pytest.mark.parametrize("seed", range(10))
def test_of_four_pictures_each_keeps_to_its_quarter(picture: Image, truth: Truth, seed: int) -> None:
    drawn, together = compose([(picture, truth)] * 4, np.random.default_rng(seed))
    for left, top, right, bottom in together.boxes[together.sure].round().astype(int):
        inside = drawn[top + 2 : bottom - 2, left + 2 : right - 2]
        assert inside.size == 0 or inside.min() > 200
    white = int((drawn[..., 0] > 200).sum())
    assert white == pytest.approx(sum((b[2] - b[0]) * (b[3] - b[1]) for b in together.boxes), rel=0.1, abs=60)


def test_what_is_unknown_of_a_part_is_unknown_of_the_whole(picture: Image, truth: Truth) -> None:
    only_people = truth_of([Object("person", BOX)], known=["person"])
    parts = [(picture, truth), (picture, only_people), (picture, truth), (picture, truth)]
    assert compose(parts, np.random.default_rng(0))[1].known.tolist() == [True, False, False, False]
