"""The head of a dressed body: skin, face, eyes, hair, hat, mask, glasses. Measures are from between the eyes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from sample_footage.render.body import SIDES, SIGN
from sample_footage.render.geometry import Flags, Floats, Ints, MeshBuilder, Placement, Point, TriangleMesh, as_point
from sample_footage.render.looks import STUFFS
from sample_footage.render.mannequin import Mannequin, Piece

CHIN = -0.115
HAIR_M, HAT_M, MASK_M = 0.016, 0.03, 0.008
"""How far each stands off the skin."""

_LOCKS_TO = {"long": -0.26, "bob": -0.15}


def dress_head(mannequin: Mannequin) -> Iterator[Piece]:
    """Return the pieces from the neck up."""
    look, clothes = mannequin.look, mannequin.look.clothes
    body = mannequin.base.triangles("body")
    yield _painted(mannequin, mannequin.cut(body[mannequin.moved_by("head", "neck")[body].any(1)], "skin"))
    for side in SIDES:
        yield _eye(mannequin.cut(mannequin.base.triangles(f"helper-{side}-eye"), "eye"))
    head = body[mannequin.moved_by("head")[body].all(1)]
    if look.hair != "bald":
        yield _scalp(mannequin, head)
        yield from _locks(mannequin)
    if clothes.headwear:
        yield from _hat(mannequin, head)
    if clothes.mask:
        yield mannequin.cut(head[_behind_mask(mannequin.from_eyes(mannequin.vertices[head].mean(1)))], "mask", MASK_M)
    if clothes.glasses:
        yield mannequin.fixed(_glasses(mannequin), "frames", "head")


def belongs_to_head(mannequin: Mannequin, piece: Piece) -> Flags:
    """Say of each triangle (m,) whether it is a part of the head: moved by its bone, and no lock below the chin."""
    moved = piece.weights[:, mannequin.skeleton.index("head")] > 0.5
    return np.asarray(moved[piece.triangles].all(1) & (mannequin.from_eyes(piece.centres)[:, 2] > CHIN))


def _painted(mannequin: Mannequin, skin: Piece) -> Piece:
    """Paint mouth and brows."""
    forward, across, up = mannequin.from_eyes(skin.centres).T
    stuff = skin.stuff.copy()
    mouth = (np.abs(across) < 0.024) & (up < -0.062) & (up > -0.077) & (forward > -0.01)
    brows = (np.abs(np.abs(across) - 0.031) < 0.017) & (up > 0.017) & (up < 0.025) & (forward > -0.005)
    stuff[mouth], stuff[brows] = STUFFS.index("lip"), STUFFS.index("hair")
    return replace(skin, stuff=stuff)


def _eye(eye: Piece) -> Piece:
    """Paint the iris, which is as dark as the hair."""
    middle, centres = eye.vertices.mean(0), eye.centres
    iris = (np.hypot(*(centres - middle)[:, 1:].T) < 0.0065) & (centres[:, 0] > middle[0])
    return replace(eye, stuff=np.where(iris, STUFFS.index("hair"), eye.stuff).astype(np.int32))


def _scalp(mannequin: Mannequin, head: Ints) -> Piece:
    away = mannequin.from_eyes(mannequin.vertices[head].mean(1))
    flat = mannequin.look.hair == "receding" or mannequin.look.clothes.headwear is not None

    def thickness(points: Floats) -> Floats:
        up = mannequin.from_eyes(points)
        strands = 0.002 * np.sin(up[:, 1] * 90) * np.sin(up[:, 0] * 70)
        return np.asarray(HAIR_M * (0.5 if flat else 1 + 0.6 * np.clip(up[:, 2] / 0.1, 0, 1)) + strands)

    return mannequin.cut(head[_haired(mannequin, away)], "hair", thickness)


def _haired(mannequin: Mannequin, away: Floats) -> Flags:
    """Say which parts of the head (m, 3) grow hair: all above forehead, temples and nape."""
    forward, across, up = away.T
    short = mannequin.look.hair in ("short", "receding")
    nape = -0.058 if short else -0.1
    temple = np.where(forward > -0.075, 0.065 - (-0.02 - forward) / 0.055 * 0.079, nape)
    line = np.where(forward > -0.02, 0.065, temple)
    ears = (np.abs(across) > 0.068) & (up < 0.03) & short
    bare = (up > 0.045) & (forward > -0.14) if mannequin.look.hair == "receding" else np.zeros_like(ears)
    return np.asarray((up > line) & ~ears & ~bare)


def _locks(mannequin: Mannequin) -> Iterator[Piece]:
    """Return what hangs or is tied up behind."""
    hair = mannequin.look.hair
    if hair in _LOCKS_TO:
        faces = mannequin.base.triangles("helper-hair")
        away = mannequin.from_eyes(mannequin.vertices[faces].mean(1))
        behind = (away[:, 0] < -0.045) | (away[:, 2] > 0.06)
        yield mannequin.cut(faces[behind & (away[:, 2] > _LOCKS_TO[hair])], "hair", -0.004)
    if hair == "bun":
        yield mannequin.fixed(_ball(mannequin, (-0.195, 0.0, 0.055), (0.035, 0.04, 0.035)), "hair", "head")
    if hair == "ponytail":
        yield mannequin.fixed(_ball(mannequin, (-0.2, 0.0, -0.06), (0.032, 0.035, 0.12)), "hair", "head")


def _hat(mannequin: Mannequin, head: Ints) -> Iterator[Piece]:
    away = mannequin.from_eyes(mannequin.vertices[head].mean(1))
    low = np.where(away[:, 0] > -0.05, 0.045, 0.0 if mannequin.look.clothes.headwear == "cap" else -0.03)
    yield mannequin.cut(head[away[:, 2] > low], "hat", HAT_M)
    if mannequin.look.clothes.headwear == "cap":
        yield mannequin.fixed(_ball(mannequin, (0.05, 0.0, 0.052), (0.085, 0.075, 0.006)), "hat", "head")


def _behind_mask(away: Floats) -> Flags:
    forward, across, up = away.T
    return np.asarray((up > CHIN + 0.005) & (up < -0.028) & (np.abs(across) < 0.068) & (forward > -0.065))


def _glasses(mannequin: Mannequin) -> TriangleMesh:
    """Build two rims and two temples."""
    builder = MeshBuilder(Placement(as_point(mannequin.eyes)))
    size, front = mannequin.head_size, 0.028
    turn = np.linspace(0, 2 * np.pi, 11)
    for side in SIDES:
        rims = [
            np.stack(
                [
                    np.full(11, front),
                    SIGN[side] * 0.031 + radius * np.cos(turn),
                    -0.004 + 0.85 * radius * np.sin(turn),
                ],
                axis=1,
            )
            for radius in (0.021, 0.025)
        ]
        for i in range(10):
            builder.quad(np.array([rims[0][i], rims[1][i], rims[1][i + 1], rims[0][i + 1]]) * size, "frames")
        y = SIGN[side] * 0.066
        temple = np.array(
            [(front, SIGN[side] * 0.056, 0), (-0.09, y, 0), (-0.09, y, 0.006), (front, SIGN[side] * 0.056, 0.006)]
        )
        builder.quad(temple * size, "frames")
    return builder.build()


def _ball(mannequin: Mannequin, centre: Point, half: Point) -> TriangleMesh:
    builder = MeshBuilder(Placement(as_point(mannequin.eyes)))
    at, wide = (as_point(np.asarray(measure) * mannequin.head_size) for measure in (centre, half))
    builder.cushion(at, wide, "hair", roundness=1.0)
    return builder.build()
