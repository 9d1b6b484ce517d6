"""Arithmetic on (n, 4) boxes: left, top, right, bottom in pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vision.types import Boxes


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
