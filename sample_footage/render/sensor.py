"""What a camera does to light: lens, softness, sharpening, vignette, noise, and the time written over it.

Something over the lens comes in here too: it is too near to be a part of the room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import cv2
import numpy as np

from sample_footage.render.camera import Camera, Lens
from sample_footage.render.exposure import AIM
from sample_footage.render.geometry import Image, SingleFloats
from sample_footage.render.tampering import COVER_COLOUR, Cover

NOISE, COLOUR_NOISE, FIXED_PATTERN = 2.2, 1.2, 0.6
FONT, LETTER_SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.6
MOST_NOISY = 6.0
LIGHT_LEAK = (1.5, 0.6)
"""How bright something over the lens is at the picture's upper and lower edge, beside its middle."""

OUTLINE = ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1))


@dataclass(frozen=True)
class SensorState:
    """What the sensor does at a moment: its gain, whether it sees infrared, and what is over the lens.

    `cover_light` is the mean brightness of the room, before the gain, that falls on a cover.
    """

    gain: float = 1.0
    infrared: bool = False
    cover: Cover | None = None
    cover_light: float = AIM

    @property
    def noise(self) -> float:
        """How strong the noise is beside that of a well-lit room: it grows as the gain does, until it is filtered."""
        return float(np.clip(self.gain, 0.8, MOST_NOISY) ** 0.4)


BY_DAY = SensorState()


class Sensor:
    """Makes a camera's picture of a drawn one. The noise depends on the frame's number alone."""

    def __init__(self, camera: Camera, start: datetime) -> None:
        self._camera, self._start, self._lens = camera, start, Lens(camera)
        rows, columns = np.mgrid[: camera.height, : camera.width]
        half = camera.width / 2
        radius = ((columns - half) ** 2 + (rows - camera.height / 2) ** 2) / half**2
        self._vignette = (1 - 0.22 * radius)[..., None].astype(np.float32)
        shape = (camera.height, camera.width, 1)
        self._pattern = np.random.default_rng(0).normal(0, FIXED_PATTERN, shape).astype(np.float32)

    def expose(self, drawn: Image, frame: int, time_s: float, state: SensorState = BY_DAY) -> Image:
        """One frame as the camera would give it, RGB."""
        generator = np.random.default_rng([1, frame])
        picture = self._covered(self._lens.bend(drawn).astype(np.float32), time_s, state)
        if state.infrared:
            picture = np.repeat(picture @ np.array([[0.3], [0.59], [0.11]], np.float32), 3, axis=2)
        soft = np.asarray(cv2.GaussianBlur(picture, (0, 0), 0.7), np.float32)
        sharp = soft + 0.55 * (soft - cv2.GaussianBlur(soft, (0, 0), 1.6))
        flicker = 1 + 0.006 * np.sin(2 * np.pi * 1.7 * time_s) + 0.004 * generator.normal()
        light = np.asarray(sharp * self._vignette * flicker, np.float32)
        noise = self._noise(generator, light, state)
        picture = np.asarray(np.clip(light + noise, 0, 255), np.uint8)
        self._write(picture, self._camera.label, (12, self._camera.height - 14))
        clock = self._start + timedelta(seconds=time_s)
        self._write(picture, clock.strftime("%Y-%m-%d %H:%M:%S"), (self._camera.width - 238, 26))
        return picture

    def _covered(self, picture: SingleFloats, time_s: float, state: SensorState) -> SingleFloats:
        """Lay what is over the lens on the picture: as bright as the room is, and brighter toward its upper edge."""
        if state.cover is None:
            return picture
        hidden = state.cover.mask_at(self._camera, time_s)
        leak = np.linspace(*LIGHT_LEAK, self._camera.height)[:, None, None]
        linear = np.asarray(COVER_COLOUR[state.cover.kind]) * state.cover_light * state.gain * leak
        colour = np.asarray(np.clip(linear, 0, 1) ** (1 / 2.2) * 255, np.float32)
        return np.asarray(picture * (1 - hidden) + colour * hidden, np.float32)

    def _noise(self, generator: np.random.Generator, light: SingleFloats, state: SensorState) -> SingleFloats:
        height, width = light.shape[:2]
        grain = generator.normal(size=(height, width, 1)).astype(np.float32) * NOISE * state.noise
        grain = grain * (0.7 + 0.6 * np.sqrt(np.clip(light, 0, 255) / 255))
        if state.infrared:
            return np.asarray(grain + self._pattern, np.float32)
        tint = generator.normal(size=(height // 2, width // 2, 3)).astype(np.float32) * COLOUR_NOISE * state.noise
        return np.asarray(grain + cv2.resize(tint, (width, height)) + self._pattern, np.float32)

    @staticmethod
    def _write(picture: Image, text: str, at: tuple[int, int]) -> None:
        for right, down in OUTLINE:
            cv2.putText(picture, text, (at[0] + right, at[1] + down), FONT, LETTER_SIZE, (0, 0, 0), 1, cv2.LINE_AA)
        cv2.putText(picture, text, at, FONT, LETTER_SIZE, (255, 255, 255), 1, cv2.LINE_AA)
