"""Teachers: a label where most agree, no verdict where few do."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.samples import CLASSES
from models.training.teachers import agreed
from vision.types import Boxes


def boxes(*rows: tuple[float, float, float, float]) -> Boxes:
    return np.array(rows, np.float32).reshape(-1, 4)


def test_three_who_agree_make_a_label_in_the_middle_of_their_boxes() -> None:
    truth = agreed([boxes((0, 0, 10, 20)), boxes((2, 0, 12, 20)), boxes((1, 0, 11, 20)), boxes()], agreeing=3)
    assert truth.boxes.tolist() == [[1, 0, 11, 20]]
    assert truth.sure.tolist() == [True]


def test_what_one_alone_sees_is_left_open() -> None:
    truth = agreed([boxes((0, 0, 10, 20)), boxes(), boxes(), boxes()], agreeing=3)
    assert truth.sure.tolist() == [False]


def test_two_people_side_by_side_stay_two() -> None:
    both = boxes((0, 0, 10, 20), (9, 0, 19, 20))
    truth = agreed([both, both[::-1], both], agreeing=3)
    assert sorted(truth.boxes.tolist()) == both.tolist()
    assert truth.sure.tolist() == [True, True]


def test_one_teacher_who_sees_a_person_twice_does_not_count_twice() -> None:
    twice = boxes((0, 0, 10, 20), (0, 1, 10, 21), (1, 0, 11, 20))
    assert not agreed([twice, boxes(), boxes()], agreeing=2).sure.any()


@pytest.mark.parametrize("opinions", [[boxes(), boxes()], [boxes((0, 0, 10, 20)), boxes()]])
def test_teachers_of_people_say_nothing_of_other_classes(opinions: list[Boxes]) -> None:
    truth = agreed(opinions, agreeing=2)
    assert [CLASSES[number] for number in np.flatnonzero(truth.known)] == ["person"]
