"""Whether a picture has changed since the detector last looked: unchanged pixels keep their last verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from vision.types import Frame, Image
from vision.zones import Polygon, to_pixels

SIDE: Final = 4
"""Pixels of a 640-wide view that are averaged, in each direction, before pictures are compared."""
NOTICEABLE: Final = 5.0
"""Difference of the averages, 0..255, that counts; sensor noise in them is about 1."""


class ChangeGate:
    """Remembers the picture that the detector last saw, without the parts that are to be ignored."""

    def __init__(self, ignored: Sequence[Polygon] = (), look_again_ms: int = 10_000) -> None:
        self._ignored = tuple(ignored)
        self._look_again_ms = look_again_ms
        self._small: Image | None = None
        self._looked_at_ms = 0

    def changed(self, frame: Frame) -> bool:
        """Tell whether the detector must look; if so, the frame counts as looked at.

        It must where anything as large as a distant head differs, and in any case every `look_again_ms`.
        """
        small = self._reduced(frame)
        due = (
            self._small is None
            or self._small.shape != small.shape
            or frame.captured_at_ms - self._looked_at_ms >= self._look_again_ms
            or bool(cv2.blur(cv2.absdiff(small, self._small), (2, 2)).max() > NOTICEABLE)
        )
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
