"""Paints an office as a camera would see it: a desk, things on it, people, light, noise. Seeded, so always the same.

A picture is (height, width, 3) float32 reflectance, 0..255, until `Camera.frame` puts it under a light, adds the
sensor's noise and makes a Frame of it. Nothing here knows what the subject under test looks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Frame

Picture = NDArray[np.float32]
"""(height, width, 3) float32, blue, green, red, 0..255."""

Light = NDArray[np.float32]
"""(height, width, 1) float32, what each pixel's reflectance is multiplied with."""

WIDTH: Final = 480
HEIGHT: Final = 270


def texture(seed: int, grain: tuple[float, float], strength: float) -> Picture:
    """Return a smooth random pattern, (HEIGHT, WIDTH, 1), of this grain (px across, px down), around 0."""
    noise = np.random.default_rng(seed).normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), sigmaX=grain[0], sigmaY=grain[1])
    return np.asarray(smooth / smooth.std() * strength, np.float32)[..., None]


def room(seed: int = 1, desk_grain: float = 5.0) -> Picture:
    """Paint a wall with shelves above a desk; `desk_grain` is how strongly the wood of the desk is drawn."""
    return _empty_room(seed, desk_grain).copy()


@cache
def _empty_room(seed: int, desk_grain: float) -> Picture:
    picture = np.empty((HEIGHT, WIDTH, 3), np.float32)
    picture[:] = (168, 176, 180)
    rng = np.random.default_rng(seed)
    for left in range(10, WIDTH, 34):
        top = int(rng.integers(8, 30))
        colour = tuple(float(v) for v in rng.uniform(40, 210, 3))
        cv2.rectangle(picture, (left, top), (left + int(rng.integers(14, 26)), 78), colour, -1)
    cv2.rectangle(picture, (0, 80), (WIDTH, 86), (90, 96, 104), -1)
    cv2.rectangle(picture, (0, 110), (WIDTH, HEIGHT), (104, 140, 172), -1)
    picture[110:] += texture(seed + 1, (22, 1.2), desk_grain)[110:]
    cv2.line(picture, (0, 110), (WIDTH, 112), (60, 80, 100), 2)
    picture += texture(seed + 2, (1.0, 1.0), 2.0)
    return picture


def laptop(picture: Picture, left: int, top: int, screen: int = 0) -> None:
    """Put a laptop of about 96 x 84 px on the desk, in place; `screen` chooses what it shows."""
    cv2.rectangle(picture, (left, top), (left + 96, top + 46), (38, 36, 36), -1)
    cv2.rectangle(picture, (left + 5, top + 4), (left + 91, top + 41), (196, 176, 150), -1)
    rng = np.random.default_rng(100 + screen)
    for line in range(top + 9, top + 38, 6):
        end = left + 10 + int(rng.integers(20, 76))
        cv2.line(picture, (left + 10, line), (end, line), tuple(float(v) for v in rng.uniform(20, 120, 3)), 2)
    base = np.array([[left - 4, top + 82], [left, top + 48], [left + 96, top + 48], [left + 100, top + 82]])
    cv2.fillPoly(picture, [base.astype(np.int32)], (122, 120, 118))
    for row in range(4):
        for key in range(12):
            x, y = left + 5 + 7 * key, top + 51 + 6 * row
            cv2.rectangle(picture, (x, y), (x + 4, y + 3), (46, 44, 44), -1)
    cv2.rectangle(picture, (left + 34, top + 75), (left + 62, top + 81), (150, 148, 146), 1)


def small_box(picture: Picture, left: int, top: int) -> None:
    """Put a cardboard box of 40 x 30 px, with a label, on the desk, in place."""
    cv2.rectangle(picture, (left, top), (left + 40, top + 30), (70, 104, 150), -1)
    cv2.rectangle(picture, (left, top), (left + 40, top + 8), (92, 128, 176), -1)
    cv2.rectangle(picture, (left + 8, top + 13), (left + 30, top + 25), (225, 228, 230), -1)
    cv2.line(picture, (left + 11, top + 17), (left + 27, top + 17), (40, 40, 40), 1)
    cv2.line(picture, (left + 11, top + 21), (left + 22, top + 21), (40, 40, 40), 1)


