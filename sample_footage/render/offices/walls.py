"""The shell of an office: floor, ceiling, and walls with doorways and windows cut into them.

Seen from above the lobby is at low y (south) and the staff side at high y (north). A wall's own axes: origin at its
left end as seen from inside the room when looking away from it, x along it, y into the room, z up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sample_footage.render.geometry import MeshBuilder, Placement, Point, TriangleMesh
from sample_footage.render.patterns import REPEAT_M

Side = Literal["south", "east", "north", "west"]
SIDES: tuple[Side, ...] = get_args(Side)

VESTIBULE_DEPTH_M, VESTIBULE_BESIDE_M = 1.5, 1.2
"""Behind a doorway lies a short corridor, wider than the doorway: who stands beside the opening is out of view."""


@dataclass(frozen=True)
class Hall:
    """The room's inner size in metres; south-west corner at the origin."""

    width: float
    depth: float
    height: float

    def wall_length(self, side: Side) -> float:
        """Return the length of a wall."""
        return self.width if side in ("south", "north") else self.depth

    def on_wall(self, side: Side, along: float = 0.0, up: float = 0.0) -> Placement:
        """Where a thing stands or hangs with its back to a wall: x along the wall, y into the room."""
        origins = {
            "south": (along, 0.0, 0.0),
            "east": (self.width, along, math.pi / 2),
            "north": (self.width - along, self.depth, math.pi),
            "west": (0.0, self.depth - along, -math.pi / 2),
        }
        x, y, yaw = origins[side]
        return Placement((x, y, up), yaw)

    def on_wall_facing(self, side: Side, along: float) -> Placement:
        """Where a thing stands whose front is its +x, its back to a wall."""
        wall = self.on_wall(side, along)
        return Placement(wall.origin, wall.yaw + math.pi / 2)

    def holds(self, point: Point) -> bool:
        """Whether a point is inside."""
        x, y, z = point
        return 0 <= x <= self.width and 0 <= y <= self.depth and 0 <= z <= self.height

    @property
    def surface_m2(self) -> float:
        """Return the area of floor, ceiling and walls."""
        return 2 * (self.width * self.depth + self.width * self.height + self.depth * self.height)


@dataclass(frozen=True)
class Opening:
    """A rectangular hole in a wall: a doorway where `bottom` is 0, else a window."""

    side: Side
    start: float
    width: float
    bottom: float = 0.0
    top: float = 2.1

    @property
    def end(self) -> float:
        """Where it ends along the wall."""
        return self.start + self.width

    @property
    def centre(self) -> float:
        """Return the middle along the wall."""
        return self.start + self.width / 2


def shell(hall: Hall, openings: Sequence[Opening]) -> TriangleMesh:
    """Build floor, ceiling and walls."""
    builder = MeshBuilder()
    width, depth, height = hall.width, hall.depth, hall.height
    builder.quad([(0, 0, 0), (width, 0, 0), (width, depth, 0), (0, depth, 0)], "floor", _tiling(width, depth))
    over = [(0, depth, height), (width, depth, height), (width, 0, height), (0, 0, height)]
    builder.quad(over, "ceiling", _tiling(width, depth))
    mesh = builder.build()
    return joined([mesh, *(_wall(hall, side, [o for o in openings if o.side == side]) for side in SIDES)])


def vestibule(hall: Hall, door: Opening) -> TriangleMesh:
    """Build the short corridor behind a doorway."""
    builder = MeshBuilder(hall.on_wall(door.side))
    x0, x1 = door.start - VESTIBULE_BESIDE_M, door.end + VESTIBULE_BESIDE_M
    y0, y1, top = -VESTIBULE_DEPTH_M, -0.12, door.top + 0.3
    builder.quad([(x0, y0, 0), (x1, y0, 0), (x1, 0, 0), (x0, 0, 0)], "floor", _tiling(x1 - x0, -y0))
    builder.quad([(x0, 0, top), (x1, 0, top), (x1, y0, top), (x0, y0, top)], "ceiling")
    builder.quad([(x0, y0, 0), (x0, y0, top), (x1, y0, top), (x1, y0, 0)], "wall")
    builder.quad([(x0, y1, 0), (x0, y1, top), (x0, y0, top), (x0, y0, 0)], "wall")
    builder.quad([(x1, y0, 0), (x1, y0, top), (x1, y1, top), (x1, y1, 0)], "wall")
    return builder.build()


