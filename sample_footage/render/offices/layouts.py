"""Four offices after Tsurumi's, unlike each other in size, counter, colours, lamps and the place of the vault."""

from __future__ import annotations

import math

from sample_footage.render.camera import Camera
from sample_footage.render.geometry import FloorPoint, Placement
from sample_footage.render.lamps import Lamp, ceiling_lamp
from sample_footage.render.materials import Material
from sample_footage.render.offices.counter import Counter, Gap, Partition, Window
from sample_footage.render.offices.furnishings import Clutter, Desk, Table
from sample_footage.render.offices.office import Office, WallPicture
from sample_footage.render.offices.outside import OutsideWindow
from sample_footage.render.offices.vault import Vault
from sample_footage.render.offices.walls import Hall, Opening
from sample_footage.render.patterns import Pattern

EAST, NORTH, WEST, SOUTH = 0.0, math.pi / 2, math.pi, -math.pi / 2
"""Ways to face."""


def straight() -> Office:
    """Return the office of the evening: one straight counter across it, the gap at the west wall.

    y 6 +---[vault]----------[window]-----[staff door]---+
        | camera      desks            preparation       |
    3.5 |           +================+================+  |
        |-partition-|gap  window 1   |   window 2     |--|
    2.7 |           +================+================+  |
        |                    lobby                       |
    y 0 +---[entrance]-----------------------------------+ x 8
    """
    hall = Hall(8.0, 6.0, 2.7)
    return Office(
        name="straight",
        site="tsurumi",
        title="鶴見区役所 戸籍課",
        hall=hall,
        counters=(Counter(Placement((2.3, 2.85, 0.0)), 4.4, 0.65, (Window(1, 0.0, 2.2), Window(2, 2.2, 4.4))),),
        partitions=(Partition((0.0, 3.09), (1.2, 3.09)), Partition((6.7, 3.09), (8.0, 3.09))),
        gap=Gap((1.2, 3.09), (2.3, 3.09)),
        lobby=(_rectangle((0.0, 0.0), (8.0, 2.95)),),
        staff_side=_rectangle((0.0, 3.3), (8.0, 6.0)),
        vault=Vault(hall.on_wall("north", along=3.6)),
        preparation=Table(Placement((7.55, 5.0, 0.0), EAST)),
        desks=(Desk(Placement((6.1, 4.95, 0.0), NORTH)),),
        seats=tuple(Placement((2.2 + 0.62 * number, 0.5, 0.0), NORTH) for number in range(4)),
        window=OutsideWindow(Opening("north", start=1.2, width=1.8, bottom=0.95, top=2.15)),
        entrance=Opening("south", start=0.5, width=1.1),
        staff_door=Opening("east", start=3.3, width=0.9),
        lamps=tuple(ceiling_lamp("ceiling", (x, y, hall.height - 0.03)) for x in (1.6, 4.0, 6.4) for y in (1.5, 4.5)),
        clutter=(
            Clutter("form", Placement((3.85, 3.15, 0.921), -0.2)),
            Clutter("notice", Placement((5.1, 3.2, 0.921), 0.3)),
            Clutter("pens", Placement((4.2, 3.0, 0.921))),
            Clutter("closed sign", Placement((5.6, 3.05, 0.921))),
            Clutter("rack", hall.on_wall_facing("south", 5.4)),
            Clutter("binders", Placement((5.2, 5.98, 0.0), SOUTH)),
            Clutter("plant", Placement((7.6, 0.45, 0.0))),
        ),
        pictures=(WallPicture("poster-0", "south", 2.6), WallPicture("poster-1", "south", 3.5)),
        cameras={
            "counter": Camera("CAM-01 COUNTER", eye=(0.6, 5.6, 2.6), target=(2.9, 3.0, 0.96), fov_deg=66),
            "corner": Camera("CAM-02 CORNER", eye=(7.75, 0.25, 2.6), target=(3.4, 3.6, 0.7), fov_deg=84),
            "vault": Camera("CAM-03 VAULT", eye=(4.7, 4.25, 2.62), target=(3.85, 5.5, 0.75), fov_deg=78),
        },
    )


