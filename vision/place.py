"""How an item's place looks: the pixels that belong to it, the look that is remembered, and what one frame shows.

Pure comparison of one picture with one memory. What follows from it over time is decided in `vision.slots`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

import cv2
import numpy as np

from vision.appearance import (
    EdgeMemory,
    Look,
    Mask,
    Plane,
    changed,
    colour_distance,
    continued,
    grown,
    light_change,
    log_luma,
    outline_vanished,
    share,
    vacated,
)
from vision.types import Boxes, Frame, Image
from vision.zones import Slot, to_pixels

LARGEST_SIDE_PX: Final = 64
"""A slot is looked at no finer than this; larger views are reduced."""

UNCHANGED: Final = 0.12
"""Share of the item's own pixels that may differ while it counts as untouched."""

FOUND: Final = 0.6
"""Share of the item's structure that must be found to say that it is there."""

HALF_FOUND: Final = 0.42
"""Share from which on it may be the same item, moved, lit anew, or showing something else on its screen."""

DIMMED: Final = 0.7
"""Share of the remembered brightness below which colours are compared more strictly."""

TOO_DARK: Final = 4.0
"""Difference of colours, in Lab, that noise and compression make by themselves."""

VACATED: Final = 0.5
"""Share of the item's own pixels that must have left its look for that of its bare place. In the clips bare places
gave 0.54 and more once hands had gone; a dark coat before a dark terminal up to 0.4; a bag of about the item's
brightness 0.24, and up to 0.53 in single frames while an arm was there too."""

BARE: Final = 1.85
"""Bareness that tells a bare place. On three real clips bare places gave 2.14 and more with the polygons of their
site files; with polygons made smaller, larger or shifted 1.79 and more, one frame excepted. Most else gives 0; an
item that is just being pushed or lifted gave up to 2.18 for less than a second: so a rule asks for seconds."""


