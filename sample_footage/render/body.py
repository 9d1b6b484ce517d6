"""The MakeHuman body as it comes: base mesh, targets that shape it, and the bones that move it."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from sample_footage.render.geometry import Floats, Ints
from sample_footage.render.looks import Look

Side = Literal["l", "r"]
SIDES: tuple[Side, Side] = ("l", "r")
SIGN: dict[Side, float] = {"l": 1.0, "r": -1.0}
"""The character's left is +y in its own axes."""

BODY_VERTICES = 13380
EYE_VERTICES = slice(14598, 14742)


@dataclass(frozen=True)
class Skeleton:
    """Bones in an order in which parents come first; `heads` (n, 3) are where each begins at rest."""

    bones: tuple[str, ...]
    parents: tuple[int, ...]
    heads: Floats

    def index(self, bone: str) -> int:
        """Return the bone's place in all arrays."""
        return self.bones.index(bone)

    def head(self, bone: str) -> Floats:
        """Where the bone begins at rest."""
        return np.asarray(self.heads[self.index(bone)])

    def distance(self, bone: str, other: str) -> float:
        """How far two bones' beginnings lie apart."""
        return float(np.linalg.norm(self.head(bone) - self.head(other)))

    def arm_length(self, side: Side) -> float:
        """Return the length from shoulder to wrist."""
        upper = self.distance(f"upperarm_{side}", f"lowerarm_{side}")
        return upper + self.distance(f"lowerarm_{side}", f"hand_{side}")


@dataclass(frozen=True)
class BaseMesh:
    """The unshaped mesh: vertices in its own units, polygons by group, rig, weights (vertices, bones)."""

    vertices: Floats
    groups: dict[str, list[list[int]]]
    rig: dict[str, Any]
    bones: tuple[str, ...]
    weights: Floats

    def triangles(self, group: str) -> Ints:
        """Return a group's polygons, cut into triangles."""
        return self._cut[group]

    @cached_property
    def _cut(self) -> dict[str, Ints]:
        return {group: _fans(polygons) for group, polygons in self.groups.items()}


def _fans(polygons: list[list[int]]) -> Ints:
    faces = [[corners[0], corners[i], corners[i + 1]] for corners in polygons for i in range(1, len(corners) - 1)]
    return np.array(faces, np.int32)


@cache
def load_base_mesh(folder: Path) -> BaseMesh:
    """Read the base mesh, its rig and the weights from the data folder."""
    vertices, groups = _read_obj(folder / "3dobjs/base.obj")
    rig = json.loads((folder / "rigs/standard/rig.game_engine.json").read_text())
    listed = json.loads((folder / "rigs/standard/weights.game_engine.json").read_text())["weights"]
    bones = _parents_first(rig)
    weights = np.zeros((len(vertices), len(bones)))
    for bone, pairs in listed.items():
        for vertex, weight in pairs:
            weights[vertex, bones.index(bone)] = weight
    weights /= np.maximum(weights.sum(1, keepdims=True), 1e-6)
    return BaseMesh(vertices, groups, rig, bones, weights)


def _read_obj(path: Path) -> tuple[Floats, dict[str, list[list[int]]]]:
    vertices: list[list[float]] = []
    groups: dict[str, list[list[int]]] = {}
    group = ""
    for line in path.read_text().splitlines():
        word, *rest = line.split() or [""]
        if word == "v":
            vertices.append([float(value) for value in rest[:3]])
        elif word in ("g", "o"):
            group = rest[0]
        elif word == "f":
            groups.setdefault(group, []).append([int(corner.split("/")[0]) - 1 for corner in rest])
    return np.array(vertices), groups


def _parents_first(rig: dict[str, Any]) -> tuple[str, ...]:
    ordered: list[str] = []

    def add(bone: str) -> None:
        if bone in ordered:
            return
        if rig[bone]["parent"]:
            add(rig[bone]["parent"])
        ordered.append(bone)

    for bone in rig:
        add(bone)
    return tuple(ordered)


@cache
def _target(folder: Path, name: str) -> tuple[Ints, Floats]:
    with gzip.open(folder / f"targets/macrodetails/{name}.target.gz", "rt") as lines:
        rows = [line.split()[:4] for line in lines if line.strip() and line[0] != "#"]
    table = np.array(rows, float).reshape(-1, 4)
    return table[:, 0].astype(np.int32), table[:, 1:]


def _target_shares(look: Look) -> dict[str, float]:
    """Return the targets that shape a body and the share of each."""
    heavier = "maxweight" if look.weight > 0 else "minweight"
    shares: dict[str, float] = {}
    for age, share in _age_shares(look.age_years).items():
        build = f"universal-{look.gender}-{age}-averagemuscle"
        shares[f"{look.features}-{look.gender}-{age}"] = share
        shares[f"{build}-averageweight"] = share * (1 - abs(look.weight))
        shares[f"{build}-{heavier}"] = share * abs(look.weight)
    return {name: share for name, share in shares.items() if share > 0}


def _age_shares(years: float) -> dict[str, float]:
    """Return how much of the child, the young and the old body there is in a body of some age."""
    grown, old = np.clip([(years - 10) / 10, (years - 25) / 65], 0, 1)
    return {"child": float(1 - grown), "young": float(grown - old), "old": float(old)}


def shape_body(folder: Path, look: Look) -> tuple[Floats, Skeleton]:
    """Vertices and skeleton of one body in metres: +x forward, +y its left, feet on z = 0."""
    base = load_base_mesh(folder)
    vertices = base.vertices.copy()
    for name, share in _target_shares(look).items():
        index, offset = _target(folder, name)
        vertices[index] += share * offset
    heads = np.array([_joint(base, vertices, bone) for bone in base.bones])
    up = vertices[:BODY_VERTICES, 1]
    scale, ground = look.height_m / (up.max() - up.min()), up.min()
    parents = tuple(base.bones.index(base.rig[b]["parent"]) if base.rig[b]["parent"] else -1 for b in base.bones)
    skeleton = Skeleton(base.bones, parents, _to_metres(heads, scale, ground))
    return _to_metres(vertices, scale, ground), skeleton


def _to_metres(points: Floats, scale: float, ground: float) -> Floats:
    return np.asarray(np.stack([points[:, 2], points[:, 0], points[:, 1] - ground], axis=1) * scale)


def _joint(base: BaseMesh, vertices: Floats, bone: str) -> Floats:
    where = base.rig[bone]["head"]
    if where["strategy"] == "CUBE":
        corners = sorted({vertex for face in base.groups[where["cube_name"]] for vertex in face})
    elif where["strategy"] == "VERTEX":
        corners = [where["vertex_index"]]
    else:
        corners = where["vertex_indices"]
    return np.asarray(vertices[corners].mean(0))