def cornered() -> Office:
    """Return an office whose counter turns a corner: the lobby lies south and east of it, dark carpet, white tops."""
    hall = Hall(9.6, 7.6, 2.6)
    main = Counter(Placement((1.9, 3.5, 0.0)), 5.0, 0.7, (Window(1, 0.0, 2.3), Window(2, 2.3, 4.3)), top=0.88)
    wing = Counter(Placement((6.9, 4.2, 0.0), NORTH), 2.3, 0.65, (Window(3, 0.1, 2.3),), top=0.88, dividers=False)
    return Office(
        name="cornered",
        site="kazemachi",
        title="風待町役場 住民課",
        hall=hall,
        counters=(main, wing),
        partitions=(Partition((0.0, 3.8), (0.9, 3.8)), Partition((6.6, 6.5), (6.6, 7.6))),
        gap=Gap((0.9, 3.8), (1.9, 3.8)),
        lobby=(_rectangle((0.0, 0.0), (9.6, 3.6)), _rectangle((6.95, 3.6), (9.6, 7.6))),
        staff_side=((0.0, 4.0), (6.5, 4.0), (6.5, 7.6), (0.0, 7.6)),
        vault=Vault(hall.on_wall("west", along=1.0), width=1.1, height=1.9, shelves=5, hinge="right"),
        preparation=Table(Placement((5.3, 7.15, 0.0), NORTH), width=1.8),
        desks=(
            Desk(Placement((2.6, 6.0, 0.0), EAST), monitors=2),
            Desk(Placement((3.35, 6.0, 0.0), WEST)),
        ),
        seats=tuple(Placement((9.1, 1.4 + 0.62 * number, 0.0), WEST) for number in range(5)),
        window=OutsideWindow(Opening("east", start=4.6, width=2.4, bottom=0.85, top=2.1)),
        entrance=Opening("south", start=6.6, width=1.4),
        staff_door=Opening("north", start=7.9, width=0.9),
        lamps=tuple(
            ceiling_lamp("lobby" if y < 3 else "staff", (x, y, hall.height - 0.03), (0.6, 0.6), watt=38)
            for x in (1.7, 4.8, 8.0)
            for y in (1.6, 5.6)
        ),
        clutter=(
            Clutter("tickets", Placement((5.6, 1.2, 0.0), NORTH)),
            Clutter("forms", Placement((2.2, 1.1, 0.0), WEST)),
            Clutter("notices", Placement((0.25, 2.2, 0.0), EAST)),
            Clutter("drawers", hall.on_wall_facing("north", 5.6)),
            Clutter("binders", hall.on_wall_facing("north", 7.0)),
            Clutter("plant", Placement((9.2, 7.2, 0.0))),
            Clutter("umbrellas", Placement((5.9, 0.3, 0.0), NORTH)),
        ),
        pictures=(WallPicture("poster-1", "south", 2.6), WallPicture("poster-0", "south", 3.4)),
        finishes={
            "floor": Material(texture=Pattern("carpet", (78, 84, 96), seed=3), roughness=0.95),
            "wall": Material((0.66, 0.68, 0.68), 0.9),
            "counter": Material((0.62, 0.64, 0.63), 0.5),
            "counter edge": Material((0.05, 0.22, 0.24), 0.5),
            "counter top": Material((0.66, 0.66, 0.64), 0.35),
            "partition": Material((0.06, 0.25, 0.27), 0.7),
            "upholstery": Material((0.30, 0.09, 0.05), 0.8),
            "vault": Material((0.50, 0.51, 0.50), 0.4),
            "vault door": Material((0.55, 0.56, 0.55), 0.4),
            "chair": Material((0.04, 0.10, 0.16), 0.9),
        },
        cameras={
            "counter": Camera("03 MADOGUCHI", eye=(5.7, 7.2, 2.45), target=(3.1, 3.9, 0.8), fov_deg=72),
            "corner": Camera("01 LOBBY", eye=(9.3, 0.3, 2.5), target=(4.6, 4.4, 0.6), fov_deg=92, barrel=0.22),
            "vault": Camera("04 KINKO", eye=(1.9, 4.6, 2.55), target=(0.6, 6.0, 0.7), fov_deg=82, barrel=0.2),
        },
    )


