"""What people look like, as data: build, hair, clothes, colours. `clothing` makes a mesh of it."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar, get_args

import numpy as np

from sample_footage.render.materials import LinearColour

Gender = Literal["female", "male"]
Features = Literal["asian", "caucasian", "african"]
Hair = Literal["short", "bob", "long", "ponytail", "bun", "receding", "bald"]
Over = Literal["vest", "jacket", "cardigan", "coat"]
Headwear = Literal["cap", "knit hat"]
Role = Literal["staff", "visitor", "cleaner"]
Stuff = Literal[
    "skin", "hair", "shirt", "trousers", "shoes", "eye", "lip", "over", "skirt", "stockings", "mask", "hat", "tie",
    "frames", "bag", "badge",
]  # fmt: skip
STUFFS: tuple[Stuff, ...] = get_args(Stuff)

COLOURS: dict[Stuff, LinearColour] = {
    "skin": (0.62, 0.42, 0.31),
    "hair": (0.018, 0.015, 0.013),
    "shirt": (0.56, 0.59, 0.63),
    "trousers": (0.03, 0.035, 0.05),
    "shoes": (0.015, 0.013, 0.012),
    "eye": (0.75, 0.74, 0.72),
    "lip": (0.53, 0.25, 0.19),
    "over": (0.02, 0.03, 0.09),
    "skirt": (0.03, 0.035, 0.05),
    "stockings": (0.30, 0.19, 0.14),
    "mask": (0.75, 0.77, 0.79),
    "hat": (0.04, 0.05, 0.08),
    "tie": (0.12, 0.02, 0.03),
    "frames": (0.02, 0.02, 0.02),
    "bag": (0.05, 0.06, 0.08),
    "badge": (0.8, 0.8, 0.78),
}
"""What colour a stuff has where a look does not say."""


@dataclass(frozen=True)
class Weave:
    """Stripes or checks in a cloth: how many a metre going up and going around, and how much darker they are."""

    up: float = 0.0
    around: float = 0.0
    contrast: float = 0.0


@dataclass(frozen=True)
class Clothes:
    """What a person wears. A skirt's hem is a share of the height over the floor; None means trousers."""

    over: Over | None = None
    short_sleeves: bool = False
    tucked: bool = False
    skirt_hem: float | None = None
    tie: bool = False
    badge: bool = False
    headwear: Headwear | None = None
    mask: bool = False
    glasses: bool = False
    rucksack: bool = False


@dataclass(frozen=True)
class Look:
    """What a person looks like. `weight` runs from -1 (thin) to 1 (heavy); colours are linear."""

    gender: Gender
    height_m: float
    weight: float = 0.0
    age_years: float = 25.0
    features: Features = "asian"
    hair: Hair = "short"
    clothes: Clothes = field(default_factory=Clothes)
    colours: Mapping[Stuff, LinearColour] = field(default_factory=dict)
    weaves: Mapping[Stuff, Weave] = field(default_factory=dict)
    seed: int = 0

    def colour(self, stuff: Stuff) -> LinearColour:
        """Return the linear colour of a stuff."""
        return self.colours.get(stuff, COLOURS[stuff])


