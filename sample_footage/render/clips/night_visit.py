"""A visit at night, in infrared: somebody comes through the gap, searches, finds all locked away, and goes."""

from __future__ import annotations

from functools import partial

from sample_footage.render.actions import follow
from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.keys import Key
from sample_footage.render.lighting import night, steady
from sample_footage.render.looks import Clothes, Look
from sample_footage.render.offices import OFFICES
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan

OFFICE = OFFICES["straight"]
DURATION_S = 26.0

INTRUDER = Look(
    "male",
    1.77,
    weight=0.15,
    age_years=34,
    clothes=Clothes(over="jacket", headwear="knit hat", mask=True, rucksack=True),
    seed=31,
    colours={"over": (0.10, 0.10, 0.11), "trousers": (0.16, 0.16, 0.165), "mask": (0.03, 0.03, 0.03)},
)

UNDER_COUNTER = (3.0, 3.5, 0.45)
"""Where a drawer under window 1 would be taken."""

DOWN_THE_STAFF_SIDE = (6.5, 4.4, 1.2)


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through one camera."""
    scene = Blocking(OFFICE)
    _searches(scene.comes_in("intruder", wardrobe(INTRUDER), "entrance", 1.0))
    return [
        Story(
            name="night-visit",
            start="2018-02-22T02:10:00+09:00",
            duration_s=DURATION_S,
            fps=10,
            stage=Stage(OFFICE, steady(night()), blinds=[Key(0.0, 1.0)]),
            filming=CameraPlan("counter", OFFICE.cameras["counter"], ("window-1", "behind-1", "office", "lobby")),
            actors=scene.actors(DURATION_S),
            items=scene.items(),
            note="nothing in custody lies about",
        )
    ]


def _searches(intruder: Part) -> None:
    intruder.enter("entrance", (1.6, 2.2), speed_mps=0.8)
    intruder.look_at(DOWN_THE_STAFF_SIDE)
    intruder.wait(1.5)
    intruder.look_at(None)
    intruder.walk_to("clerk-1", via=["gap", (1.9, 3.8)], speed_mps=0.8)
    intruder.look_at(UNDER_COUNTER)
    intruder.perform(partial(follow, "r", UNDER_COUNTER), 2.5)
    intruder.look_at(DOWN_THE_STAFF_SIDE)
    intruder.face_to(DOWN_THE_STAFF_SIDE[:2])
    intruder.wait(1.5)
    intruder.look_at(None)
    intruder.leave("entrance", via=[(1.9, 3.8), "gap", (1.5, 2.2)], speed_mps=1.3)