def long_hall() -> Office:
    """Return a high hall: two counters in one line with the gap between them, boards of wood, a wide window."""
    hall = Hall(12.0, 7.0, 3.1)
    west = Counter(
        Placement((0.6, 3.2, 0.0)), 6.2, 0.75, (Window(1, 0.2, 3.2), Window(2, 3.2, 6.2)), top=1.0, front="ledge"
    )
    east = Counter(
        Placement((7.9, 3.2, 0.0)), 3.4, 0.75, (Window(3, 0.0, 3.2),), top=0.74, front="open", signs_up=1.4
    )
    return Office(
        name="long-hall",
        site="hoshimi",
        title="星見市役所 市民課",
        hall=hall,
        counters=(west, east),
        partitions=(Partition((0.0, 3.6), (0.6, 3.6), 1.04), Partition((11.3, 3.6), (12.0, 3.6), 1.04)),
        gap=Gap((6.8, 3.6), (7.9, 3.6)),
        lobby=(_rectangle((0.0, 0.0), (12.0, 3.3)),),
        staff_side=_rectangle((0.0, 3.75), (12.0, 7.0)),
        vault=Vault(hall.on_wall("east", along=5.0), width=0.9, depth=0.55, height=1.6, shelves=4),
        preparation=Table(Placement((8.9, 6.55, 0.0), NORTH), width=2.0),
        desks=(
            Desk(Placement((2.2, 5.6, 0.0), NORTH), monitors=2),
            Desk(Placement((3.5, 5.6, 0.0), NORTH)),
            Desk(Placement((4.8, 5.6, 0.0), NORTH)),
        ),
        seats=tuple(Placement((1.0 + 0.62 * n, 0.9, 0.0), NORTH) for n in (0, 1, 2, 4, 5, 6)),
        window=OutsideWindow(Opening("west", start=0.8, width=2.2, bottom=0.6, top=2.5)),
        entrance=Opening("south", start=9.4, width=1.6, top=2.3),
        staff_door=Opening("north", start=5.3, width=0.95),
        lamps=tuple(
            ceiling_lamp(group, (x, y, hall.height - 0.03), (1.5, 0.22), watt=50)
            for y, group in ((1.4, "lobby"), (3.5, "counter"), (5.6, "staff"))
            for x in (2.0, 6.0, 10.0)
        ),
        clutter=(
            Clutter("pillar", Placement((7.2, 1.3, 0.0))),
            Clutter("copier", hall.on_wall_facing("north", 10.6)),
            Clutter("binders", hall.on_wall_facing("north", 8.6)),
            Clutter("binders", hall.on_wall_facing("north", 9.5)),
            Clutter("drawers", hall.on_wall_facing("east", 4.35)),
            Clutter("water", hall.on_wall_facing("north", 1.0)),
            Clutter("rack", hall.on_wall_facing("south", 6.5)),
            Clutter("plant", Placement((0.5, 0.5, 0.0))),
            Clutter("plant", Placement((11.5, 0.5, 0.0))),
            Clutter("bin", Placement((1.35, 5.5, 0.0))),
        ),
        pictures=(WallPicture("poster-0", "south", 7.4, 1.2), WallPicture("poster-1", "east", 1.2, 1.2)),
        finishes={
            "floor": Material(texture=Pattern("planks", (172, 134, 92), seed=6), roughness=0.4),
            "wall": Material(texture=Pattern("panels", (226, 219, 204), seed=2), roughness=0.9),
            "counter": Material(texture=Pattern("grain", (120, 78, 48), seed=4), roughness=0.5),
            "counter edge": Material((0.10, 0.055, 0.03), 0.5),
            "counter top": Material(texture=Pattern("speckle", (176, 172, 166), seed=5), roughness=0.3),
            "partition": Material((0.20, 0.11, 0.06), 0.5),
            "upholstery": Material((0.05, 0.16, 0.09), 0.8),
            "frame": Material((0.12, 0.08, 0.05), 0.5),
            "vault": Material((0.05, 0.09, 0.07), 0.4),
            "vault door": Material((0.06, 0.11, 0.085), 0.4),
            "desk": Material((0.34, 0.24, 0.15), 0.5),
        },
        cameras={
            "counter": Camera("CAM 2 WINDOW 1-2", eye=(6.6, 6.6, 2.9), target=(3.2, 3.5, 0.9), fov_deg=70),
            "corner": Camera("CAM 1 HALL", eye=(11.7, 0.3, 2.95), target=(5.8, 4.2, 0.4), fov_deg=86),
            "vault": Camera("CAM 4 STORE", eye=(10.1, 4.7, 3.0), target=(11.5, 5.45, 0.7), fov_deg=76, barrel=0.12),
        },
    )


