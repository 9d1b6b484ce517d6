"""An office over the time of a clip: its light, the vault's door, the blinds, shadows that pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sample_footage.render.geometry import Floats, Point, TriangleMesh
from sample_footage.render.keys import Key, value_at
from sample_footage.render.lamps import Light
from sample_footage.render.lighting import LightPlan, behind_blinds
from sample_footage.render.offices import Office


@dataclass(frozen=True)
class PassingShadow:
    """Something out of view that goes by close to a lamp or the window: a ball on its way between two points."""

    from_s: float
    until_s: float
    start: Point
    end: Point
    radius: float

    def sphere_at(self, time_s: float) -> Floats:
        """Return x, y, z and radius while it passes, (n, 4) with n 0 or 1."""
        if not self.from_s <= time_s < self.until_s:
            return np.zeros((0, 4))
        share = (time_s - self.from_s) / (self.until_s - self.from_s)
        centre = np.asarray(self.start) + (np.asarray(self.end) - self.start) * share
        return np.array([[*centre, self.radius]])


@dataclass(frozen=True)
class Stage:
    """Where a clip plays. Keys of the door are radians from shut, those of the blinds the share let down."""

    office: Office
    lights: LightPlan
    vault_door: Sequence[Key] = ()
    blinds: Sequence[Key] = ()
    shadows: Sequence[PassingShadow] = ()

    def light_at(self, time_s: float) -> Light:
        """Return the light at a moment, what the blinds keep out taken off."""
        return behind_blinds(self.lights.at(time_s), value_at(self.blinds, time_s))

    def door_rad_at(self, time_s: float) -> float:
        """Return how far the vault's door stands open, radians from shut."""
        return value_at(self.vault_door, time_s)

    def moving_parts_at(self, time_s: float) -> Mapping[str, TriangleMesh]:
        """Return what moves of the office itself, by name."""
        return self.office.moving_parts(self.door_rad_at(time_s), value_at(self.blinds, time_s))

    def shadow_spheres_at(self, time_s: float) -> Floats:
        """Return the balls (n, 4) that take light and are not seen."""
        return np.concatenate([np.zeros((0, 4)), *(shadow.sphere_at(time_s) for shadow in self.shadows)])
