"""Offices, cameras and light at random, for training: no two alike, each as the offices by hand could be.

Everything follows from the generator that is given: the same seed gives the same office.
"""

from __future__ import annotations

import colorsys
import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sample_footage.render.geometry import FloorPoint, Placement, Point, as_point
from sample_footage.render.lamps import Lamp, ceiling_lamp
from sample_footage.render.materials import LinearColour, Material
from sample_footage.render.offices.counter import ON_TOP_M, Counter, Front, Gap, Partition, Window
from sample_footage.render.offices.furnishings import Clutter, Desk, Table
from sample_footage.render.offices.office import Office, WallPicture
from sample_footage.render.offices.outside import OutsideWindow
from sample_footage.render.offices.vault import Vault
from sample_footage.render.offices.walls import Hall, Opening, Side
from sample_footage.render.patterns import Colour, Pattern, PatternKind

FLOORS: tuple[PatternKind, ...] = ("tiles", "planks", "carpet", "speckle", "concrete")
WALLS: tuple[PatternKind, ...] = ("concrete", "panels", "concrete")
TOPS: tuple[PatternKind, ...] = ("concrete", "speckle", "grain")
FRONTS: tuple[Front, ...] = ("panel", "open", "ledge")
STAFF_CLUTTER = ("binders", "drawers", "copier", "parcels", "water", "plant")
LOBBY_CLUTTER = ("rack", "notices", "plant", "water", "umbrellas", "parcels")
AT_WALL_M = {"copier": 0.8, "drawers": 0.9, "binders": 1.0, "rack": 1.1, "notices": 1.3}
"""How much of a wall a thing takes; the others 0.6."""

SEAT_M = 0.62
AISLE_M = 1.35
"""The staff side keeps this much free behind a counter."""


@dataclass
class FreeWalls:
    """Which stretches of the walls nothing stands at yet; `taken` only ever grows."""

    hall: Hall
    rng: np.random.Generator
    taken: dict[Side, list[tuple[float, float]]] = field(default_factory=dict)

    def block(self, side: Side, start: float, end: float) -> None:
        """Keep a stretch free of things."""
        self.taken.setdefault(side, []).append((start, end))

    def take(self, stretches: Sequence[tuple[Side, float, float]], width: float) -> tuple[Side, float] | None:
        """Find where something of this width fits within one of the stretches: the wall and its start along it."""
        for number in self.rng.permutation(len(stretches)):
            side, low, high = stretches[number]
            for start in self.rng.uniform(low, max(high - width, low), 12):
                free = all(start + width <= begin or start >= end for begin, end in self.taken.get(side, []))
                if free and start + width <= high:
                    self.block(side, float(start), float(start) + width)
                    return side, float(start)
        return None


def random_office(rng: np.random.Generator, name: str = "random") -> Office:
    """Return an office: a line of counters across it, the gap at either end or in its middle."""
    hall = Hall(float(rng.uniform(6.6, 12.0)), float(rng.uniform(5.6, 8.5)), float(rng.uniform(2.4, 3.2)))
    front = hall.depth * float(rng.uniform(0.40, 0.5))
    counters, partitions, gap = _counter_line(rng, hall, front)
    behind = front + counters[0].depth
    walls = FreeWalls(hall, rng)
    lobby_walls = _wall_parts(hall, 0.1, front - 0.3)
    staff_walls = _wall_parts(hall, behind + 0.5, hall.depth - 0.1)
    entrance = _opening(walls, [("south", 0.3, hall.width - 0.3)], rng.uniform(0.9, 1.6), 0.0, 2.05)
    window = _opening(walls, [*staff_walls, *lobby_walls], rng.uniform(1.2, 2.4), rng.uniform(0.7, 1.1), 2.1)
    staff_door = _opening(walls, staff_walls, 0.9, 0.0, 2.05)
    vault = _vault(rng, walls, staff_walls)
    table = _preparation(rng, walls, staff_walls)
    return Office(
        name=name,
        hall=hall,
        counters=counters,
        partitions=partitions,
        gap=gap,
        lobby=(_across(hall, 0.0, front + 0.1),),
        staff_side=_across(hall, front + 0.45, hall.depth),
        vault=vault,
        preparation=table,
        desks=_desks(rng, hall, behind),
        seats=_seats(rng, walls),
        window=OutsideWindow(window),
        entrance=entrance,
        staff_door=staff_door,
        lamps=_lamps(rng, hall),
        clutter=(
            *_wall_clutter(rng, walls, staff_walls, STAFF_CLUTTER),
            *_wall_clutter(rng, walls, lobby_walls, LOBBY_CLUTTER),
            *_free_clutter(rng, hall, front),
            *_on_counters(rng, counters),
        ),
        pictures=_pictures(rng, hall),
        finishes=_finishes(rng),
    )


