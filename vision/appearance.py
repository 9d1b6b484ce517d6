"""How a place looks, and how much of a remembered look is still there: pure picture arithmetic.

Most of it works on the logarithm of luma, where a change of light is a shift and an edge keeps its strength
whatever the light level. Nothing here knows of time, slots or states.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Image

Plane = NDArray[np.float32]
"""(height, width) float32."""

Mask = NDArray[np.bool_]
"""(height, width) bool."""

DARK_OFFSET = 12.0
"""Added to luma before the logarithm, so that sensor noise in the dark does not look like structure."""

FAINT_EDGE = 0.06
"""Gradient in log luma per pixel (about 6 % contrast) below which an edge is taken for noise."""

SHADOW = 0.6
"""Change of log luma that no shadow in a lit room makes: brightness falls or rises by about half."""

_LOG_TABLE: Plane = np.log(np.arange(256, dtype=np.float32) + np.float32(DARK_OFFSET))[None]
_CROSS = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, eq=False)
class Look:
    """A patch as it looks at one time. All planes have one shape; gradients are per pixel of log luma."""

    log_luma: Plane
    gradient_x: Plane
    gradient_y: Plane

    @classmethod
    def of(cls, logs: Plane) -> Look:
        """Take the look of a log-luma patch, at least 3 x 3."""
        smooth = cv2.GaussianBlur(logs, (3, 3), 0.8)
        return cls(
            logs,
            np.asarray(cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 32), np.float32),
            np.asarray(cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 32), np.float32),
        )

    def with_part_of(self, other: Look, mask: Mask) -> Look:
        """Return this look with what lies in `mask` (all of one shape) taken from another."""
        return Look(
            np.where(mask, other.log_luma, self.log_luma),
            np.where(mask, other.gradient_x, self.gradient_x),
            np.where(mask, other.gradient_y, self.gradient_y),
        )

    @cached_property
    def strength(self) -> Plane:
        """Length of the gradient."""
        return np.asarray(cv2.magnitude(self.gradient_x, self.gradient_y), np.float32)

    @cached_property
    def edges(self) -> Plane:
        """Edge strength above noise."""
        return np.asarray(np.maximum(self.strength - np.float32(FAINT_EDGE / 2), 0), np.float32)


def log_luma(luma: Image) -> Plane:
    """Return the logarithm of a (height, width) uint8 luma patch."""
    return np.asarray(cv2.LUT(luma, _LOG_TABLE), np.float32)


def light_change(remembered: Plane, now: Plane) -> float:
    """Return the commonest change of log luma between two (height, width) log-luma planes of one view.

    Told from every other row and column: light does not change in one pixel alone.
    """
    return quantile(now[::2, ::2] - remembered[::2, ::2], 0.5)


def quantile(plane: Plane, share_below: float) -> float:
    """Return the value that this share of a plane lies below, one of its own; a tenth of NumPy's time for it."""
    values = plane.ravel()
    rank = min(int(share_below * values.size), values.size - 1)
    return float(np.partition(values, rank)[rank])


def grown(mask: Mask, by: int = 1) -> Mask:
    """Return the mask widened by `by` pixels all round."""
    return np.asarray(cv2.dilate(mask.astype(np.uint8), _CROSS, iterations=by), np.uint8) > 0


def shrunk(mask: Mask, by: int = 1) -> Mask:
    """Return the mask narrowed by `by` pixels all round."""
    return np.asarray(cv2.erode(mask.astype(np.uint8), _CROSS, iterations=by), np.uint8) > 0


def share(part: Mask, of: Mask) -> float:
    """Return which share of the mask `of` also lies in `part`; 0 where `of` is empty."""
    whole = np.count_nonzero(of)
    return np.count_nonzero(part & of) / whole if whole else 0.0


def changed(remembered: Look, now: Look, light: float, contrast: float) -> Mask:
    """Return where the patch differs from what is remembered by more than light and shadow explain.

    `light` is the change of log luma of the whole scene, `contrast` the smallest difference that counts. A pixel
    has changed where its brightness is off by more than a shadow would make it, or where it is off by `contrast`
    and the structure around it differs too.
    """
    offset = np.abs(now.log_luma - remembered.log_luma - np.float32(light))
    structure = cv2.magnitude(now.gradient_x - remembered.gradient_x, now.gradient_y - remembered.gradient_y)
    around = cv2.blur(structure, (5, 5))
    differs = (offset > SHADOW) | ((offset > contrast) & (around > contrast * FAINT_EDGE / 0.16))
    return np.asarray(cv2.medianBlur(differs.astype(np.uint8), 3), np.uint8) > 0


def vacated(item: Plane, bare: Plane, now: Plane, light: float, contrast: float) -> Mask:
    """Return where log luma, less the change of light, has left an item's look for that of its bare place."""
    unlit = now - np.float32(light)
    left = np.abs(unlit - item)
    return np.asarray((left > contrast) & (np.abs(unlit - bare) < left), np.bool_)


