"""Flat outlines and meshes of the room as polygons in a camera's picture: what zones and slots are drawn as."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import numpy.typing as npt

from sample_footage.render.camera import Camera
from sample_footage.render.geometry import Floats, TriangleMesh
from sample_footage.render.offices import Area, Office
from sample_footage.render.site_plan import Polygon

TORSO_M = 1.05
"""The height over the floor at which a standing person's torso is looked for."""

STEP_M = 0.4
"""Outlines get a corner at least this often: the lens bends what is straight."""

SMALLEST_SHARE = 2e-4
"""A zone is left out of which less than this share of the picture is seen."""


def zones(office: Office, camera: Camera) -> dict[str, Polygon]:
    """Return the office's areas as one camera sees them, as fractions; those of the floor by where torsos are seen.

    An area that is out of view is left out.
    """
    seen = {name: project_outline(camera, _watched(area)) for name, area in office.areas.items()}
    return {name: polygon for name, polygon in seen.items() if polygon}


def project_outline(camera: Camera, outline: Floats) -> Polygon:
    """Return the part of a flat outline (n, 3) that a camera sees, in fractions; empty where it sees none."""
    clip = _cut_to_view(np.c_[outline, np.ones(len(outline))] @ camera.clip_from_world().T)
    return _as_fractions(camera, _simplified(camera.pixels(clip))) if len(clip) else ()


def _watched(area: Area) -> Floats:
    """Return an area's outline (n, 3) with corners between, lifted to where torsos are if it is of the floor."""
    up = np.array([0, 0, TORSO_M if area.of_floor else 0.0])
    lifted = np.asarray(area.outline, float) + up
    edges = zip(lifted, np.roll(lifted, -1, axis=0), strict=True)
    return np.concatenate(
        [np.linspace(a, b, max(int(np.linalg.norm(b - a) / STEP_M), 1), endpoint=False) for a, b in edges]
    )


def _cut_to_view(polygon: Floats) -> Floats:
    """Cut a polygon (n, 4) of clip space to what is before the camera and in its picture (Sutherland, Hodgman)."""
    for axis in range(3):
        for sign in (1.0, -1.0):
            inside = polygon[:, 3] + sign * polygon[:, axis]
            polygon = _cut(polygon, inside)
    return polygon


def _cut(polygon: Floats, inside: Floats) -> Floats:
    """Keep of a polygon (n, d) where `inside` (n,), linear over space, is positive."""
    kept = []
    for here, depth, after, after_depth in zip(
        polygon, inside, np.roll(polygon, -1, axis=0), np.roll(inside, -1), strict=True
    ):
        if depth >= 0:
            kept.append(here)
        if (depth >= 0) != (after_depth >= 0):
            kept.append(here + (after - here) * depth / (depth - after_depth))
    return np.array(kept).reshape(-1, polygon.shape[1])


def project_mesh(camera: Camera, mesh: TriangleMesh) -> Polygon:
    """Return the outline of a thing that is wholly before a camera, in fractions, cut to the picture."""
    hull = cv2.convexHull(camera.project(mesh.vertices).astype(np.float32)).reshape(-1, 2)
    return _as_fractions(camera, _simplified(hull))


def _simplified(pixels: npt.ArrayLike) -> Floats:
    """Leave out corners (n, 2) without which the outline is the same within a pixel."""
    outline = np.asarray(pixels, np.float32)[:, None]
    return np.asarray(cv2.approxPolyDP(outline, 1.0, closed=True).reshape(-1, 2), float)


def _as_fractions(camera: Camera, pixels: Floats) -> Polygon:
    """Return corners in fractions, cut once more to the picture: the lens takes in a little less than it could."""
    polygon = pixels / [camera.width, camera.height]
    for axis in range(2):
        polygon = _cut(polygon, polygon[:, axis])
        polygon = _cut(polygon, 1 - polygon[:, axis])
    if len(polygon) < 3 or cv2.contourArea(polygon.astype(np.float32)) < SMALLEST_SHARE:
        return ()
    return _without_repeats((round(float(x), 4) + 0.0, round(float(y), 4) + 0.0) for x, y in polygon)


def _without_repeats(corners: Iterable[tuple[float, float]]) -> Polygon:
    return tuple(dict.fromkeys(corners))