def hand(picture: Picture, x: int, y: int) -> None:
    """Lay a hand at (x, y), its sleeve coming from the lower edge, in place."""
    sleeve = np.array([[x - 12, y + 14], [x + 13, y + 12], [x + 44, HEIGHT], [x + 6, HEIGHT]])
    cv2.fillPoly(picture, [sleeve.astype(np.int32)], (96, 60, 48))
    for fold in range(3):
        cv2.line(picture, (x - 2 + 9 * fold, y + 20), (x + 14 + 9 * fold, HEIGHT), (74, 44, 34), 2)
    cv2.ellipse(picture, (x, y), (17, 14), 20, 0, 360, (140, 168, 214), -1)
    for finger in range(4):
        cv2.line(picture, (x - 9 + 6 * finger, y - 8), (x - 12 + 7 * finger, y - 22), (132, 160, 208), 5)


def person(picture: Picture, x: int, feet: int, height: int = 210) -> tuple[float, float, float, float]:
    """Stand a person with their feet at (x, feet), in place; return left, top, right, bottom."""
    half, head = height // 7, height // 14
    top = feet - height
    legs = np.array([[x - half + 4, top + height // 2], [x + half - 4, top + height // 2], [x + half - 8, feet]])
    cv2.fillPoly(picture, [np.vstack([legs, [[x - half + 8, feet]]]).astype(np.int32)], (54, 46, 44))
    cv2.ellipse(picture, (x, top + height // 3), (half, height // 4), 0, 0, 360, (112, 74, 62), -1)
    for fold in range(-2, 3):
        start = (x + fold * half // 3, top + height // 5)
        cv2.line(picture, start, (x + fold * half // 2, top + height // 2), (88, 56, 46), 2)
    cv2.line(picture, (x, top + height // 6), (x, top + height // 2), (212, 208, 206), 3)
    cv2.ellipse(picture, (x, top + head), (head - 2, head), 0, 0, 360, (138, 164, 206), -1)
    cv2.ellipse(picture, (x, top + head - 4), (head - 1, head // 2), 0, 180, 360, (30, 28, 28), -1)
    return (float(x - half), float(top), float(x + half), float(feet))


def bag(picture: Picture, left: int, top: int) -> None:
    """Set a leather bag of 120 x 96 px down, in place."""
    cv2.ellipse(picture, (left + 60, top + 14), (30, 22), 0, 180, 360, (34, 44, 66), 5)
    cv2.rectangle(picture, (left, top + 14), (left + 120, top + 96), (44, 62, 104), -1)
    cv2.rectangle(picture, (left, top + 14), (left + 120, top + 44), (38, 52, 88), -1)
    cv2.line(picture, (left, top + 44), (left + 120, top + 44), (24, 32, 54), 3)
    for buckle in (left + 28, left + 88):
        cv2.rectangle(picture, (buckle, top + 36), (buckle + 9, top + 56), (150, 190, 206), -1)


def even(level: float = 1.0) -> Light:
    return np.full((HEIGHT, WIDTH, 1), level, np.float32)


def from_the_side(left: float, right: float) -> Light:
    """Light that falls off across the view, as beside a window."""
    return np.tile(np.linspace(left, right, WIDTH, dtype=np.float32)[None, :, None], (HEIGHT, 1, 1))


def shadow(x: int, width: int = 90, depth: float = 0.6, softness: float = 9.0) -> Light:
    """Light with a soft upright shadow whose middle is at x; `depth` is what is left of the light in it."""
    light = np.ones((HEIGHT, WIDTH), np.float32)
    light[60:, max(0, x - width // 2) : max(0, x + width // 2)] = depth
    return np.asarray(cv2.GaussianBlur(light, (0, 0), softness), np.float32)[..., None]


@dataclass
class Camera:
    """A sensor: `noise` is the deviation of each pixel, 0..255; `infrared` sees in grey with another contrast."""

    noise: float = 2.0
    infrared: bool = False
    seed: int = 3

    def __post_init__(self) -> None:
        self._rng = np.random.default_rng(self.seed)
        channels = 1 if self.infrared else 3
        grain = self._rng.normal(0, self.noise, (HEIGHT + 64, WIDTH + 64, channels)).astype(np.float32)
        self._grain = np.ascontiguousarray(np.broadcast_to(grain, (HEIGHT + 64, WIDTH + 64, 3)))

    def frame(self, at_ms: int, picture: Picture, light: Light | None = None) -> Frame:
        """Take a picture of what is painted."""
        lit = picture if light is None else picture * light
        if self.infrared:
            grey = lit @ np.array([0.2, 0.3, 0.5], np.float32)
            lit = np.repeat((grey * 0.75 + 20)[..., None], 3, axis=2)
        y, x = self._rng.integers(0, 64, 2)
        grain = self._grain[y : y + HEIGHT, x : x + WIDTH]
        return Frame.from_bgr(at_ms, np.asarray(cv2.add(lit, grain, dtype=cv2.CV_8U), np.uint8))
