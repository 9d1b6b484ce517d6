"""Arithmetic on points, rotations and triangle meshes. Metres, radians, z up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
SingleFloats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Image = npt.NDArray[np.uint8]
Point = tuple[float, float, float]
FloorPoint = tuple[float, float]

UNIT_SQUARE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


def as_point(values: npt.ArrayLike) -> Point:
    """Return three numbers as a point."""
    x, y, z = (float(value) for value in np.asarray(values, float))
    return x, y, z


def unit(vector: Floats) -> Floats:
    """Return the vector at length one."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))


def rotation(axis: npt.ArrayLike, angle: float) -> Floats:
    """Return the 3x3 matrix that turns by `angle` about `axis` (Rodrigues)."""
    x, y, z = unit(np.asarray(axis, float))
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def about_x(angle: float) -> Floats:
    """Rotation about x."""
    return rotation((1, 0, 0), angle)


def about_y(angle: float) -> Floats:
    """Rotation about y."""
    return rotation((0, 1, 0), angle)


def about_z(angle: float) -> Floats:
    """Rotation about z."""
    return rotation((0, 0, 1), angle)


def basis(direction: Floats, pole: Floats) -> Floats:
    """Right-handed axes, as columns: first along `direction`, second as near to `pole` as it can be."""
    first = unit(direction)
    second = unit(pole - first * (pole @ first))
    return np.stack([first, second, np.cross(first, second)], axis=1)


def smoothstep(value: float) -> float:
    """0 below 0, 1 above 1, an S between."""
    clipped = min(max(value, 0.0), 1.0)
    return clipped * clipped * (3 - 2 * clipped)


def angle_between(start: float, end: float) -> float:
    """Return the shortest turn from `start` to `end`, in -pi..pi."""
    return float((end - start + np.pi) % (2 * np.pi) - np.pi)


def vertex_normals(vertices: Floats, triangles: Ints) -> Floats:
    """Compute unit normals at the vertices, each triangle weighing by its area."""
    corners = vertices[triangles]
    areas = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(normals, triangles[:, corner], areas)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9))


@dataclass(frozen=True)
class Placement:
    """Where a thing stands: its origin in the room and its turn about z."""

    origin: Point = (0.0, 0.0, 0.0)
    yaw: float = 0.0

    def apply(self, points: npt.ArrayLike) -> Floats:
        """Points from the thing's own axes to the room's, (n, 3)."""
        return np.asarray(np.asarray(points, float) @ about_z(self.yaw).T + np.asarray(self.origin))

    def undo(self, point: npt.ArrayLike) -> Floats:
        """Points from the room's axes to the thing's own."""
        return np.asarray((np.asarray(point, float) - np.asarray(self.origin)) @ about_z(self.yaw))


@dataclass(frozen=True)
class TriangleMesh:
    """Triangles with one material each: vertices (n, 3), triangles (m, 3), uv (n, 2), m material names.

    `colours` are those (linear) that a material has on this thing alone.
    """

    vertices: Floats
    triangles: Ints
    uv: Floats
    materials: tuple[str, ...]
    colours: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)

    def moved(self, placement: Placement) -> TriangleMesh:
        """Return the same mesh, stood elsewhere."""
        return replace(self, vertices=placement.apply(self.vertices))


