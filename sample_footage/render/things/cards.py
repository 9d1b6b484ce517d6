"""Cards: a single one, stacks of them, open boxes and trays full of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_footage.render.geometry import MeshBuilder, Placement, TriangleMesh
from sample_footage.render.materials import LinearColour

CARD_LENGTH, CARD_WIDTH, CARD_THICKNESS = 0.086, 0.054, 0.00076
EDGES = {"top": "card", **dict.fromkeys(("south", "north", "east", "west"), "card-edges")}
BOX_COLOURS: tuple[LinearColour, ...] = (
    (0.06, 0.20, 0.46),
    (0.03, 0.03, 0.033),
    (0.25, 0.26, 0.27),
    (0.6, 0.6, 0.58),
    (0.30, 0.05, 0.04),
    (0.05, 0.22, 0.10),
    (0.40, 0.27, 0.15),
)


def card() -> TriangleMesh:
    """One card, lying flat, its long side along x; a little thicker than life, so that it is seen."""
    builder = MeshBuilder()
    builder.box((-CARD_LENGTH / 2, -CARD_WIDTH / 2, 0), (CARD_LENGTH / 2, CARD_WIDTH / 2, 0.002), "card")
    return builder.build()


def card_stack(counts: Sequence[int], askew: float = 0.0) -> TriangleMesh:
    """Stacks of so many cards side by side along y, their long sides along x; `askew` turns every other one."""
    builder = MeshBuilder()
    for number, count in enumerate(counts):
        y = (number - (len(counts) - 1) / 2) * (CARD_WIDTH + 0.008)
        turned = Placement((0.0, y, 0.0), askew * (-1) ** number)
        stack = MeshBuilder(turned)
        half, high = (CARD_LENGTH / 2, CARD_WIDTH / 2), max(count * CARD_THICKNESS, 0.002)
        stack.box((-half[0], -half[1], 0), (half[0], half[1], high), "white", EDGES)
        builder.add_mesh(stack.build())
    return builder.build()


@dataclass(frozen=True)
class CardBox:
    """An open box with rows of cards standing a little over its rim, `filled` for each row from 0 to 1."""

    filled: tuple[float, ...] = (1.0, 1.0)
    depth: float = 0.115
    height: float = 0.055
    colour: LinearColour = BOX_COLOURS[0]

    @property
    def width(self) -> float:
        """Return its extent along x, across the rows."""
        return 0.072 * len(self.filled) + 0.006

    @property
    def top(self) -> float:
        """Return how high the cards stand."""
        return self.height + 0.018

    def mesh(self) -> TriangleMesh:
        """Build it."""
        builder = MeshBuilder(colours={"box": self.colour})
        wide, deep, floor = self.width / 2, self.depth / 2, 0.006
        builder.box((-wide, -deep, 0), (wide, deep, floor), "box")
        for low, high in (
            ((-wide, -deep), (-wide + 0.004, deep)),
            ((wide - 0.004, -deep), (wide, deep)),
            ((-wide, -deep), (wide, -deep + 0.004)),
            ((-wide, deep - 0.004), (wide, deep)),
        ):
            builder.box((*low, floor), (*high, self.height), "box")
        for number, share in enumerate(self.filled):
            if share > 0:
                x = (number - (len(self.filled) - 1) / 2) * 0.072
                back = deep - 0.014
                builder.box((x - 0.027, back - share * 2 * back, floor), (x + 0.027, back, self.top), "white", EDGES)
        return builder.build()


def random_card_box(rng: np.random.Generator) -> CardBox:
    """Draw a box or, flat and wide, a tray."""
    colour = BOX_COLOURS[int(rng.integers(len(BOX_COLOURS)))]
    rows = int(rng.integers(1, 5))
    filled = tuple(float(share) for share in rng.uniform(0.15, 1.0, rows))
    return CardBox(filled, float(rng.uniform(0.1, 0.34)), float(rng.uniform(0.025, 0.07)), colour)


def random_card_stack(rng: np.random.Generator) -> TriangleMesh:
    """Draw one to four stacks."""
    counts = [int(count) for count in rng.integers(15, 80, int(rng.integers(1, 5)))]
    return card_stack(counts, float(rng.uniform(0, 0.3)))
