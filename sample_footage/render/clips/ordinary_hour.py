"""An ordinary hour, squeezed into less than a minute: nothing is wrong, and no alarm is right.

Two visitors are served one after the other at a window. One leans over the counter to see the terminal, cards are
handed out, a colleague brings papers, another works at a desk, somebody crosses the lobby.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from sample_footage.render.actions import lean_on, type_at
from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.geometry import Placement
from sample_footage.render.items import Custody
from sample_footage.render.lighting import day, steady
from sample_footage.render.looks import Clothes, Look, Weave
from sample_footage.render.offices import OFFICES
from sample_footage.render.offices.furnishings import DESK_UP_M
from sample_footage.render.props import Prop, TerminalProp
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.bags import shopping_bag
from sample_footage.render.things.cards import CardBox, card
from sample_footage.render.things.clutter import folder
from sample_footage.render.things.terminals import Terminal

OFFICE = OFFICES["long-hall"]
DURATION_S = 33.0
CAMERA = replace(OFFICE.cameras["counter"], target=(3.7, 3.4, 0.9))

CLERK = Look(
    "female",
    1.58,
    age_years=35,
    hair="bun",
    clothes=Clothes(over="vest", badge=True),
    seed=51,
    colours={"over": (0.02, 0.028, 0.06), "shirt": (0.70, 0.55, 0.55)},
)
COLLEAGUE = Look(
    "male",
    1.69,
    weight=0.6,
    age_years=50,
    clothes=Clothes(short_sleeves=True, tie=True, glasses=True),
    seed=52,
    colours={"shirt": (0.45, 0.55, 0.70), "trousers": (0.16, 0.16, 0.165)},
)
AT_DESK = Look(
    "female",
    1.71,
    age_years=29,
    hair="long",
    seed=56,
    colours={"shirt": (0.75, 0.75, 0.74), "hair": (0.12, 0.06, 0.03)},
)
FIRST_VISITOR = Look(
    "male",
    1.64,
    age_years=72,
    hair="receding",
    clothes=Clothes(over="jacket"),
    seed=53,
    colours={"hair": (0.5, 0.5, 0.5), "over": (0.10, 0.07, 0.045)},
    weaves={"over": Weave(up=25, around=25, contrast=0.4)},
)
SECOND_VISITOR = Look(
    "female",
    1.66,
    weight=-0.3,
    age_years=24,
    features="african",
    hair="ponytail",
    clothes=Clothes(skirt_hem=0.2),
    seed=54,
    colours={"skin": (0.13, 0.065, 0.04), "shirt": (0.68, 0.5, 0.1), "skirt": (0.05, 0.05, 0.2)},
)
PASSING = Look(
    "female",
    1.55,
    weight=0.2,
    age_years=48,
    hair="bob",
    clothes=Clothes(over="coat", mask=True),
    seed=55,
    colours={"over": (0.30, 0.25, 0.18)},
)

KEYBOARD = Placement((2.2, 5.46, DESK_UP_M + 0.02), math.pi / 2)
"""The keys on the desk farthest from the camera."""

CARDS = Placement((5.3, 3.68, OFFICE.places["cards-2"].origin[2]), 0.15)
"""Beside the terminal, on the camera's side of the clerk."""

WAY_IN, WAY_OUT = ((8.6, 1.5), (6.4, 2.2)), ((6.4, 2.2), (8.6, 1.7))
"""Between the entrance and window 2, past the pillar."""


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through one camera."""
    scene = Blocking(OFFICE)
    _tell(scene, wardrobe)
    return [
        Story(
            name="ordinary-hour",
            start="2018-02-21T10:30:00+09:00",
            duration_s=DURATION_S,
            fps=10,
            stage=Stage(OFFICE, steady(day(OFFICE))),
            filming=CameraPlan("counter", CAMERA, ("window-2", "behind-2", "office", "lobby", "T-02", "B-0221")),
            actors=scene.actors(DURATION_S),
            items=scene.items(),
            note="no alarm is right",
        )
    ]


def _tell(scene: Blocking, wardrobe: Wardrobe) -> None:
    terminal = scene.terminal("T-02", Terminal(), "terminal-2", custody=Custody("交付用端末 2"))
    box = scene.lay("B-0221", "cards", CardBox((1.0, 0.9, 0.7)).mesh(), CARDS, custody=Custody("交付前カード", 78))
    clerk = scene.part("clerk", wardrobe(CLERK), "clerk-2", "staff")
    first = scene.part("visitor-1", wardrobe(FIRST_VISITOR), "visitor-2")
    second = scene.part("visitor-2", wardrobe(SECOND_VISITOR), (3.5, 1.9), enters_s=-4.0)
    _serve(scene, clerk, first, terminal, box)
    second.sit("seat-5", first.now_s - 6)
    second.walk_to("visitor-2", speed_mps=0.9)
    _serve(scene, clerk, second, terminal, box)
    clerk.perform(partial(type_at, terminal.where()), DURATION_S - clerk.now_s)
    at_desk = scene.part("at-desk", wardrobe(AT_DESK), (2.25, 5.3), "staff", enters_s=-6.0)
    at_desk.sit("desk-1", DURATION_S + 10, partial(type_at, KEYBOARD))
    _brings_papers(scene.comes_in("colleague", wardrobe(COLLEAGUE), "staff-door", 5.0, "staff"))
    _crosses_lobby(scene.comes_in("passing", wardrobe(PASSING), "entrance", 20.5))


def _serve(scene: Blocking, clerk: Part, visitor: Part, terminal: TerminalProp, box: Prop) -> None:
    """Type, have the visitor lean over to look, take a card from the box and hand it over."""
    of_visitor = scene.lay(f"card of {visitor.name}", "card", card(), box)
    x, y, z = terminal.where().origin
    clerk.wait_until(max(clerk.now_s, visitor.now_s))
    clerk.perform(partial(type_at, terminal.where()), 6.0)
    visitor.wait_until(clerk.now_s - 4.5)
    visitor.perform(partial(lean_on, Placement((x, y - 0.42, z), visitor.place.yaw)), 2.5)
    clerk.take(of_visitor, "r")
    clerk.hand_over(of_visitor, visitor)
    visitor.leave("entrance", WAY_OUT)


def _brings_papers(colleague: Part) -> None:
    papers = colleague.brings("papers", "folder", folder((0.02, 0.10, 0.25)), "both")
    colleague.enter("staff-door", "colleague-2", via=[(6.2, 5.9)])
    colleague.put(papers, "papers-2")
    colleague.wait(5.0)
    colleague.leave("staff-door", via=[(6.2, 5.9)])


def _crosses_lobby(passing: Part) -> None:
    passing.brings("bag", "shopping bag", shopping_bag((0.5, 0.42, 0.3)), "l")
    passing.enter("entrance", (1.2, 2.2), via=WAY_IN)
    passing.wait(4.0)
    passing.leave("entrance", WAY_OUT)