_SKINS: dict[Features, Sequence[LinearColour]] = {
    "asian": ((0.62, 0.42, 0.31), (0.68, 0.49, 0.38), (0.52, 0.33, 0.23), (0.45, 0.27, 0.18)),
    "caucasian": ((0.72, 0.50, 0.41), (0.66, 0.44, 0.34), (0.55, 0.36, 0.26)),
    "african": ((0.13, 0.065, 0.04), (0.22, 0.12, 0.075), (0.07, 0.035, 0.022)),
}
_HAIRS: Sequence[LinearColour] = ((0.012, 0.011, 0.010), (0.018, 0.015, 0.013), (0.035, 0.02, 0.013))
_DYED_HAIRS: Sequence[LinearColour] = ((0.12, 0.06, 0.03), (0.22, 0.11, 0.045), (0.45, 0.30, 0.14))
_GREY_HAIRS: Sequence[LinearColour] = ((0.25, 0.25, 0.25), (0.5, 0.5, 0.5), (0.12, 0.115, 0.11))
_SOBER: Sequence[LinearColour] = (
    (0.015, 0.015, 0.018),
    (0.02, 0.028, 0.06),
    (0.06, 0.062, 0.068),
    (0.16, 0.16, 0.165),
    (0.30, 0.25, 0.18),
    (0.10, 0.07, 0.045),
    (0.045, 0.06, 0.11),
    (0.45, 0.43, 0.38),
)
_PALE: Sequence[LinearColour] = (
    (0.75, 0.75, 0.74),
    (0.56, 0.59, 0.63),
    (0.45, 0.55, 0.70),
    (0.70, 0.55, 0.55),
    (0.68, 0.66, 0.52),
)
_STOCKINGS: Sequence[LinearColour] = ((0.62, 0.42, 0.31), (0.30, 0.19, 0.14), (0.02, 0.02, 0.022))
_MASKS: Sequence[LinearColour] = ((0.75, 0.77, 0.79), (0.75, 0.77, 0.79), (0.45, 0.58, 0.70), (0.03, 0.03, 0.03))

_Choice = TypeVar("_Choice")


def random_role(rng: np.random.Generator) -> Role:
    """Draw whom one meets in an office."""
    return _one_of(rng, {"staff": 0.42, "visitor": 0.5, "cleaner": 0.08})


def random_look(rng: np.random.Generator, role: Role) -> Look:
    """Draw what somebody of a role looks like."""
    gender: Gender = _one_of(rng, {"female": 0.5, "male": 0.5})
    age = _random_age(rng, role)
    features: Features = _one_of(rng, {"asian": 0.7, "caucasian": 0.18, "african": 0.12})
    return Look(
        gender,
        _random_height(rng, gender, age),
        weight=float(np.clip(rng.normal(0.05, 0.45), -1, 1)),
        age_years=age,
        features=features,
        hair=_random_hair(rng, gender, age),
        clothes=_random_clothes(rng, role, gender),
        colours=_random_colours(rng, role, features, age),
        weaves={stuff: _random_weave(rng) for stuff in ("shirt", "over", "skirt") if rng.random() < 0.2},
        seed=int(rng.integers(1 << 30)),
    )


def _random_age(rng: np.random.Generator, role: Role) -> float:
    if role == "visitor":
        return float(rng.uniform(9, 15) if rng.random() < 0.07 else rng.uniform(18, 88))
    return float(rng.uniform(20, 66))


def _random_height(rng: np.random.Generator, gender: Gender, age: float) -> float:
    if age < 16:
        return float(1.28 + 0.055 * (age - 9) + rng.normal(0, 0.04))
    mean = (1.60 if gender == "female" else 1.72) - 0.0012 * max(age - 45, 0)
    return float(np.clip(rng.normal(mean, 0.062), 1.42, 1.92))


def _random_hair(rng: np.random.Generator, gender: Gender, age: float) -> Hair:
    if gender == "female":
        return _one_of(rng, {"long": 0.24, "bob": 0.26, "ponytail": 0.18, "bun": 0.12, "short": 0.2})
    bare = float(np.clip((age - 30) / 80, 0, 0.5))
    return _one_of(rng, {"short": 0.95 - bare, "receding": 0.6 * bare, "bald": 0.4 * bare, "long": 0.05})


