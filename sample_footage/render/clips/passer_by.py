"""A passer-by: a terminal is nudged, shut, covered with cards, left alone, and taken from the public side.

Nobody crosses to the staff side: whoever takes it reaches over the counter, which is not deep.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from sample_footage.render.actions import type_at
from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.geometry import Placement
from sample_footage.render.items import Custody
from sample_footage.render.lighting import day, steady
from sample_footage.render.looks import Clothes, Look, Weave
from sample_footage.render.offices import OFFICES
from sample_footage.render.props import Prop, TerminalProp
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.cards import CardBox
from sample_footage.render.things.terminals import CASINGS, Terminal

OFFICE = OFFICES["old-wing"]
DURATION_S = 36.0
CAMERA = replace(OFFICE.cameras["counter"], target=(2.9, 2.5, 0.95))

CLERK = Look(
    "male",
    1.66,
    weight=-0.2,
    age_years=57,
    hair="receding",
    clothes=Clothes(over="cardigan", glasses=True),
    seed=11,
    colours={"hair": (0.12, 0.115, 0.11), "over": (0.10, 0.07, 0.045), "trousers": (0.06, 0.062, 0.068)},
)
WAITING = Look(
    "female",
    1.49,
    weight=0.3,
    age_years=79,
    hair="bun",
    clothes=Clothes(over="coat", mask=True),
    seed=12,
    colours={"hair": (0.5, 0.5, 0.5), "over": (0.16, 0.05, 0.09)},
)
PASSER_BY = Look(
    "male",
    1.79,
    weight=-0.3,
    age_years=27,
    clothes=Clothes(over="jacket", headwear="knit hat"),
    seed=13,
    colours={"over": (0.05, 0.10, 0.04), "trousers": (0.045, 0.06, 0.11), "hat": (0.02, 0.02, 0.02)},
    weaves={"over": Weave(up=14, contrast=0.4)},
)

TO_STAFF_DOOR = ((5.3, 3.6), (5.9, 4.2))
NUDGED_M = 0.07


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through one camera."""
    scene = Blocking(OFFICE)
    _tell(scene, wardrobe)
    return [
        Story(
            name="passer-by",
            start="2018-03-06T15:40:00+09:00",
            duration_s=DURATION_S,
            fps=10,
            stage=Stage(OFFICE, steady(day(OFFICE))),
            filming=CameraPlan("counter", CAMERA, ("window-2", "behind-2", "office", "lobby", "T-02")),
            actors=scene.actors(DURATION_S),
            items=scene.items(),
            rules={"unattended_counter": {"after_s": 5}},
            note="in window hours; the limit of unattended_counter stands for the 30 s of the default",
        )
    ]


def _tell(scene: Blocking, wardrobe: Wardrobe) -> None:
    terminal = scene.terminal("T-02", Terminal(casing=CASINGS[2]), "terminal-2", custody=Custody("交付用端末 2"))
    cards = scene.lay("B-0305", "cards", CardBox((1.0, 0.8)).mesh(), "cards-2", custody=Custody("交付前カード", 52))
    clerk = scene.part("clerk", wardrobe(CLERK), "clerk-2", "staff")
    _covers_terminal(clerk, terminal, cards)
    waiting = scene.part("waiting", wardrobe(WAITING), (1.9, 1.3), enters_s=-5.0)
    waiting.sit("seat-2", DURATION_S + 10)
    passer_by = scene.comes_in("passer-by", wardrobe(PASSER_BY), "entrance", clerk.now_s - 5)
    _takes_it_in_passing(passer_by, terminal)


def _covers_terminal(clerk: Part, terminal: TerminalProp, cards: Prop) -> None:
    """Work a little, then push the terminal aside, shut it, put the cards on it, and go off."""
    clerk.perform(partial(type_at, terminal.where()), 3.5)
    lies = terminal.where()
    x, y, z = lies.origin
    clerk.slide(terminal, Placement((x - NUDGED_M, y + 0.02, z), lies.yaw + 0.12))
    clerk.turn_lid(terminal, open_=False)
    clerk.take(cards)
    clerk.put(cards, terminal)
    clerk.leave("staff-door", TO_STAFF_DOOR)


def _takes_it_in_passing(passer_by: Part, terminal: TerminalProp) -> None:
    """Walk along the lobby, see that nobody is behind the counter, reach over it, and be off."""
    passer_by.enter("entrance", (2.2, 1.5), via=[(4.6, 1.4)], speed_mps=0.9)
    passer_by.face(math.pi)
    passer_by.wait(2.0)
    passer_by.walk_to("visitor-2", speed_mps=0.8)
    passer_by.look_at((5.9, 4.6, 1.5))
    passer_by.wait(1.2)
    passer_by.look_at((1.2, 4.5, 1.4))
    passer_by.wait(1.2)
    passer_by.take(terminal)
    passer_by.leave("entrance", via=[(4.4, 1.6)], speed_mps=1.3)
