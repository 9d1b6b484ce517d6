"""What lies about on counters and desks. Much of it is flat, dark or a screen, as terminals and cards are."""

from __future__ import annotations

from collections.abc import Callable

from sample_footage.render.geometry import MeshBuilder, Placement, TriangleMesh
from sample_footage.render.materials import SCREENS, LinearColour

PAPER_HALF = (0.105, 0.148)


def paper_stack(sheets_m: float, picture: str = "paper-0") -> TriangleMesh:
    """Build a pile of A4 sheets so high; one sheet is 2 mm, so that it is seen."""
    builder = MeshBuilder()
    x, y = PAPER_HALF
    builder.box((-x, -y, 0), (x, y, sheets_m), "white", {"top": picture})
    return builder.build()


def folder(colour: LinearColour, thickness: float = 0.02) -> TriangleMesh:
    """Build a shut file or book."""
    builder = MeshBuilder(colours={"plastic": colour})
    builder.box((-0.115, -0.155, 0), (0.115, 0.155, thickness), "white")
    for z in (0.0, thickness):
        builder.box((-0.12, -0.16, z), (0.12, 0.16, z + 0.003), "plastic")
    return builder.build()


def tablet(colour: LinearColour, screen: str) -> TriangleMesh:
    """Build a tablet or a telephone lying face up."""
    builder = MeshBuilder(colours={"plastic": colour})
    builder.box((-0.085, -0.125, 0), (0.085, 0.125, 0.008), "plastic")
    face = [(-0.075, 0.11, 0.009), (-0.075, -0.11, 0.009), (0.075, -0.11, 0.009), (0.075, 0.11, 0.009)]
    builder.quad(face, screen)
    return builder.build()


def smartphone() -> TriangleMesh:
    """Build a telephone lying on its back."""
    builder = MeshBuilder()
    builder.box((-0.075, -0.036, 0), (0.075, 0.036, 0.008), "dark")
    return builder.build()


def desk_telephone(colour: LinearColour) -> TriangleMesh:
    """Build a telephone with its receiver on it."""
    builder = MeshBuilder(colours={"plastic": colour})
    builder.box((-0.1, -0.09, 0), (0.1, 0.09, 0.035), "plastic")
    builder.cushion((0, 0.06, 0.05), (0.1, 0.025, 0.02), "plastic")
    builder.box((-0.06, -0.07, 0.035), (0.06, 0.02, 0.038), "dark")
    return builder.build()


def cup(colour: LinearColour) -> TriangleMesh:
    """Build a cup."""
    builder = MeshBuilder(colours={"ceramic": colour})
    builder.cylinder((0, 0), (0, 0.095), (0.034, 0.042), "ceramic")
    return builder.build()


def bottle(colour: LinearColour) -> TriangleMesh:
    """Build a bottle of hand sanitizer or tea."""
    builder = MeshBuilder(colours={"plastic": colour})
    builder.cylinder((0, 0), (0, 0.15), (0.034, 0.034), "plastic")
    builder.cylinder((0, 0), (0.15, 0.2), (0.02, 0.012), "white")
    return builder.build()


def stamp() -> TriangleMesh:
    """Build a stamp beside its ink pad."""
    builder = MeshBuilder()
    builder.box((-0.04, -0.055, 0), (0.04, 0.025, 0.014), "dark")
    builder.cylinder((0, 0.055), (0, 0.06), (0.011, 0.011), "wood", sides=8)
    return builder.build()


def calculator(colour: LinearColour) -> TriangleMesh:
    """Build a desk calculator."""
    builder = MeshBuilder(colours={"plastic": colour})
    builder.box((-0.085, -0.055, 0), (0.085, 0.055, 0.018), "plastic")
    face = [(-0.075, -0.045, 0.019), (0.03, -0.045, 0.019), (0.03, 0.045, 0.019), (-0.075, 0.045, 0.019)]
    builder.quad(face, "keys")
    return builder.build()


