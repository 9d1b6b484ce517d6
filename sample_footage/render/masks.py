"""Exact truth of a frame: the boxes of each person, head and item, as if alone and as far as each is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import moderngl
import numpy as np

from sample_footage.render.camera import Camera, Lens
from sample_footage.render.geometry import Flags, Floats, Ints, TriangleMesh
from sample_footage.render.graphics import Triangles, corners, make_program, set_values
from sample_footage.render.scene import OFFICE_PART, VisibleThing
from sample_footage.render.sightings import Sighting, sighting

ROOM_NUMBER, FIRST_NUMBER = 1, 10


@dataclass(frozen=True)
class _Subject:
    """What gets boxes of its own, and the numbers that it is drawn with."""

    name: str
    kind: str
    numbers: tuple[int, ...]


class MaskDrawer:
    """Draws numbers in place of colours and reads the boxes off them."""

    def __init__(self, context: moderngl.Context, camera: Camera, room: Mapping[str, TriangleMesh]) -> None:
        self._context, self._camera, self._lens = context, camera, Lens(camera)
        self._program = make_program(context, "number.frag")
        self.aim(camera)
        size = (camera.width, camera.height)
        self._picture = context.texture(size, 1, dtype="f4")
        self._target = context.framebuffer([self._picture], context.depth_renderbuffer(size))
        walls = np.concatenate([corners(mesh.vertices, mesh.triangles) for mesh in room.values()])
        self._walls = Triangles(context, position=walls)

    def aim(self, camera: Camera) -> None:
        """Look as `camera` does, which may be the one given at first, turned."""
        set_values(self._program, "clip_from_world", camera.clip_from_world().T)

    def sightings(self, things: Sequence[VisibleThing], covered: Flags | None = None) -> list[Sighting]:
        """Return what the camera could see of each thing; a thing wholly outside the picture is left out.

        A person is followed by their head, which has a number of its own and counts to both. `covered`
        (height, width) are the pixels that something over the lens hides; the office's own parts get no boxes.
        """
        subjects, drawn = self._number(things)
        together = self._numbers({ROOM_NUMBER: self._walls, **drawn})
        if covered is not None:
            together = np.where(covered, ROOM_NUMBER, together)
        found = []
        for subject in subjects:
            if subject.kind == OFFICE_PART:
                continue
            alone = self._numbers({number: drawn[number] for number in subject.numbers}) > 0
            found.append(sighting(subject.name, subject.kind, alone, np.isin(together, subject.numbers)))
        for triangles in drawn.values():
            triangles.release()
        return [seen for seen in found if seen is not None]

    def clear_shares(
        self, things: Sequence[VisibleThing], places: Mapping[str, TriangleMesh], covered: Flags | None = None
    ) -> dict[str, float]:
        """Return which share of each place can be seen, 0..1; 0 for one outside the picture.

        `places` are meshes of what belongs there, in its place; `things` are all others that may stand before them.
        """
        _, drawn = self._number(things)
        numbers = {name: FIRST_NUMBER + len(drawn) + index for index, name in enumerate(places)}
        filled = {numbers[name]: self._triangles(mesh.vertices, mesh.triangles) for name, mesh in places.items()}
        together = self._numbers({ROOM_NUMBER: self._walls, **drawn, **filled})
        if covered is not None:
            together = np.where(covered, ROOM_NUMBER, together)
        shares = {}
        for name, number in numbers.items():
            alone = int((self._numbers({number: filled[number]}) > 0).sum())
            shares[name] = int((together == number).sum()) / max(alone, 1)
        for triangles in (*drawn.values(), *filled.values()):
            triangles.release()
        return shares

    def _number(self, things: Sequence[VisibleThing]) -> tuple[list[_Subject], dict[int, Triangles]]:
        subjects: list[_Subject] = []
        drawn: dict[int, Triangles] = {}
        for thing in things:
            number = FIRST_NUMBER + len(drawn)
            if thing.person is None:
                subjects.append(_Subject(thing.name, thing.kind, (number,)))
                drawn[number] = self._triangles(thing.vertices, thing.triangles)
            else:
                head = thing.person.body.head
                subjects.append(_Subject(thing.name, thing.kind, (number, number + 1)))
                subjects.append(_Subject(thing.name, "head", (number + 1,)))
                drawn[number] = self._triangles(thing.vertices, thing.triangles[~head])
                drawn[number + 1] = self._triangles(thing.vertices, thing.triangles[head])
        return subjects, drawn

    def _triangles(self, vertices: Floats, triangles: Ints) -> Triangles:
        return Triangles(self._context, position=corners(vertices, triangles))

    def _numbers(self, numbered: Mapping[int, Triangles]) -> Ints:
        self._target.use()
        self._context.clear()
        for number, triangles in numbered.items():
            set_values(self._program, "object_number", np.array([float(number)]))
            triangles.draw(self._program)
        pixels = np.frombuffer(self._picture.read(), np.float32)
        return self._lens.bend_numbers(
            pixels.reshape(self._camera.height, self._camera.width)[::-1].astype(np.float32)
        )
