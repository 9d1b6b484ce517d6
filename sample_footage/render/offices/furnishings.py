"""What else stands in an office, each in its own axes: origin on the floor, +x its front unless said."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sample_footage.render import furniture
from sample_footage.render.geometry import MeshBuilder, Placement, Point, TriangleMesh, about_z, as_point

DESK_UP_M, SEAT_UP_M = 0.71, 0.465
TABLE_UP_M = 0.72


@dataclass(frozen=True)
class Desk:
    """A desk with a chair; whoever works at it sits at -x and looks along +x. Monitors stand at its far edge."""

    placement: Placement
    width: float = 1.2
    depth: float = 0.7
    monitors: int = 1
    chair: bool = True

    def seat(self) -> Placement:
        """Where the chair stands, its front to the desk."""
        return Placement(as_point(self.placement.apply([(-self.depth / 2 - 0.28, 0, 0)])[0]), self.placement.yaw)

    def top(self) -> Placement:
        """Return the middle of the top."""
        return Placement(as_point(self.placement.apply([(0, 0, DESK_UP_M + 0.001)])[0]), self.placement.yaw)

    def mesh(self) -> TriangleMesh:
        """Build desk, drawers, monitors and keyboards, all but the chair."""
        builder = MeshBuilder(self.placement)
        deep, wide, up = self.depth / 2, self.width / 2, DESK_UP_M
        builder.box((-deep, -wide, up - 0.03), (deep, wide, up), "desk")
        for side in (-wide, wide - 0.03):
            builder.box((-deep + 0.05, side, 0), (deep - 0.02, side + 0.03, up - 0.03), "grey")
        builder.box((deep - 0.03, -wide, 0.3), (deep - 0.01, wide, up - 0.03), "grey")
        builder.box((-deep + 0.06, -wide + 0.04, 0.08), (deep - 0.06, -wide + 0.42, up - 0.05), "cabinet")
        for number in range(self.monitors):
            across = (number - (self.monitors - 1) / 2) * 0.56
            _add_monitor(builder, (deep - 0.2, across, up))
        builder.box((-deep + 0.14, -0.21, up), (-deep + 0.28, 0.21, up + 0.018), "dark")
        return builder.build()


def _add_monitor(builder: MeshBuilder, foot: Point) -> None:
    """Add a monitor that looks along -x."""
    x, y, z = foot
    builder.box((x - 0.1, y - 0.12, z), (x + 0.08, y + 0.12, z + 0.012), "dark")
    builder.box((x + 0.01, y - 0.025, z), (x + 0.03, y + 0.025, z + 0.2), "dark")
    builder.box((x - 0.02, y - 0.265, z + 0.1), (x + 0.01, y + 0.265, z + 0.42), "dark")
    face, low, high = x - 0.022, z + 0.115, z + 0.405
    corners = [(face, y + 0.25, low), (face, y - 0.25, low), (face, y - 0.25, high), (face, y + 0.25, high)]
    builder.quad(corners, "screen")


def office_chair(placement: Placement) -> TriangleMesh:
    """Build a swivel chair on five feet."""
    builder = MeshBuilder(placement)
    builder.cushion((0, 0, SEAT_UP_M - 0.04), (0.23, 0.24, 0.04), "chair")
    builder.cushion((-0.24, 0, 0.76), (0.03, 0.21, 0.2), "chair", bend=0.05)
    builder.cylinder((0, 0), (0.08, 0.42), (0.03, 0.03), "dark", sides=8)
    builder.box((-0.25, -0.025, 0.42), (-0.22, 0.025, 0.62), "dark")
    for turn in np.linspace(0, 2 * math.pi, 5, endpoint=False):
        spoke = np.array([(0.0, -0.02, 0.09), (0.28, -0.02, 0.07), (0.28, 0.02, 0.07), (0.0, 0.02, 0.09)])
        builder.quad(spoke @ about_z(float(turn)).T, "dark")
        x, y, _ = about_z(float(turn)) @ [0.27, 0, 0]
        builder.cylinder((float(x), float(y)), (0, 0.07), (0.03, 0.03), "dark", sides=6)
    return builder.build()


@dataclass(frozen=True)
class Table:
    """A plain table, its long side along y."""

    placement: Placement
    width: float = 1.6
    depth: float = 0.7

    def top_outline(self) -> tuple[Point, ...]:
        """Return the corners of the top."""
        deep, wide = self.depth / 2, self.width / 2
        corners = [(-deep, -wide), (deep, -wide), (deep, wide), (-deep, wide)]
        return tuple(as_point(point) for point in self.placement.apply([(x, y, TABLE_UP_M) for x, y in corners]))

    def top(self, along: float = 0.0) -> Placement:
        """Return a place on the top, `along` its long side from the middle."""
        return Placement(as_point(self.placement.apply([(0, along, TABLE_UP_M + 0.001)])[0]), self.placement.yaw)

    def worker(self, along: float = 0.0) -> Placement:
        """Where someone stands who works at it, facing it along +x."""
        return Placement(as_point(self.placement.apply([(-self.depth / 2 - 0.25, along, 0)])[0]), self.placement.yaw)

    def mesh(self) -> TriangleMesh:
        """Build the table."""
        builder = MeshBuilder(self.placement)
        deep, wide = self.depth / 2, self.width / 2
        builder.box((-deep, -wide, TABLE_UP_M - 0.03), (deep, wide, TABLE_UP_M), "desk")
        for x in (-deep + 0.04, deep - 0.08):
            for y in (-wide + 0.04, wide - 0.08):
                builder.box((x, y, 0), (x + 0.04, y + 0.04, TABLE_UP_M - 0.03), "steel")
        return builder.build()


def shelf_of_binders(placement: Placement) -> TriangleMesh:
    """Build a tall open shelf full of binders, its back at x = 0."""
    builder = MeshBuilder(placement)
    builder.box((0, -0.45, 0), (0.34, 0.45, 1.8), "cabinet")
    for low in (0.12, 0.53, 0.94, 1.35):
        face = [(0.345, -0.42, low), (0.345, 0.42, low), (0.345, 0.42, low + 0.34), (0.345, -0.42, low + 0.34)]
        builder.quad(face, "binders")
    return builder.build()


def low_cabinet(placement: Placement) -> TriangleMesh:
    """Build a cabinet with drawers, its back at x = 0."""
    builder = MeshBuilder(placement)
    builder.box((0, -0.4, 0), (0.42, 0.4, 0.88), "cabinet")
    for low in (0.06, 0.33, 0.6):
        builder.box((0.42, -0.37, low), (0.432, 0.37, low + 0.25), "cabinet front")
        builder.box((0.432, -0.07, low + 0.17), (0.447, 0.07, low + 0.19), "steel")
    return builder.build()


def copier(placement: Placement) -> TriangleMesh:
    """Build a copying machine, its back at x = 0."""
    builder = MeshBuilder(placement)
    builder.box((0, -0.3, 0.02), (0.6, 0.3, 0.82), "white")
    builder.box((0.02, -0.3, 0.84), (0.55, 0.3, 1.0), "grey")
    builder.box((0.6, -0.27, 0.45), (0.606, 0.27, 0.78), "grey")
    builder.box((0.5, 0.05, 1.0), (0.64, 0.28, 1.03), "dark")
    return builder.build()


def plant(placement: Placement) -> TriangleMesh:
    """Build a pot plant of broad leaves."""
    builder = MeshBuilder(placement)
    builder.cylinder((0, 0), (0, 0.34), (0.13, 0.17), "pot")
    for number in range(14):
        turn, tilt = 2.4 * number, 0.35 + 0.09 * (number % 7)
        reach, up = 0.5 * math.sin(tilt), 0.5 + 0.62 * math.cos(tilt) * (1.1 - 0.03 * number)
        away = about_z(turn) @ [reach, 0, 0]
        beside = about_z(turn) @ [0, 0.075, 0]
        root, tip = np.array([0, 0, 0.34]), away + np.array([0, 0, up])
        middle = root + (tip - root) * 0.6
        builder.quad([root, middle - beside, tip, middle + beside], "leaf")
    return builder.build()


def bin_(placement: Placement) -> TriangleMesh:
    """Build a waste bin."""
    builder = MeshBuilder(placement)
    builder.cylinder((0, 0), (0, 0.32), (0.11, 0.14), "dark")
    return builder.build()


def ticket_machine(placement: Placement) -> TriangleMesh:
    """Build the column that gives out queue numbers."""
    builder = MeshBuilder(placement)
    builder.box((-0.14, -0.17, 0), (0.14, 0.17, 0.05), "grey")
    builder.box((-0.1, -0.13, 0.05), (0.1, 0.13, 1.15), "white")
    builder.box((0.1, -0.1, 0.85), (0.11, 0.1, 1.08), "dark")
    return builder.build()


def water_cooler(placement: Placement) -> TriangleMesh:
    """Build a water cooler with its bottle."""
    builder = MeshBuilder(placement)
    builder.box((-0.15, -0.16, 0), (0.15, 0.16, 0.98), "white")
    builder.box((0.15, -0.1, 0.62), (0.155, 0.1, 0.9), "dark")
    builder.cylinder((0, 0), (0.98, 1.36), (0.13, 0.13), "glass")
    return builder.build()


def pillar(placement: Placement) -> TriangleMesh:
    """Build a square pillar up to any ceiling."""
    builder = MeshBuilder(placement)
    builder.box((-0.22, -0.22, 0), (0.22, 0.22, 3.4), "wall")
    return builder.build()


def notice_board(placement: Placement) -> TriangleMesh:
    """Build a board on castors with two posters."""
    builder = MeshBuilder(placement)
    builder.box((-0.015, -0.6, 0.6), (0.015, 0.6, 1.7), "white")
    for side in (-0.6, 0.57):
        builder.box((-0.015, side, 0.05), (0.015, side + 0.03, 1.7), "steel")
        builder.box((-0.22, side, 0.02), (0.22, side + 0.03, 0.05), "steel")
    for number, y in enumerate((-0.5, 0.06)):
        builder.quad(
            [(0.017, y, 0.9), (0.017, y + 0.44, 0.9), (0.017, y + 0.44, 1.55), (0.017, y, 1.55)], f"poster-{number}"
        )
    return builder.build()


def parcel_pile(placement: Placement) -> TriangleMesh:
    """Build three cardboard boxes on each other."""
    builder = MeshBuilder(placement)
    builder.box((-0.2, -0.28, 0), (0.2, 0.28, 0.3), "cardboard")
    builder.box((-0.18, -0.24, 0.3), (0.2, 0.22, 0.56), "cardboard")
    builder.box((-0.13, -0.2, 0.56), (0.15, 0.12, 0.74), "cardboard")
    return builder.build()


def umbrella_stand(placement: Placement) -> TriangleMesh:
    """Build a stand with three umbrellas."""
    builder = MeshBuilder(placement)
    builder.box((-0.12, -0.2, 0), (0.12, 0.2, 0.45), "steel")
    for number, y in enumerate((-0.12, 0.0, 0.11)):
        builder.cylinder((0.03 * (number - 1), y), (0.45, 0.86), (0.035, 0.015), "dark", sides=7)
    return builder.build()


def writing_stand(placement: Placement) -> TriangleMesh:
    """Build a high desk at which visitors fill in forms, standing at -x."""
    builder = MeshBuilder(placement)
    builder.box((-0.25, -0.6, 0.98), (0.25, 0.6, 1.01), "desk")
    for side in (-0.57, 0.54):
        builder.box((-0.2, side, 0), (0.2, side + 0.03, 0.98), "counter")
    builder.box((0.05, -0.35, 1.01), (0.2, -0.2, 1.06), "white")
    return builder.build()


def rack(placement: Placement) -> TriangleMesh:
    """Build a brochure rack, its back at x = 0."""
    back = Placement(as_point(placement.apply([(0, 0.5, 0)])[0]), placement.yaw - math.pi / 2)
    return furniture.brochure_rack(back)


def closed_sign(placement: Placement) -> TriangleMesh:
    """Build the sign that stands on a counter whose window is closed, its faces at y and -y."""
    builder = MeshBuilder(placement)
    builder.box((-0.15, -0.01, 0), (0.15, 0.01, 0.15), "white", {"south": "closed", "north": "closed"})
    return builder.build()


def form(placement: Placement) -> TriangleMesh:
    """Build a form of one sheet."""
    return furniture.paper(placement, 0)


def notice(placement: Placement) -> TriangleMesh:
    """Build a notice of one sheet."""
    return furniture.paper(placement, 1)


CLUTTER: dict[str, Callable[[Placement], TriangleMesh]] = {
    "binders": shelf_of_binders,
    "drawers": low_cabinet,
    "copier": copier,
    "plant": plant,
    "bin": bin_,
    "tickets": ticket_machine,
    "water": water_cooler,
    "pillar": pillar,
    "notices": notice_board,
    "parcels": parcel_pile,
    "umbrellas": umbrella_stand,
    "forms": writing_stand,
    "rack": rack,
    "form": form,
    "notice": notice,
    "pens": furniture.pen_stand,
    "closed sign": closed_sign,
}
"""Things that merely stand about, by kind."""


@dataclass(frozen=True)
class Clutter:
    """A thing that merely stands there."""

    kind: str
    placement: Placement

    def mesh(self) -> TriangleMesh:
        """Build it."""
        return CLUTTER[self.kind](self.placement)
