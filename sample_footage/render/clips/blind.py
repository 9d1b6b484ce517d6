"""A camera is turned aside and comes back, and is covered while somebody takes a terminal from the counter."""

from __future__ import annotations

from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.items import Custody
from sample_footage.render.lighting import day, steady
from sample_footage.render.looks import Clothes, Look
from sample_footage.render.offices import OFFICES
from sample_footage.render.props import TerminalProp
from sample_footage.render.scene import Story
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan, Cover, Turned
from sample_footage.render.things.cards import CardBox
from sample_footage.render.things.terminals import CASINGS, Terminal

OFFICE = OFFICES["cornered"]
DURATION_S = 51.0

CLERK = Look("female", 1.61, age_years=45, hair="bun", clothes=Clothes(over="jacket", badge=True), seed=31)
THIEF = Look("male", 1.78, age_years=33, clothes=Clothes(over="coat", headwear="knit hat"), seed=32)

ASIDE_S, BACK_S, TURN_S = 9.0, 18.5, 0.9
ASIDE_DEG = (-42.0, 4.0)
COVERED_S, BARE_S = 25.0, 41.0
THROUGH_THE_LOBBY = ((6.4, 2.0), (4.6, 2.4))
WATCHES = ("window-1", "behind-1", "lobby", "office", "T-02", "T-03")


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through the camera over the counter."""
    scene = Blocking(OFFICE)
    terminal = scene.terminal("T-02", Terminal(casing=CASINGS[2]), "terminal-1", custody=Custody("交付用端末 2"))
    scene.terminal("T-03", Terminal(casing=CASINGS[1]), "terminal-2", custody=Custody("交付用端末 3"))
    scene.lay("forms", "cards", CardBox((0.5,)).mesh(), "shelf-3-1")
    _goes_off(scene.part("clerk", wardrobe(CLERK), "clerk-1", "staff"))
    _takes_it(scene.comes_in("thief", wardrobe(THIEF), "entrance", COVERED_S + 0.5), terminal)
    return [
        Story(
            name="blind",
            start="2018-03-07T11:45:00+09:00",
            duration_s=DURATION_S,
            fps=10,
            stage=Stage(OFFICE, steady(day(OFFICE))),
            filming=_filming(),
            actors=scene.actors(DURATION_S),
            items=scene.items(),
        )
    ]


def _filming() -> CameraPlan:
    pan, tilt = ASIDE_DEG
    return CameraPlan(
        "counter",
        OFFICE.cameras["counter"],
        WATCHES,
        turns=[
            Turned(ASIDE_S, 0.0),
            Turned(ASIDE_S + TURN_S, pan, tilt),
            Turned(BACK_S, pan, tilt),
            Turned(BACK_S + TURN_S, 0.0),
        ],
        covers=[Cover("cloth", COVERED_S, BARE_S)],
    )


def _goes_off(clerk: Part) -> None:
    clerk.wait(3.0)
    clerk.leave("staff-door", via=[(1.5, 5.0)])


def _takes_it(thief: Part, terminal: TerminalProp) -> None:
    thief.enter("entrance", "visitor-1", via=THROUGH_THE_LOBBY, speed_mps=1.3)
    thief.turn_lid(terminal, open_=False)
    thief.take(terminal)
    thief.leave("entrance", via=THROUGH_THE_LOBBY[::-1], speed_mps=1.4)
