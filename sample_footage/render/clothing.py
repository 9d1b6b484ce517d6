"""Dresses a body: clothes cut from the base mesh's own surfaces and pushed outward, joined with head and hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sample_footage.render.body import Skeleton
from sample_footage.render.geometry import Flags, Floats, Ints, MeshBuilder, vertex_normals
from sample_footage.render.headdress import belongs_to_head, dress_head
from sample_footage.render.looks import STUFFS, Look, Stuff
from sample_footage.render.mannequin import ARM, HAND, Mannequin, Piece, Thickness

ROUGHNESS: dict[Stuff, float] = {"skin": 0.5, "hair": 0.4, "shoes": 0.35, "eye": 0.2, "lip": 0.5, "frames": 0.3}
CLOTH_ROUGHNESS = 0.85

SHIRT_M, TROUSERS_M, SHOES_M, OVER_M, SKIRT_M = 0.016, 0.012, 0.008, 0.034, 0.012
"""How far each stands off the skin."""


@dataclass(frozen=True, eq=False)
class DressedBody:
    """A person at rest: vertices and normals (n, 3), triangles (m, 3), weights (n, bones). Equal to itself alone.

    Of each triangle (m,) `stuff` says what it is made of and `head` whether it is a part of the head.
    """

    look: Look
    skeleton: Skeleton
    vertices: Floats
    normals: Floats
    triangles: Ints
    stuff: Ints
    head: Flags
    weights: Floats


Wardrobe = Callable[[Look], DressedBody]
"""Dresses a body for a look, as `dress` does that has been given its folder."""


def dress(look: Look, folder: Path) -> DressedBody:
    """Shape a body, cut its skin, hair and clothes, and join them into one mesh."""
    mannequin = Mannequin(look, folder)
    pieces = [*_Tailor(mannequin).pieces(), *dress_head(mannequin)]
    starts = np.cumsum([0, *(len(piece.vertices) for piece in pieces)])
    vertices = np.concatenate([piece.vertices for piece in pieces])
    joined = [piece.triangles + start for piece, start in zip(pieces, starts, strict=False)]
    triangles = np.concatenate(joined).astype(np.int32)
    return DressedBody(
        look,
        mannequin.skeleton,
        vertices,
        vertex_normals(vertices, triangles),
        triangles,
        np.concatenate([piece.stuff for piece in pieces]),
        np.concatenate([belongs_to_head(mannequin, piece) for piece in pieces]),
        np.concatenate([piece.weights for piece in pieces]),
    )


class _Tailor:
    """Cuts all that is worn below the head, and the skin that it leaves bare."""

    def __init__(self, mannequin: Mannequin) -> None:
        self._mannequin, self._clothes = mannequin, mannequin.look.clothes
        self._size, self._waist = mannequin.size, mannequin.waist
        self._body, self._tights = (mannequin.base.triangles(name) for name in ("body", "helper-tights"))
        self._random = np.random.default_rng(mannequin.look.seed)

    def pieces(self) -> Iterator[Piece]:
        """Return the pieces, undermost first."""
        yield self._bare_arms()
        yield self._shirt()
        yield from self._skirt() if self._clothes.skirt_hem else self._trousers()
        yield self._shoes()
        if self._clothes.over in ("jacket", "cardigan", "coat"):
            yield from self._over()
        yield from self._carried()

    def _all(self, faces: Ints, *bones: str) -> Flags:
        return np.asarray(self._mannequin.moved_by(*bones)[faces].all(1))

    def _any(self, faces: Ints, *bones: str) -> Flags:
        return np.asarray(self._mannequin.moved_by(*bones)[faces].any(1))

    def _bare_arms(self) -> Piece:
        bare = (*HAND, "lowerarm", "upperarm") if self._clothes.short_sleeves else HAND
        return self._mannequin.cut(self._body[self._any(self._body, *bare)], "skin")

    def _shirt(self) -> Piece:
        below_waist = 0.0 if self._clothes.tucked else 0.03 if self._clothes.over == "vest" else 0.11
        hem = self._waist - below_waist * self._size
        faces = self._above(hem)
        if self._clothes.short_sleeves:
            faces = faces[~self._any(faces, "lowerarm", *HAND)]
        shirt = self._hemmed(self._mannequin.cut(faces, "shirt", self._folded(self._shirt_thickness)), hem)
        return self._front_painted(shirt)

    def _above(self, hem: float) -> Ints:
        """Return the faces of trunk and arms above a height."""
        faces = self._tights
        above = (self._mannequin.heights(faces).max(1) > hem) | self._any(faces, "clavicle", *ARM)
        bare = self._all(faces, "head", "neck") | self._all(faces, *HAND)
        return np.asarray(faces[above & ~bare])

    def _hemmed(self, piece: Piece, hem: float) -> Piece:
        """Trim a garment of the trunk to a straight hem."""
        sleeve = piece.weights[:, self._mannequin.bones_named(*ARM)].sum(1) > 0.5
        points = piece.vertices.copy()
        points[(points[:, 2] < hem) & ~sleeve, 2] = hem
        return replace(piece, vertices=points)

    def _shirt_thickness(self, points: Floats) -> Floats:
        up = points[:, 2] - self._waist
        return np.asarray(SHIRT_M + 0.012 * np.exp(-(((up - 0.05) / 0.12) ** 2)) + 0.012 * np.clip(-up / 0.05, 0, 1))

    def _trousers_thickness(self, points: Floats) -> Floats:
        wide = 0.022 * np.clip((0.42 * self._size - points[:, 2]) / 0.3, 0, 1)
        return np.asarray(TROUSERS_M + wide + (0.014 if self._clothes.tucked else 0.0))

    def _folded(self, thickness: Thickness) -> Thickness:
        """Add folds to a cloth."""
        phase = self._random.uniform(0, 6, 2)

        def with_folds(points: Floats) -> Floats:
            scaled = points * 38
            upright = np.sin(scaled[:, 2] * 1.3 + scaled[:, 0] + phase[0])
            across = np.sin(scaled[:, 1] * 1.1 - scaled[:, 2] * 0.7 + phase[1])
            return np.asarray(thickness(points) + 0.003 * (upright + across))

        return with_folds

    def _front_painted(self, shirt: Piece) -> Piece:
        """Make a vest of the shirt's trunk, and a tie of the middle of its front."""
        if self._clothes.over is None and not self._clothes.tie:
            return shirt
        shirt = shirt.finer(self._breast(shirt.centres))
        stuff, centres = shirt.stuff.copy(), shirt.centres
        sleeve = self._moved(shirt, "upperarm", "lowerarm", "hand")
        if self._clothes.over == "vest":
            stuff[~sleeve & ~self._neckline(centres)] = STUFFS.index("over")
        if self._clothes.tie:
            in_front = (centres[:, 0] > self._spine_x() + 0.06) & (np.abs(centres[:, 1]) < 0.03 * self._size)
            stuff[in_front & (stuff == STUFFS.index("shirt"))] = STUFFS.index("tie")
        return replace(shirt, stuff=stuff)

    def _moved(self, piece: Piece, *bones: str) -> Flags:
        """Say of each triangle whether one of its corners is moved most by one of the bones."""
        moved = np.isin(piece.weights.argmax(1), self._mannequin.bones_named(*bones))
        return np.asarray(moved[piece.triangles].any(1))

    def _spine_x(self) -> float:
        return float(self._mannequin.skeleton.head("spine_03")[0])

    def _breast(self, centres: Floats) -> Flags:
        """Say which triangles (m,) are in front, where a neckline and a tie have their edges."""
        in_front = centres[:, 0] > self._spine_x() + 0.02
        return np.asarray(in_front & (centres[:, 2] > self._waist) & (np.abs(centres[:, 1]) < 0.15 * self._size))

    def _neckline(self, centres: Floats) -> Flags:
        """Say which triangles (m,) a garment that is open at the neck leaves free."""
        neck = self._mannequin.skeleton.head("neck_01")[2]
        above = centres[:, 2] - self._waist - 0.45 * (neck - self._waist)
        return np.asarray(
            (centres[:, 0] > self._spine_x() + 0.03) & (np.abs(centres[:, 1]) < np.clip(above * 0.28, 0, 1))
        )

    def _trousers(self) -> Iterator[Piece]:
        faces = self._tights
        height = self._mannequin.heights(faces).mean(1)
        legs = (height < self._waist + 0.04 * self._size) & ~self._all(faces, "foot", "ball")
        legs &= ~self._any(faces, "clavicle", *ARM)
        yield self._mannequin.cut(faces[legs], "trousers", self._folded(self._trousers_thickness))

    def _skirt(self) -> Iterator[Piece]:
        low = self._mannequin.heights(self._body).max(1) < 0.75 * self._waist
        legs = self._body[low & self._any(self._body, "thigh", "calf", "foot")]
        yield self._mannequin.cut(legs, "stockings", 0.001)
        yield self._draped("skirt", (self._clothes.skirt_hem or 0.0) * self._mannequin.look.height_m, SKIRT_M)

    def _draped(self, stuff: Stuff, hem: float, out_m: float) -> Piece:
        """Cut a skirt, or the skirt of a coat, down to a hem."""
        faces = self._mannequin.base.triangles("helper-skirt")
        faces = faces[self._mannequin.heights(faces).max(1) > hem]
        piece = self._mannequin.cut(faces, stuff, self._folded(lambda points: np.full(len(points), out_m)))
        return replace(piece, vertices=np.maximum(piece.vertices, [-np.inf, -np.inf, hem]))

    def _shoes(self) -> Piece:
        faces = self._tights
        low = self._mannequin.heights(faces).mean(1) < 0.07 * self._size
        shoes = self._mannequin.cut(faces[self._all(faces, "foot", "ball") | low], "shoes", SHOES_M)
        return replace(shoes, vertices=np.maximum(shoes.vertices, [-np.inf, -np.inf, 0.0]))

    def _over(self) -> Iterator[Piece]:
        """Return a jacket, a cardigan or a coat, open at the neck."""
        long = self._clothes.over == "coat"
        hem = self._waist - (0.12 if long else 0.17) * self._size
        piece = self._mannequin.cut(
            self._above(hem), "over", self._folded(lambda points: self._shirt_thickness(points) + OVER_M - SHIRT_M)
        )
        hemmed = self._hemmed(piece, hem)
        hemmed = hemmed.finer(self._breast(hemmed.centres))
        yield hemmed.only(~self._neckline(hemmed.centres))
        if long:
            yield self._draped("over", 0.27 * self._mannequin.look.height_m, OVER_M)

    def _carried(self) -> Iterator[Piece]:
        """Return the badge on the breast and the rucksack on the back."""
        skeleton = self._mannequin.skeleton
        if self._clothes.badge:
            builder = MeshBuilder()
            x, _, z = skeleton.head("spine_03") + np.array([0.15 * self._size, 0, -0.03])
            builder.box((x, -0.03, z - 0.09), (x + 0.006, 0.03, z), "badge")
            yield self._mannequin.fixed(builder.build(), "badge", "spine_02")
        if self._clothes.rucksack:
            builder = MeshBuilder()
            x, _, z = skeleton.head("spine_03") + np.array([-0.19 * self._size, 0, 0.0])
            builder.cushion((x, 0.0, z), (0.09, 0.16, 0.23), "bag")
            yield self._mannequin.fixed(builder.build(), "bag", "spine_03")
