"""A counter with its windows. Own axes: x along it, y from the lobby's edge (0) to the staff's edge (depth)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sample_footage.render import furniture
from sample_footage.render.geometry import MeshBuilder, Placement, Point, TriangleMesh, as_point

TO_LOBBY, TO_STAFF = -math.pi / 2, math.pi / 2
"""Facing the lobby as a clerk does; facing the staff side as a visitor does. In the counter's axes."""

ON_TOP_M = 0.001
"""Things lie this far above the top, so that surfaces do not flicker through each other."""

Front = Literal["panel", "open", "ledge"]


@dataclass(frozen=True)
class Window:
    """One place to be served: its number, and the part of the counter's length that is its own."""

    number: int
    start: float
    end: float

    @property
    def centre(self) -> float:
        """Return the middle along the counter."""
        return (self.start + self.end) / 2


@dataclass(frozen=True)
class Counter:
    """A straight counter: `front` is a panel to the floor, open legs, or a panel with a raised ledge for visitors."""

    placement: Placement
    length: float
    depth: float
    windows: tuple[Window, ...]
    top: float = 0.92
    front: Front = "panel"
    dividers: bool = True
    signs_up: float = 1.13

    def at(self, along: float, across: float, up: float = 0.0) -> Point:
        """Return a point of the room from the counter's axes."""
        return as_point(self.placement.apply([(along, across, up)])[0])

    def standing(self, along: float, across: float, facing: float, up: float = 0.0) -> Placement:
        """Return a place in the room, `facing` in the counter's axes."""
        return Placement(self.at(along, across, up), self.placement.yaw + facing)

    def window_places(self, window: Window) -> dict[str, Placement]:
        """Where people stand and things lie at a window, by name."""
        number, middle, top = window.number, window.centre, self.top + ON_TOP_M
        return {
            f"clerk-{number}": self.standing(middle - 0.35, self.depth + 0.26, TO_LOBBY),
            f"colleague-{number}": self.standing(middle + 0.45, self.depth + 0.45, TO_LOBBY),
            f"visitor-{number}": self.standing(middle - 0.4, -0.35, TO_STAFF),
            f"companion-{number}": self.standing(middle + 0.35, -0.5, TO_STAFF),
            f"terminal-{number}": self.standing(middle - 0.35, self.depth - 0.28, TO_LOBBY, top),
            f"cards-{number}": self.standing(middle - 0.78, self.depth - 0.22, 0.1, top),
            f"papers-{number}": self.standing(middle + 0.4, self.depth / 2, -0.2, top),
            f"bag-{number}": self.standing(middle + 0.3, 0.2, TO_STAFF, top),
        }

    def top_outline(self, window: Window) -> tuple[Point, ...]:
        """Return the corners of a window's part of the top."""
        corners = ((window.start, 0.0), (window.end, 0.0), (window.end, self.depth), (window.start, self.depth))
        return tuple(self.at(along, across, self.top) for along, across in corners)

    def floor_outline(self, window: Window, low: float, high: float) -> tuple[Point, ...]:
        """Return the corners of the floor beside a window, between two distances from the lobby's edge."""
        corners = ((window.start, low), (window.end, low), (window.end, high), (window.start, high))
        return tuple(self.at(along, across) for along, across in corners)

    def meshes(self, ceiling: float) -> dict[str, TriangleMesh]:
        """Build the counter, its dividers and its signs, which hang from the ceiling."""
        name = f"counter {'-'.join(str(window.number) for window in self.windows)}"
        parts = {name: self._body(), f"{name} signs": self._signs(ceiling)}
        if self.dividers:
            for window in self.windows[1:]:
                where = self.standing(window.start, self.depth / 2, 0.0, self.top + ON_TOP_M)
                parts[f"{name} divider {window.number}"] = furniture.divider(where, self.depth)
        return parts

    def _body(self) -> TriangleMesh:
        builder = MeshBuilder(self.placement)
        length, depth, under = self.length, self.depth, self.top - 0.04
        builder.box((0, 0, under), (length, depth, self.top), "counter edge", {"top": "counter top"})
        for x in (0.0, length - 0.04, *(window.start - 0.02 for window in self.windows[1:])):
            builder.box((x, 0.17, 0), (x + 0.04, depth, under), "counter")
        if self.front != "open":
            builder.box((0.02, 0.14, 0), (length - 0.02, 0.17, under), "counter")
            builder.box((0.02, 0.135, 0), (length - 0.02, 0.14, 0.1), "skirting")
        if self.front == "ledge":
            builder.box((0, -0.16, self.top - 0.2), (length, 0.14, self.top - 0.17), "counter edge")
        return builder.build()

    def _signs(self, ceiling: float) -> TriangleMesh:
        builder = MeshBuilder(self.placement)
        low = min(self.top + self.signs_up, ceiling - 0.2)
        for window in self.windows:
            picture, x = f"window-{window.number}", window.centre
            sides = {"south": picture, "north": picture}
            builder.box((x - 0.13, 0.02, low), (x + 0.13, 0.04, low + 0.13), "white", sides)
            builder.box((x - 0.004, 0.026, low + 0.13), (x + 0.004, 0.034, ceiling), "grey")
        return builder.build()


@dataclass(frozen=True)
class Partition:
    """A low wall between two points of the floor, half a man high."""

    start: tuple[float, float]
    end: tuple[float, float]
    height: float = 1.19

    def mesh(self) -> TriangleMesh:
        """Build the wall and its rail."""
        length = math.dist(self.start, self.end)
        yaw = math.atan2(self.end[1] - self.start[1], self.end[0] - self.start[0])
        builder = MeshBuilder(Placement((*self.start, 0.0), yaw))
        builder.box((0, -0.04, 0), (length, 0.04, self.height - 0.04), "partition")
        builder.box((0, -0.06, self.height - 0.04), (length, 0.06, self.height), "counter edge")
        return builder.build()


@dataclass(frozen=True)
class Gap:
    """The way between lobby and staff side: nothing stands between these two points."""

    start: tuple[float, float]
    end: tuple[float, float]

    @property
    def width(self) -> float:
        """Return how wide it is."""
        return math.dist(self.start, self.end)

    def place(self, yaw: float) -> Placement:
        """Return its middle."""
        x, y = ((one + other) / 2 for one, other in zip(self.start, self.end, strict=True))
        return Placement((x, y, 0.0), yaw)
