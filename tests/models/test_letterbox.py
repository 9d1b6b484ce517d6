from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.letterbox import Fit, Placement, Preprocessing, fill, place, to_view
from models.network import InputSize
from vision.types import Boxes, Detections

sides = st.integers(16, 4096)
inputs = st.sampled_from([(416, 416), (416, 256), (320, 192), (256, 416), (640, 640)])
fractions = st.tuples(*[st.floats(0, 1, width=32)] * 4)

PLAIN = Preprocessing("BGR", (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), pad=114, fit=Fit.TOP_LEFT)


def detections(*boxes: tuple[float, float, float, float]) -> Detections:
    count = len(boxes)
    xyxy = np.array(boxes, np.float32).reshape(-1, 4)
    return Detections(xyxy, np.full(count, 0.9, np.float32), np.zeros(count, np.int32))


def into_input(box: Boxes, placement: Placement) -> Boxes:
    """Scale and shift as the picture itself is, in double precision."""
    scale = np.array(placement.scale * 2, np.float64)
    return np.asarray(box * scale + np.array([placement.left, placement.top] * 2), np.float32)


@given(view=st.tuples(sides, sides), target=inputs, fit=st.sampled_from(list(Fit)), corners=fractions)
def test_a_box_put_into_the_input_comes_back_where_it_was(
    view: tuple[int, int], target: tuple[int, int], fit: Fit, corners: tuple[float, float, float, float]
) -> None:
    across, down = sorted(corners[:2]), sorted(corners[2:])
    box = np.array([across[0], down[0], across[1], down[1]]) * np.array(view * 2)
    if box[2] - box[0] < 1 or box[3] - box[1] < 1:
        return
    placement = place(view, target, fit)
    back = to_view(detections(tuple(into_input(box.astype(np.float32), placement).tolist())), placement)
    assert back.xyxy[0] == pytest.approx(box, abs=1e-3)


@given(view=st.tuples(sides, sides), target=inputs, fit=st.sampled_from(list(Fit)))
def test_a_view_always_lies_inside_the_input_and_touches_two_of_its_sides(
    view: tuple[int, int], target: tuple[int, int], fit: Fit
) -> None:
    placement = place(view, target, fit)
    assert placement.size[0] >= 1
    assert placement.left + placement.size[0] <= target[0]
    assert placement.top + placement.size[1] <= target[1]
    assert placement.size[0] == target[0] or placement.size[1] == target[1]


def test_a_preparation_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="BGR or RGB"):
        Preprocessing("YUV", (0, 0, 0), (1, 1, 1), pad=114, fit=Fit.CENTRE)
    with pytest.raises(ValueError, match="std"):
        Preprocessing("RGB", (0, 0, 0), (1, 0, 1), pad=114, fit=Fit.CENTRE)


def test_padding_goes_to_the_right_and_bottom_or_to_both_sides() -> None:
    assert place((768, 432), (416, 416), Fit.TOP_LEFT) == Placement((768, 432), (416, 416), (416, 234), 0, 0)
    assert place((768, 432), (416, 416), Fit.CENTRE) == Placement((768, 432), (416, 416), (416, 234), 0, 91)
    assert place((768, 432), (416, 416), Fit.STRETCH) == Placement((768, 432), (416, 416), (416, 416), 0, 0)


def test_a_picture_is_prepared_as_the_network_was_trained() -> None:
    picture = np.zeros((1, 2, 3), np.uint8)
    picture[0, 0] = 10, 20, 30
    preprocessing = Preprocessing("RGB", (1.0, 2.0, 3.0), (2.0, 4.0, 8.0), pad=114, fit=Fit.TOP_LEFT)
    target = np.full((3, 2, 2), np.nan, np.float32)
    fill(target, picture, place((2, 1), (2, 2), Fit.TOP_LEFT), preprocessing)
    assert target[:, 0, 0] == pytest.approx([(30 - 1) / 2, (20 - 2) / 4, (10 - 3) / 8])
    assert target[:, 1, 1] == pytest.approx([(114 - 1) / 2, (114 - 2) / 4, (114 - 3) / 8])


def test_nothing_of_an_earlier_picture_stays_in_the_padding() -> None:
    used, fresh = np.full((3, 64, 64), 7, np.float32), np.zeros((3, 64, 64), np.float32)
    placement = place((20, 10), (64, 64), Fit.CENTRE)
    picture = np.full((placement.size[1], placement.size[0], 3), 200, np.uint8)
    for target in (used, fresh):
        fill(target, picture, placement, PLAIN)
    assert np.array_equal(used, fresh)
    assert set(np.unique(used)) == {114, 200}


def test_boxes_are_clipped_to_the_view_and_those_in_the_padding_are_left_out() -> None:
    placement = place((768, 432), (416, 416), Fit.TOP_LEFT)
    seen = to_view(detections((-5, -5, 500, 500), (0, 240, 416, 400), (np.nan, 0, 10, 10)), placement)
    assert seen.xyxy.tolist() == [[0, 0, 768, 432]]


@pytest.mark.parametrize(
    ("view", "wanted"),
    [
        ((1280, 720), (416, 256)),
        ((768, 432), (416, 256)),
        ((640, 480), (416, 320)),
        ((320, 200), (416, 288)),
        ((720, 1280), (256, 416)),
        ((416, 416), (416, 416)),
        ((1664, 1), (416, 32)),
    ],
)
def test_a_view_gets_an_input_of_its_own_shape(view: tuple[int, int], wanted: tuple[int, int]) -> None:
    assert InputSize(416).of(*view) == wanted


def test_a_fixed_network_gets_its_own_input_whatever_the_view() -> None:
    assert InputSize(320, fixed=(320, 320)).of(1280, 720) == (320, 320)