@dataclass(frozen=True, slots=True, eq=False)
class EdgeMemory:
    """The remembered structure inside a mask, cut to the rows and columns that have any.

    weight: (height, width) strength of each remembered edge. direction_x, direction_y: its direction, as long as
    its weight. top, left: where the cut lies in the patch.
    """

    top: int
    left: int
    gradient_x: Plane
    gradient_y: Plane
    norm: Plane
    weight: Plane
    direction_x: Plane
    direction_y: Plane
    total: float

    @classmethod
    def of(cls, look: Look, mask: Mask) -> EdgeMemory:
        """Remember the edges of a look inside a mask of the same shape, which must not be empty."""
        rows, columns = np.nonzero(mask)
        top, left = int(rows.min()), int(columns.min())
        cut = (slice(top, int(rows.max()) + 1), slice(left, int(columns.max()) + 1))
        x, y = look.gradient_x[cut], look.gradient_y[cut]
        weight = np.where(mask[cut], look.edges[cut], np.float32(0)).astype(np.float32)
        norm = x * x + y * y + np.float32(FAINT_EDGE**2 / 4)
        relative = np.asarray(weight / np.sqrt(norm), np.float32)
        return cls(top, left, x, y, norm, weight, x * relative, y * relative, float(weight.sum()))

    @property
    def telling(self) -> bool:
        """Whether there is enough structure for its survival to mean anything."""
        return self.total > 0.008 * self.weight.size

    def surviving(self, now: Look, reach: int) -> tuple[float, bool]:
        """Return how much of the remembered structure is still there, 0..1, and whether it has moved.

        Each remembered edge counts by its strength; it survives where the present gradient has its direction and
        about its strength, after the best common shift of at most `reach` pixels (an item that was nudged).
        """
        if self.total <= 0:
            return 0.0, False
        in_place = self._at(now, 0, 0, self.weight)
        if in_place >= 0.75:
            return in_place, False
        dx, dy = self._likeliest_shift(now, reach)
        moved = self._at(now, dx, dy, self.weight)
        return (moved, True) if moved > in_place else (in_place, False)

    def in_place(self, now: Look, seen: Mask) -> float:
        """Return how much of the structure inside a mask of the patch's shape is where it was, 0..1; 0 if none is."""
        height, width = self.weight.shape
        cut = seen[self.top : self.top + height, self.left : self.left + width]
        return self._at(now, 0, 0, np.where(cut, self.weight, np.float32(0)))

    def _likeliest_shift(self, now: Look, reach: int) -> tuple[int, int]:
        """Return the shift, in px, at which the directions of the remembered edges fit best."""
        height, width = self.weight.shape
        around = now.strength + np.float32(FAINT_EDGE)
        fits = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
        for own, other in ((self.direction_x, now.gradient_x), (self.direction_y, now.gradient_y)):
            padded = cv2.copyMakeBorder(other / around, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
            window = padded[self.top : self.top + height + 2 * reach, self.left : self.left + width + 2 * reach]
            fits += cv2.matchTemplate(window, own, cv2.TM_CCORR)
        dy, dx = np.unravel_index(int(fits.argmax()), fits.shape)
        return int(dx) - reach, int(dy) - reach

    def _at(self, now: Look, dx: int, dy: int, weight: Plane) -> float:
        """Return the share of the remembered edges, so weighted, that agree with `now` moved by (dx, dy) pixels."""
        height, width = weight.shape
        above, before = max(0, -(self.top + dy)), max(0, -(self.left + dx))
        rows = slice(self.top + dy + above, min(self.top + dy + height, now.gradient_x.shape[0]))
        columns = slice(self.left + dx + before, min(self.left + dx + width, now.gradient_x.shape[1]))
        x, y = now.gradient_x[rows, columns], now.gradient_y[rows, columns]
        own = (slice(above, above + x.shape[0]), slice(before, before + x.shape[1]))
        agreement = self.gradient_x[own] * x
        agreement += self.gradient_y[own] * y
        np.maximum(agreement, 0, out=agreement)
        agreement /= self.norm[own] + x * x + y * y
        total = float(weight.sum())
        return 2 * float(np.vdot(weight[own], agreement)) / total if total > 0 else 0.0


def outline_vanished(remembered: Look, now: Look, region: Mask, within: Mask) -> float:
    """Return how far the outline of a changed region belongs to the past, 0..1.

    Near 1 the region had an outline that is gone: a thing was taken away. Near 0 it has one that was not there:
    a thing came. About one half: something else stands in its place. Only the outline inside `within` counts, so
    that a region cut off by the edge of the place has no outline there.
    """
    outline = grown(region) & ~shrunk(region) & shrunk(within)
    then, here = float(remembered.edges[outline].sum()), float(now.edges[outline].sum())
    return then / (then + here) if then + here > 0 else 0.0


def continued(image: Image, hole: Mask) -> Image:
    """Return the (height, width, 3) uint8 picture with the hole filled from what surrounds it."""
    return np.asarray(cv2.inpaint(np.ascontiguousarray(image), hole.astype(np.uint8), 3, cv2.INPAINT_TELEA), np.uint8)


def colour_distance(one: Image, other: Image) -> Plane:
    """Return how different two (height, width, 3) uint8 pictures are per pixel: steps of Lab, lightness less."""
    difference = cv2.cvtColor(np.ascontiguousarray(one), cv2.COLOR_BGR2LAB).astype(np.float32)
    difference -= cv2.cvtColor(np.ascontiguousarray(other), cv2.COLOR_BGR2LAB)
    difference[..., 0] *= 0.7
    return np.asarray(np.sqrt((difference * difference).sum(axis=2)), np.float32)
