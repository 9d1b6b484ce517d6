"""Random moments of random offices, before anything is rendered: who and what is where, in what light. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sample_footage.render.activities import Spot
from sample_footage.render.camera import Camera
from sample_footage.render.clothing import DressedBody, dress
from sample_footage.render.geometry import Floats, Placement, Point, TriangleMesh
from sample_footage.render.looks import random_look, random_role
from sample_footage.render.offices import Office
from sample_footage.render.scene import VisibleThing, office_part, visible_item
from sample_footage.render.snapshots import Outline, random_people, random_things
from sample_footage.render.things import catalogue

PEOPLE_SHARES = (0.1, 0.22, 0.24, 0.18, 0.12, 0.08, 0.06)
"""How often nobody, one, two ... are in an office at once."""

STROLLERS = 8
"""Spots anywhere on the free floor, beside those that an office names."""

IN_VIEW_SHARE = 0.8
"""How often people keep to the spots that the camera sees: in most offices it sees a corner only."""

TORSO_M = 1.1

SHOULDER_M = 0.3
"""Nobody stands nearer to furniture."""

NOT_IN_THE_WAY = ("shell", "outside", "lamps", "vestibule", "wall pictures", "signs", "partition")
"""Parts of an office that take no floor inside it, or only a line."""

DESK_HALF_M = (0.3, 0.5)
SHELF_SHARE = 0.5
"""How many of the vault's places have something on them."""


def random_bodies(rng: np.random.Generator, mesh_data: Path, count: int) -> list[DressedBody]:
    """Dress people at random."""
    return [dress(random_look(rng, random_role(rng)), mesh_data) for _ in range(count)]


def random_moment(
    rng: np.random.Generator, office: Office, camera: Camera, bodies: Sequence[DressedBody]
) -> list[VisibleThing]:
    """Put some of the people somewhere, doing something, lay things about, move the vault's door and the blinds."""
    count = int(rng.choice(len(PEOPLE_SHARES), p=PEOPLE_SHARES))
    present = [bodies[number] for number in rng.permutation(len(bodies))[:count]]
    crowded = float(rng.uniform(0.1, 1.2))
    door_rad = float(rng.uniform(0.2, 2.2)) if rng.random() < 0.5 else 0.0
    parts = office.moving_parts(door_rad, float(rng.choice([0.0, rng.random()])))
    spots = [*named_spots(office), *free_spots(rng, office)]
    if rng.random() < IN_VIEW_SHARE:
        spots = [spot for spot in spots if sees(camera, spot)]
    return [
        *random_people(rng, present, spots),
        *random_things(rng, tops(office), crowded),
        *(_on_shelves(rng, office) if door_rad else ()),
        *(office_part(name, mesh) for name, mesh in parts.items()),
    ]


def sees(camera: Camera, spot: Spot) -> bool:
    """Whether the torso of somebody there would be in the camera's view, unless something hides it."""
    x, y, z = spot.placement.origin
    clip = camera.clip_from_world() @ (x, y, z + TORSO_M, 1.0)
    return bool(clip[3] > 0 and (np.abs(clip[:2]) < clip[3]).all())


def named_spots(office: Office) -> list[Spot]:
    """Return where an office says that people are: at its windows, desks, seats, doors and the vault."""
    tops_m = {window.number: counter.top for counter in office.counters for window in counter.windows}
    found = []
    for name, place in office.places.items():
        kind, _, number = name.rpartition("-")
        if kind in {"clerk", "colleague", "visitor", "companion"}:
            found.append(Spot("stand", place, tops_m[int(number)]))
        elif kind == "seat":
            found.append(Spot("seat", place))
        elif kind == "desk":
            found.append(Spot("seat", place, office.places[f"on-{name}"].origin[2]))
        elif name in {"vault-front", "vault-witness", "preparation"}:
            found.append(Spot("stand", place))
        elif name in {"gap", "entrance", "staff-door"}:
            found.append(Spot("path", place))
    return found


def free_spots(rng: np.random.Generator, office: Office) -> Iterator[Spot]:
    """Draw spots on the floor where no furniture stands, facing any way, for people who stand or walk."""
    low, high = _footprints(office.build())
    hall = office.hall
    for _ in range(STROLLERS):
        for point in rng.uniform((0.4, 0.4), (hall.width - 0.4, hall.depth - 0.4), (12, 2)):
            if not ((point > low - SHOULDER_M) & (point < high + SHOULDER_M)).all(axis=1).any():
                place = Placement((float(point[0]), float(point[1]), 0.0), float(rng.uniform(-np.pi, np.pi)))
                yield Spot("path" if rng.random() < 0.6 else "stand", place)
                break


def _footprints(parts: dict[str, TriangleMesh]) -> tuple[Floats, Floats]:
    """Return the least and greatest x and y of what stands on the floor, (n, 2) each."""
    meshes = [mesh for name, mesh in parts.items() if not any(word in name for word in NOT_IN_THE_WAY)]
    low = np.array([mesh.vertices[:, :2].min(axis=0) for mesh in meshes])
    high = np.array([mesh.vertices[:, :2].max(axis=0) for mesh in meshes])
    return low, high


def tops(office: Office) -> list[Outline]:
    """Return the level tops on which things may lie: counters, the preparation table, free parts of desks."""
    counters = [area.outline for area in office.areas.values() if area.kind == "counter"]
    desks = [place for name, place in office.places.items() if name.startswith("on-desk-")]
    return [*counters, *(_desk_top(place) for place in desks)]


def _desk_top(place: Placement) -> tuple[Point, ...]:
    deep, wide = DESK_HALF_M
    corners = place.apply([(-deep, -wide, 0), (0, -wide, 0), (0, wide, 0), (-deep, wide, 0)])
    return tuple((float(x), float(y), float(z)) for x, y, z in corners)


def _on_shelves(rng: np.random.Generator, office: Office) -> Iterator[VisibleThing]:
    """Put cards and shut terminals into the open vault."""
    for name, place in office.places.items():
        if name.startswith("shelf-") and rng.random() < SHELF_SHARE:
            thing = catalogue.cards(rng) if rng.random() < 0.6 else catalogue.shut_terminal(rng)
            yield visible_item(f"on {name}", thing.kind, thing.mesh.moved(place))
