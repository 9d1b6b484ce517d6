"""Teachers: a label where most agree, no verdict where few do."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.samples import CLASSES
from models.training.teachers import agreed
from vision.types import Boxes


def boxes(*rows: tuple[float, float, float, float]) -> Boxes:
    return np.array(rows, np.float32).reshape(-1, 4)


PERSON = (0, 0, 10, 20)


@pytest.mark.parametrize(("seen_by", "sure"), [(4, [True]), (3, [True]), (2, [False]), (1, []), (0, [])])
def test_three_of_four_make_a_label_two_leave_it_open_one_is_mistaken(seen_by: int, sure: list[bool]) -> None:
    assert agreed([boxes(PERSON)] * seen_by + [boxes()] * (4 - seen_by)).sure.tolist() == sure


def test_a_label_lies_in_the_middle_of_the_boxes_given() -> None:
    truth = agreed([boxes((0, 0, 10, 20)), boxes((2, 0, 12, 20)), boxes((1, 0, 11, 20))])
    assert truth.boxes.tolist() == [[1, 0, 11, 20]]


def test_two_people_side_by_side_stay_two() -> None:
    both = boxes(PERSON, (9, 0, 19, 20))
    truth = agreed([both, both[::-1], both])
    assert sorted(truth.boxes.tolist()) == both.tolist()
    assert truth.sure.tolist() == [True, True]


def test_a_teacher_who_sees_a_person_twice_counts_once() -> None:
    twice = boxes(PERSON, (0, 1, 10, 21), (1, 0, 11, 20))
    assert len(agreed([twice, boxes(), boxes()]).labels) == 0


@pytest.mark.parametrize("opinions", [[boxes(), boxes()], [boxes(PERSON), boxes(PERSON)]])
def test_teachers_of_people_say_nothing_of_other_classes(opinions: list[Boxes]) -> None:
    assert [CLASSES[number] for number in np.flatnonzero(agreed(opinions).known)] == ["person"]
