"""After closing time a terminal and a box of cards lie unattended on the counter, and somebody takes both.

Modelled on what happened at Tsurumi ward office on 21 February 2018, in forty seconds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from sample_footage.render.actions import together, type_at
from sample_footage.render.actor import Actor, HandTarget, Reach, Stand, Stoop, Turn, Walk
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.geometry import Placement, TriangleMesh, smoothstep
from sample_footage.render.items import Custody, Held, Item, Lies, Phase
from sample_footage.render.keys import Key
from sample_footage.render.lighting import evening, steady
from sample_footage.render.looks import Clothes, Look, Stuff
from sample_footage.render.materials import LinearColour
from sample_footage.render.offices import OFFICES
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.cards import CardBox, card
from sample_footage.render.things.terminals import OPEN_DEG, SHUT_DEG, Terminal

TO_LOBBY, TO_STAFF = -math.pi / 2, math.pi / 2
"""Facing the lobby as a clerk does; facing the staff side as a visitor does."""

OUTSIDE = (0.1, 1.1)
"""In the lobby, but out of view: everyone from the public side comes and goes there."""

OFFICE = OFFICES["straight"]
LAPTOP, BOX = Terminal(), CardBox()
TOP = OFFICE.counters[0].top + 0.001
TERMINAL = Placement((3.05, 3.22, TOP), TO_LOBBY)
CARDS = Placement((2.62, 3.28, TOP), 0.1)
STACK_TOP = TOP + BOX.top

WATCHES = ("window-1", "behind-1", "office", "lobby", "T-01", "B-0221")

CARD_TAKEN_S, CARD_GIVEN_S = 4.8, 6.0
CLERK_LEAVES_S = 10.6
STRANGER_ENTERS_S = 18.0
REACH_S = 26.3
"""The stranger stands at the terminal and begins to reach."""

LID_TOUCHED_S, LID_SHUT_S = REACH_S + 0.5, REACH_S + 1.0
BOX_TAKEN_S, BOX_ON_LID_S = REACH_S + 0.55, REACH_S + 1.25
LIFTED_S = REACH_S + 1.9
"""The terminal leaves its place."""


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through the camera over the counter."""
    story = Story(
        name="counter-evening",
        start="2018-02-21T17:10:00+09:00",
        duration_s=38.0,
        fps=12,
        stage=Stage(OFFICE, steady(evening(OFFICE)), blinds=[Key(0.0, 1.0)]),
        filming=CameraPlan("counter", OFFICE.cameras["counter"], WATCHES),
        actors=[_clerk(wardrobe), _visitor(wardrobe), _stranger(wardrobe)],
        items=[_terminal(), _cards(), _single_card()],
        rules={"unattended_counter": {"after_s": 5, "after_hours_after_s": 5}},
        note="the cards go with the terminal",
    )
    return [story]


def _clerk(wardrobe: Wardrobe) -> Actor:
    look = Look(
        "female", 1.60, clothes=Clothes(over="vest"), hair="long", seed=1, colours={"over": (0.03, 0.06, 0.20)}
    )
    hand_over: list[tuple[float, HandTarget]] = [
        (CARD_TAKEN_S, (2.645, 3.37, STACK_TOP + 0.02)),
        (5.7, (2.93, 3.14, 1.08)),
        (CARD_GIVEN_S + 0.1, (2.93, 3.14, 1.08)),
        (7.1, "free"),
    ]
    return Actor(
        "staffA",
        wardrobe(look),
        start=(3.05, 3.76),
        yaw=TO_LOBBY,
        moves=[Stand(CLERK_LEAVES_S), Walk([(3.2, 4.4), (3.5, 5.6)], speed_mps=0.95)],
        hands=together(
            {"l": type_at(TERMINAL, 0.0, 9.6)["l"]},
            {"r": type_at(TERMINAL, 0.0, 3.4)["r"]},
            {"r": _reaches(hand_over)},
            {"r": type_at(TERMINAL, 7.7, 9.6)["r"]},
        ),
        stoops=[Stoop(4.0, 0), Stoop(4.8, 0.3), Stoop(5.7, 0.75), Stoop(6.1, 0.75), Stoop(7.1, 0)],
        role="staff",
    )


