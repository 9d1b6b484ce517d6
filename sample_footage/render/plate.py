"""The plate: stills of the empty room as one camera sees it, one in the light of each lamp group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sample_footage.render.camera import Camera
from sample_footage.render.geometry import SingleFloats
from sample_footage.render.lamps import Light, mixed


@dataclass(frozen=True)
class Plate:
    """Stills before the lens, (height, width, 3) linear, of each lamp group alone at full power."""

    camera: Camera
    pictures: Mapping[str, SingleFloats]

    def in_light(self, light: Light) -> SingleFloats:
        """Return the room in any light, (height, width, 3) linear."""
        return mixed(self.pictures, light)

    def brightness(self, light: Light) -> float:
        """Return the mean of what the camera sees of the empty room."""
        means = {group: picture.mean(axis=(0, 1), keepdims=True) for group, picture in self.pictures.items()}
        return float(mixed(means, light).mean())

    def save(self, path: Path) -> None:
        """Write the stills to an .npz file, half precision."""
        np.savez_compressed(path, **{group: picture.astype(np.float16) for group, picture in self.pictures.items()})

    @staticmethod
    def load(path: Path, camera: Camera) -> Plate:
        """Read back what `save` wrote."""
        with np.load(path) as stored:
            return Plate(camera, {group: stored[group].astype(np.float32) for group in stored.files})
