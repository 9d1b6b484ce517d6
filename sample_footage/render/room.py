"""The ward office: the lobby at low y, the counter across it, the staff side at high y. All that never moves.

Seen from above, in metres (x to the right, y up):

    y 6 +------------------------------------------------+
        | camera            staff side                   |
    3.5 |           +================+================+  |
        |-partition-|gap  window 1   |   window 2     |--|
    2.7 |           +================+================+  |
        |                    lobby                       |
    y 0 +------------------------------------------------+ x 8
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sample_footage.render import furniture
from sample_footage.render.geometry import MeshBuilder, Placement, Point, TriangleMesh

ROOM = (8.0, 6.0, 2.7)
LIGHT_PANELS: tuple[Point, ...] = tuple((x, y, ROOM[2] - 0.01) for x in (1.6, 4.0, 6.4) for y in (1.5, 4.5))
LIGHT_PANEL_SIZE = (1.2, 0.3)


@dataclass(frozen=True)
class Counter:
    """The counter's top: from x0 to x1 along the room, from the lobby's edge y0 to the staff's y1."""

    x0: float = 2.3
    x1: float = 6.7
    y0: float = 2.85
    y1: float = 3.5
    top: float = 0.92
    between_windows: float = 4.5


COUNTER = Counter()
PARTITION_END = 1.2


def build_room() -> dict[str, TriangleMesh]:
    """Everything static, by name; it is in the plate and hides what stands behind it."""
    parts = {
        "shell": _shell(),
        "light panels": _light_panels(),
        "counter": _counter(),
        "partition": _partition(),
        "signs": _signs(),
        "wall pictures": _wall_pictures(),
        "rack": furniture.brochure_rack(Placement((4.9, 0.02, 0))),
    }
    for number in range(4):
        x = 2.2 + 0.62 * number
        parts[f"waiting chair {number}"] = furniture.waiting_chair(Placement((x, 0.5, 0), 1.5708))
    return parts | _counter_things()


def _shell() -> TriangleMesh:
    width, depth, height = ROOM
    builder = MeshBuilder()
    tiles = ((0, 0), (width / 1.8, 0), (width / 1.8, depth / 1.8), (0, depth / 1.8))
    builder.quad([(0, 0, 0), (width, 0, 0), (width, depth, 0), (0, depth, 0)], "floor", tiles)
    builder.quad([(0, depth, height), (width, depth, height), (width, 0, height), (0, 0, height)], "ceiling")
    corners = [(0, 0), (0, depth), (width, depth), (width, 0), (0, 0)]
    for (xa, ya), (xb, yb) in pairwise(corners):
        builder.quad([(xa, ya, 0), (xb, yb, 0), (xb, yb, height), (xa, ya, height)], "wall")
    builder.box((width - 0.015, 0, 0), (width, depth, 0.09), "grey")
    builder.box((0, 0, 0), (width, 0.015, 0.09), "grey")
    builder.box((width - 0.03, 0.5, 0), (width, 2.3, 2.1), "glass")
    builder.box((width - 0.04, 1.38, 0), (width, 1.42, 2.1), "grey")
    builder.box((6.0, 0, 0), (6.9, 0.03, 2.05), "door")
    return builder.build()


def _light_panels() -> TriangleMesh:
    builder = MeshBuilder()
    half_x, half_y = LIGHT_PANEL_SIZE[0] / 2, LIGHT_PANEL_SIZE[1] / 2
    for x, y, z in LIGHT_PANELS:
        corners = [(x - half_x, y + half_y, z), (x + half_x, y + half_y, z), (x + half_x, y - half_y, z)]
        builder.quad([*corners, (x - half_x, y - half_y, z)], "light panel")
    return builder.build()


def _counter() -> TriangleMesh:
    desk = COUNTER
    builder = MeshBuilder()
    builder.box((desk.x0, desk.y0, desk.top - 0.04), (desk.x1, desk.y1, desk.top), "wood", {"top": "laminate"})
    builder.box((desk.x0 + 0.02, desk.y0 + 0.14, 0), (desk.x1 - 0.02, desk.y0 + 0.17, desk.top - 0.04), "wood")
    for x in (desk.x0, desk.x1 - 0.04):
        builder.box((x, desk.y0 + 0.1, 0), (x + 0.04, desk.y1, desk.top - 0.04), "wood")
    builder.box(
        (desk.between_windows - 0.02, desk.y0 + 0.17, 0),
        (desk.between_windows, desk.y1, desk.top - 0.04),
        "wood",
    )
    return builder.build()


def _partition() -> TriangleMesh:
    builder = MeshBuilder()
    builder.box((0, 3.05, 0), (PARTITION_END, 3.13, 1.15), "white")
    builder.box((0, 3.03, 1.15), (PARTITION_END, 3.15, 1.19), "wood")
    builder.box((COUNTER.x1, 3.05, 0), (ROOM[0], 3.13, 1.15), "white")
    builder.box((COUNTER.x1, 3.03, 1.15), (ROOM[0], 3.15, 1.19), "wood")
    return builder.build()


def _signs() -> TriangleMesh:
    builder = MeshBuilder()
    low, back = COUNTER.top + 1.13, COUNTER.y0 + 0.02
    for name, x in (("window-1", 3.2), ("window-2", 5.6)):
        sides = {"south": name, "north": name}
        builder.box((x - 0.13, back, low), (x + 0.13, back + 0.02, low + 0.13), "white", sides)
        builder.box((x - 0.004, back + 0.006, low + 0.13), (x + 0.004, back + 0.014, ROOM[2]), "grey")
    return builder.build()


def _wall_pictures() -> TriangleMesh:
    builder = MeshBuilder()
    for name, x in (("poster-0", 2.6), ("poster-1", 3.5)):
        corners = [(x + 0.5, 0.01, 1.1), (x, 0.01, 1.1), (x, 0.01, 1.8), (x + 0.5, 0.01, 1.8)]
        builder.quad(corners, name)
    x = ROOM[0] - 0.01
    builder.quad([(x, 3.0, 1.15), (x, 2.5, 1.15), (x, 2.5, 1.85), (x, 3.0, 1.85)], "poster-1")
    return builder.build()


def _counter_things() -> dict[str, TriangleMesh]:
    top = COUNTER.top + 0.001
    depth = COUNTER.y1 - COUNTER.y0
    middle = (COUNTER.y0 + COUNTER.y1) / 2
    return {
        "divider": furniture.divider(Placement((COUNTER.between_windows, middle, top)), depth),
        "form 1": furniture.paper(Placement((3.85, 3.15, top), -0.2), 0),
        "form 2": furniture.paper(Placement((5.1, 3.2, top), 0.3), 1),
        "pens": furniture.pen_stand(Placement((4.2, 3.0, top))),
        "closed sign": _closed_sign(Placement((5.6, 3.05, top))),
    }


def _closed_sign(placement: Placement) -> TriangleMesh:
    builder = MeshBuilder(placement)
    builder.box((-0.15, -0.01, 0), (0.15, 0.01, 0.15), "white", {"south": "closed", "north": "closed"})
    return builder.build()