def _counter_line(
    rng: np.random.Generator, hall: Hall, front: float
) -> tuple[tuple[Counter, ...], tuple[Partition, ...], Gap]:
    """Stand counters side by side over the hall's width, with one gap, and partitions for the rest."""
    depth, top, height = (float(rng.uniform(*span)) for span in ((0.55, 0.8), (0.72, 1.05), (0.95, 1.25)))
    runs, gap = _runs(rng, hall.width)
    style: Front = FRONTS[rng.integers(len(FRONTS))]
    dividers, signs_up = bool(rng.random() < 0.6), float(rng.uniform(0.8, 1.3))
    counters: list[Counter] = []
    for start, end in runs:
        windows = _windows(rng, end - start, 1 + sum(len(counter.windows) for counter in counters))
        where = Placement((start, front, 0.0))
        counters.append(Counter(where, end - start, depth, windows, top, style, dividers, signs_up))
    line = front + 0.25
    walls = [Partition((x0, line), (x1, line), height) for x0, x1 in _between([*runs, gap], hall.width)]
    return tuple(counters), tuple(walls), Gap((gap[0], line), (gap[1], line))


def _runs(rng: np.random.Generator, width: float) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    """Return from where to where counters stand along the line, and the gap."""
    gap, near, far = (float(rng.uniform(*span)) for span in ((0.9, 1.3), (0.2, 1.4), (0.2, 1.2)))
    place = rng.choice(["west", "east", "middle"] if width > 9 else ["west", "east"])
    if place == "west":
        return [(near + gap, width - far)], (near, near + gap)
    if place == "east":
        return [(far, width - near - gap)], (width - near - gap, width - near)
    middle = width * float(rng.uniform(0.4, 0.6))
    return [(near, middle), (middle + gap, width - far)], (middle, middle + gap)


def _between(taken: Sequence[tuple[float, float]], width: float) -> list[tuple[float, float]]:
    """Return the stretches of a line that are not taken."""
    edges = [0.0, *(x for stretch in sorted(taken) for x in stretch), width]
    return [(x0, x1) for x0, x1 in zip(edges[::2], edges[1::2], strict=True) if x1 - x0 > 0.05]


def _windows(rng: np.random.Generator, length: float, first: int) -> tuple[Window, ...]:
    count = min(max(round(length / rng.uniform(1.7, 2.6)), 1), 4 if first == 1 else 5 - first)
    edges = np.linspace(0, length, max(count, 1) + 1)
    return tuple(Window(first + n, float(edges[n]), float(edges[n + 1])) for n in range(len(edges) - 1))


def _wall_parts(hall: Hall, low_y: float, high_y: float) -> list[tuple[Side, float, float]]:
    """Return the stretches of the walls between two lines across the hall."""
    parts: list[tuple[Side, float, float]] = [
        ("east", low_y, high_y),
        ("west", hall.depth - high_y, hall.depth - low_y),
    ]
    end: Side = "south" if low_y < 1 else "north"
    return [*parts, (end, 0.2, hall.width - 0.2)]


def _opening(
    walls: FreeWalls, stretches: Sequence[tuple[Side, float, float]], width: float, bottom: float, top: float
) -> Opening:
    """Cut a doorway or a window."""
    spot = walls.take(stretches, width + 0.2)
    if spot is None:
        raise ValueError(f"no room for an opening of {width:.1f} m in walls of {walls.hall}")
    side, start = spot
    return Opening(side, start + 0.1, width, bottom, top)


def _vault(rng: np.random.Generator, walls: FreeWalls, stretches: Sequence[tuple[Side, float, float]]) -> Vault:
    width, depth, height = (float(rng.uniform(*span)) for span in ((0.75, 1.2), (0.42, 0.6), (1.3, 2.0)))
    spot = walls.take(stretches, width + 0.1)
    if spot is None:
        raise ValueError(f"no room for the vault in {walls.hall}")
    where = walls.hall.on_wall(spot[0], spot[1] + 0.05)
    return Vault(where, width, depth, height, int(rng.integers(3, 6)), "left" if rng.random() < 0.5 else "right")


def _preparation(rng: np.random.Generator, walls: FreeWalls, stretches: Sequence[tuple[Side, float, float]]) -> Table:
    width, depth = float(rng.uniform(1.0, 1.8)), float(rng.uniform(0.55, 0.75))
    spot = walls.take(stretches, width + 0.1) or walls.take(stretches, 1.0)
    if spot is None:
        raise ValueError(f"no room for the preparation table in {walls.hall}")
    wall = walls.hall.on_wall(spot[0], spot[1] + 0.05 + width / 2)
    middle = as_point(wall.apply([(0, depth / 2 + 0.03, 0)])[0])
    return Table(Placement(middle, wall.yaw - math.pi / 2), width, depth)