class MeshBuilder:
    """Collects quads, boxes and other simple solids into one mesh."""

    def __init__(
        self, placement: Placement | None = None, colours: Mapping[str, tuple[float, float, float]] | None = None
    ) -> None:
        self._placement = placement or Placement()
        self._colours = colours or {}
        self._vertices: list[Floats] = []
        self._triangles: list[Ints] = []
        self._uv: list[Floats] = []
        self._materials: list[str] = []
        self._count = 0

    def add(
        self,
        vertices: npt.ArrayLike,
        triangles: npt.ArrayLike,
        material: str,
        uv: npt.ArrayLike | None = None,
    ) -> None:
        """Triangles that index into `vertices`, all of one material."""
        placed = self._placement.apply(vertices)
        faces = np.asarray(triangles, np.int32)
        self._vertices.append(placed)
        self._triangles.append(faces + self._count)
        self._uv.append(np.zeros((len(placed), 2)) if uv is None else np.asarray(uv, float))
        self._materials += [material] * len(faces)
        self._count += len(placed)

    def add_mesh(self, mesh: TriangleMesh) -> None:
        """Add all of another mesh, in the builder's axes."""
        self._vertices.append(self._placement.apply(mesh.vertices))
        self._triangles.append(mesh.triangles + self._count)
        self._uv.append(mesh.uv)
        self._materials += mesh.materials
        self._count += len(mesh.vertices)

    def quad(self, corners: npt.ArrayLike, material: str, uv: npt.ArrayLike = UNIT_SQUARE) -> None:
        """Add a four-cornered face, corners in order, the first at the texture's lower left."""
        self.add(corners, [[0, 1, 2], [0, 2, 3]], material, uv)

    def box(self, low: Point, high: Point, material: str, sides: Mapping[str, str] | None = None) -> None:
        """Add an upright box; `sides` may give top, bottom, south, north, east, west other materials."""
        for side, corners in _box_sides(low, high).items():
            self.quad(corners, (sides or {}).get(side, material))

    def cylinder(
        self,
        centre: FloorPoint,
        heights: tuple[float, float],
        radii: tuple[float, float],
        material: str,
        sides: int = 14,
    ) -> None:
        """Add an upright cylinder or cone stump; `heights` and `radii` are bottom and top."""
        turn = np.linspace(0, 2 * np.pi, sides, endpoint=False)
        rings = [
            np.stack([centre[0] + r * np.cos(turn), centre[1] + r * np.sin(turn), np.full(sides, z)], axis=1)
            for z, r in zip(heights, radii, strict=True)
        ]
        caps = [(*centre, heights[0]), (*centre, heights[1])]
        faces = []
        for i in range(sides):
            j = (i + 1) % sides
            faces += [(i, j, sides + j), (i, sides + j, sides + i)]
            faces += [(2 * sides + 1, sides + i, sides + j), (2 * sides, j, i)]
        self.add(np.concatenate([*rings, caps]), faces, material)

    def cushion(self, centre: Point, half: Point, material: str, roundness: float = 0.5, bend: float = 0.0) -> None:
        """Add a rounded pad (superquadric); `bend` curves it forward at its edges."""
        rows, columns = 10, 20
        tilt, turn = np.meshgrid(
            np.linspace(-np.pi / 2, np.pi / 2, rows),
            np.linspace(-np.pi, np.pi, columns, endpoint=False),
            indexing="ij",
        )
        points = np.stack(
            [
                _soft(np.cos(tilt), roundness) * _soft(np.cos(turn), roundness),
                _soft(np.cos(tilt), roundness) * _soft(np.sin(turn), roundness),
                _soft(np.sin(tilt), roundness),
            ],
            axis=-1,
        ).reshape(-1, 3) * np.asarray(half)
        points[:, 0] += bend * (points[:, 1] / half[1]) ** 2 + bend * 0.5 * (points[:, 2] / half[2]) ** 2
        self.add(points + np.asarray(centre), _grid_triangles(rows, columns), material)

    def build(self) -> TriangleMesh:
        """Return the mesh of all that was added."""
        return TriangleMesh(
            np.concatenate(self._vertices),
            np.concatenate(self._triangles),
            np.concatenate(self._uv),
            tuple(self._materials),
            self._colours,
        )


def _soft(value: Floats, exponent: float) -> Floats:
    return np.asarray(np.sign(value) * np.abs(value) ** exponent)


def _grid_triangles(rows: int, columns: int) -> Ints:
    faces = []
    for i in range(rows - 1):
        for j in range(columns):
            k = (j + 1) % columns
            below, above = i * columns, (i + 1) * columns
            faces += [(below + j, below + k, above + k), (below + j, above + k, above + j)]
    return np.array(faces, np.int32)


def _box_sides(low: Point, high: Point) -> dict[str, list[Point]]:
    (x0, y0, z0), (x1, y1, z1) = low, high
    return {
        "top": [(x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)],
        "bottom": [(x0, y1, z0), (x1, y1, z0), (x1, y0, z0), (x0, y0, z0)],
        "south": [(x0, y0, z0), (x1, y0, z0), (x1, y0, z1), (x0, y0, z1)],
        "north": [(x1, y1, z0), (x0, y1, z0), (x0, y1, z1), (x1, y1, z1)],
        "east": [(x1, y0, z0), (x1, y1, z0), (x1, y1, z1), (x1, y0, z1)],
        "west": [(x0, y1, z0), (x0, y0, z0), (x0, y0, z1), (x0, y1, z1)],
    }
