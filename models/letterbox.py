"""A view's place inside a network's input, there and back.

Here belongs the geometry of scaling and padding, and the filling of input arrays. What a network answers
is decode.py's; which network wants which preparation is layouts.py's and the manifest's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Detections, Image

Tensor = NDArray[np.float32]
"""Network input: (batch, 3, height, width) float32."""


class Fit(StrEnum):
    """How a view is put into an input of another shape."""

    TOP_LEFT = "top-left"
    CENTRE = "centre"
    STRETCH = "stretch"


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """What a network wants done to blue, green, red pixels of 0..255.

    order: channel order of the input. mean and std: in that order, in units of 0..255: (pixel - mean) / std.
    pad: the pixel value of padding, before mean and std.
    """

    order: str
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    pad: int
    fit: Fit

    def __post_init__(self) -> None:
        if self.order not in {"BGR", "RGB"}:
            raise ValueError(f"order must be BGR or RGB, got {self.order!r}")
        if 0 in self.std:
            raise ValueError(f"std must not be 0, got {self.std}")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a view of `view` (width, height) px lies in an input of `input` (width, height) px.

    The view fills `size` (width, height) px of the input from `left`, `top`.
    """

    view: tuple[int, int]
    input: tuple[int, int]
    size: tuple[int, int]
    left: int
    top: int

    @property
    def scale(self) -> tuple[float, float]:
        """Input pixels per view pixel, across and down; they differ by the rounding of `size`."""
        return self.size[0] / self.view[0], self.size[1] / self.view[1]


def place(view: tuple[int, int], target: tuple[int, int], fit: Fit) -> Placement:
    """Return where a view goes in an input, both (width, height) px: as large as fits, at least 1 px."""
    if fit is Fit.STRETCH:
        return Placement(view, target, target, 0, 0)
    scale = min(target[0] / view[0], target[1] / view[1])
    size = (max(1, round(view[0] * scale)), max(1, round(view[1] * scale)))
    if fit is Fit.TOP_LEFT:
        return Placement(view, target, size, 0, 0)
    return Placement(view, target, size, (target[0] - size[0]) // 2, (target[1] - size[1]) // 2)


def fill(target: Tensor, image: Image, placement: Placement, preprocessing: Preprocessing) -> None:
    """Write a scaled (height, width, 3) uint8 picture and its padding into (3, height, width) float32.

    Channels are taken apart before they are converted, and all arithmetic after that is in place: an order of
    magnitude less than float copies of the whole picture. Divided, not multiplied by the inverse: quantised
    networks turn the difference of a last bit into one of pixels.
    """
    mean = np.array(preprocessing.mean, np.float32)[:, None, None]
    std = np.array(preprocessing.std, np.float32)[:, None, None]
    (width, height), left, top = placement.size, placement.left, placement.top
    inside = target[:, top : top + height, left : left + width]
    channels = cv2.split(image)
    for plane, channel in zip(inside, channels if preprocessing.order == "BGR" else channels[::-1], strict=True):
        plane[...] = channel
    if mean.any():
        inside -= mean
    if (std != 1).any():
        inside /= std
    padding = (preprocessing.pad - mean) / std
    target[:, :top] = padding
    target[:, top + height :] = padding
    target[:, top : top + height, :left] = padding
    target[:, top : top + height, left + width :] = padding


def to_view(found: Detections, placement: Placement) -> Detections:
    """Return detections in pixels of the input as detections in pixels of the view, clipped to it.

    What lies wholly in the padding, and what is not a number, is left out.
    """
    across, down = placement.scale
    scale = np.array([across, down, across, down], np.float32)
    offset = np.array([placement.left, placement.top] * 2, np.float32)
    boxes = (found.xyxy - offset) / scale
    limit = np.array(placement.view * 2, np.float32)
    np.clip(boxes, 0, limit, out=boxes)
    keep = (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
    return Detections(boxes, found.score, found.label).where(keep)
