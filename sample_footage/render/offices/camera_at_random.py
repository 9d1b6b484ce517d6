"""Cameras and light at random in an office: over the counter, steep over the vault, wide from a corner."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sample_footage.render.camera import Camera
from sample_footage.render.geometry import Point, as_point
from sample_footage.render.lamps import INFRARED, SCREENS, WINDOW, Light, level
from sample_footage.render.offices.office import Office

BELOW_CEILING_M = (0.08, 0.45)
FROM_WALL_M = 0.25

Aim = Callable[[np.random.Generator, Office], tuple[Point, Point, float]]
"""Picks an eye, a point to look at, and how wide in degrees."""


def random_camera(rng: np.random.Generator, office: Office, width: int = 640, height: int = 360) -> Camera:
    """Return a camera somewhere that an installer would hang it."""
    aims: tuple[Aim, ...] = (_over_counter, _over_counter, _over_vault, _from_corner)
    eye, target, fov_deg = aims[rng.integers(len(aims))](rng, office)
    barrel = float(rng.uniform(0.02, 0.1 + 0.2 * (fov_deg - 50) / 50))
    return Camera("CAM", eye, target, fov_deg, width, height, barrel)


def random_light(rng: np.random.Generator, office: Office) -> Light:
    """Return a light: mostly lamps, with or without daylight, sometimes daylight alone or infrared."""
    state = rng.choice(["lamps", "lamps and day", "day", "infrared"], p=[0.3, 0.37, 0.11, 0.22])
    if state == "infrared":
        return {INFRARED: level(float(rng.uniform(0.6, 1.5)))}
    sky = (1.0, float(rng.uniform(0.7, 1.0)), float(rng.uniform(0.5, 1.1)))
    light = {SCREENS: level(1.0)}
    if "day" in state:
        light[WINDOW] = level(float(rng.uniform(0.2, 1.3)), sky)
    if "lamps" in state:
        light |= _random_lamps(rng, office)
    return light


def _random_lamps(rng: np.random.Generator, office: Office) -> Light:
    """Switch on most groups of lamps, one at least: in the dark there is nothing to see."""
    groups = list(dict.fromkeys(lamp.group for lamp in office.lamps))
    shares = {group: float(rng.uniform(0.5, 1.1)) * (rng.random() > 0.12) for group in groups}
    if not any(shares.values()):
        shares[groups[0]] = 1.0
    return {group: level(share) for group, share in shares.items() if share}


def _over_counter(rng: np.random.Generator, office: Office) -> tuple[Point, Point, float]:
    """Look down at a window from the staff side or from the lobby, as wide as two or three metres of counter take."""
    counter = office.counters[rng.integers(len(office.counters))]
    window = counter.windows[rng.integers(len(counter.windows))]
    behind = rng.random() < 0.7
    away = counter.depth + rng.uniform(1.2, 2.6) if behind else -rng.uniform(1.2, 2.4)
    aside = window.centre + rng.uniform(-2.2, 2.2)
    eye = _under_ceiling(rng, office, counter.at(aside, away))
    target = counter.at(window.centre + rng.uniform(-0.5, 0.5), rng.uniform(0.1, 0.7), counter.top)
    return eye, target, float(rng.uniform(52, 88))


def _over_vault(rng: np.random.Generator, office: Office) -> tuple[Point, Point, float]:
    """Look steeply down at the vault's front."""
    vault = office.vault
    along, out = vault.width / 2 + rng.uniform(-1.2, 1.2), vault.depth + rng.uniform(0.9, 2.0)
    eye = _under_ceiling(rng, office, vault.at(along, out))
    target = vault.at(vault.width / 2, vault.depth + rng.uniform(0.0, 0.5), rng.uniform(0.6, 1.1))
    return eye, target, float(rng.uniform(62, 96))


def _from_corner(rng: np.random.Generator, office: Office) -> tuple[Point, Point, float]:
    """Look across the whole office."""
    hall = office.hall
    x, y = (float(rng.choice([0.3, extent - 0.3])) for extent in (hall.width, hall.depth))
    eye = _under_ceiling(rng, office, (x, y, 0.0))
    target = (hall.width * rng.uniform(0.3, 0.7), hall.depth * rng.uniform(0.35, 0.65), rng.uniform(0.2, 1.0))
    return eye, as_point(target), float(rng.uniform(72, 100))


def _under_ceiling(rng: np.random.Generator, office: Office, spot: Point) -> Point:
    """Move a spot inside the room and up to where cameras hang."""
    hall = office.hall
    x, y = (
        float(np.clip(value, FROM_WALL_M, extent - FROM_WALL_M))
        for value, extent in ((spot[0], hall.width), (spot[1], hall.depth))
    )
    return x, y, hall.height - float(rng.uniform(*BELOW_CEILING_M))
