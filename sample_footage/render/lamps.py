"""Lamps in groups, and how much of each group is on.

Light adds up: the picture of a room in any light is the sum of the pictures in the light of each group alone, each
multiplied by how much of that group is on, for red, green and blue. So one still per group gives every state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sample_footage.render.camera import Camera
from sample_footage.render.geometry import Floats, Point, SingleFloats, as_point, unit
from sample_footage.render.materials import LinearColour

Light = Mapping[str, LinearColour]
"""How much of each lamp group's full power is on, for red, green and blue. A group not named is off."""

WINDOW, SCREENS, INFRARED = "window", "screens", "infrared"
"""Groups that every office has beside those of its own lamps."""

WARM_WHITE: LinearColour = (1.0, 0.97, 0.92)
INFRARED_WATT = 14.0


@dataclass(frozen=True)
class Lamp:
    """A bright rectangle, shining to the side of `aim` only; `across` is the direction of its first size."""

    group: str
    centre: Point
    aim: Point
    across: Point
    size_m: tuple[float, float]
    watt: float
    colour: LinearColour = WARM_WHITE

    @property
    def radiance(self) -> float:
        """Return what the surface itself looks like, W/m2/sr."""
        return self.watt / (np.pi * self.size_m[0] * self.size_m[1])

    def corners(self) -> Floats:
        """Return the corners of the surface (4, 3), in order around `aim`."""
        first = np.asarray(self.across, float) * self.size_m[0] / 2
        second = np.cross(self.aim, self.across) * self.size_m[1] / 2
        around = [-first - second, first - second, first + second, -first + second]
        return np.asarray(np.asarray(self.centre) + around)


def ceiling_lamp(group: str, centre: Point, size_m: tuple[float, float] = (1.2, 0.3), watt: float = 42.0) -> Lamp:
    """Return a panel or a tube that shines down, its first size along x."""
    return Lamp(group, centre, (0, 0, -1), (1, 0, 0), size_m, watt)


def infrared_lamp(camera: Camera) -> Lamp:
    """Return the illuminator over a camera's lens, invisible to people."""
    forward = unit(np.asarray(camera.target, float) - np.asarray(camera.eye))
    right = unit(np.cross(forward, [0, 0, 1]))
    centre = np.asarray(camera.eye) + 0.05 * np.cross(right, forward)
    size = (0.08, 0.04)
    return Lamp(INFRARED, as_point(centre), as_point(forward), as_point(right), size, INFRARED_WATT, (1, 1, 1))


def level(share: float, tint: LinearColour = (1.0, 1.0, 1.0)) -> LinearColour:
    """Return how much of a group is on, of one colour."""
    red, green, blue = (share * channel for channel in tint)
    return red, green, blue


def mixed(pictures: Mapping[str, SingleFloats], light: Light) -> SingleFloats:
    """Add pictures (height, width, 3), one of each lamp group alone at full power, to the picture in `light`."""
    missing = {group for group, share in light.items() if any(share)} - set(pictures)
    if missing:
        raise ValueError(f"no picture in the light of {', '.join(sorted(missing))}; there are {', '.join(pictures)}")
    total = np.zeros_like(next(iter(pictures.values())))
    for group, share in light.items():
        if any(share):
            total += pictures[group] * np.asarray(share, np.float32)
    return total


def between(first: Light, second: Light, share: float) -> Light:
    """Return the light on the way from one state to another."""
    off = (0.0, 0.0, 0.0)
    groups = sorted(set(first) | set(second))
    return {group: _blend(first.get(group, off), second.get(group, off), share) for group in groups}


def ambient(lamps: Sequence[Lamp], light: Light, surface_m2: float, reflectance: float) -> LinearColour:
    """Return the light from all around in a closed room, W/m2: an integrating sphere's."""
    flux = np.zeros(3)
    for lamp in lamps:
        flux += lamp.watt * np.asarray(lamp.colour) * np.asarray(light.get(lamp.group, (0, 0, 0)))
    red, green, blue = (float(value) for value in flux * reflectance / (1 - reflectance) / surface_m2)
    return red, green, blue


def _blend(first: LinearColour, second: LinearColour, share: float) -> LinearColour:
    red, green, blue = (one + (other - one) * share for one, other in zip(first, second, strict=True))
    return red, green, blue
