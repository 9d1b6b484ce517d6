"""Whether a picture has changed since the detector last looked: unchanged pixels keep their last verdict.

Somebody who works at a desk changes the picture all the time, and is where they were. While all who are in view are
followed steadily and nothing has changed but where they are, every other look is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from vision.types import Boxes, Frame, Image
from vision.zones import Polygon, to_pixels

SIDE: Final = 4
"""Pixels of a 640-wide view that are averaged, in each direction, before pictures are compared."""
NOTICEABLE: Final = 5.0
"""Difference of the averages, 0..255, that counts; sensor noise in them is about 1."""
STEADY_MS: Final = 300
"""How long people who are followed steadily are taken to be where they were, whatever changes there."""
REACH: Final = 0.5
"""How far around a steady person a change is still theirs, or their chair's: a share of their box's size."""


class ChangeGate:
    """Remembers the picture that the detector last saw, without the parts that are to be ignored."""

    def __init__(self, ignored: Sequence[Polygon] = (), look_again_ms: int = 10_000) -> None:
        self._ignored = tuple(ignored)
        self._look_again_ms = look_again_ms
        self._small: Image | None = None
        self._looked_at_ms = 0

    def changed(self, frame: Frame, steady: Boxes | None = None) -> bool:
        """Tell whether the detector must look; if so, the frame counts as looked at.

        It must where anything as large as a distant head differs, and in any case every `look_again_ms`.
        `steady`: (n, 4) px boxes of all in view, where all of them are followed steadily: changes there can wait
        `STEADY_MS`.
        """
        small = self._reduced(frame)
        since_ms = frame.captured_at_ms - self._looked_at_ms
        if self._small is None or self._small.shape != small.shape or since_ms >= self._look_again_ms:
            due = True
        else:
            change = np.asarray(cv2.blur(cv2.absdiff(small, self._small), (2, 2)), np.uint8)
            if steady is not None and since_ms < STEADY_MS:
                _leave_out(change, steady * np.float32(small.shape[1] / frame.width))
            due = bool(change.max() > NOTICEABLE)
        if due:
            self._small = small
            self._looked_at_ms = frame.captured_at_ms
        return due

    def _reduced(self, frame: Frame) -> Image:
        width = max(8, min(640, frame.width) // SIDE)
        height = max(8, round(width * frame.height / frame.width))
        small = frame.reduced_luma(width, height)
        if not self._ignored:
            return small
        small = small.copy()  # other parts look at the same picture
        for polygon in self._ignored:
            cv2.fillPoly(small, [np.round(to_pixels(polygon, width, height)).astype(np.int32)], 0)
        return small


def _leave_out(change: Image, people: Boxes) -> None:
    """Take out of a picture of changes what is where people are; `people`: (n, 4) px boxes in it."""
    reach = (people[:, 2:] - people[:, :2]) * np.float32(REACH)
    corners = np.hstack([np.maximum(people[:, :2] - reach, 0), people[:, 2:] + reach])
    for left, top, right, bottom in corners.round().astype(int).tolist():
        change[top:bottom, left:right] = 0
