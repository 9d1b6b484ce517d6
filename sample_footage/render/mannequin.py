"""A shaped body at rest with its measures, and how pieces of its surface are cut and pushed outward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from sample_footage.render.body import BODY_VERTICES, EYE_VERTICES, BaseMesh, Skeleton, load_base_mesh, shape_body
from sample_footage.render.geometry import Flags, Floats, Ints, TriangleMesh, vertex_normals
from sample_footage.render.looks import STUFFS, Look, Stuff

HAND = ("hand", "index", "middle", "ring", "pinky", "thumb")
ARM = ("upperarm", "lowerarm", *HAND)

Thickness = Callable[[Floats], Floats]
"""How thick something is at points (n, 3) of the body, (n,) metres."""

_CROWN_M = 0.105
"""From the eyes up to the crown of a head of size 1; the measures of hair and face are given for such a head."""


@dataclass(frozen=True)
class Piece:
    """A part of a dressed body: vertices (n, 3), triangles (m, 3), stuff (m,), weights (n, bones)."""

    vertices: Floats
    triangles: Ints
    stuff: Ints
    weights: Floats

    @property
    def centres(self) -> Floats:
        """Return the middle of each triangle (m, 3)."""
        return np.asarray(self.vertices[self.triangles].mean(1))

    def only(self, wanted: Flags) -> Piece:
        """Return the piece with only those of its triangles (m,)."""
        return replace(self, triangles=self.triangles[wanted], stuff=self.stuff[wanted])

    def finer(self, wanted: Flags) -> Piece:
        """Return the piece with those of its triangles (m,) cut into four each, for paint with finer edges."""
        corners = self.triangles[wanted]
        edges = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]), axis=1)
        pairs, which = np.unique(edges, axis=0, return_inverse=True)
        ab, bc, ca = len(self.vertices) + which.reshape(3, -1)
        a, b, c = corners.T
        quarters = np.concatenate(
            [np.stack(three, axis=1) for three in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))]
        )
        return Piece(
            np.concatenate([self.vertices, self.vertices[pairs].mean(1)]),
            np.concatenate([self.triangles[~wanted], quarters]).astype(np.int32),
            np.concatenate([self.stuff[~wanted], np.tile(self.stuff[wanted], 4)]),
            np.concatenate([self.weights, self.weights[pairs].mean(1)]),
        )


class Mannequin:
    """A shaped body: vertices of the whole base mesh, skeleton, and where waist, eyes and crown are."""

    def __init__(self, look: Look, folder: Path) -> None:
        self.look = look
        self.base: BaseMesh = load_base_mesh(folder)
        self.vertices: Floats
        self.skeleton: Skeleton
        self.vertices, self.skeleton = shape_body(folder, look)
        self.size = look.height_m / 1.7
        self.waist = float(self.skeleton.head("spine_01")[2])
        self.eyes: Floats = self.vertices[EYE_VERTICES].mean(0)
        self.head_size = float(self.vertices[:BODY_VERTICES, 2].max() - self.eyes[2]) / _CROWN_M
        self._mover = self.base.weights.argmax(1)

    def moved_by(self, *prefixes: str) -> Flags:
        """Whether each vertex (n,) is moved most by a bone whose name begins so."""
        return np.isin(self._mover, self.bones_named(*prefixes))

    def bones_named(self, *prefixes: str) -> list[int]:
        """Return the places of the bones whose name begins so."""
        return [place for place, bone in enumerate(self.base.bones) if bone.startswith(prefixes)]

    def heights(self, faces: Ints) -> Floats:
        """Return the heights (m, 3) of faces' corners."""
        return np.asarray(self.vertices[faces][..., 2])

    def from_eyes(self, points: Floats) -> Floats:
        """Return where points lie from between the eyes, as measures of a head of size 1."""
        return np.asarray((points - self.eyes) / self.head_size)

    def cut(self, faces: Ints, stuff: Stuff, thickness: Thickness | float = 0.0) -> Piece:
        """Cut faces of the whole mesh out as a piece of its own, pushed outward by its thickness."""
        index, inverse = np.unique(faces, return_inverse=True)
        triangles = inverse.reshape(-1, 3).astype(np.int32)
        points = self.vertices[index]
        out_m = np.broadcast_to(thickness(points) if callable(thickness) else thickness, len(points))
        points = points + vertex_normals(points, triangles) * out_m[:, None]
        return Piece(points, triangles, _all_of(stuff, len(triangles)), self.base.weights[index])

    def fixed(self, mesh: TriangleMesh, stuff: Stuff, bone: str) -> Piece:
        """Make a piece of a mesh that is stiff and moves with one bone."""
        weights = np.zeros((len(mesh.vertices), len(self.base.bones)))
        weights[:, self.skeleton.index(bone)] = 1
        return Piece(mesh.vertices, mesh.triangles, _all_of(stuff, len(mesh.triangles)), weights)


def _all_of(stuff: Stuff, count: int) -> Ints:
    return np.full(count, STUFFS.index(stuff), np.int32)
