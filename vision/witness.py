"""The second voice on a slot: a detector that looks at the place alone, enlarged.

It can only vouch that an item is there, and only for what it recognised there while all was calm; that it does not
recognise something proves nothing. Most small detectors never know a closed laptop, and are then silent.
"""

from __future__ import annotations

from typing import Final, Protocol

import numpy as np

from vision.boxes import iou
from vision.types import Boxes, Detections, Image

ASK_AGAIN_MS: Final = 3_000
FITS: Final = 0.3
"""Intersection over union of a recognised thing with the item's own place."""


class CloserLook(Protocol):
    """A detector for pictures of one place. `labels` are the names of `Detections.label`."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes."""
        ...

    def __call__(self, image: Image) -> Detections:
        """Return the things in a (height, width, 3) uint8 picture, people apart, in px of it."""
        ...


class Witness:
    """Vouches for the item of one slot."""

    def __init__(self, look: CloserLook) -> None:
        self._look = look
        self._label: int | None = None
        self._asked_at_ms: int | None = None
        self._answer = False

    @property
    def knows(self) -> str | None:
        """What the item was recognised as, or None."""
        return None if self._label is None else self._look.labels[self._label]

    def introduce(self, image: Image, place: Boxes) -> None:
        """Show the item while it is plainly there, until it is known; `place` is its (1, 4) px box in the picture."""
        if self._label is not None:
            return
        found = self._fitting(image, place)
        if found is not None:
            self._label = int(found.label[np.argmax(found.score)])

    def vouches(self, at_ms: int, image: Image, place: Boxes) -> bool:
        """Tell whether the item is recognised in its place; asked at most every three seconds."""
        if self._label is None:
            return False
        if self._asked_at_ms is None or at_ms - self._asked_at_ms >= ASK_AGAIN_MS:
            self._asked_at_ms = at_ms
            found = self._fitting(image, place)
            self._answer = found is not None and self._label in found.label
        return self._answer

    def _fitting(self, image: Image, place: Boxes) -> Detections | None:
        found = self._look(image)
        fitting = found.where(iou(found.xyxy, place)[:, 0] >= FITS)
        return fitting if len(fitting) else None
