"""Exact truth of a frame: the box of each person and item, as if alone and as far as it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from sample_footage.render.camera import Camera, Lens
from sample_footage.render.geometry import Flags, Ints, TriangleMesh
from sample_footage.render.graphics import Triangles, corners, make_program, set_values
from sample_footage.render.scene import VisibleThing

Box = tuple[int, int, int, int]
ROOM_NUMBER, FIRST_THING = 1, 10


@dataclass(frozen=True)
class Sighting:
    """One thing in one frame. Boxes are x0, y0, x1, y1 in pixels, ends excluded."""

    name: str
    kind: str
    full_box: Box
    visible_box: Box | None
    visible_share: float


class MaskDrawer:
    """Draws numbers in place of colours and reads the boxes off them."""

    def __init__(self, context: moderngl.Context, camera: Camera, room: Mapping[str, TriangleMesh]) -> None:
        self._context, self._camera, self._lens = context, camera, Lens(camera)
        self._program = make_program(context, "number.frag")
        set_values(self._program, "clip_from_world", camera.clip_from_world().T)
        size = (camera.width, camera.height)
        self._picture = context.texture(size, 1, dtype="f4")
        self._target = context.framebuffer([self._picture], context.depth_renderbuffer(size))
        walls = np.concatenate([corners(mesh.vertices, mesh.triangles) for mesh in room.values()])
        self._walls = Triangles(context, position=walls)

    def sightings(self, things: Sequence[VisibleThing]) -> list[Sighting]:
        """Return what the camera could see of each thing; a thing wholly outside the picture is left out."""
        drawn = [Triangles(self._context, position=corners(thing.vertices, thing.triangles)) for thing in things]
        together = self._numbers([(ROOM_NUMBER, self._walls), *((FIRST_THING + i, d) for i, d in enumerate(drawn))])
        found = []
        for number, (thing, triangles) in enumerate(zip(things, drawn, strict=True)):
            alone = self._numbers([(1, triangles)]) > 0
            triangles_seen = together == FIRST_THING + number
            if alone.any():
                found.append(_sighting(thing, alone, triangles_seen))
            triangles.release()
        return found

    def _numbers(self, numbered: Sequence[tuple[int, Triangles]]) -> Ints:
        self._target.use()
        self._context.clear()
        for number, triangles in numbered:
            set_values(self._program, "object_number", np.array([float(number)]))
            triangles.draw(self._program)
        pixels = np.frombuffer(self._picture.read(), np.float32)
        return self._lens.bend_numbers(
            pixels.reshape(self._camera.height, self._camera.width)[::-1].astype(np.float32)
        )


def _sighting(thing: VisibleThing, alone: Flags, seen: Flags) -> Sighting:
    share = float(seen.sum() / alone.sum())
    return Sighting(thing.name, thing.kind, _box(alone), _box(seen) if seen.any() else None, share)


def _box(mask: Flags) -> Box:
    columns, rows = np.flatnonzero(mask.any(0)), np.flatnonzero(mask.any(1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
