"""Terminals: laptops of several sizes and colours, their lid at any angle."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from sample_footage.render.geometry import MeshBuilder, Point, TriangleMesh, as_point
from sample_footage.render.materials import SCREENS, LinearColour

CASINGS: tuple[LinearColour, ...] = (
    (0.17, 0.175, 0.185),
    (0.015, 0.015, 0.017),
    (0.5, 0.5, 0.52),
    (0.68, 0.68, 0.67),
    (0.04, 0.05, 0.09),
    (0.35, 0.28, 0.22),
)
SHUT_DEG, OPEN_DEG = 1.0, 112.0
HINGE_M, RIM_M = 0.002, 0.007


@dataclass(frozen=True)
class Terminal:
    """A laptop; whoever works at it sits at -x."""

    width: float = 0.36
    depth: float = 0.25
    thickness: float = 0.022
    casing: LinearColour = CASINGS[0]
    screen: str = "screen"

    @property
    def lid_top(self) -> float:
        """Return how high it is when shut."""
        return self.thickness + HINGE_M + 0.012

    def lid_edge(self, lid_deg: float) -> Point:
        """Return the middle of the lid's edge, where a hand takes it, in the terminal's axes."""
        angle, reach = np.radians(lid_deg), self.depth - RIM_M
        up = self.thickness + HINGE_M
        return as_point([self.depth / 2 - np.cos(angle) * reach, 0, up + np.sin(angle) * reach])

    def mesh(self, lid_deg: float) -> TriangleMesh:
        """Build it with its lid so far open: 0 is shut, 90 upright."""
        builder = MeshBuilder(colours={"casing": self.casing})
        depth, width, top = self.depth / 2, self.width / 2, self.thickness
        builder.box((-depth, -width, 0), (depth, width, top), "casing")
        near, far, side, up = -depth + 0.004, depth - 0.01, width - 0.006, top + 0.001
        builder.quad([(near, side, up), (near, -side, up), (far, -side, up), (far, side, up)], "keys")
        self._add_lid(builder, np.radians(lid_deg))
        return builder.build()

    def _add_lid(self, builder: MeshBuilder, angle: float) -> None:
        hinge = np.array([self.depth / 2, 0, self.thickness + HINGE_M])
        along = np.array([-np.cos(angle), 0, np.sin(angle)]) * (self.depth - RIM_M)
        inward = np.array([-np.sin(angle), 0, -np.cos(angle)])

        def at(reach: float, across: float, depth: float) -> Point:
            return as_point(hinge + along * reach + np.array([0, self.width / 2 * across, 0]) + inward * depth)

        builder.quad([at(0, 1, 0), at(0, -1, 0), at(1, -1, 0), at(1, 1, 0)], "dark")
        face = [at(0.06, 0.95, 0.002), at(0.06, -0.95, 0.002), at(0.95, -0.95, 0.002), at(0.95, 0.95, 0.002)]
        builder.quad(face, self.screen)
        builder.quad([at(1, 1, -0.012), at(1, -1, -0.012), at(0, -1, -0.012), at(0, 1, -0.012)], "casing")
        rim = [(0, -1), (1, -1), (1, 1), (0, 1)]
        for start, end in pairwise(rim):
            edge = [start, end]
            builder.quad([*(at(r, a, -0.012) for r, a in edge), *(at(r, a, 0) for r, a in reversed(edge))], "casing")


def random_terminal(rng: np.random.Generator) -> Terminal:
    """Draw a laptop of some size, colour and screen."""
    width = float(rng.uniform(0.28, 0.40))
    return Terminal(
        width,
        width * float(rng.uniform(0.64, 0.74)),
        float(rng.uniform(0.014, 0.03)),
        CASINGS[int(rng.integers(len(CASINGS)))],
        SCREENS[int(rng.integers(len(SCREENS)))],
    )


def random_lid(rng: np.random.Generator) -> float:
    """Draw how far a lid is open, degrees: shut a quarter of the time."""
    return SHUT_DEG if rng.random() < 0.25 else float(rng.uniform(75, 135))
