"""A window to the outside and its blinds."""

from __future__ import annotations

from dataclasses import dataclass

from sample_footage.render.geometry import MeshBuilder, Point, TriangleMesh, as_point
from sample_footage.render.lamps import WINDOW, Lamp
from sample_footage.render.materials import LinearColour
from sample_footage.render.offices.walls import Hall, Opening

SLAT_M, SLAT_SHARE = 0.05, 0.84
"""From one slat to the next, and how much of that a slat covers."""

VIEW_BEHIND_M, VIEW_WIDER_M = 0.9, 1.4
DAYLIGHT: LinearColour = (0.86, 0.95, 1.0)
WATT_PER_M2 = 60.0
"""Daylight through a square metre of window, in the strength of the office's lamps."""

BLINDS_LET_THROUGH = 0.12


@dataclass(frozen=True)
class OutsideWindow:
    """A window, what is seen through it, and the light that comes in."""

    opening: Opening

    def lamp(self, hall: Hall) -> Lamp:
        """Return the daylight that the window gives at noon."""
        hole = self.opening
        wall = hall.on_wall(hole.side)
        centre = wall.apply([(hole.centre, 0.04, (hole.bottom + hole.top) / 2)])[0]
        into, along = wall.apply([(0, 1, 0), (1, 0, 0)]) - wall.apply([(0, 0, 0)])
        size = (hole.width, hole.top - hole.bottom)
        watt = WATT_PER_M2 * size[0] * size[1]
        return Lamp(WINDOW, as_point(centre), as_point(into), as_point(along), size, watt, DAYLIGHT)

    def view(self, hall: Hall) -> TriangleMesh:
        """Build what lies outside: a picture that gives light."""
        hole, wide = self.opening, VIEW_WIDER_M
        builder = MeshBuilder(hall.on_wall(hole.side))
        x0, x1, y, top = hole.start - wide, hole.end + wide, -VIEW_BEHIND_M, hall.height + 0.6
        builder.quad([(x0, y, -0.2), (x1, y, -0.2), (x1, y, top), (x0, y, top)], "outside")
        return builder.build()

    def blinds(self, hall: Hall, lowered: float) -> TriangleMesh:
        """Build the blinds, let down over this share of the window."""
        hole = self.opening
        builder = MeshBuilder(hall.on_wall(hole.side))
        x0, x1, y = hole.start - 0.03, hole.end + 0.03, 0.05
        builder.box((x0, y - 0.03, hole.top), (x1, y + 0.03, hole.top + 0.06), "blinds")
        covered = max(lowered, 0.04) * (hole.top - hole.bottom + 0.03)
        for number in range(int(covered / SLAT_M)):
            up = hole.top - number * SLAT_M
            near, far, low = y + 0.012, y - 0.008, up - SLAT_M * SLAT_SHARE
            builder.quad([(x0, near, low), (x1, near, low), (x1, far, up), (x0, far, up)], "blinds")
        return builder.build()

    def outline(self, hall: Hall) -> tuple[Point, ...]:
        """Return the corners of the hole in the wall."""
        hole = self.opening
        wall = hall.on_wall(hole.side)
        corners = [(hole.start, hole.bottom), (hole.end, hole.bottom), (hole.end, hole.top), (hole.start, hole.top)]
        return tuple(as_point(corner) for corner in wall.apply([(x, 0.0, z) for x, z in corners]))
