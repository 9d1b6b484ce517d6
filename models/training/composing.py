"""Training pictures out of samples: one or four, scaled, shifted and mirrored into the network's input. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.training.samples import INPUT_SIZE, Truth
from vision.boxes import areas
from vision.types import Boxes, Image

PAD = 114
"""The grey of padding, as models/layouts.py has it for networks of this kind."""

SCALES, QUARTER_SCALES = (0.7, 1.7), (0.9, 2.5)
"""How much larger a picture is drawn than fits its place, least and most: alone, and as one of four."""

LEAST_SHARE = 0.35
"""An object that a border cuts off further need not be found."""

LEAST_SIZE_PX = (3.0, 8.0)
"""Nor one whose shorter or longer side is less in the network's input."""

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom in px."""

Labelled = tuple[Image, Truth]


@dataclass(frozen=True, slots=True)
class Warp:
    """Takes a point p of a picture to scale * p + shift, after mirroring it where `mirrored_width` px is given."""

    scale: float
    shift: tuple[float, float]
    mirrored_width: int | None = None

    def matrix(self) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Return the 2x3 matrix."""
        across, offset = (1.0, 0.0) if self.mirrored_width is None else (-1.0, float(self.mirrored_width))
        left, top = self.shift
        return np.array([[self.scale * across, 0, self.scale * offset + left], [0, self.scale, top]])


def as_deployed(picture: Image) -> Warp:
    """Return how the running detector puts a picture into its input: as large as fits, in the middle."""
    (width, height), (across, down) = _size(picture), INPUT_SIZE
    scale = min(across / width, down / height)
    return Warp(scale, ((across - width * scale) / 2, (down - height * scale) / 2))


def random_warp(picture: Image, place: Rectangle, scales: tuple[float, float], rng: np.random.Generator) -> Warp:
    """Return a random scale and shift by which a picture covers a place, or lies in it, and mirror it at random."""
    (width, height), (left, top, right, bottom) = _size(picture), place
    fits = min((right - left) / width, (bottom - top) / height)
    scale = fits * float(np.exp(rng.uniform(*np.log(scales))))
    free = (right - left - width * scale, bottom - top - height * scale)
    x, y = (rng.uniform(min(0, room), max(0, room)) for room in free)
    return Warp(scale, (left + x, top + y), width if rng.random() < 0.5 else None)


def compose(parts: Sequence[Labelled], rng: np.random.Generator) -> Labelled:
    """Return one training picture of one sample, or of four around a random middle.

    What is unknown of any part is unknown of the whole.
    """
    if len(parts) == 1:
        (picture, truth) = parts[0]
        place = (0, 0, *INPUT_SIZE)
        warp = as_deployed(picture) if rng.random() < 0.3 else random_warp(picture, place, SCALES, rng)
        return warped(picture, truth, warp, place)
    canvas = np.empty((INPUT_SIZE[1], INPUT_SIZE[0], 3), np.uint8)
    truths = []
    for (picture, truth), place in zip(parts, _quarters(rng), strict=True):
        left, top, right, bottom = place
        drawn, moved = warped(picture, truth, random_warp(picture, place, QUARTER_SCALES, rng), place)
        canvas[top:bottom, left:right] = drawn[top:bottom, left:right]
        truths.append(moved)
    return canvas, _together(truths)


def warped(picture: Image, truth: Truth, warp: Warp, place: Rectangle) -> Labelled:
    """Draw a picture into an input of its own; truth is clipped to its place and loses what lies outside."""
    matrix = warp.matrix()
    corners = truth.boxes.reshape(-1, 2, 2) @ matrix[:, :2].T + matrix[:, 2]
    boxes = np.concatenate([corners.min(axis=1), corners.max(axis=1)], axis=1)
    return _drawn(picture, warp), _clipped(boxes.astype(np.float32), truth, place)


def _drawn(picture: Image, warp: Warp) -> Image:
    """Halve first what becomes much smaller: bilinear sampling alone would skip pixels."""
    matrix = warp.matrix()
    if warp.scale < 0.5:
        size = (picture.shape[1] // 2, picture.shape[0] // 2)
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        matrix[:, :2] *= 2
    drawn = cv2.warpAffine(picture, matrix, INPUT_SIZE, flags=cv2.INTER_LINEAR, borderValue=(PAD, PAD, PAD))
    return np.asarray(drawn, np.uint8)


def large_enough(boxes: Boxes) -> NDArray[np.bool_]:
    """Whether each object, in px of the network's input, is large enough to be asked for, (n,)."""
    sides = np.sort(boxes[:, 2:] - boxes[:, :2], axis=1)
    return np.asarray((sides >= LEAST_SIZE_PX).all(axis=1))


def _clipped(boxes: Boxes, truth: Truth, place: Rectangle) -> Truth:
    low, high = np.array(place[:2] * 2, np.float32), np.array(place[2:] * 2, np.float32)
    inside = boxes.clip(low, high)
    sides = inside[:, 2:] - inside[:, :2]
    seen = (sides > 0).all(axis=1)
    share = areas(inside) / np.maximum(areas(boxes), 1e-6)
    sure = truth.sure & (share >= LEAST_SHARE) & large_enough(inside)
    return Truth(inside[seen], truth.labels[seen], sure[seen], truth.known)


def _quarters(rng: np.random.Generator) -> list[Rectangle]:
    width, height = INPUT_SIZE
    x, y = int(rng.uniform(0.3, 0.7) * width), int(rng.uniform(0.3, 0.7) * height)
    return [(0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)]


def _together(truths: Sequence[Truth]) -> Truth:
    return Truth(
        np.concatenate([one.boxes for one in truths]),
        np.concatenate([one.labels for one in truths]),
        np.concatenate([one.sure for one in truths]),
        np.logical_and.reduce([one.known for one in truths]),
    )


def _size(picture: Image) -> tuple[int, int]:
    return picture.shape[1], picture.shape[0]