def _desks(rng: np.random.Generator, hall: Hall, behind: float) -> tuple[Desk, ...]:
    """Stand desks in a row between the aisle behind the counter and the free floor before the north wall."""
    room = hall.depth - 1.5 - (behind + AISLE_M)
    if room < 0.9:
        return ()
    y, yaw = behind + AISLE_M + 0.6 + float(rng.uniform(0, room - 0.9)), float(rng.choice([-1, 1])) * math.pi / 2
    count = int(rng.integers(0, 4))
    x = float(rng.uniform(1.8, max(hall.width - 1.8 - 1.25 * count, 1.9)))
    return tuple(
        Desk(Placement((x + 1.25 * n, y, 0.0), yaw), float(rng.uniform(1.0, 1.2)), 0.7, int(rng.integers(0, 3)))
        for n in range(count)
        if x + 1.25 * n < hall.width - 1.3
    )


def _seats(rng: np.random.Generator, walls: FreeWalls) -> tuple[Placement, ...]:
    count = int(rng.integers(2, 7))
    spot = walls.take([("south", 0.2, walls.hall.width - 0.2)], count * SEAT_M)
    if spot is None:
        return ()
    side, start = spot
    seats = []
    for number in range(count):
        wall = walls.hall.on_wall(side, start + SEAT_M * (number + 0.5))
        seats.append(Placement(as_point(wall.apply([(0, 0.42, 0)])[0]), wall.yaw + math.pi / 2))
    return tuple(seats)


def _wall_clutter(
    rng: np.random.Generator, walls: FreeWalls, stretches: Sequence[tuple[Side, float, float]], kinds: Sequence[str]
) -> list[Clutter]:
    found = []
    for kind in rng.choice(list(kinds), int(rng.integers(1, 6))):
        width = AT_WALL_M.get(str(kind), 0.6)
        spot = walls.take(stretches, width)
        if spot:
            out = 0.0 if kind in AT_WALL_M else 0.3
            wall = walls.hall.on_wall(spot[0], spot[1] + width / 2)
            where = Placement(as_point(wall.apply([(0, out, 0)])[0]), wall.yaw + math.pi / 2)
            found.append(Clutter(str(kind), where))
    return found


def _free_clutter(rng: np.random.Generator, hall: Hall, front: float) -> list[Clutter]:
    """Stand things about in the lobby, away from the counters."""
    if front < 2.4:
        return []
    kinds = rng.permutation(["tickets", "forms", "pillar", "notices"])[: int(rng.integers(0, 3))]
    spots = rng.permutation(np.linspace(0.15, 0.85, 4)) * hall.width
    return [
        Clutter(str(kind), Placement((float(x), float(rng.uniform(1.1, front - 1.1)), 0.0), float(turn)))
        for kind, x, turn in zip(kinds, spots, rng.uniform(0, 2 * math.pi, len(spots)), strict=False)
    ]


def _on_counters(rng: np.random.Generator, counters: Sequence[Counter]) -> list[Clutter]:
    """Lay a few small things on the visitors' half of the tops."""
    found = []
    for counter in counters:
        for window in counter.windows:
            for kind in rng.choice(["form", "notice", "pens", "closed sign"], int(rng.integers(0, 3)), replace=False):
                along = float(rng.uniform(window.start + 0.2, window.end - 0.2))
                turned = float(rng.normal(0, 0.25))
                up = counter.top + ON_TOP_M
                found.append(Clutter(str(kind), counter.standing(along, counter.depth * 0.3, turned, up)))
    return found


def _pictures(rng: np.random.Generator, hall: Hall) -> tuple[WallPicture, ...]:
    found = []
    for _ in range(int(rng.integers(0, 6))):
        side: Side = ("south", "east", "north", "west")[rng.integers(4)]
        size = float(rng.uniform(0.3, 0.6))
        along = float(rng.uniform(0.3, hall.wall_length(side) - 0.9))
        picture, up = f"poster-{rng.integers(2)}", float(rng.uniform(1.0, 1.4))
        found.append(WallPicture(picture, side, along, up, (size, 1.4 * size)))
    return tuple(found)


