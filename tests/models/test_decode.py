"""Each decoder on tensors written by hand from the published layouts."""

from __future__ import annotations

import numpy as np
import pytest

from models.decode import (
    decode_detr_boxes,
    decode_detr_logits,
    decode_detr_queries,
    decode_end_to_end,
    decode_nanodet,
    decode_rtmdet,
    decode_ultralytics,
    decode_yolox,
    places,
)

SIZE = (64, 32)
"""Grids of 8x4, 4x2 and 2x1 cells."""

CELLS = 42


def test_the_grids_of_an_input_are_counted_by_its_strides() -> None:
    assert places(SIZE) == CELLS
    assert places((416, 416)) == 3549


def test_rtmdet_boxes_are_taken_as_they_stand_and_padding_rows_are_not() -> None:
    dets = np.array([[1, 2, 30, 20, 0.6], [4, 4, 9, 9, 0.9], [0, 0, 0, 0, 0]], np.float32)
    seen = decode_rtmdet([dets, np.array([0, 3, -1])], SIZE, 0.3)
    assert seen.xyxy.tolist() == [[4, 4, 9, 9], [1, 2, 30, 20]]
    assert seen.label.tolist() == [3, 0]


def test_yolox_rows_are_offsets_from_their_cell() -> None:
    rows = np.zeros((CELLS, 5 + 2), np.float32)
    first_of_stride_16 = 32
    rows[first_of_stride_16 + 5] = 0.5, 0.25, np.log(2), np.log(1), 0.8, 0.1, 0.9  # column 1, row 1
    seen = decode_yolox([rows], SIZE, 0.3)
    assert seen.xyxy[0] == pytest.approx([24 - 16, 20 - 8, 24 + 16, 20 + 8])
    assert seen.score == pytest.approx([0.72])
    assert seen.label.tolist() == [1]


def test_yolox_boxes_beyond_all_measure_do_no_harm() -> None:
    rows = np.zeros((CELLS, 6), np.float32)
    rows[0], rows[1] = (0, 0, 200, 200, 1, 1), (np.nan, 0, 0, 0, 1, 1)
    assert len(decode_yolox([rows], SIZE, 0.3)) == 1


def test_nanodet_distances_are_means_over_eight_bins() -> None:
    scores = [np.zeros((count, 2), np.float32) for count in (32, 8, 2)]
    distances = [np.zeros((count, 32), np.float32) for count in (32, 8, 2)]
    scores[0][9] = 0.2, 0.7  # stride 8, column 1, row 1: its centre is at 11.5
    logits = np.full((4, 8), -50, np.float32)
    logits[0, 1], logits[1, 0], logits[2, 3], logits[3, [1, 2]] = 50, 50, 50, 50
    distances[0][9] = logits.ravel()
    seen = decode_nanodet([*scores, *distances], SIZE, 0.3)
    assert seen.xyxy[0] == pytest.approx([11.5 - 8, 11.5, 11.5 + 24, 11.5 + 12])
    assert (seen.score.tolist(), seen.label.tolist()) == (pytest.approx([0.7]), [1])


def test_ultralytics_columns_are_centre_and_extent_in_pixels() -> None:
    columns = np.zeros((4 + 3, CELLS), np.float32)
    columns[:, 7] = 20, 10, 8, 6, 0.1, 0.2, 0.8
    seen = decode_ultralytics([columns], SIZE, 0.3)
    assert seen.xyxy.tolist() == [[16, 7, 24, 13]]
    assert seen.label.tolist() == [2]


def test_overlapping_boxes_are_one_object_in_one_class_and_two_in_two() -> None:
    columns = np.zeros((4 + 2, CELLS), np.float32)
    columns[:, 0] = 20, 10, 10, 10, 0.9, 0
    columns[:, 1] = 21, 10, 10, 10, 0.8, 0
    columns[:, 2] = 21, 10, 10, 10, 0, 0.7
    seen = decode_ultralytics([columns], SIZE, 0.3)
    assert seen.score == pytest.approx([0.9, 0.7])
    assert seen.label.tolist() == [0, 1]


def test_end_to_end_rows_are_corners_score_and_class() -> None:
    rows = np.array([[1, 2, 3, 4, 0.2, 0], [5, 6, 7, 8, 0.6, 2], [5, 6, 7, 9, 0.7, 1]], np.float32)
    seen = decode_end_to_end([rows], SIZE, 0.3)
    assert seen.xyxy.tolist() == [[5, 6, 7, 9], [5, 6, 7, 8]]
    assert seen.label.tolist() == [1, 2]


def test_detr_with_postprocessor_gives_corners_in_the_size_that_it_was_told() -> None:
    outputs = [np.array([7, 1]), np.array([[0, 0, 64, 32], [8, 8, 16, 16]]), np.array([0.31, 0.9])]
    seen = decode_detr_boxes([output.astype(np.float32) for output in outputs], SIZE, 0.3)
    assert seen.xyxy.tolist() == [[8, 8, 16, 16], [0, 0, 64, 32]]
    assert seen.label.tolist() == [1, 7]


def test_detr_logits_pass_the_sigmoid_and_boxes_are_fractions_of_the_input() -> None:
    boxes = np.array([[0.5, 0.5, 0.25, 0.5], [0.1, 0.1, 0.1, 0.1]], np.float32)
    logits = np.array([[-20, 2.0, -20], [-20, -20, -1.0]], np.float32)
    seen = decode_detr_logits([boxes, logits], SIZE, 0.3)
    assert seen.xyxy.tolist() == [[24, 8, 40, 24]]
    assert seen.score == pytest.approx([1 / (1 + np.exp(-2.0))])
    assert seen.label.tolist() == [1]


def test_one_detr_query_may_stand_for_two_classes() -> None:
    boxes = np.array([[0.5, 0.5, 0.5, 0.5]], np.float32)
    seen = decode_detr_logits([boxes, np.array([[3.0, 1.0]], np.float32)], SIZE, 0.3)
    assert seen.label.tolist() == [0, 1]


def test_detr_queries_carry_scores_that_already_passed_the_sigmoid() -> None:
    rows = np.array([[0.5, 0.5, 0.5, 0.25, 0.1, 0.8], [0.5, 0.5, 0.5, 0.25, 0.1, 0.2]], np.float32)
    seen = decode_detr_queries([rows], SIZE, 0.3)
    assert seen.xyxy.tolist() == [[16, 12, 48, 20]]
    assert seen.label.tolist() == [1]


def test_nothing_above_the_score_is_nothing_seen() -> None:
    assert len(decode_yolox([np.zeros((CELLS, 85), np.float32)], SIZE, 0.3)) == 0
    assert len(decode_ultralytics([np.zeros((84, CELLS), np.float32)], SIZE, 0.3)) == 0
    assert len(decode_detr_logits([np.zeros((0, 4), np.float32), np.zeros((0, 80), np.float32)], SIZE, 0.3)) == 0