def _random_clothes(rng: np.random.Generator, role: Role, gender: Gender) -> Clothes:
    over = _one_of(rng, _OVERS[role])
    skirted = gender == "female" and role != "cleaner" and rng.random() < 0.4
    headwear: Headwear | None = None
    if rng.random() < {"staff": 0.01, "visitor": 0.16, "cleaner": 0.6}[role]:
        headwear = _one_of(rng, {"cap": 0.65, "knit hat": 0.35})
    return Clothes(
        over=over,
        short_sleeves=bool(rng.random() < (0.4 if over in (None, "vest") else 0.1)),
        tucked=bool(rng.random() < (0.6 if role == "staff" else 0.3)),
        skirt_hem=float(rng.uniform(0.1, 0.32)) if skirted else None,
        tie=gender == "male" and bool(rng.random() < (0.5 if role == "staff" else 0.1)),
        badge=role == "staff" and bool(rng.random() < 0.6),
        headwear=headwear,
        mask=bool(rng.random() < 0.35),
        glasses=bool(rng.random() < 0.3),
        rucksack=role == "visitor" and bool(rng.random() < 0.2),
    )


_OVERS: dict[Role, Mapping[Over | None, float]] = {
    "staff": {None: 0.35, "vest": 0.25, "jacket": 0.2, "cardigan": 0.2},
    "visitor": {None: 0.45, "jacket": 0.25, "coat": 0.15, "cardigan": 0.15},
    "cleaner": {None: 0.8, "vest": 0.1, "jacket": 0.1},
}


def _random_colours(
    rng: np.random.Generator, role: Role, features: Features, age: float
) -> Mapping[Stuff, LinearColour]:
    clothes = _vivid(rng) if role == "cleaner" else None
    hair = _GREY_HAIRS if rng.random() < (age - 40) / 40 else _DYED_HAIRS if rng.random() < 0.25 else _HAIRS
    skin = _varied(rng, _any_of(rng, _SKINS[features]), 0.08)
    return {
        "skin": skin,
        "lip": (skin[0] * 0.86, skin[1] * 0.6, skin[2] * 0.61),
        "hair": _varied(rng, _any_of(rng, hair), 0.2),
        "shirt": clothes or _cloth(rng, pale=0.55 if role == "staff" else 0.35),
        "trousers": clothes or _cloth(rng, pale=0.08, vivid=0.15),
        "skirt": _cloth(rng, pale=0.2),
        "over": _cloth(rng, pale=0.1, vivid=0.25),
        "shoes": _cloth(rng, pale=0.15, vivid=0.1),
        "stockings": _any_of(rng, (skin, *_STOCKINGS)),
        "mask": _any_of(rng, _MASKS),
        "hat": _cloth(rng, pale=0.15),
        "tie": _vivid(rng),
        "bag": _cloth(rng, pale=0.1),
    }


def _cloth(rng: np.random.Generator, pale: float, vivid: float = 0.3) -> LinearColour:
    """Draw a cloth's colour: pale and vivid ones this often, else a sober one."""
    drawn = rng.random()
    if drawn < vivid:
        return _vivid(rng)
    return _varied(rng, _any_of(rng, _PALE if drawn < vivid + pale else _SOBER), 0.15)


def _vivid(rng: np.random.Generator) -> LinearColour:
    red, green, blue = colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.3, 0.95), rng.uniform(0.15, 0.9))
    return red**2.2, green**2.2, blue**2.2


def _varied(rng: np.random.Generator, colour: LinearColour, spread: float) -> LinearColour:
    red, green, blue = np.clip(np.asarray(colour) * rng.normal(1, spread) * rng.normal(1, 0.03, 3), 0.004, 0.85)
    return float(red), float(green), float(blue)


def _random_weave(rng: np.random.Generator) -> Weave:
    up, around = rng.uniform(8, 40, 2) * _one_of(rng, {(1, 0): 0.3, (0, 1): 0.3, (1, 1): 0.4})
    return Weave(float(up), float(around), float(rng.uniform(0.25, 0.8)))


def _one_of(rng: np.random.Generator, shares: Mapping[_Choice, float]) -> _Choice:
    """Draw one, each as often as its share says."""
    weights = np.array(list(shares.values()))
    return list(shares)[int(rng.choice(len(weights), p=weights / weights.sum()))]


def _any_of(rng: np.random.Generator, choices: Sequence[_Choice]) -> _Choice:
    return choices[int(rng.integers(len(choices)))]
