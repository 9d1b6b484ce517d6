"""Pieces of a dressed body."""

from __future__ import annotations

import numpy as np
import pytest

from sample_footage.render.geometry import Floats
from sample_footage.render.mannequin import Piece


def square() -> Piece:
    corners = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    weights = np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    return Piece(corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32), np.array([4, 7], np.int32), weights)


def areas(piece: Piece) -> Floats:
    a, b, c = np.moveaxis(piece.vertices[piece.triangles], 1, 0)
    return np.asarray(np.linalg.norm(np.cross(b - a, c - a), axis=1) / 2)


def test_a_finer_piece_covers_the_same_surface_with_the_same_stuff() -> None:
    fine = square().finer(np.array([True, False]))
    assert len(fine.triangles) == 5
    for stuff in (4, 7):
        assert areas(fine)[fine.stuff == stuff].sum() == pytest.approx(0.5)


def test_new_corners_are_moved_half_by_each_neighbour_s_bones() -> None:
    fine = square().finer(np.array([True, True]))
    middle = int(np.flatnonzero((fine.vertices == [1.0, 0.5, 0.0]).all(1))[0])
    assert fine.weights[middle] == pytest.approx([0.5, 0.5])


def test_only_keeps_what_is_wanted() -> None:
    assert square().only(np.array([False, True])).stuff.tolist() == [7]
