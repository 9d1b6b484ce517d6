"""Named polygons in a camera's view, and which boxes stand inside them.

Coordinates are fractions of width and height, so a zone holds for the main stream and its sub-stream alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from numpy.typing import NDArray

from vision.boxes import anchors, areas
from vision.types import Boxes, Tracks

Point = tuple[float, float]
Polygon = tuple[Point, ...]
"""At least three corners, each (x, y) as fractions 0..1 of width and height."""


class ZoneKind(StrEnum):
    """What a zone means."""

    COUNTER = "counter"
    STAFF_SIDE = "staff_side"
    STAFF_ONLY = "staff_only"
    PUBLIC = "public"
    VAULT = "vault"
    PRIVATE = "private"
    IGNORE = "ignore"


class Anchor(StrEnum):
    """Which part of a person's box must stand in a zone."""

    FEET = "feet"
    TORSO = "torso"
    BOX = "box"


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone as one camera sees it. `serves` names the counter that a staff side serves."""

    id: str
    kind: ZoneKind
    polygon: Polygon
    anchor: Anchor = Anchor.TORSO
    serves: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """An item's place as one camera sees it. `counter` is the counter zone that it lies on, if any."""

    id: str
    polygon: Polygon
    counter: str | None = None


def to_pixels(polygon: Polygon, width: int, height: int) -> NDArray[np.float64]:
    """Return the corners in pixels, (n, 2) float64."""
    return np.array(polygon, np.float64) * (width, height)


ANCHOR_POINTS = {Anchor.FEET: (0.5, 0.98), Anchor.TORSO: (0.5, 0.35)}
"""Where a person's feet and torso are in their box, as shares of its width and height."""

UPRIGHT = 2.8
"""How many times as tall as wide somebody is taken to be whose box the lower edge of the view cuts off: of people who
are wholly in view in the sample clips, half have between 2.3 and 2.9."""

CUT_OFF = 0.98
"""From this share of the height on, the lower edge of a box is where the view ends, not where the feet are."""

BOX_SHARE = 0.2
"""With anchor `box`, the share of a person's box that must lie in the zone."""


class ZoneMap:
    """The zones of one camera laid out in frames of one size."""

    def __init__(self, zones: Sequence[Zone], width: int, height: int) -> None:
        self.size = (width, height)
        self._zones = tuple(zones)
        self._shapes = [shapely.Polygon(to_pixels(zone.polygon, width, height)) for zone in zones]
        for shape in self._shapes:
            shapely.prepare(shape)

    def occupancy(self, tracks: Tracks) -> dict[str, tuple[int, ...]]:
        """Return for each zone the sorted ids of the tracks that stand inside."""
        if not len(tracks):
            return {zone.id: () for zone in self._zones}
        return {
            zone.id: tuple(sorted(int(i) for i in tracks.ids[self._inside(index, tracks.xyxy)]))
            for index, zone in enumerate(self._zones)
        }

    def outside_ignored(self, boxes: Boxes) -> NDArray[np.bool_]:
        """Return which boxes do not stand, by their torso, in a zone that is to be ignored, (n,) bool."""
        keep = np.ones(len(boxes), np.bool_)
        torso = self._torsos(boxes)
        for zone, shape in zip(self._zones, self._shapes, strict=True):
            if zone.kind is ZoneKind.IGNORE:
                keep &= ~shapely.contains_xy(shape, torso[:, 0], torso[:, 1])
        return keep

    def _inside(self, index: int, boxes: Boxes) -> NDArray[np.bool_]:
        anchor, shape = self._zones[index].anchor, self._shapes[index]
        if anchor is Anchor.BOX:
            inside = [shapely.area(shapely.clip_by_rect(shape, *box)) for box in boxes.astype(np.float64)]
            return np.asarray(np.array(inside, np.float32) >= BOX_SHARE * np.maximum(areas(boxes), 1e-9), np.bool_)
        points = self._torsos(boxes) if anchor is Anchor.TORSO else anchors(boxes, *ANCHOR_POINTS[anchor])
        return np.asarray(shapely.contains_xy(shape, points[:, 0], points[:, 1]), np.bool_)

    def _torsos(self, boxes: Boxes) -> NDArray[np.float32]:
        """Return where the torsos are, (n, 2) px: of somebody whose legs are out of view, as if they were in it."""
        height = self.size[1]
        whole = boxes.copy()
        tall = boxes[:, 1] + np.float32(UPRIGHT) * (boxes[:, 2] - boxes[:, 0])
        cut = boxes[:, 3] >= CUT_OFF * height
        whole[cut, 3] = np.maximum(boxes[cut, 3], tall[cut])
        torsos = anchors(whole, *ANCHOR_POINTS[Anchor.TORSO])
        torsos[:, 1] = np.minimum(torsos[:, 1], height - 1)
        return torsos
