"""Dresses a body: skin, hair and clothes cut from the base mesh's own surfaces and pushed outward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from sample_footage.render.body import (
    BODY_VERTICES,
    EYE_VERTICES,
    Gender,
    Skeleton,
    load_base_mesh,
    shape_body,
)
from sample_footage.render.geometry import Flags, Floats, Ints, vertex_normals
from sample_footage.render.materials import LinearColour

Stuff = Literal["skin", "hair", "shirt", "trousers", "shoes", "eye", "lip", "vest"]
STUFFS: tuple[Stuff, ...] = ("skin", "hair", "shirt", "trousers", "shoes", "eye", "lip", "vest")
ROUGHNESS: dict[Stuff, float] = {"skin": 0.5, "hair": 0.4, "shoes": 0.35, "eye": 0.2, "lip": 0.5}
CLOTH_ROUGHNESS = 0.85

PieceName = Literal["skin", "eye", "shirt", "trousers", "shoes", "hair", "locks"]

_FINGERS = ("index", "middle", "ring", "pinky", "thumb")
_PUSHED_OUT_M: dict[PieceName, float] = {
    "skin": 0.0,
    "eye": 0.0,
    "shirt": 0.016,
    "trousers": 0.012,
    "shoes": 0.008,
    "hair": 0.016,
    "locks": -0.004,
}


@dataclass(frozen=True)
class Look:
    """What a person looks like. Colours are linear."""

    gender: Gender
    height_m: float
    weight: float = 0.0
    vest: bool = False
    hair: Literal["short", "long"] = "short"
    colours: dict[Stuff, LinearColour] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True)
class DressedBody:
    """A person at rest: vertices and normals (n, 3), triangles (m, 3), stuff (m,), weights (n, bones)."""

    look: Look
    skeleton: Skeleton
    vertices: Floats
    normals: Floats
    triangles: Ints
    stuff: Ints
    weights: Floats

    def colour(self, stuff: Stuff) -> LinearColour:
        """Return the linear colour of one of the stuffs."""
        return ({**_COLOURS, **self.look.colours})[stuff]


_COLOURS: dict[Stuff, LinearColour] = {
    "skin": (0.62, 0.42, 0.31),
    "hair": (0.018, 0.015, 0.013),
    "shirt": (0.56, 0.59, 0.63),
    "trousers": (0.03, 0.035, 0.05),
    "shoes": (0.015, 0.013, 0.012),
    "eye": (0.75, 0.74, 0.72),
    "lip": (0.53, 0.25, 0.19),
    "vest": (0.02, 0.03, 0.09),
}


def dress(look: Look, folder: Path) -> DressedBody:
    """Shape a body, cut its skin, hair and clothes, and join them into one mesh."""
    vertices, skeleton = shape_body(folder, look.gender, look.height_m, look.weight)
    tailor = _Tailor(look, vertices, skeleton, folder)
    pieces = [tailor.finish(name, faces) for name, faces in tailor.cut()]
    starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    joined = np.concatenate([piece.vertices for piece in pieces])
    triangles = np.concatenate([piece.triangles + start for piece, start in zip(pieces, starts, strict=False)])
    return DressedBody(
        look,
        skeleton,
        joined,
        vertex_normals(joined, triangles.astype(np.int32)),
        triangles.astype(np.int32),
        np.concatenate([piece.stuff for piece in pieces]),
        np.concatenate([piece.weights for piece in pieces]),
    )


@dataclass(frozen=True)
class _Piece:
    vertices: Floats
    triangles: Ints
    stuff: Ints
    weights: Floats


class _Tailor:
    """Cuts and finishes the pieces of one body."""

    def __init__(self, look: Look, vertices: Floats, skeleton: Skeleton, folder: Path) -> None:
        self._look, self._vertices, self._skeleton = look, vertices, skeleton
        self._base = load_base_mesh(folder)
        self._bone = np.array(self._base.bones)[self._base.weights.argmax(1)]
        self._size = look.height_m / 1.7
        self._waist = float(skeleton.head("spine_01")[2])
        self._hem = self._waist - (0.03 if look.vest else 0.11) * self._size
        self._eyes = vertices[EYE_VERTICES].mean(0)
        self._random = np.random.default_rng(look.seed)

    def _moved_by(self, *prefixes: str) -> Flags:
        return np.asarray(np.char.startswith(self._bone[:, None], list(prefixes)).any(1))

    def cut(self) -> Iterator[tuple[PieceName, Ints]]:
        """Return the pieces by name, as triangles of the whole mesh."""
        body, tights = self._base.triangles("body"), self._base.triangles("helper-tights")
        head, hand, foot = (
            self._moved_by(*names) for names in (("head", "neck"), ("hand", *_FINGERS), ("foot", "ball"))
        )
        arm = self._moved_by("clavicle", "upperarm", "lowerarm", "hand", *_FINGERS)[tights].any(1)
        height = self._vertices[tights][..., 2]
        shod = foot[tights].all(1)
        yield "skin", body[(head | hand)[body].any(1)]
        for side in "lr":
            yield "eye", self._base.triangles(f"helper-{side}-eye")
        covered = ((height.max(1) > self._hem) | arm) & ~head[tights].all(1) & ~hand[tights].all(1)
        yield "shirt", tights[covered]
        yield "trousers", tights[(height.mean(1) < self._waist + 0.04 * self._size) & ~shod & ~arm]
        yield "shoes", tights[shod | (height.mean(1) < 0.07 * self._size)]
        yield "hair", self._scalp(body[head[body].all(1)])
        if self._look.hair == "long":
            yield "locks", self._locks()

    def _scalp(self, faces: Ints) -> Ints:
        crown = self._vertices[:BODY_VERTICES, 2].max() - self._eyes[2]
        away = self._vertices[faces].mean(1) - self._eyes
        forward = away[:, 0]
        nape = -0.55 if self._look.hair == "short" else -0.95
        temple = np.where(forward > -0.075, 0.62 - (-0.02 - forward) / 0.055 * 0.75, nape)
        line = crown * np.where(forward > -0.02, 0.62, temple)
        ears = (np.abs(away[:, 1]) > 0.068) & (away[:, 2] < 0.03) & (self._look.hair == "short")
        return np.asarray(faces[(away[:, 2] > line) & ~ears])

    def _locks(self) -> Ints:
        faces = self._base.triangles("helper-hair")
        away = self._vertices[faces].mean(1) - self._eyes
        return np.asarray(faces[((away[:, 0] < -0.045) | (away[:, 2] > 0.06)) & (away[:, 2] > -0.26)])

    def finish(self, name: PieceName, faces: Ints) -> _Piece:
        """Push a piece outward, fold and trim it, and say what stuff each triangle is."""
        index, inverse = np.unique(faces, return_inverse=True)
        triangles = inverse.reshape(-1, 3).astype(np.int32)
        points = self._vertices[index]
        points = points + vertex_normals(points, triangles) * self._thickness(name, points)[:, None]
        self._trim(name, points, index)
        return _Piece(points, triangles, self._stuff(name, points, triangles, index), self._base.weights[index])

    def _thickness(self, name: PieceName, points: Floats) -> Floats:
        height = points[:, 2]
        out = np.full(len(points), _PUSHED_OUT_M[name])
        if name == "trousers":
            out += 0.022 * np.clip((0.42 * self._size - height) / 0.3, 0, 1)
        if name == "shirt":
            out += 0.012 * np.exp(-(((height - self._waist - 0.05) / 0.12) ** 2))
        if name == "hair":
            out *= 1 + 0.6 * np.clip((height - self._eyes[2]) / 0.1, 0, 1)
            out += 0.002 * np.sin(points[:, 1] * 90) * np.sin(points[:, 0] * 70)
        if name in ("shirt", "trousers"):
            out += self._folds(points * 38)
        return out

    def _folds(self, scaled: Floats) -> Floats:
        phase = self._random.uniform(0, 6, 2)
        upright = np.sin(scaled[:, 2] * 1.3 + scaled[:, 0] + phase[0])
        across = np.sin(scaled[:, 1] * 1.1 - scaled[:, 2] * 0.7 + phase[1])
        return np.asarray(0.003 * (upright + across))

    def _trim(self, name: PieceName, points: Floats, index: Ints) -> None:
        if name == "shirt":
            sleeve = self._moved_by("upperarm", "lowerarm", "hand", *_FINGERS)[index]
            points[(points[:, 2] < self._hem) & ~sleeve, 2] = self._hem
        if name == "shoes":
            points[:, 2] = np.maximum(points[:, 2], 0.0)

    def _stuff(self, name: PieceName, points: Floats, triangles: Ints, index: Ints) -> Ints:
        made = np.full(len(triangles), STUFFS.index("hair" if name == "locks" else name), np.int32)
        centres = points[triangles].mean(1)
        if name == "skin":
            self._paint_face(made, centres - self._eyes)
        if name == "eye":
            middle = points.mean(0)
            iris = np.hypot(*(centres - middle)[:, 1:].T) < 0.0065
            made[iris & (centres[:, 0] > middle[0])] = STUFFS.index("hair")
        if name == "shirt" and self._look.vest:
            sleeve = self._moved_by("upperarm", "lowerarm", "hand")[index][triangles].any(1)
            made[~sleeve & ~self._neckline(centres)] = STUFFS.index("vest")
        return made

    def _paint_face(self, made: Ints, away: Floats) -> None:
        forward, across, up = away.T
        mouth = (np.abs(across) < 0.024) & (up < -0.062) & (up > -0.077) & (forward > -0.01)
        brows = (np.abs(np.abs(across) - 0.031) < 0.017) & (up > 0.017) & (up < 0.025) & (forward > -0.005)
        made[mouth], made[brows] = STUFFS.index("lip"), STUFFS.index("hair")

    def _neckline(self, centres: Floats) -> Flags:
        front = centres[:, 0] > self._skeleton.head("spine_03")[0] + 0.03
        above = centres[:, 2] - self._waist - 0.45 * (self._skeleton.head("neck_01")[2] - self._waist)
        return np.asarray(front & (np.abs(centres[:, 1]) < np.clip(above * 0.28, 0, 1)))
