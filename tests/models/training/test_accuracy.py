"""Matching and figures, on cases small enough to count by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.training.accuracy import matches
from models.training.samples import Object, Truth, truth_of
from vision.types import Detections

A, B, ELSEWHERE = (0, 0, 10, 10), (50, 50, 60, 60), (200, 200, 210, 210)


def found(*boxes: tuple[tuple[int, int, int, int], float]) -> Detections:
    return Detections(
        np.array([box for box, _ in boxes], np.float32).reshape(-1, 4),
        np.array([score for _, score in boxes], np.float32),
        np.zeros(len(boxes), np.int32),
    )


def people(*boxes: tuple[int, int, int, int], sure: bool = True) -> Truth:
    return truth_of([Object("person", box, sure) for box in boxes])


def test_all_found_and_nothing_else_is_one() -> None:
    matched = matches([(found((A, 0.9), (B, 0.8)), people(A, B))])
    assert matched.average_precision() == 1.0
    assert matched.recall_at(0.0) == 1.0


def test_a_false_box_of_higher_score_costs_precision() -> None:
    matched = matches([(found((ELSEWHERE, 0.9), (A, 0.8)), people(A))])
    assert matched.average_precision() == 0.5


def test_a_false_box_of_lower_score_costs_nothing() -> None:
    assert matches([(found((A, 0.9), (ELSEWHERE, 0.8)), people(A))]).average_precision() == 1.0


def test_an_object_not_found_costs_its_share() -> None:
    assert matches([(found((A, 0.9)), people(A, B))]).average_precision() == 0.5


def test_a_second_box_on_an_object_is_a_false_one() -> None:
    matched = matches([(found((A, 0.9), (A, 0.8), (B, 0.7)), people(A, B))])
    assert matched.right.tolist() == [True, False, True]


def test_a_box_too_far_off_is_a_false_one() -> None:
    assert matches([(found(((0, 0, 10, 21), 0.9)), people(A))]).right.tolist() == [False]


def test_a_box_on_an_unsure_object_is_neither_right_nor_wrong() -> None:
    matched = matches([(found((A, 0.9), (B, 0.5)), people(A, sure=False)), (found((B, 0.8)), people(B))])
    assert matched.right.tolist() == [True, False]
    assert matched.objects == 1


def test_recall_is_taken_where_so_many_false_boxes_a_picture_are_allowed() -> None:
    one = (found((A, 0.9), (ELSEWHERE, 0.6), (B, 0.5)), people(A, B))
    matched = matches([one, *[(found(), people())] * 9])
    assert matched.recall_at(0.0) == 0.5
    assert matched.score_at(0.0) == pytest.approx(0.9)
    assert matched.recall_at(0.1) == 1.0
    assert matched.score_at(0.1) == pytest.approx(0.5)


def test_without_objects_there_is_no_average_precision() -> None:
    assert math.isnan(matches([(found((A, 0.9)), people())]).average_precision())