def _visitor(wardrobe: Wardrobe) -> Actor:
    look = Look(
        "female",
        1.58,
        hair="short",
        seed=4,
        colours={"shirt": (0.45, 0.07, 0.10), "hair": (0.03, 0.02, 0.015)},
    )
    taking: list[tuple[float, HandTarget]] = [
        (4.9, "free"),
        (5.7, (2.97, 2.94, 1.07)),
        (CARD_GIVEN_S + 0.2, (2.97, 2.94, 1.07)),
        (7.0, (2.98, 2.72, 1.05)),
        (8.4, (2.98, 2.72, 1.05)),
        (9.2, "free"),
    ]
    return Actor(
        "visitor1",
        wardrobe(look),
        start=(2.88, 2.50),
        yaw=TO_STAFF,
        moves=[Stand(9.3), Walk([(2.3, 1.9), OUTSIDE], speed_mps=1.1)],
        hands={"r": _reaches(taking)},
        stoops=[Stoop(4.9, 0), Stoop(5.7, 0.35), Stoop(6.2, 0.35), Stoop(6.9, 0)],
    )


def _stranger(wardrobe: Wardrobe) -> Actor:
    colours: dict[Stuff, LinearColour] = {"shirt": (0.035, 0.045, 0.04), "trousers": (0.12, 0.11, 0.09)}
    look = Look("male", 1.74, weight=0.25, seed=3, colours=colours)
    return Actor(
        "stranger",
        wardrobe(look),
        start=OUTSIDE,
        yaw=0.3,
        enters_s=STRANGER_ENTERS_S,
        moves=[
            Walk([(2.2, 1.8), (2.9, 2.35)], speed_mps=1.15),
            Turn(TO_STAFF),
            Stand(1.0),
            Walk([(2.0, 2.3), (1.75, 3.2), (2.1, 3.85), (2.84, 3.74)], speed_mps=1.3),
            Turn(TO_LOBBY),
            Stand(2.6),
            Walk([(2.1, 3.9), (1.75, 3.2), (1.5, 2.2), OUTSIDE], speed_mps=1.35),
        ],
        hands={"l": _reaches(_taking_with_left()), "r": _reaches(_taking_with_right())},
        stoops=[Stoop(REACH_S, 0), Stoop(REACH_S + 0.6, 0.8), Stoop(LIFTED_S, 0.8), Stoop(LIFTED_S + 0.6, 0)],
    )


def _taking_with_left() -> list[tuple[float, HandTarget]]:
    """Shut the lid, grip the terminal's side, carry."""
    return [
        (REACH_S, "free"),
        (LID_TOUCHED_S, (3.12, 3.10, TOP + 0.27)),
        (LID_SHUT_S, (3.12, 3.40, TOP + 0.07)),
        (LIFTED_S - 0.35, (3.21, 3.38, TOP + 0.03)),
        (LIFTED_S, (3.21, 3.38, TOP + 0.03)),
        (LIFTED_S + 0.6, "carry"),
    ]


def _taking_with_right() -> list[tuple[float, HandTarget]]:
    """Put the box of cards on the lid, grip the terminal's other side, carry."""
    return [
        (REACH_S, "free"),
        (BOX_TAKEN_S, (2.64, 3.37, STACK_TOP + 0.02)),
        (BOX_ON_LID_S, (3.0, 3.33, STACK_TOP + 0.06)),
        (LIFTED_S - 0.25, (2.89, 3.38, TOP + 0.03)),
        (LIFTED_S, (2.89, 3.38, TOP + 0.03)),
        (LIFTED_S + 0.6, "carry"),
    ]


def _reaches(targets: Sequence[tuple[float, HandTarget]]) -> list[Reach]:
    return [Reach(at_s, target) for at_s, target in targets]


def _terminal() -> Item:
    phases = [Phase(0.0, Lies(TERMINAL)), Phase(LIFTED_S, Held("stranger"))]
    return Item("T-01", "terminal", _terminal_mesh, phases, Custody("交付用端末 1"))


def _terminal_mesh(time_s: float) -> TriangleMesh:
    shut = smoothstep((time_s - LID_TOUCHED_S) / (LID_SHUT_S - LID_TOUCHED_S))
    return LAPTOP.mesh(OPEN_DEG + (SHUT_DEG - OPEN_DEG) * shut)


def _cards() -> Item:
    on_lid = Lies(Placement((-0.02, -0.05, LAPTOP.lid_top + 0.001), math.pi / 2), on="T-01")
    phases = [Phase(0.0, Lies(CARDS)), Phase(BOX_TAKEN_S, Held("stranger", "r")), Phase(BOX_ON_LID_S, on_lid)]
    return Item("B-0221", "cards", lambda _: BOX.mesh(), phases, Custody("交付前カード", expected=78))


def _single_card() -> Item:
    """Return the card that the clerk hands over."""
    phases = [
        Phase(0.0, Lies(Placement((2.62, 3.28, STACK_TOP), 0.1))),
        Phase(CARD_TAKEN_S, Held("staffA", "r")),
        Phase(CARD_GIVEN_S, Held("visitor1", "r")),
    ]
    return Item("card", "card", lambda _: card(), phases)