def _lamps(rng: np.random.Generator, hall: Hall) -> tuple[Lamp, ...]:
    """Hang a grid of panels or tubes, those of one row on one switch or all on one."""
    sizes = ((1.2, 0.3), (0.6, 0.6), (1.2, 0.09), (1.5, 0.2))
    size = sizes[rng.integers(len(sizes))]
    across, along = max(round(hall.width / rng.uniform(2.4, 3.6)), 2), 2 if hall.depth < 7.4 else 3
    watt = float(rng.uniform(3.8, 6.2)) * hall.width * hall.depth / (across * along)
    tint: LinearColour = (1.0, float(rng.uniform(0.86, 1.0)), float(rng.uniform(0.68, 1.02)))
    rows = bool(rng.random() < 0.4)
    return tuple(
        Lamp(f"row-{row}" if rows else "ceiling", lamp.centre, lamp.aim, lamp.across, lamp.size_m, watt, tint)
        for row in range(along)
        for column in range(across)
        for lamp in [ceiling_lamp("", _grid_point(hall, (column + 0.5) / across, (row + 0.5) / along), size)]
    )


def _grid_point(hall: Hall, across: float, along: float) -> Point:
    return hall.width * across, hall.depth * along, hall.height - 0.03


def _finishes(rng: np.random.Generator) -> dict[str, Material]:
    """Give every surface a colour or a pattern of its own."""
    trim = _plain(rng, 0.1, 0.6)
    metal = _plain(rng, 0.15, 0.7, saturation=0.15)
    return {
        "floor": Material(texture=_pattern(rng, FLOORS, 0.25, 0.8), roughness=float(rng.uniform(0.25, 0.95))),
        "wall": Material(texture=_pattern(rng, WALLS, 0.6, 0.95, saturation=0.15), roughness=0.9),
        "ceiling": Material(_linear(rng, 0.7, 0.95, 0.05), 0.95),
        "skirting": _plain(rng, 0.1, 0.7, saturation=0.2),
        "frame": _plain(rng, 0.1, 0.9, saturation=0.2),
        "blinds": _plain(rng, 0.5, 0.95, saturation=0.25),
        "counter": Material(texture=_pattern(rng, TOPS, 0.2, 0.9), roughness=0.5),
        "counter edge": trim,
        "counter top": Material(texture=_pattern(rng, TOPS, 0.3, 0.95), roughness=float(rng.uniform(0.2, 0.6))),
        "partition": _plain(rng, 0.15, 0.9),
        "desk": Material(texture=_pattern(rng, TOPS, 0.3, 0.9, saturation=0.3), roughness=0.5),
        "upholstery": _plain(rng, 0.1, 0.6, saturation=0.7),
        "chair": _plain(rng, 0.1, 0.5, saturation=0.7),
        "cabinet": metal,
        "cabinet front": metal,
        "vault": _plain(rng, 0.15, 0.8, saturation=0.2),
        "vault door": _plain(rng, 0.15, 0.8, saturation=0.2),
        "vault shelf": _plain(rng, 0.3, 0.8, saturation=0.1),
    }


def _plain(rng: np.random.Generator, darkest: float, brightest: float, saturation: float = 0.5) -> Material:
    return Material(_linear(rng, darkest, brightest, saturation), float(rng.uniform(0.3, 0.9)))


def _pattern(
    rng: np.random.Generator, kinds: Sequence[PatternKind], darkest: float, brightest: float, saturation: float = 0.4
) -> Pattern:
    red, green, blue = (int(255 * channel) for channel in _shown(rng, darkest, brightest, saturation))
    colour: Colour = (red, green, blue)
    kind = kinds[int(rng.integers(len(kinds)))]
    return Pattern(kind, colour, float(rng.uniform(0.4, 1.4)), int(rng.integers(1 << 16)))


def _shown(
    rng: np.random.Generator, darkest: float, brightest: float, saturation: float
) -> tuple[float, float, float]:
    """Return a colour as a screen shows it, 0..1; mostly brown, beige or blue, and pale as offices are."""
    vivid = saturation * float(rng.beta(1.2, 2.5))
    hues = (rng.uniform(0.03, 0.17), rng.uniform(0.5, 0.66), rng.random())
    hue = float(hues[rng.choice(3, p=[0.45, 0.25, 0.3])])
    return colorsys.hsv_to_rgb(hue, vivid, float(rng.uniform(darkest, brightest)))


def _linear(rng: np.random.Generator, darkest: float, brightest: float, saturation: float) -> LinearColour:
    red, green, blue = (channel**2.2 for channel in _shown(rng, darkest, brightest, saturation))
    return red, green, blue


def _across(hall: Hall, low_y: float, high_y: float) -> tuple[FloorPoint, ...]:
    return ((0.0, low_y), (hall.width, low_y), (hall.width, high_y), (0.0, high_y))
