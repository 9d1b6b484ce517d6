"""Nothing wrong but the light: switched off and on, blinds let down, a flickering tube, a shadow that passes."""

from __future__ import annotations

from functools import partial

from sample_footage.render.actions import type_at
from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.clothing import Wardrobe
from sample_footage.render.items import Custody
from sample_footage.render.keys import Key
from sample_footage.render.lighting import Flicker, LightKey, LightPlan, day, lamps_off
from sample_footage.render.looks import Clothes, Look
from sample_footage.render.offices import OFFICES
from sample_footage.render.scene import Story
from sample_footage.render.stage import PassingShadow, Stage
from sample_footage.render.tampering import CameraPlan
from sample_footage.render.things.cards import BOX_COLOURS, CardBox
from sample_footage.render.things.clutter import cup
from sample_footage.render.things.terminals import CASINGS, Terminal

OFFICE = OFFICES["old-wing"]
DURATION_S = 42.0

CLERK = Look("male", 1.71, age_years=29, clothes=Clothes(over="cardigan", glasses=True), seed=21)
VISITOR = Look(
    "male",
    1.66,
    age_years=71,
    hair="receding",
    clothes=Clothes(over="jacket"),
    seed=22,
    colours={"over": (0.16, 0.11, 0.06)},
)

OFF_S, ON_S = 9.0, 15.0
SWITCH_S = 0.12
BLINDS_DOWN_S, BLINDS_UP_S, BLINDS_RUN_S = 19.0, 35.0, 2.5
FLICKER_S, SHADOW_S = (23.0, 28.0), (30.5, 32.5)
WATCHES = ("window-1", "behind-1", "lobby", "office", "T-01", "B-0305")


def stories(wardrobe: Wardrobe) -> list[Story]:
    """Tell it through the camera over the counter."""
    scene = Blocking(OFFICE)
    terminal = scene.terminal("T-01", Terminal(casing=CASINGS[3]), "terminal-1", custody=Custody("交付用端末 1"))
    box = CardBox((1.0, 0.8), colour=BOX_COLOURS[5])
    scene.lay("B-0305", "cards", box.mesh(), "papers-1", custody=Custody("交付前カード", expected=41))
    scene.lay("cup", "cup", cup((0.5, 0.1, 0.08)), "bag-2")
    clerk = scene.part("clerk", wardrobe(CLERK), "clerk-1", "staff")
    for _ in range(3):
        clerk.perform(partial(type_at, terminal.where()), 8.0)
        clerk.wait(3.0)
    _asks_and_goes(scene.comes_in("visitor", wardrobe(VISITOR), "entrance", 4.0))
    return [
        Story(
            name="light",
            start="2018-03-05T15:20:00+09:00",
            duration_s=DURATION_S,
            fps=10,
            stage=_stage(),
            filming=CameraPlan("counter", OFFICE.cameras["counter"], WATCHES),
            actors=scene.actors(DURATION_S),
            items=scene.items(),
            note="only the light changes; no incident is right",
        )
    ]


def _asks_and_goes(visitor: Part) -> None:
    """Stand at window 1 through the dark, and go."""
    visitor.enter("entrance", "companion-1", via=[(4.2, 1.4)], speed_mps=0.9)
    visitor.wait_until(ON_S + 2)
    visitor.leave("entrance", via=[(4.2, 1.4)], speed_mps=0.9)


def _stage() -> Stage:
    lit, dark = day(OFFICE, 0.8), lamps_off(0.8)
    switched = [(0.0, lit), (OFF_S, lit), (OFF_S + SWITCH_S, dark), (ON_S, dark), (ON_S + SWITCH_S, lit)]
    flicker = Flicker("tube", *FLICKER_S, seed=5)
    return Stage(
        OFFICE,
        LightPlan([LightKey(at_s, light) for at_s, light in switched], [flicker]),
        blinds=[Key(at_s, lowered) for at_s, lowered in _blinds()],
        shadows=[PassingShadow(*SHADOW_S, start=(0.4, 3.9, 2.1), end=(3.6, 3.4, 2.1), radius=0.28)],
    )


def _blinds() -> list[tuple[float, float]]:
    down, up = (BLINDS_DOWN_S, BLINDS_DOWN_S + BLINDS_RUN_S), (BLINDS_UP_S, BLINDS_UP_S + BLINDS_RUN_S)
    return [(down[0], 0.0), (down[1], 1.0), (up[0], 1.0), (up[1], 0.0)]
