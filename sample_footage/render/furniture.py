"""Single things in the room, each in its own axes: origin on what it stands on, +x its front unless said."""

from __future__ import annotations

from sample_footage.render.geometry import MeshBuilder, Placement, TriangleMesh, about_z


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
