"""A cleaner at night, in infrared: a trolley, a bag set down in front of a terminal's place, a table wiped.

That somebody is there after hours is right to tell. The terminal is hidden behind the bag and never moves.
"""

from __future__ import annotations

import math
from functools import partial

from sample_footage.render.actions import wipe
from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.camera import Camera
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.geometry import Placement
from sample_footage.render.items import Custody, Item, Lies, Phase
from sample_footage.render.lighting import night, steady
from sample_footage.render.looks import Clothes, Look, Weave
from sample_footage.render.offices import OFFICES
from sample_footage.render.offices.counter import ON_TOP_M
from sample_footage.render.offices.furnishings import TABLE_UP_M
from sample_footage.render.props import Prop
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.bags import hand_bag
from sample_footage.render.things.clutter import cleaning_trolley
from sample_footage.render.things.terminals import CASINGS, Terminal

OFFICE = OFFICES["long-hall"]
DURATION_S = 38.0
CAMERA = Camera("CAM 5 PREPARATION", eye=(6.9, 3.4, 3.0), target=(8.15, 5.75, 0.95), fov_deg=62)

CLEANER = Look(
    "female",
    1.55,
    weight=0.4,
    age_years=53,
    hair="bun",
    clothes=Clothes(over="vest", headwear="cap", short_sleeves=True),
    seed=41,
    colours={"shirt": (0.56, 0.59, 0.63), "over": (0.12, 0.35, 0.30), "trousers": (0.02, 0.05, 0.06)},
    weaves={"over": Weave(up=30, around=30, contrast=0.3)},
)

TABLE_UP = TABLE_UP_M + ON_TOP_M
TERMINAL = Placement((8.6, 6.62, TABLE_UP), math.pi / 2)
BEFORE_TERMINAL = Placement((8.5, 6.32, TABLE_UP), 1.1)
"""Between the terminal and the camera, broadside to it."""

ON_SACK = Placement((0.16, 0.0, 0.82), math.pi / 2)
"""Where the bag lies on the trolley."""


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through one camera."""
    scene = Blocking(OFFICE)
    scene.terminal("T-03", Terminal(casing=CASINGS[3]), TERMINAL, open_=False, custody=Custody("交付用端末 3"))
    _cleans(scene, scene.comes_in("cleaner", wardrobe(CLEANER), "staff-door", 0.5, "cleaner"))
    return [
        Story(
            name="cleaner",
            start="2018-03-08T22:40:00+09:00",
            duration_s=DURATION_S,
            fps=10,
            stage=Stage(OFFICE, steady(night())),
            filming=CameraPlan("preparation", CAMERA, ("preparation", "office", "T-03")),
            actors=scene.actors(DURATION_S),
            items=scene.items(),
            note="the bag hides the terminal's place, and nothing is taken",
        )
    ]


def _cleans(scene: Blocking, cleaner: Part) -> None:
    """Bring the trolley, set the bag down in front of the terminal, wipe, take the bag, and go."""
    trolley = cleaner.brings("trolley", "trolley", cleaning_trolley((0.05, 0.16, 0.35)), "push")
    bag = scene.add(_bag_on(trolley))
    cleaner.enter("staff-door", (7.65, 5.15), via=[(6.35, 6.0), (6.75, 5.15)], speed_mps=0.9)
    cleaner.park(trolley)
    cleaner.walk_to((8.5, 5.8), via=[(7.9, 5.75)], speed_mps=0.8)
    cleaner.face_to(trolley.where().origin)
    cleaner.take(bag, "r")
    cleaner.face(math.pi / 2)
    cleaner.put(bag, BEFORE_TERMINAL)
    cleaner.walk_to((9.35, 5.85), speed_mps=0.8)
    cleaner.face(math.pi / 2)
    cleaner.perform(partial(wipe, "r", (9.35, 6.45, TABLE_UP), 0.25), 8.0)
    cleaner.walk_to((8.5, 5.8), speed_mps=0.8)
    cleaner.face(math.pi / 2)
    cleaner.take(bag, "r")
    cleaner.leave("staff-door", via=[(7.6, 5.75), (6.5, 6.0)], speed_mps=1.0)


def _bag_on(trolley: Prop) -> Prop:
    mesh = hand_bag((0.32, 0.26, 0.16), 0.48)
    lies = Phase(0.0, Lies(ON_SACK, on=trolley.name))
    return Prop(Item("bag", "hand bag", lambda _: mesh, (lies,)), trolley, hangs=True)
