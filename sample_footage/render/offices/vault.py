"""The vault: a steel cabinet with shelves and one leaf of door.

Own axes: x along its width, back at y = 0, y its front.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sample_footage.render.body import Side
from sample_footage.render.geometry import MeshBuilder, Placement, Point, TriangleMesh, as_point

WALL_M, LEAF_M, FOOT_M = 0.025, 0.035, 0.08
PLACES_PER_SHELF = 2
REACH_M = 0.62
"""How far before the door's plane someone stands who works at the vault."""

AREA_BESIDE_M, AREA_BEFORE_M = 0.45, 1.35
"""The floor that counts as being at the vault."""

OPEN_RAD = math.radians(115)


@dataclass(frozen=True)
class Vault:
    """Where the cabinet stands, its size, its shelves and the side of its hinge as one stands before it."""

    placement: Placement
    width: float = 0.95
    depth: float = 0.5
    height: float = 1.75
    shelves: int = 4
    hinge: Literal["left", "right"] = "left"

    def at(self, along: float, out: float, up: float = 0.0) -> Point:
        """Return a point of the room from the cabinet's axes."""
        return as_point(self.placement.apply([(along, out, up)])[0])

    @property
    def _shelf_heights(self) -> tuple[float, ...]:
        low, high = FOOT_M + WALL_M, self.height - WALL_M
        return tuple(low + (high - low) * number / self.shelves for number in range(self.shelves))

    def places(self) -> dict[str, Placement]:
        """Where people stand before it, and where things lie in it: `shelf-1-1` is low, at the left."""
        facing = self.placement.yaw - math.pi / 2
        found = {
            "vault-front": Placement(self.at(self.width / 2, self.depth + REACH_M), facing),
            "vault-witness": Placement(self.at(self._opening_side(0.35), self.depth + REACH_M + 0.45), facing),
        }
        for shelf, up in enumerate(self._shelf_heights, 1):
            for number in range(PLACES_PER_SHELF):
                left = self.width - self.width * (number + 0.5) / PLACES_PER_SHELF
                where = self.at(left, self.depth * 0.52, up + 0.001)
                found[f"shelf-{shelf}-{number + 1}"] = Placement(where, self.placement.yaw - math.pi / 2)
        return found

    def at_handle(self) -> Placement:
        """Where someone stands who opens or locks the door: beside the leaf's way, facing the cabinet."""
        return Placement(self.at(self._opening_side(-0.3), self.depth + 0.5), self.placement.yaw - math.pi / 2)

    def behind_leaf(self) -> Placement:
        """Where someone stands who pushes the open door shut: beyond the leaf's way, facing the cabinet."""
        return Placement(
            self.at(self._opening_side(0.85), self.depth + self.width + 0.26), self.placement.yaw - math.pi / 2
        )

    @property
    def handle_side(self) -> Side:
        """Return which hand is toward the handle when one stands before the cabinet or beside the leaf's way."""
        return "l" if self.hinge == "left" else "r"

    def floor_outline(self) -> tuple[Point, ...]:
        """Return the corners of the floor that counts as being at the vault."""
        left, right, out = -AREA_BESIDE_M, self.width + AREA_BESIDE_M, self.depth + AREA_BEFORE_M
        corners = ((left, 0.0), (right, 0.0), (right, out), (left, out))
        return tuple(self.at(along, across) for along, across in corners)

    def door_outline(self) -> tuple[Point, ...]:
        """Return the corners of the shut door's face."""
        low, high, out = FOOT_M, self.height, self.depth + LEAF_M
        corners = ((0.0, low), (self.width, low), (self.width, high), (0.0, high))
        return tuple(self.at(along, out, up) for along, up in corners)

    def cabinet(self) -> TriangleMesh:
        """Build all but the door."""
        builder = MeshBuilder(self.placement)
        width, depth, height = self.width, self.depth, self.height
        builder.box((0.02, 0.02, 0), (width - 0.02, depth - 0.04, FOOT_M), "dark")
        under = height - WALL_M
        builder.box((WALL_M, 0, FOOT_M), (width - WALL_M, WALL_M, under), "vault")
        builder.box((0, 0, FOOT_M), (WALL_M, depth, under), "vault")
        builder.box((width - WALL_M, 0, FOOT_M), (width, depth, under), "vault")
        builder.box((0, 0, under), (width, depth, height), "vault")
        for up in self._shelf_heights:
            builder.box((WALL_M, WALL_M, up - WALL_M), (width - WALL_M, depth - 0.03, up), "vault shelf")
        return builder.build()

    def door(self, open_rad: float) -> TriangleMesh:
        """Build the door's leaf, turned by `open_rad` from shut."""
        builder = MeshBuilder(self._leaf(open_rad))
        sign = self._sign
        low, high = sorted((0.0, sign * self.width))
        builder.box((low, 0, FOOT_M), (high, LEAF_M, self.height), "vault door")
        edge = sign * (self.width - 0.12)
        near, far = sorted((edge, edge + sign * 0.03))
        builder.box((near, LEAF_M, self.height * 0.52), (far, LEAF_M + 0.05, self.height * 0.52 + 0.16), "steel")
        plate, up = sign * self.width / 2, self.height * 0.62
        builder.box((plate - 0.09, LEAF_M, up), (plate + 0.09, LEAF_M + 0.012, up + 0.13), "grey")
        return builder.build()

    def handle(self, open_rad: float) -> Point:
        """Where a hand grasps the door."""
        up = self.height * 0.52 + 0.08
        along = self._sign * (self.width - 0.105)
        return as_point(self._leaf(open_rad).apply([(along, LEAF_M + 0.06, up)])[0])

    @property
    def _sign(self) -> float:
        """The leaf reaches from its hinge along x by this sign; before the cabinet, left is at high x."""
        return -1.0 if self.hinge == "left" else 1.0

    def _leaf(self, open_rad: float) -> Placement:
        """Return the leaf's axes: origin at the hinge, y outward while shut."""
        hinge_x = self.width if self.hinge == "left" else 0.0
        return Placement(self.at(hinge_x, self.depth), self.placement.yaw + self._sign * open_rad)

    def _opening_side(self, share: float) -> float:
        """Return a point along the width, `share` from the handle's side."""
        return self.width * (share if self.hinge == "left" else 1 - share)