def out_of_view(hall: Hall, door: Opening) -> Placement:
    """Where someone stands in a doorway's corridor, beside the opening, facing it."""
    wall = hall.on_wall(door.side)
    x, y, _ = wall.apply([(door.start - 0.6, -0.7, 0.0)])[0]
    return Placement((float(x), float(y), 0.0), wall.yaw)


def in_doorway(hall: Hall, door: Opening) -> Placement:
    """Where someone stands just inside a doorway, facing the room."""
    wall = hall.on_wall(door.side, door.centre)
    x, y, _ = wall.apply([(0.0, 0.5, 0.0)])[0]
    return Placement((float(x), float(y), 0.0), wall.yaw + math.pi / 2)


def on_threshold(hall: Hall, door: Opening) -> Placement:
    """Where someone is just outside a doorway, in its middle, facing the room."""
    wall = hall.on_wall(door.side, door.centre)
    x, y, _ = wall.apply([(0.0, -0.45, 0.0)])[0]
    return Placement((float(x), float(y), 0.0), wall.yaw + math.pi / 2)


def joined(meshes: Sequence[TriangleMesh]) -> TriangleMesh:
    """Return several meshes as one."""
    builder = MeshBuilder()
    for mesh in meshes:
        builder.add_mesh(mesh)
    return builder.build()


def _wall(hall: Hall, side: Side, openings: Sequence[Opening]) -> TriangleMesh:
    builder = MeshBuilder(hall.on_wall(side))
    x, height = 0.0, hall.height
    for opening in sorted(openings, key=lambda hole: hole.start):
        _panel(builder, (x, 0), (opening.start, height))
        _panel(builder, (opening.start, 0), (opening.end, opening.bottom))
        _panel(builder, (opening.start, opening.top), (opening.end, height))
        _frame(builder, opening)
        x = opening.end
    _panel(builder, (x, 0), (hall.wall_length(side), height))
    return builder.build()


def _panel(builder: MeshBuilder, low: tuple[float, float], high: tuple[float, float]) -> None:
    """Add a piece of wall between two points of its face, with a skirting board where it meets the floor."""
    (x0, z0), (x1, z1) = low, high
    if x1 - x0 < 1e-6 or z1 - z0 < 1e-6:
        return
    texture = [(x / REPEAT_M, z / REPEAT_M) for x, z in ((x0, z0), (x1, z0), (x1, z1), (x0, z1))]
    builder.quad([(x0, 0, z0), (x1, 0, z0), (x1, 0, z1), (x0, 0, z1)], "wall", texture)
    if z0 == 0:
        builder.box((x0, 0, 0), (x1, 0.015, 0.09), "skirting")


def _frame(builder: MeshBuilder, opening: Opening) -> None:
    """Line the hole, as deep as the wall is thick."""
    low, high, bar = opening.bottom, opening.top, 0.05
    for x in (opening.start, opening.end - bar):
        builder.box((x, -0.12, low), (x + bar, 0.02, high), "frame")
    builder.box((opening.start, -0.12, high - bar), (opening.end, 0.02, high), "frame")
    if low > 0:
        builder.box((opening.start, -0.12, low), (opening.end, 0.06, low + bar), "frame")


def _tiling(width: float, depth: float) -> list[tuple[float, float]]:
    across, along = width / REPEAT_M, depth / REPEAT_M
    return [(0, 0), (across, 0), (across, along), (0, along)]