def keyboard(colour: LinearColour) -> TriangleMesh:
    """Build a keyboard; whoever types is at -x."""
    builder = MeshBuilder(colours={"plastic": colour})
    builder.box((-0.075, -0.21, 0), (0.075, 0.21, 0.02), "plastic")
    face = [(-0.065, 0.2, 0.021), (-0.065, -0.2, 0.021), (0.065, -0.2, 0.021), (0.065, 0.2, 0.021)]
    builder.quad(face, "keys")
    return builder.build()


def tissue_box(colour: LinearColour) -> TriangleMesh:
    """Build a box of tissues."""
    builder = MeshBuilder(colours={"plastic": colour})
    builder.box((-0.06, -0.12, 0), (0.06, 0.12, 0.06), "plastic")
    builder.cushion((0, 0, 0.08), (0.02, 0.035, 0.03), "white")
    return builder.build()


def letter_tray(colour: LinearColour) -> TriangleMesh:
    """Build two flat trays over each other, with papers."""
    builder = MeshBuilder(colours={"plastic": colour})
    for z in (0.0, 0.09):
        builder.box((-0.13, -0.17, z), (0.13, 0.17, z + 0.006), "plastic")
        builder.box((-0.105, -0.148, z + 0.006), (0.105, 0.148, z + 0.03), "white", {"top": "paper-1"})
    for x in (-0.13, 0.126):
        for y in (-0.17, 0.166):
            builder.box((x, y, 0), (x + 0.004, y + 0.004, 0.12), "plastic")
    return builder.build()


def monitor(screen: str, width: float = 0.5) -> TriangleMesh:
    """Build a monitor; whoever looks at it is at -x."""
    builder = MeshBuilder()
    half, high = width / 2, width * 0.62
    builder.box((-0.1, -0.12, 0), (0.08, 0.12, 0.012), "dark")
    builder.box((0.01, -0.025, 0), (0.03, 0.025, 0.2), "dark")
    builder.box((-0.02, -half - 0.012, 0.1), (0.01, half + 0.012, 0.1 + high), "dark")
    low, top = 0.112, 0.088 + high
    builder.quad([(-0.022, half, low), (-0.022, -half, low), (-0.022, -half, top), (-0.022, half, top)], screen)
    return builder.build()


def live_monitor(every_s: float, width: float = 0.5) -> Callable[[float], TriangleMesh]:
    """Return a monitor's shape at each moment; what it shows changes every so often."""
    shapes = [monitor(screen, width) for screen in SCREENS[:-1]]
    return lambda time_s: shapes[int(time_s / every_s) % len(shapes)]


def cleaning_trolley(colour: LinearColour) -> TriangleMesh:
    """Build a trolley with a bucket, a sack and a mop; whoever pushes it is at -x, the handle 0.95 m up."""
    builder = MeshBuilder(colours={"fabric": colour, "plastic": (0.5, 0.35, 0.02)})
    builder.box((-0.35, -0.24, 0.14), (0.4, 0.24, 0.18), "grey")
    for x in (-0.3, 0.35):
        for y in (-0.2, 0.2):
            builder.cylinder((x, y), (0, 0.14), (0.05, 0.05), "dark", sides=8)
    for y in (-0.22, 0.2):
        builder.box((-0.35, y, 0.18), (-0.33, y + 0.02, 0.95), "steel")
    builder.box((-0.37, -0.22, 0.93), (-0.33, 0.22, 0.96), "steel")
    builder.cushion((0.16, 0, 0.5), (0.2, 0.22, 0.32), "fabric", roundness=0.4)
    builder.cylinder((-0.18, 0), (0.18, 0.48), (0.13, 0.16), "plastic")
    mop = MeshBuilder(Placement((-0.16, 0.1, 0.2)))
    mop.cylinder((0, 0), (0, 1.15), (0.012, 0.012), "wood", sides=6)
    builder.add_mesh(mop.build())
    return builder.build()
