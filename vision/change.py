"""Whether a picture has changed since the detector last looked: unchanged pixels keep their last verdict."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vision.types import Frame, Image

SIDE: Final = 4
"""Pixels of a 640-wide view that are averaged, in each direction, before pictures are compared."""
NOTICEABLE: Final = 5.0
"""Difference of the averages, 0..255, that counts; sensor noise in them is about 1."""


class ChangeGate:
    """Remembers the picture that the detector last saw. Ask `changed` first, and tell it when the detector ran."""

    def __init__(self, look_again_ms: int = 3_000) -> None:
        self._look_again_ms = look_again_ms
        self._small: Image | None = None
        self._looked_at_ms = 0

    def changed(self, frame: Frame) -> bool:
        """Tell whether the detector must look; then the frame counts as looked at.

        It must where anything as large as a distant head differs, and in any case every `look_again_ms`.
        """
        width = max(8, min(640, frame.width) // SIDE)
        small = cv2.resize(
            frame.luma,
            (width, max(8, round(width * frame.height / frame.width))),
            interpolation=cv2.INTER_AREA,
        )
        due = self._small is None or frame.captured_at_ms - self._looked_at_ms >= self._look_again_ms
        if not due and self._small is not None and self._small.shape == small.shape:
            difference = cv2.blur(cv2.absdiff(small, self._small), (2, 2))
            due = bool(difference.max() > NOTICEABLE)
        else:
            due = True
        if due:
            self._small = np.asarray(small, np.uint8)
            self._looked_at_ms = frame.captured_at_ms
        return due