def old_wing() -> Office:
    """Return a small, low office: green walls, dark wood, tubes, the gap in the east, the vault in the west."""
    hall = Hall(6.6, 5.6, 2.45)
    counter = Counter(
        Placement((0.35, 2.5, 0.0)), 4.4, 0.6, (Window(1, 0.0, 2.3), Window(2, 2.3, 4.4)), top=1.02, signs_up=0.95
    )
    return Office(
        name="old-wing",
        site="sawatari",
        title="沢渡村役場 窓口係",
        hall=hall,
        counters=(counter,),
        partitions=(Partition((0.0, 2.8), (0.35, 2.8), 1.06), Partition((5.8, 2.8), (6.6, 2.8), 1.06)),
        gap=Gap((4.75, 2.8), (5.8, 2.8)),
        lobby=(_rectangle((0.0, 0.0), (6.6, 2.6)),),
        staff_side=_rectangle((0.0, 2.95), (6.6, 5.6)),
        vault=Vault(hall.on_wall("west", along=0.5), width=0.85, depth=0.48, height=1.55, shelves=3, hinge="right"),
        preparation=Table(Placement((2.6, 5.2, 0.0), NORTH), width=1.3, depth=0.6),
        desks=(Desk(Placement((4.6, 4.7, 0.0), NORTH), width=1.1),),
        seats=tuple(Placement((1.2 + 0.62 * number, 0.45, 0.0), NORTH) for number in range(3)),
        window=OutsideWindow(Opening("north", start=0.9, width=1.5, bottom=1.0, top=2.05)),
        entrance=Opening("south", start=4.9, width=0.95, top=2.0),
        staff_door=Opening("east", start=4.2, width=0.85, top=2.0),
        lamps=_tubes(hall),
        clutter=(
            Clutter("drawers", hall.on_wall_facing("west", 1.95)),
            Clutter("parcels", Placement((6.2, 3.3, 0.0), WEST)),
            Clutter("binders", Placement((6.58, 1.6, 0.0), WEST)),
            Clutter("umbrellas", Placement((4.4, 0.3, 0.0), NORTH)),
            Clutter("bin", Placement((3.75, 4.9, 0.0))),
        ),
        pictures=(WallPicture("poster-1", "south", 3.6), WallPicture("poster-0", "west", 3.4)),
        finishes={
            "floor": Material(texture=Pattern("tiles", (118, 104, 84), contrast=1.3, seed=11), roughness=0.5),
            "wall": Material(texture=Pattern("concrete", (176, 192, 168), contrast=0.6, seed=1), roughness=0.95),
            "ceiling": Material((0.58, 0.57, 0.50), 0.95),
            "counter": Material(texture=Pattern("grain", (92, 58, 38), seed=9), roughness=0.4),
            "counter edge": Material((0.09, 0.045, 0.025), 0.4),
            "counter top": Material(texture=Pattern("grain", (142, 98, 62), contrast=0.7, seed=12), roughness=0.35),
            "partition": Material((0.13, 0.07, 0.04), 0.5),
            "upholstery": Material((0.10, 0.07, 0.05), 0.7),
            "cabinet": Material((0.24, 0.27, 0.24), 0.5),
            "cabinet front": Material((0.27, 0.30, 0.27), 0.5),
            "vault": Material((0.10, 0.12, 0.10), 0.4),
            "vault door": Material((0.13, 0.155, 0.13), 0.4),
        },
        cameras={
            "counter": Camera("CH1", eye=(4.3, 5.3, 2.35), target=(1.75, 2.6, 0.95), fov_deg=72, barrel=0.2),
            "corner": Camera("CH2", eye=(0.25, 0.25, 2.35), target=(3.6, 3.2, 0.6), fov_deg=90, barrel=0.24),
            "vault": Camera("CH3", eye=(1.6, 3.7, 2.4), target=(0.4, 4.65, 0.7), fov_deg=84, barrel=0.2),
        },
    )


def _tubes(hall: Hall) -> tuple[Lamp, ...]:
    """Return four tubes, the one over the counter's west on a group of its own: it flickers."""
    spots: tuple[tuple[str, float, float], ...] = (
        ("ceiling", 1.8, 1.2),
        ("ceiling", 4.8, 1.2),
        ("tube", 1.8, 3.6),
        ("ceiling", 4.8, 4.2),
    )
    return tuple(ceiling_lamp(group, (x, y, hall.height - 0.08), (1.2, 0.09), watt=40) for group, x, y in spots)


def _rectangle(low: FloorPoint, high: FloorPoint) -> tuple[FloorPoint, ...]:
    (x0, y0), (x1, y1) = low, high
    return ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
