"""Arithmetic on (n, 4) boxes: left, top, right, bottom in pixels."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vision.types import Boxes

NEVER: Final = -2.0
"""Affinity of boxes that are not of the same person."""


def areas(boxes: Boxes) -> NDArray[np.float32]:
    """Return the area of each box, (n,) float32."""
    return np.asarray((boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]), np.float32)


def overlaps(boxes: Boxes, others: Boxes) -> NDArray[np.float32]:
    """Return the area that each box shares with each other box, (n, m) float32."""
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    shared = np.maximum(high - low, 0)
    return np.asarray(shared[..., 0] * shared[..., 1], np.float32)


def iou(boxes: Boxes, others: Boxes) -> NDArray[np.float32]:
    """Return intersection over union of each box with each other box, (n, m) float32, 0 for empty boxes."""
    shared = overlaps(boxes, others)
    union = areas(boxes)[:, None] + areas(others)[None, :] - shared
    return np.asarray(shared / np.maximum(union, 1e-9), np.float32)


def anchors(boxes: Boxes, across: float, down: float) -> NDArray[np.float32]:
    """Return the point of each box at a share of its width and height, (n, 2) float32 px."""
    left_top, size = boxes[:, :2], boxes[:, 2:] - boxes[:, :2]
    return np.asarray(left_top + size * np.array([across, down], np.float32), np.float32)


def affinity(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """Return how well boxes fit, (n, m): overlap less squared distance of centres over the enclosing diagonal.

    This is Distance-IoU (Zheng et al., 2020), which still ranks boxes that a slow frame rate has pulled apart.
    Boxes of very different size never fit.
    """
    low = np.minimum(boxes[:, None, :2], others[None, :, :2])
    high = np.maximum(boxes[:, None, 2:], others[None, :, 2:])
    diagonal = ((high - low) ** 2).sum(axis=2)
    centres = (boxes[:, None, :2] + boxes[:, None, 2:] - others[None, :, :2] - others[None, :, 2:]) / 2
    result = iou(boxes, others) - (centres**2).sum(axis=2) / np.maximum(diagonal, 1e-9)
    ratio = areas(boxes)[:, None] / np.maximum(areas(others)[None, :], 1e-9)
    return np.where((ratio > 0.2) & (ratio < 5), result, NEVER).astype(np.float64)


def strides(boxes: Boxes, others: Boxes) -> NDArray[np.float64]:
    """Return how far boxes are apart, centre to centre, in the diagonals of the first, (n, m)."""
    centres, goals = (boxes[:, :2] + boxes[:, 2:]) / 2, (others[:, :2] + others[:, 2:]) / 2
    apart = np.hypot(*np.moveaxis(goals[None] - centres[:, None], 2, 0))
    return np.asarray(apart / np.hypot(*(boxes[:, 2:] - boxes[:, :2]).T)[:, None], np.float64)


def contained(box: NDArray[np.float32], others: Boxes) -> float:
    """Return the largest share of a box (4,) that lies inside one of the others."""
    low = np.maximum(box[None, :2], others[:, :2])
    high = np.minimum(box[None, 2:], others[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=1)
    return float(shared.max() / max(float((box[2] - box[0]) * (box[3] - box[1])), 1e-9))