class Sign(Enum):
    """What one frame shows at the place."""

    ITEM = auto()
    BARE = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one frame says of the place, all shares 0..1 but `bareness`, 0..3.

    likeness: of the item's structure that is found; nudged: not where it was, but near. around_changed: of the
    surroundings that differ from the remembered ones. item_changed: of the item's own pixels that differ.
    """

    sign: Sign
    likeness: float = 1.0
    nudged: bool = False
    around_changed: float = 0.0
    item_changed: float = 0.0
    bareness: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """The pixels of a frame that belong to a slot: a rectangle around it, reduced.

    left, top, right, bottom: px of the frame. size: width and height of the reduced rectangle. inside: the slot's
    polygon, around: what lies outside it, both (height, width) bool of the reduced rectangle. lowest: px of the frame
    that the polygon reaches down to. reach: px that a nudged item may have moved.
    """

    left: int
    top: int
    right: int
    bottom: int
    size: tuple[int, int]
    inside: Mask
    around: Mask
    lowest: float
    reach: int

    @classmethod
    def of(cls, slot: Slot, width: int, height: int) -> Region:
        """Lay the slot's region out in a frame of width x height px."""
        corners = to_pixels(slot.polygon, width, height)
        low, high = corners.min(axis=0), corners.max(axis=0)
        side = float((high - low).min())
        margin = max(6.0, 0.5 * side)
        left, top = np.maximum(np.floor(low - margin), 0).astype(int)
        right, bottom = np.minimum(np.ceil(high + margin), (width, height)).astype(int)
        scale = min(1.0, LARGEST_SIDE_PX / float((high - low).max()))
        size = (max(8, round((right - left) * scale)), max(8, round((bottom - top) * scale)))
        polygon = (corners - (left, top)) * (size[0] / (right - left), size[1] / (bottom - top))
        inside = np.zeros(size[::-1], np.uint8)
        cv2.fillPoly(inside, [np.round(polygon).astype(np.int32)], 1)
        mask = inside > 0
        reach = max(2, round(0.25 * side * scale))
        lowest = float(high[1])
        return cls(int(left), int(top), int(right), int(bottom), size, mask, ~grown(mask, 2), lowest, reach)

    def hidden(self, people: Boxes) -> Mask:
        """Return where people, (n, 4) px of the frame, stand in front: those whose boxes reach below the place.

        Whoever stands behind it is cut off by what it lies on, above its lower edge.
        """
        scale = np.array(self.size * 2, np.float32) / (self.box[0, 2:] - self.box[0, :2])[[0, 1, 0, 1]]
        mask = np.zeros(self.inside.shape, np.bool_)
        for box in people[people[:, 3] > self.lowest]:
            left, top, right, bottom = np.maximum((box - self.box[0, [0, 1, 0, 1]]) * scale, 0).round().astype(int)
            mask[top:bottom, left:right] = True
        return mask

    @property
    def box(self) -> Boxes:
        """The rectangle as (1, 4) float32 px of the frame."""
        return np.array([[self.left, self.top, self.right, self.bottom]], np.float32)

    def luma(self, frame: Frame) -> Image:
        """Cut the region out of a frame, (height, width) uint8."""
        return self._reduced(frame.luma[self.top : self.bottom, self.left : self.right])

    def colour(self, frame: Frame) -> Image:
        """Cut the region out of a frame, (height, width, 3) uint8."""
        return self._reduced(frame.bgr[self.top : self.bottom, self.left : self.right])

    def close_up(self, frame: Frame) -> tuple[Image, Boxes]:
        """Cut out a picture of the place with as much again around it, and the polygon's (1, 4) px box in it."""
        width, height = self.right - self.left, self.bottom - self.top
        left, top = max(0, self.left - width // 2), max(0, self.top - height // 2)
        right, bottom = min(frame.width, self.right + width // 2), min(frame.height, self.bottom + height // 2)
        rows, columns = np.nonzero(self.inside)
        scale_x, scale_y = width / self.size[0], height / self.size[1]
        box = (columns.min() * scale_x, rows.min() * scale_y, columns.max() * scale_x, rows.max() * scale_y)
        offset = np.array([self.left - left, self.top - top] * 2, np.float32)
        return frame.bgr[top:bottom, left:right], np.array([box], np.float32) + offset

    def _reduced(self, patch: Image) -> Image:
        if (patch.shape[1], patch.shape[0]) == self.size:
            return np.ascontiguousarray(patch)
        return np.asarray(cv2.resize(patch, self.size, interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """How the place looks with the item in it.

    item: its own pixels, those that its surroundings do not continue through; edges: its structure. bare: log luma of
    its surroundings continued through it, which is how its place will look without it.
    scene: (height, width) log luma of the whole view, small, to tell a change of light. contrast: the smallest
    change that counts, in log luma. stands_out: how far its colours are from those of its bare place, in Lab.
    """

    look: Look
    scene: Plane
    item: Mask
    edges: EdgeMemory
    bare: Plane
    contrast: float
    stands_out: float

    @classmethod
    def of(cls, region: Region, look: Look, colour: Image, scene: Plane) -> Reference | None:
        """Remember a place; None where nothing in the slot stands out from its surroundings."""
        bare = continued(colour, grown(region.inside))
        item = (colour_distance(colour, bare) > 16) & region.inside
        if share(item, region.inside) < 0.05:
            item = (colour_distance(colour, bare) > 8) & region.inside
        if share(item, region.inside) < 0.05:
            return None
        luma = log_luma(np.asarray(cv2.cvtColor(bare, cv2.COLOR_BGR2GRAY), np.uint8))
        contrast = 0.6 * float(np.median(np.abs(look.log_luma - luma)[item]))
        edges = EdgeMemory.of(look, grown(item) & grown(region.inside))
        stands_out = float(np.median(colour_distance(colour, bare)[item]))
        return cls(look, scene, item, edges, luma, min(0.16, max(0.05, contrast)), stands_out)

    def tolerance(self, brightness: float) -> float:
        """Return how far colours of the bare place may be from its continued surroundings, in Lab.

        brightness: of the scene, as a multiple of what it was. In the dark all colours draw together, the item's and
        those of its place as well.
        """
        return 20.0 if brightness > DIMMED else min(20.0, 0.6 * self.stands_out * brightness)


def examine(region: Region, reference: Reference, look: Look, frame: Frame, scene: Plane) -> Evidence:
    """Compare a place with one reference; `scene` is the small log luma of the whole view now."""
    light = light_change(reference.scene, scene)
    differs = changed(reference.look, look, light, reference.contrast)
    around_changed = share(differs, region.around)
    item_changed = share(differs, reference.item)
    likeness, nudged = reference.edges.surviving(look, region.reach)
    untouched = likeness >= HALF_FOUND or not reference.edges.telling
    if item_changed < UNCHANGED and untouched:
        return Evidence(Sign.ITEM, 1.0 - item_changed, around_changed=around_changed, item_changed=item_changed)
    bareness = _bareness(region, reference, look, frame, differs, light) if likeness < 0.7 else 0.0
    seen = Sign.ITEM if likeness >= FOUND else Sign.OTHER
    sign = Sign.BARE if bareness >= BARE else seen
    return Evidence(sign, likeness, nudged, around_changed, item_changed, bareness)


def _bareness(region: Region, reference: Reference, look: Look, frame: Frame, differs: Mask, light: float) -> float:
    """Return how much speaks for the item's place being bare, 0..3.

    The sum of three shares: the outline of what has changed belongs to the past; what has changed looks as its
    surroundings would if they went on; so does the item's whole place. 0 where one of them is below one half, and
    where it is too dark to tell the item's colours from those of its place, or the item's own pixels look as before.
    """
    tolerance = reference.tolerance(math.exp(light))
    if differs.mean() > 0.85 or tolerance < TOO_DARK:
        return 0.0
    left = vacated(reference.look.log_luma, reference.bare, look.log_luma, light, reference.contrast)
    if share(left, reference.item) < VACATED:
        return 0.0
    gone = differs & region.inside
    outline = outline_vanished(reference.look, look, gone, region.inside)
    if outline < 0.55:
        return 0.0
    colour = region.colour(frame)
    near = colour_distance(colour, continued(colour, grown(differs)))
    blends = float((near[gone] < 0.7 * tolerance).mean())
    if blends < 0.5:
        return 0.0
    whole = colour_distance(colour, continued(colour, grown(differs | reference.item, 2)))
    bare = float((whole[reference.item] < tolerance).mean())
    return outline + blends + bare if bare >= 0.5 else 0.0


def differ(one: Image, other: Image) -> bool:
    """Tell whether two patches of one shape differ by more than noise anywhere."""
    return bool(cv2.blur(cv2.absdiff(one, other), (3, 3)).max() > 5)
