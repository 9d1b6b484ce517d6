"""Auto-exposure: a camera brightens a dark picture and dims a bright one, and takes a moment to do so."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np

from sample_footage.render.geometry import Floats

AIM = 0.30
"""The mean linear brightness that the camera tries for."""

GAIN_LIMITS = (0.25, 16.0)
SETTLES_S = 0.5
"""Time constant; a change is as good as over after three of these."""

STEP_S = 0.04


class AutoExposure:
    """The gain over a clip, from the brightness of what the camera sees; settled when the clip begins."""

    def __init__(self, brightness_at: Callable[[float], float], duration_s: float) -> None:
        self._brightness_at, self._duration_s = brightness_at, duration_s

    def gain_at(self, time_s: float) -> float:
        """Return what linear light is multiplied by at a moment."""
        times, stops = self._course
        return float(np.exp(np.interp(time_s, times, stops)))

    @cached_property
    def _course(self) -> tuple[Floats, Floats]:
        """Logarithm of the gain over time."""
        times = np.arange(0.0, self._duration_s + STEP_S, STEP_S)
        aims = np.log([settled_gain(self._brightness_at(float(at_s))) for at_s in times])
        stops = np.empty_like(aims)
        stops[0] = aims[0]
        for step in range(1, len(aims)):
            stops[step] = aims[step] + (stops[step - 1] - aims[step]) * np.exp(-STEP_S / SETTLES_S)
        return times, stops


def settled_gain(brightness: float) -> float:
    """Return the gain after a while in unchanging light."""
    return float(np.clip(AIM / max(brightness, 1e-6), *GAIN_LIMITS))
