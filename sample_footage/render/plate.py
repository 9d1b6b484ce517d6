"""The plate: stills of the empty room as one camera sees it, one in the light of each lamp group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np

from sample_footage.render.camera import Camera
from sample_footage.render.geometry import SingleFloats
from sample_footage.render.lamps import Light, mixed

METER_SIZE = (48, 27)
"""Columns and rows of the picture that exposure is measured on."""


@dataclass(frozen=True)
class Plate:
    """Stills before the lens, (height, width, 3) linear, of each lamp group alone at full power."""

    camera: Camera
    pictures: Mapping[str, SingleFloats]

    def in_light(self, light: Light) -> SingleFloats:
        """Return the room in any light, (height, width, 3) linear."""
        return mixed(self.pictures, light)

    @cached_property
    def _thumbnails(self) -> Mapping[str, SingleFloats]:
        return {
            group: np.asarray(cv2.resize(picture, METER_SIZE, interpolation=cv2.INTER_AREA), np.float32)
            for group, picture in self.pictures.items()
        }

    def brightness(self, light: Light) -> float:
        """Return how bright the camera finds the empty room: lamps in view count for less than their light."""
        return float(np.mean(np.sqrt(mixed(self._thumbnails, light))) ** 2)

    def save(self, path: Path) -> None:
        """Write the stills to an .npz file, half precision."""
        stills = np.stack(list(self.pictures.values())).astype(np.float16)
        np.savez_compressed(path, groups=np.array(list(self.pictures)), stills=stills)

    @staticmethod
    def load(path: Path, camera: Camera) -> Plate:
        """Read back what `save` wrote."""
        with np.load(path) as stored:
            stills = stored["stills"].astype(np.float32)
            return Plate(camera, dict(zip(stored["groups"].tolist(), stills, strict=True)))
