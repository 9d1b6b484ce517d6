"""A ward office as data, what it looks like, and its named places and areas."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from sample_footage.render import furniture
from sample_footage.render.camera import Camera
from sample_footage.render.geometry import FloorPoint, MeshBuilder, Placement, Point, TriangleMesh
from sample_footage.render.lamps import INFRARED, SCREENS, WINDOW, Lamp
from sample_footage.render.materials import MATERIALS, Material
from sample_footage.render.offices.counter import Counter, Gap, Partition
from sample_footage.render.offices.furnishings import Clutter, Desk, Table, office_chair
from sample_footage.render.offices.outside import OutsideWindow
from sample_footage.render.offices.vault import Vault
from sample_footage.render.offices.walls import (
    Hall,
    Opening,
    Side,
    in_doorway,
    on_threshold,
    out_of_view,
    shell,
    vestibule,
)

ZoneKind = Literal["counter", "staff_side", "staff_only", "public", "vault", "private"]


@dataclass(frozen=True)
class Area:
    """A part of the office that a camera may watch: its kind of zone and its outline in the room.

    Outlines are flat and convex: what a camera sees of one is then one piece.
    """

    kind: ZoneKind
    outline: tuple[Point, ...]
    serves: str | None = None

    @property
    def of_floor(self) -> bool:
        """Whether it is a part of the floor, on which people stand."""
        return all(z == 0 for _, _, z in self.outline)


@dataclass(frozen=True)
class WallPicture:
    """A poster by the name of its texture, and where its lower left corner hangs."""

    material: str
    side: Side
    along: float
    up: float = 1.1
    size: tuple[float, float] = (0.5, 0.7)


@dataclass(frozen=True)
class Office:
    """A ward office: everything that never moves, and the two things that do, the vault's door and the blinds.

    `lobby` is one or more convex parts of the floor, `staff_side` one. `site` and `title` are its id and its
    name in a site file.
    """

    name: str
    hall: Hall
    counters: tuple[Counter, ...]
    partitions: tuple[Partition, ...]
    gap: Gap
    lobby: tuple[tuple[FloorPoint, ...], ...]
    staff_side: tuple[FloorPoint, ...]
    vault: Vault
    preparation: Table
    desks: tuple[Desk, ...]
    seats: tuple[Placement, ...]
    window: OutsideWindow
    entrance: Opening
    staff_door: Opening
    lamps: tuple[Lamp, ...]
    clutter: tuple[Clutter, ...] = ()
    pictures: tuple[WallPicture, ...] = ()
    finishes: Mapping[str, Material] = field(default_factory=dict)
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    site: str = "office"
    title: str = "区役所"

    def build(self) -> dict[str, TriangleMesh]:
        """Everything static, by name; it is in the plate and hides what stands behind it."""
        hall, doors = self.hall, (self.entrance, self.staff_door)
        parts = {
            "shell": shell(hall, [*doors, self.window.opening]),
            "outside": self.window.view(hall),
            "lamps": self._lamp_faces(),
            "vault": self.vault.cabinet(),
            "preparation": self.preparation.mesh(),
        }
        parts |= {f"vestibule {number}": vestibule(hall, door) for number, door in enumerate(doors)}
        parts |= {f"partition {number}": partition.mesh() for number, partition in enumerate(self.partitions)}
        parts |= {f"{item.kind} {number}": item.mesh() for number, item in enumerate(self.clutter)}
        for counter in self.counters:
            parts |= counter.meshes(hall.height)
        if self.pictures:
            parts["wall pictures"] = self._wall_pictures()
        return parts | self._seating()

    def _seating(self) -> dict[str, TriangleMesh]:
        parts = {f"waiting chair {number}": furniture.waiting_chair(seat) for number, seat in enumerate(self.seats)}
        for number, desk in enumerate(self.desks):
            parts[f"desk {number}"] = desk.mesh()
            if desk.chair:
                parts[f"office chair {number}"] = office_chair(desk.seat())
        return parts

    def moving_parts(self, door_rad: float = 0.0, blinds: float = 0.0) -> dict[str, TriangleMesh]:
        """Return the vault's door, open by `door_rad`, and the blinds, let down over this share of the window."""
        return {"vault-door": self.vault.door(door_rad), "blinds": self.window.blinds(self.hall, blinds)}

    @property
    def materials(self) -> Mapping[str, Material]:
        """Return what every surface is made of, by name."""
        faces = {_face(lamp): Material(lamp.colour, emission=lamp.radiance, group=lamp.group) for lamp in self.lamps}
        return {**MATERIALS, **faces, **self.finishes}

    @property
    def all_lamps(self) -> tuple[Lamp, ...]:
        """Return the office's lamps and its window, which is one by day."""
        return (*self.lamps, self.window.lamp(self.hall))

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the lamp groups, those that every office has last."""
        return (*dict.fromkeys(lamp.group for lamp in self.lamps), WINDOW, SCREENS, INFRARED)

    @property
    def reflectance(self) -> float:
        """Return about what share of its light the room gives back, floor, ceiling and walls by their area."""
        hall, materials = self.hall, self.materials
        floor = hall.width * hall.depth
        walls = hall.surface_m2 - 2 * floor
        given = floor * (materials["floor"].reflectance + materials["ceiling"].reflectance)
        return (given + walls * materials["wall"].reflectance) / hall.surface_m2

    @cached_property
    def places(self) -> Mapping[str, Placement]:
        """Where people stand and sit and things lie, by name. People face along +x of a place."""
        found = {
            "gap": self.gap.place(math.pi / 2),
            "entrance": in_doorway(self.hall, self.entrance),
            "outside-entrance": out_of_view(self.hall, self.entrance),
            "staff-door": in_doorway(self.hall, self.staff_door),
            "outside-staff-door": out_of_view(self.hall, self.staff_door),
            "entrance-threshold": on_threshold(self.hall, self.entrance),
            "staff-door-threshold": on_threshold(self.hall, self.staff_door),
            "preparation": self.preparation.worker(),
            "on-preparation": self.preparation.top(),
        }
        for counter in self.counters:
            for window in counter.windows:
                found |= counter.window_places(window)
        found |= self.vault.places()
        found |= {f"seat-{number}": seat for number, seat in enumerate(self.seats, 1)}
        for number, desk in enumerate(self.desks, 1):
            found |= {f"desk-{number}": desk.seat(), f"on-desk-{number}": desk.top()}
        return found

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """Return the parts of the office that zones are made of, by name."""
        found = {
            "office": Area("staff_only", _on_floor(self.staff_side)),
            "vault-area": Area("vault", self.vault.floor_outline()),
            "preparation": Area("counter", self.preparation.top_outline()),
            "outside": Area("private", self.window.outline(self.hall)),
        }
        for number, part in enumerate(self.lobby, 1):
            found["lobby" if number == 1 else f"lobby-{number}"] = Area("public", _on_floor(part))
        for counter in self.counters:
            for window in counter.windows:
                found[f"window-{window.number}"] = Area("counter", counter.top_outline(window))
                behind = counter.floor_outline(window, counter.depth - 0.2, counter.depth + 1.2)
                found[f"behind-{window.number}"] = Area("staff_side", behind, serves=f"window-{window.number}")
        return found

    def _lamp_faces(self) -> TriangleMesh:
        builder = MeshBuilder()
        for lamp in self.lamps:
            builder.quad(lamp.corners(), _face(lamp))
        return builder.build()

    def _wall_pictures(self) -> TriangleMesh:
        parts = MeshBuilder()
        for picture in self.pictures:
            builder = MeshBuilder(self.hall.on_wall(picture.side, picture.along, picture.up))
            width, height = picture.size
            builder.quad([(width, 0.01, 0), (0, 0.01, 0), (0, 0.01, height), (width, 0.01, height)], picture.material)
            parts.add_mesh(builder.build())
        return parts.build()


def _face(lamp: Lamp) -> str:
    """Return the material of a lamp's surface."""
    return f"lamp {lamp.group} {lamp.radiance:.1f}"


def _on_floor(outline: tuple[FloorPoint, ...]) -> tuple[Point, ...]:
    return tuple((x, y, 0.0) for x, y in outline)
