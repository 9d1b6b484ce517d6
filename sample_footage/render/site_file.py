"""The site file of a clip: zones and slots computed from where things stand in the room."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from sample_footage.render.camera import Camera
from sample_footage.render.geometry import Floats, TriangleMesh
from sample_footage.render.items import Lies
from sample_footage.render.room import COUNTER, ROOM
from sample_footage.render.scene import Story

TORSO_M = 1.05
"""The height over the floor at which a standing person's torso is looked for."""

STAFF_FROM_Y, LOBBY_TO_Y, BEHIND_TO_Y = 3.3, 2.95, 4.7
STEPS = 6

Polygon = list[tuple[float, float]]


def zones(camera: Camera) -> dict[str, Polygon]:
    """Return the view's zones by name, as fractions; those for people by where torsos are seen."""
    desk = COUNTER
    window = [
        (desk.x0, desk.y0),
        (desk.between_windows, desk.y0),
        (desk.between_windows, desk.y1),
        (desk.x0, desk.y1),
    ]
    behind = [
        (desk.x0, STAFF_FROM_Y),
        (desk.between_windows, STAFF_FROM_Y),
        (desk.between_windows, BEHIND_TO_Y),
        (desk.x0, BEHIND_TO_Y),
    ]
    return {
        "window-1": _region(camera, window, desk.top),
        "behind-1": _region(camera, behind, TORSO_M),
        "office": [*_line_over(camera, STAFF_FROM_Y), (1.0, 1.0), (0.0, 1.0)],
        "lobby": [*_line_over(camera, LOBBY_TO_Y), (1.0, 0.0), (0.0, 0.0)],
    }


def slots(story: Story) -> dict[str, Polygon]:
    """Where each item of the site lies at first, by its true outline."""
    return {
        item.name: _outline(story.camera, item.mesh_at(0.0).moved(state.where))
        for item in story.items
        if item.kind in ("terminal", "cards") and isinstance(state := item.phases[0].state, Lies)
    }


def site_file(story: Story) -> str:
    """Write out the whole site file, in the format of the design notes."""
    places = {name: _as_yaml(polygon) for name, polygon in {**zones(story.camera), **slots(story)}.items()}
    return _TEMPLATE.format(clip=f"{story.name}.mp4", **{_key(name): polygon for name, polygon in places.items()})


def _key(name: str) -> str:
    return name.replace("-", "_")


def _region(camera: Camera, corners: Sequence[tuple[float, float]], height_m: float) -> Polygon:
    edges = zip(corners, [*corners[1:], corners[0]], strict=True)
    points = [np.linspace(start, end, STEPS, endpoint=False) for start, end in edges]
    return _fractions(camera, _lifted(np.concatenate(points), height_m))


def _line_over(camera: Camera, y: float) -> Polygon:
    """Return the line across the room at torso height from the picture's left edge to its right edge."""
    across = np.stack([np.linspace(ROOM[0] - 0.1, 0.75, 4 * STEPS), np.full(4 * STEPS, y)], axis=1)
    inner = _fractions(camera, _lifted(across, TORSO_M))
    return _without_repeats([(0.0, inner[0][1]), *inner, (1.0, inner[-1][1])])


def _lifted(floor_points: Floats, height_m: float) -> Floats:
    return np.column_stack([floor_points, np.full(len(floor_points), height_m)])


def _outline(camera: Camera, mesh: TriangleMesh) -> Polygon:
    hull = cv2.convexHull(camera.project(mesh.vertices).astype(np.float32))
    simple = cv2.approxPolyDP(hull, 1.0, closed=True).reshape(-1, 2)
    return _as_fractions(camera, simple.astype(float))


def _fractions(camera: Camera, points: Floats) -> Polygon:
    pixels = camera.project(points)
    simple = cv2.approxPolyDP(pixels.astype(np.float32)[:, None], 0.7, closed=False).reshape(-1, 2)
    return _as_fractions(camera, simple.astype(float))


def _as_fractions(camera: Camera, pixels: Floats) -> Polygon:
    inside = np.clip(pixels / [camera.width, camera.height], 0, 1)
    return _without_repeats([(round(float(x), 4), round(float(y), 4)) for x, y in inside])


def _without_repeats(polygon: Polygon) -> Polygon:
    return list(dict.fromkeys(polygon))


def _as_yaml(polygon: Polygon) -> str:
    return "[" + ", ".join(f"[{x:g}, {y:g}]" for x, y in polygon) + "]"


_TEMPLATE = """\
# Written by `python -m sample_footage.render`: zones and slots are projections of the rendered room.
site: {{id: tsurumi, name: 鶴見区役所 戸籍課, timezone: Asia/Tokyo, language: ja}}
hours:
  weekly: {{mon-fri: "08:45-17:00"}}
  holidays: JP
cameras:
  counter:
    source: {clip}
    detect_fps: 5
    zones:
      window-1: {{kind: counter, polygon: {window_1}}}
      behind-1: {{kind: staff_side, serves: window-1, polygon: {behind_1}}}
      office: {{kind: staff_only, polygon: {office}}}
      lobby: {{kind: public, polygon: {lobby}}}
    slots:
      T-01: {{counter: window-1, polygon: {T_01}}}
      B-0221: {{counter: window-1, polygon: {B_0221}}}
items:
  T-01: {{kind: terminal, name: 交付用端末 1}}
  B-0221: {{kind: cards, name: 交付前カード, expected: 78}}
rules:
  unattended_counter: {{after_s: 5, after_hours_after_s: 5}}
  terminal_removed: {{after_s: 3}}
"""
