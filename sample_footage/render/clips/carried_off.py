"""Carried off at dusk: one of two terminals, while a colleague is busy with a visitor two steps away.

A man walks through the gap as if he belonged there, takes the second terminal and walks out with it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from sample_footage.render.actions import type_at
from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.items import Custody
from sample_footage.render.lighting import dusk, steady
from sample_footage.render.looks import Clothes, Look
from sample_footage.render.offices import OFFICES
from sample_footage.render.props import TerminalProp
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.terminals import CASINGS, Terminal

OFFICE = OFFICES["cornered"]
DURATION_S = 33.0
CAMERA = replace(OFFICE.cameras["counter"], target=(3.25, 3.95, 1.0), fov_deg=62)

CLERK = Look(
    "female",
    1.63,
    weight=0.2,
    age_years=44,
    hair="ponytail",
    clothes=Clothes(over="vest", skirt_hem=0.26, glasses=True),
    seed=21,
    colours={"over": (0.09, 0.02, 0.05)},
)
SECOND_CLERK = Look(
    "male", 1.81, age_years=31, clothes=Clothes(tie=True, badge=True), seed=22, colours={"shirt": (0.75, 0.75, 0.74)}
)
VISITOR = Look(
    "male",
    1.68,
    weight=0.7,
    age_years=66,
    features="caucasian",
    hair="bald",
    clothes=Clothes(over="jacket"),
    seed=23,
    colours={"over": (0.30, 0.25, 0.18), "skin": (0.66, 0.44, 0.34)},
)
STRANGER = Look(
    "male",
    1.73,
    weight=0.1,
    age_years=39,
    clothes=Clothes(over="jacket", headwear="cap", mask=True),
    seed=24,
    colours={"over": (0.06, 0.062, 0.068), "trousers": (0.03, 0.03, 0.032), "hat": (0.05, 0.08, 0.2)},
)

ALONG_THE_DESKS = ((1.5, 4.7), (2.0, 5.0), (4.2, 5.0))
"""From the gap to window 2, behind whoever works at window 1."""

TO_STAFF_DOOR = ((4.2, 5.0), (1.6, 5.0), (1.25, 6.0))


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through one camera."""
    scene = Blocking(OFFICE)
    _tell(scene, wardrobe)
    watches = ("window-1", "window-2", "behind-1", "behind-2", "office", "lobby", "T-01", "T-02")
    return [
        Story(
            name="carried-off",
            start="2018-02-22T16:45:00+09:00",
            duration_s=DURATION_S,
            fps=10,
            stage=Stage(OFFICE, steady(dusk(OFFICE))),
            filming=CameraPlan("counter", CAMERA, watches),
            actors=scene.actors(DURATION_S),
            items=scene.items(),
            note="in window hours, with the default limits",
        )
    ]


def _tell(scene: Blocking, wardrobe: Wardrobe) -> None:
    first = scene.terminal("T-01", Terminal(), "terminal-1", custody=Custody("交付用端末 1"))
    second = scene.terminal("T-02", Terminal(casing=CASINGS[1]), "terminal-2", custody=Custody("交付用端末 2"))
    clerk = scene.part("clerk", wardrobe(CLERK), "clerk-1", "staff")
    clerk.perform(partial(type_at, first.where()), DURATION_S)
    scene.part("visitor", wardrobe(VISITOR), "visitor-1").look_at((*clerk.place.origin[:2], 1.5))
    second_clerk = scene.part("clerk-2", wardrobe(SECOND_CLERK), "clerk-2", "staff")
    _goes_off(second_clerk, second)
    stranger = scene.comes_in("stranger", wardrobe(STRANGER), "entrance", second_clerk.now_s - 7)
    _carries_off(stranger, second)


def _goes_off(clerk: Part, terminal: TerminalProp) -> None:
    clerk.perform(partial(type_at, terminal.where()), 3.0)
    clerk.turn_lid(terminal, open_=False)
    clerk.leave("staff-door", TO_STAFF_DOOR)


def _carries_off(stranger: Part, terminal: TerminalProp) -> None:
    stranger.enter("entrance", "gap", via=[(5.2, 2.0), (1.8, 2.5), (1.4, 3.1)], speed_mps=1.25)
    stranger.walk_to("clerk-2", ALONG_THE_DESKS, speed_mps=1.25)
    stranger.take(terminal)
    stranger.walk_to("gap", tuple(reversed(ALONG_THE_DESKS)), speed_mps=1.3)
    stranger.leave("entrance", via=[(1.4, 3.1), (1.8, 2.5), (5.2, 2.0)], speed_mps=1.4)
