"""Repeating patterns for floors, walls and tops, drawn from a few numbers. A square of `REPEAT_M` repeats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

import cv2
import numpy as np

from sample_footage.render.geometry import Floats, Image

REPEAT_M = 1.8
SIDE = 512
"""A pattern is a square picture of this many pixels."""

PatternKind = Literal["tiles", "planks", "carpet", "speckle", "grain", "concrete", "panels"]
PATTERN_KINDS: tuple[PatternKind, ...] = get_args(PatternKind)
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Pattern:
    """What a surface looks like: the kind, its main sRGB colour, how strongly it shows, and which of its kind."""

    kind: PatternKind
    colour: Colour
    contrast: float = 1.0
    seed: int = 0

    def draw(self) -> Image:
        """Return the picture, (SIDE, SIDE, 3) sRGB; its opposite edges fit."""
        relief = _RELIEFS[self.kind](np.random.default_rng(self.seed)) * self.contrast
        tinted = np.asarray(self.colour, float) * (1 + relief / 150)
        return np.asarray(np.clip(tinted, 0, 255), np.uint8)

    @property
    def reflectance(self) -> float:
        """Return the share of light that the main colour gives back."""
        return float(np.mean((np.asarray(self.colour) / 255) ** 2.2))


def _cloud(generator: np.random.Generator, scales: tuple[int, ...] = (4, 16, 64)) -> Floats:
    """Soft blotches of several sizes that repeat without a seam, (SIDE, SIDE)."""
    total = np.zeros((SIDE, SIDE))
    for scale in scales:
        coarse = np.pad(generator.normal(size=(SIDE // scale, SIDE // scale)), 2, mode="wrap")
        wide = cv2.resize(coarse, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        total += wide[2 * scale : 2 * scale + SIDE, 2 * scale : 2 * scale + SIDE]
    return total / len(scales)


def _tiles(generator: np.random.Generator) -> Floats:
    count = int(generator.choice([3, 4, 6]))
    side = SIDE / count
    shades = generator.normal(0, 3, (count, count))
    relief = cv2.resize(shades, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST) + 6 * _cloud(generator)
    for number in range(count):
        line = round(number * side)
        relief[line : line + 2] -= 24
        relief[:, line : line + 2] -= 24
    return np.asarray(relief[..., None])


def _planks(generator: np.random.Generator) -> Floats:
    rows = int(generator.choice([8, 12]))
    fibres = cv2.GaussianBlur(generator.normal(0, 22, (SIDE, SIDE)), (0, 0), sigmaX=24, sigmaY=0.6)
    relief: Floats = np.asarray(fibres, np.float64) * 3
    edges = [round(SIDE * row / rows) for row in range(rows + 1)]
    for top, bottom in pairwise(edges):
        relief[top:bottom] += generator.normal(0, 9)
        relief[top] -= 22
        joint = int(generator.integers(SIDE))
        relief[top:bottom, joint : joint + 2] -= 18
    return relief[..., None]


def _carpet(generator: np.random.Generator) -> Floats:
    pile = cv2.GaussianBlur(generator.normal(0, 30, (SIDE, SIDE)), (0, 0), 0.8)
    squares = np.kron(np.indices((4, 4)).sum(0) % 2, np.ones((SIDE // 4, SIDE // 4))) * generator.uniform(0, 14)
    return np.asarray((pile + squares + 4 * _cloud(generator, (64,)))[..., None])


def _speckle(generator: np.random.Generator) -> Floats:
    grains = cv2.GaussianBlur(generator.normal(0, 1, (SIDE, SIDE)), (0, 0), 1.2)
    dark = np.where(grains > 0.45, -28.0, 0.0) + np.where(grains < -0.5, 16.0, 0.0)
    return np.asarray((dark + 4 * _cloud(generator))[..., None])


def _grain(generator: np.random.Generator) -> Floats:
    """Draw wood, its fibres along the picture's width."""
    rows = np.arange(SIDE)[:, None] / SIDE
    waves = np.sin(2 * np.pi * (7 * rows + 0.35 * _cloud(generator, (64,))))
    fibres = cv2.GaussianBlur(generator.normal(0, 20, (SIDE, SIDE)), (0, 0), sigmaX=30, sigmaY=0.7) * 2
    return np.asarray((9 * waves + fibres)[..., None])


def _concrete(generator: np.random.Generator) -> Floats:
    return np.asarray((7 * _cloud(generator, (2, 8, 32, 128)))[..., None])


def _panels(generator: np.random.Generator) -> Floats:
    """Draw upright boards, as on office walls."""
    relief = 2 * _cloud(generator)
    for line in np.linspace(0, SIDE, int(generator.choice([2, 3])), endpoint=False).astype(int):
        relief[:, line : line + 3] -= 30
    return np.asarray(relief[..., None])


_RELIEFS: dict[PatternKind, Callable[[np.random.Generator], Floats]] = {
    "tiles": _tiles,
    "planks": _planks,
    "carpet": _carpet,
    "speckle": _speckle,
    "grain": _grain,
    "concrete": _concrete,
    "panels": _panels,
}
