"""Things drawn at random, by what they are good for: to be found, to be mistaken for those, to be carried."""

from __future__ import annotations

import colorsys
from collections.abc import Callable

import numpy as np

from sample_footage.render.geometry import TriangleMesh
from sample_footage.render.materials import SCREENS, LinearColour
from sample_footage.render.things import bags, clutter
from sample_footage.render.things.cards import card, random_card_box, random_card_stack
from sample_footage.render.things.terminals import SHUT_DEG, random_lid, random_terminal
from sample_footage.render.things.thing import Thing

Draw = Callable[[np.random.Generator], Thing]
_Maker = Callable[[np.random.Generator], TriangleMesh]


def terminal(rng: np.random.Generator) -> Thing:
    """Draw a terminal, open or shut."""
    return Thing("terminal", random_terminal(rng).mesh(random_lid(rng)))


def shut_terminal(rng: np.random.Generator) -> Thing:
    """Draw a terminal as it is carried."""
    return Thing("terminal", random_terminal(rng).mesh(SHUT_DEG))


def cards(rng: np.random.Generator) -> Thing:
    """Draw cards in a box, a tray or stacks."""
    if rng.random() < 0.6:
        return Thing("cards", random_card_box(rng).mesh())
    return Thing("cards", random_card_stack(rng))


_CLUTTER: dict[str, _Maker] = {
    "card": lambda _: card(),
    "papers": lambda rng: clutter.paper_stack(float(rng.choice([0.002, 0.002, 0.01, 0.04])), _paper(rng)),
    "folder": lambda rng: clutter.folder(_colour(rng), float(rng.uniform(0.006, 0.05))),
    "tablet": lambda rng: clutter.tablet(_grey(rng), _screen(rng)),
    "smartphone": lambda _: clutter.smartphone(),
    "telephone": lambda rng: clutter.desk_telephone(_grey(rng)),
    "cup": lambda rng: clutter.cup(_colour(rng)),
    "bottle": lambda rng: clutter.bottle(_colour(rng)),
    "stamp": lambda _: clutter.stamp(),
    "calculator": lambda rng: clutter.calculator(_grey(rng)),
    "keyboard": lambda rng: clutter.keyboard(_grey(rng)),
    "tissues": lambda rng: clutter.tissue_box(_colour(rng)),
    "letter tray": lambda rng: clutter.letter_tray(_grey(rng)),
    "monitor": lambda rng: clutter.monitor(_screen(rng), float(rng.uniform(0.38, 0.6))),
}
_BAGS: dict[str, _Maker] = {
    "hand bag": lambda rng: bags.hand_bag(_colour(rng), float(rng.uniform(0.22, 0.36))),
    "rucksack": lambda rng: bags.rucksack(_colour(rng)),
    "shopping bag": lambda rng: bags.shopping_bag(_colour(rng), float(rng.uniform(0.2, 0.36))),
    "briefcase": lambda rng: bags.briefcase(_grey(rng)),
}


def desk_clutter(rng: np.random.Generator) -> Thing:
    """Draw something that lies about on a counter and is neither terminal nor cards."""
    return _any_of(rng, _CLUTTER)


def bag(rng: np.random.Generator) -> Thing:
    """Draw a bag, which a hand takes at its top."""
    return _any_of(rng, _BAGS)


def umbrella(rng: np.random.Generator) -> Thing:
    """Draw a furled umbrella."""
    return Thing("umbrella", bags.umbrella(_colour(rng)))


def parcel(rng: np.random.Generator) -> Thing:
    """Draw a box that both hands carry."""
    low, high = (0.2, 0.2, 0.08), (0.34, 0.42, 0.3)
    x, y, z = (float(side) for side in rng.uniform(low, high))
    return Thing("parcel", bags.parcel(_cardboard(rng), (x, y, z)))


def papers(rng: np.random.Generator) -> Thing:
    """Draw papers, as somebody reads or carries them."""
    return Thing("papers", _CLUTTER["papers"](rng))


def trolley(rng: np.random.Generator) -> Thing:
    """Draw a cleaner's trolley."""
    return Thing("trolley", clutter.cleaning_trolley(_colour(rng)))


def _any_of(rng: np.random.Generator, makers: dict[str, _Maker]) -> Thing:
    kind = list(makers)[int(rng.integers(len(makers)))]
    return Thing(kind, makers[kind](rng))


def _colour(rng: np.random.Generator) -> LinearColour:
    red, green, blue = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.0, 0.9), rng.uniform(0.08, 0.92))
    return red**2.2, green**2.2, blue**2.2


def _grey(rng: np.random.Generator) -> LinearColour:
    light = float(rng.choice([0.015, 0.04, 0.2, 0.5, 0.7]))
    return light, light, light * float(rng.uniform(0.9, 1.1))


def _cardboard(rng: np.random.Generator) -> LinearColour:
    light = float(rng.uniform(0.6, 1.2))
    return 0.40 * light, 0.27 * light, 0.15 * light


def _paper(rng: np.random.Generator) -> str:
    return str(rng.choice(["paper-0", "paper-1"]))


def _screen(rng: np.random.Generator) -> str:
    return SCREENS[int(rng.integers(len(SCREENS)))]
