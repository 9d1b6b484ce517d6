"""How somebody looks in one picture, small: whether two pictures may be of one person, whether anything stirred."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Image

SIDE: Final = 16
SAME_PICTURE: Final = 9.0
"""Mean difference of luma (0..255) up to which a portrait counts as unchanged."""
ALIKE: Final = 0.6
"""Correlation of two portraits from which on they may be of the same person."""
STIRRED: Final = 6.0
"""Change of luma (0..255), less four times the commonest change, which is noise, that a tenth of a portrait's cells
must show. In the clips things that were taken for people gave 1 at most, by themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """What a (4,) px box of a (height, width) uint8 picture shows. Most are never compared, and only then drawn."""

    luma: Image
    box: NDArray[np.floating]

    def drawn(self) -> Image | None:
        """Return the box's picture, 16 x 16 uint8; None where it has left the frame."""
        height, width = self.luma.shape
        left, top = max(0, round(self.box[0])), max(0, round(self.box[1]))
        right, bottom = min(width, round(self.box[2])), min(height, round(self.box[3]))
        if right - left < 4 or bottom - top < 4:
            return None
        patch = self.luma[top:bottom, left:right]
        return np.asarray(cv2.resize(patch, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def the_same(now: Portrait, then: Portrait | None) -> bool:
    """Tell whether somebody's picture has not changed."""
    pair = _drawn(now, then)
    return pair is not None and float(cv2.absdiff(*pair).mean()) < SAME_PICTURE


def alike(now: Portrait, then: Portrait | None) -> bool:
    """Tell whether two pictures may be of the same person, by the correlation of their portraits."""
    pair = _drawn(now, then)
    if pair is None:
        return False
    a, b = _centred(pair)
    norms = float(np.sqrt((a @ a) * (b @ b)))
    return norms > 0 and float(a @ b) / norms > ALIKE


def stirred(now: Portrait, then: Portrait) -> bool:
    """Tell whether more has changed in a box than the light on it, or what passes at its edge."""
    pair = _drawn(now, then)
    if pair is None:
        return True
    a, b = _centred(pair)
    change = np.abs(a - b * float(a @ b) / max(float(b @ b), 1.0))
    moved = float(np.quantile(change, 0.9) - 4 * np.median(change))
    return moved > STIRRED or float(change.mean()) > SAME_PICTURE


def _centred(pair: tuple[Image, Image]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return two pictures, each around its mean, (256,) float64."""
    one, other = pair
    return one.astype(np.float64).ravel() - one.mean(), other.astype(np.float64).ravel() - other.mean()


def _drawn(now: Portrait, then: Portrait | None) -> tuple[Image, Image] | None:
    one, other = now.drawn(), None if then is None else then.drawn()
    return None if one is None or other is None else (one, other)
