"""Single things in the room, each in its own axes: origin on what it stands on, +x its front unless said."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sample_footage.render.geometry import MeshBuilder, Placement, Point, TriangleMesh, about_z

LAPTOP_WIDTH, LAPTOP_DEPTH, LAPTOP_THICKNESS, LAPTOP_LID = 0.36, 0.25, 0.022, 0.243
CARD_BOX_SIZE = (0.15, 0.115, 0.055)
CARD_WIDTH, CARD_DEPTH = 0.086, 0.054


def waiting_chair(placement: Placement) -> TriangleMesh:
    """Build a padded chair on four thin legs."""
    builder = MeshBuilder(placement)
    builder.cushion((0, 0, 0.43), (0.22, 0.23, 0.035), "upholstery")
    builder.cushion((-0.23, 0, 0.70), (0.02, 0.22, 0.13), "upholstery", bend=0.05)
    for side in (-0.21, 0.21):
        builder.cylinder((-0.21, side), (0, 0.78), (0.012, 0.012), "steel", sides=8)
        builder.cylinder((0.2, side), (0, 0.42), (0.012, 0.012), "steel", sides=8)
    return builder.build()


def divider(placement: Placement, depth: float) -> TriangleMesh:
    """Build an open steel frame that parts two windows (a solid panel is easily taken for a laptop)."""
    builder = MeshBuilder(placement)
    half = depth / 2 - 0.06
    for side in (-half, half):
        builder.box((-0.008, side - 0.008, 0), (0.008, side + 0.008, 0.42), "steel")
    builder.box((-0.008, -half, 0.405), (0.008, half, 0.42), "steel")
    builder.box((-0.03, -half - 0.02, 0), (0.03, half + 0.02, 0.012), "steel")
    return builder.build()


def paper(placement: Placement, kind: int) -> TriangleMesh:
    """Build a sheet of A4."""
    builder = MeshBuilder(placement)
    corners = [(-0.105, -0.148, 0.002), (0.105, -0.148, 0.002), (0.105, 0.148, 0.002), (-0.105, 0.148, 0.002)]
    builder.quad(corners, f"paper-{kind}")
    return builder.build()


def laptop(lid_deg: float) -> TriangleMesh:
    """Build a laptop, origin under the middle of its base, the user at -x. 0 is shut, 90 upright."""
    builder = MeshBuilder()
    depth, width, top = LAPTOP_DEPTH / 2, LAPTOP_WIDTH / 2, LAPTOP_THICKNESS
    builder.box((-depth, -width, 0), (depth, width, top), "casing")
    builder.quad(
        [
            (-depth + 0.004, width - 0.006, top + 0.001),
            (-depth + 0.004, -width + 0.006, top + 0.001),
            (depth - 0.01, -width + 0.006, top + 0.001),
            (depth - 0.01, width - 0.006, top + 0.001),
        ],
        "keys",
    )
    _add_lid(builder, np.radians(lid_deg))
    return builder.build()


def _add_lid(builder: MeshBuilder, angle: float) -> None:
    hinge = np.array([LAPTOP_DEPTH / 2, 0, LAPTOP_THICKNESS + 0.002])
    along = np.array([-np.cos(angle), 0, np.sin(angle)])
    inward = np.array([-np.sin(angle), 0, -np.cos(angle)])

    def at(reach: float, across: float, depth: float) -> Point:
        x, y, z = hinge + along * LAPTOP_LID * reach + np.array([0, LAPTOP_WIDTH / 2 * across, 0]) + inward * depth
        return float(x), float(y), float(z)

    builder.quad([at(0, 1, 0), at(0, -1, 0), at(1, -1, 0), at(1, 1, 0)], "dark")
    builder.quad(
        [at(0.06, 0.95, 0.002), at(0.06, -0.95, 0.002), at(0.95, -0.95, 0.002), at(0.95, 0.95, 0.002)],
        "screen",
    )
    builder.quad([at(1, 1, -0.012), at(1, -1, -0.012), at(0, -1, -0.012), at(0, 1, -0.012)], "casing")
    rim = [(0, -1), (1, -1), (1, 1), (0, 1)]
    for (reach, across), (next_reach, next_across) in pairwise(rim):
        edge = [(reach, across), (next_reach, next_across)]
        builder.quad([*(at(r, a, -0.012) for r, a in edge), *(at(r, a, 0) for r, a in reversed(edge))], "casing")


def card_box() -> TriangleMesh:
    """Build an open box with two stacks of cards standing a little over its rim."""
    builder = MeshBuilder()
    width, depth, height = CARD_BOX_SIZE
    builder.box((-width / 2, -depth / 2, 0), (width / 2, depth / 2, height), "box")
    sides = {
        "top": "card",
        "south": "card-edges",
        "north": "card-edges",
        "east": "card-edges",
        "west": "card-edges",
    }
    for x in (-0.036, 0.036):
        builder.box((x - 0.027, -0.043, height - 0.01), (x + 0.027, 0.043, height + 0.018), "white", sides)
    return builder.build()


def card() -> TriangleMesh:
    """One card, lying flat, its long side along x."""
    builder = MeshBuilder()
    half = (CARD_WIDTH / 2, CARD_DEPTH / 2)
    builder.box((-half[0], -half[1], 0), (half[0], half[1], 0.002), "card")
    return builder.build()


def brochure_rack(placement: Placement) -> TriangleMesh:
    """Build a rack with coloured spines, its back at y = 0."""
    builder = MeshBuilder(placement)
    builder.box((0, 0, 0), (1.0, 0.35, 1.35), "grey")
    for shelf in range(3):
        low = 0.12 + shelf * 0.42
        corners = [
            (0.97, 0.352, low),
            (0.03, 0.352, low),
            (0.03, 0.352, low + 0.32),
            (0.97, 0.352, low + 0.32),
        ]
        builder.quad(corners, "binders")
    return builder.build()


def pen_stand(placement: Placement) -> TriangleMesh:
    """Build a pen stand with three pens."""
    builder = MeshBuilder(placement)
    builder.cylinder((0, 0), (0, 0.1), (0.04, 0.04), "dark")
    for turn in (0.3, 2.2, 4.4):
        x, y, _ = about_z(turn) @ [0.02, 0, 0]
        builder.cylinder((float(x), float(y)), (0.1, 0.16), (0.005, 0.005), "white", sides=6)
    return builder.build()
