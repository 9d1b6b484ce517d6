"""The light of an office over a clip: named states, the way from one to the next, a tube that flickers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sample_footage.render.lamps import INFRARED, SCREENS, WINDOW, Light, between, level
from sample_footage.render.materials import LinearColour
from sample_footage.render.offices import Office
from sample_footage.render.offices.outside import BLINDS_LET_THROUGH

SUNSET: LinearColour = (1.0, 0.62, 0.38)
MOONLIGHT: LinearColour = (0.6, 0.75, 1.0)
TUBE_BEAT_S, TUBE_DARK_SHARE, TUBE_DARK = 0.08, 0.4, 0.15
"""A dying tube is on or nearly off for beats of this length; how often, and how much light it gives then."""


def day(office: Office, daylight: float = 1.0) -> Light:
    """All lamps on and daylight in the window."""
    return {**_lamps(office, 1.0), WINDOW: level(daylight), SCREENS: level(1.0)}


def evening(office: Office) -> Light:
    """All lamps on, darkness outside."""
    return {**_lamps(office, 1.0), WINDOW: level(0.01, MOONLIGHT), SCREENS: level(1.0)}


def dusk(office: Office, daylight: float = 0.35) -> Light:
    """Lamps on, the last daylight red in the window."""
    return {**_lamps(office, 1.0), WINDOW: level(daylight, SUNSET), SCREENS: level(1.0)}


def lamps_off(daylight: float) -> Light:
    """No lamps, only what comes through the window."""
    return {WINDOW: level(daylight), SCREENS: level(1.0)}


def night() -> Light:
    """Dark, the camera's own infrared illuminator on."""
    return {WINDOW: level(0.004, MOONLIGHT), INFRARED: level(1.0)}


def behind_blinds(light: Light, lowered: float) -> Light:
    """Return the light with the blinds let down over this share of the window."""
    through = 1 - lowered * (1 - BLINDS_LET_THROUGH)
    return {**light, WINDOW: level(through, light.get(WINDOW, level(0.0)))}


def is_infrared(light: Light) -> bool:
    """Whether the camera has gone over to infrared: it gives grey pictures then."""
    return any(light.get(INFRARED, level(0.0)))


@dataclass(frozen=True)
class LightKey:
    """At `at_s` the light is this; put two keys close together for a switch."""

    at_s: float
    light: Light


@dataclass(frozen=True)
class Flicker:
    """From `from_s` to `until_s` a group of lamps flickers as a dying tube does."""

    group: str
    from_s: float
    until_s: float
    seed: int = 0

    def share_at(self, time_s: float) -> float:
        """Return how much of the group's light is left at a moment."""
        if not self.from_s <= time_s < self.until_s:
            return 1.0
        beat = np.random.default_rng([self.seed, int(time_s / TUBE_BEAT_S)])
        return TUBE_DARK if beat.random() < TUBE_DARK_SHARE else 1.0


@dataclass(frozen=True)
class LightPlan:
    """The light over a clip: at least one key, in order of time."""

    keys: Sequence[LightKey]
    flickers: Sequence[Flicker] = ()

    @property
    def groups(self) -> frozenset[str]:
        """Return the lamp groups that are ever on."""
        return frozenset(group for key in self.keys for group, share in key.light.items() if any(share))

    def at(self, time_s: float) -> Light:
        """Return the light at a moment."""
        light = dict(self._steady_at(time_s))
        for flicker in self.flickers:
            light[flicker.group] = level(flicker.share_at(time_s), light.get(flicker.group, level(0.0)))
        return light

    def _steady_at(self, time_s: float) -> Light:
        after = bisect_right([key.at_s for key in self.keys], time_s)
        if after in (0, len(self.keys)):
            return self.keys[max(after - 1, 0)].light
        first, second = self.keys[after - 1], self.keys[after]
        return between(first.light, second.light, (time_s - first.at_s) / (second.at_s - first.at_s))


def steady(light: Light) -> LightPlan:
    """Return the plan of a clip whose light never changes."""
    return LightPlan([LightKey(0.0, light)])


def _lamps(office: Office, share: float) -> dict[str, LinearColour]:
    return {lamp.group: level(share) for lamp in office.lamps}
