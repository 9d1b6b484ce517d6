"""The camera of a clip, and what is done to it meanwhile: turned aside, or covered."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from sample_footage.render.camera import Camera
from sample_footage.render.geometry import SingleFloats, smoothstep
from sample_footage.render.keys import Key, value_at
from sample_footage.render.materials import LinearColour

CoverKind = Literal["cloth", "hand", "paper"]
COVER_COLOUR: dict[CoverKind, LinearColour] = {
    "cloth": (0.012, 0.012, 0.014),
    "hand": (0.16, 0.05, 0.03),
    "paper": (0.34, 0.32, 0.28),
}
"""What a cover lets through or gives back so near the lens, in a room lit as by day."""

SLIDE_S = 0.7
EDGE_BLUR = 0.045
"""The cover's edge, out of focus, as a share of the picture's width."""


@dataclass(frozen=True)
class Turned:
    """At `at_s` the camera looks this far to the left of and above where it should."""

    at_s: float
    pan_deg: float
    tilt_deg: float = 0.0


@dataclass(frozen=True)
class Cover:
    """Something comes over the lens from below at `from_s` and is taken off at `until_s`."""

    kind: CoverKind
    from_s: float
    until_s: float

    def mask_at(self, camera: Camera, time_s: float) -> SingleFloats:
        """How much of each pixel is hidden, (height, width, 1), 0..1."""
        share = smoothstep((time_s - self.from_s) / SLIDE_S) * smoothstep((self.until_s - time_s) / SLIDE_S)
        rows, columns = np.mgrid[: camera.height, : camera.width].astype(np.float32)
        slanted = rows / camera.height + 0.18 * columns / camera.width + 0.03 * np.sin(columns / camera.width * 9)
        hidden = (slanted > 1.25 - 1.35 * share).astype(np.float32)
        return np.asarray(cv2.GaussianBlur(hidden, (0, 0), EDGE_BLUR * camera.width)[..., None], np.float32)


@dataclass(frozen=True)
class CameraPlan:
    """A camera as it should hang, and what is done to it over a clip.

    `name` is its id in the site file. `watches` are the office's areas that become its zones, and the items in
    custody and, as `vault-door`, the vault's door that it has slots for.
    """

    name: str
    camera: Camera
    watches: Sequence[str] = ()
    turns: Sequence[Turned] = ()
    covers: Sequence[Cover] = ()

    def camera_at(self, time_s: float) -> Camera:
        """Return the camera as it looks at a moment."""
        return self.camera.turned(*self._turned_at(time_s)) if self.turns else self.camera

    def turned_by_deg(self, time_s: float) -> float:
        """Return how far aside of where it should the camera looks."""
        return math.hypot(*self._turned_at(time_s))

    def _turned_at(self, time_s: float) -> tuple[float, float]:
        """Return pan and tilt in degrees."""
        pan = value_at([Key(turn.at_s, turn.pan_deg) for turn in self.turns], time_s)
        return pan, value_at([Key(turn.at_s, turn.tilt_deg) for turn in self.turns], time_s)

    def plate_cameras(self) -> list[Camera]:
        """Return the views that need a plate: the first as it should hang; between them they see all that is seen."""
        views = [(0.0, 0.0), *((turn.pan_deg, turn.tilt_deg) for turn in self.turns)]
        return [self.camera.turned(pan, tilt) for pan, tilt in dict.fromkeys(views)]

    def cover_at(self, time_s: float) -> Cover | None:
        """Return what is over the lens at a moment, if anything."""
        return next((cover for cover in self.covers if cover.from_s <= time_s <= cover.until_s), None)
