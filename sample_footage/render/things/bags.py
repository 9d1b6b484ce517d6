"""What visitors bring: bags, umbrellas, parcels. Bags stand upright; a hand takes them at the top."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sample_footage.render.geometry import MeshBuilder, TriangleMesh
from sample_footage.render.materials import LinearColour


def hand_bag(colour: LinearColour, width: float = 0.3) -> TriangleMesh:
    """Build a bag with two handles."""
    builder = MeshBuilder(colours={"leather": colour})
    high = width * 0.72
    builder.cushion((0, 0, high / 2), (0.065, width / 2, high / 2), "leather", roundness=0.4)
    for x in (-0.03, 0.03):
        _add_handle(builder, x, width * 0.25, (high - 0.02, high + 0.13), "leather")
    return builder.build()


def rucksack(colour: LinearColour) -> TriangleMesh:
    """Build a rucksack standing on the floor, its front pocket at +x."""
    builder = MeshBuilder(colours={"fabric": colour})
    builder.cushion((0, 0, 0.22), (0.1, 0.15, 0.22), "fabric", roundness=0.5)
    builder.cushion((0.09, 0, 0.13), (0.04, 0.11, 0.1), "fabric", roundness=0.5)
    _add_handle(builder, -0.05, 0.04, (0.42, 0.47), "dark")
    return builder.build()


def shopping_bag(colour: LinearColour, width: float = 0.28) -> TriangleMesh:
    """Build a paper bag with two string handles."""
    builder = MeshBuilder(colours={"paper bag": colour})
    high = width * 1.1
    builder.box((-0.05, -width / 2, 0), (0.05, width / 2, high), "paper bag")
    for x in (-0.045, 0.045):
        _add_handle(builder, x, width * 0.2, (high - 0.01, high + 0.11), "white")
    return builder.build()


def briefcase(colour: LinearColour) -> TriangleMesh:
    """Build a flat case standing on its edge (shut and lying it would be much like a shut laptop)."""
    builder = MeshBuilder(colours={"leather": colour})
    builder.box((-0.045, -0.2, 0), (0.045, 0.2, 0.29), "leather")
    _add_handle(builder, 0.0, 0.06, (0.28, 0.33), "dark")
    return builder.build()


def umbrella(colour: LinearColour) -> TriangleMesh:
    """Build a furled umbrella that lies along x."""
    builder = MeshBuilder(colours={"fabric": colour})
    turn = np.linspace(0, 2 * np.pi, 9)
    rings = [(-0.42, 0.006), (-0.36, 0.02), (0.1, 0.035), (0.16, 0.012), (0.42, 0.012)]
    for (near, inner), (far, outer) in pairwise(rings):
        for start, end in pairwise(turn):
            builder.quad(
                [
                    _on_ring(near, inner, start),
                    _on_ring(near, inner, end),
                    _on_ring(far, outer, end),
                    _on_ring(far, outer, start),
                ],
                "fabric" if far < 0.2 else "wood",
            )
    return builder.build()


def parcel(colour: LinearColour, size: tuple[float, float, float]) -> TriangleMesh:
    """Build a cardboard box with a strip of tape."""
    builder = MeshBuilder(colours={"cardboard": colour})
    x, y, z = size[0] / 2, size[1] / 2, size[2]
    builder.box((-x, -y, 0), (x, y, z), "cardboard")
    builder.quad(
        [(-x, -0.025, z + 0.001), (x, -0.025, z + 0.001), (x, 0.025, z + 0.001), (-x, 0.025, z + 0.001)], "tape"
    )
    return builder.build()


def _add_handle(builder: MeshBuilder, x: float, half: float, heights: tuple[float, float], material: str) -> None:
    """Add a flat arch that rises between two heights, `half` wide to either side."""
    turn = np.linspace(0, np.pi, 9)
    low, rise = heights[0], heights[1] - heights[0]
    for start, end in pairwise(turn):
        edge = [(half * np.cos(t), low + rise * np.sin(t)) for t in (start, end)]
        builder.quad(
            [(x - 0.008, *edge[0]), (x + 0.008, *edge[0]), (x + 0.008, *edge[1]), (x - 0.008, *edge[1])], material
        )


def _on_ring(along: float, radius: float, turn: float) -> tuple[float, float, float]:
    return along, float(radius * np.cos(turn)), float(0.035 + radius * np.sin(turn))
