"""What light, lens, sensor and coder do to a picture on its way from an office to the detector, at random. Pure.

Everything here leaves objects where they are. The coder is the real one: a few frames are encoded as H.264 and the
last is decoded again.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Image

Damage = Callable[[Image, np.random.Generator], Image]
"""(height, width, 3) uint8 blue, green, red in and out."""


def damaged(picture: Image, rng: np.random.Generator) -> Image:
    """Return the picture with some of the kinds of damage, in the order in which they happen to a real one."""
    for share, damage in DAMAGES:
        if rng.random() < share:
            picture = damage(picture, rng)
    return picture


def expose(picture: Image, rng: np.random.Generator) -> Image:
    """Change gain, contrast curve and the balance of colours, as another light or another camera would."""
    levels = np.linspace(0, 1, 256) ** np.exp(rng.normal(0, 0.3))
    gains = np.exp(rng.normal(0, 0.25) + rng.normal(0, 0.08, 3))
    table = np.clip(255 * (levels[:, None] * gains + rng.normal(0, 0.03)), 0, 255)
    return np.asarray(cv2.LUT(picture, table.astype(np.uint8)[None]), np.uint8)


def fade(picture: Image, rng: np.random.Generator) -> Image:
    """Make colours weaker or stronger."""
    luma = cv2.cvtColor(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    share = rng.uniform(0.0, 1.6)
    return np.asarray(cv2.addWeighted(picture, share, luma, 1 - share, 0), np.uint8)


def infrared(picture: Image, rng: np.random.Generator) -> Image:
    """Show the picture as a camera at night does: grey, lit from the camera, dark at the edges.

    Under infrared the brightness of cloth has little to do with its colour, so the channels weigh at random.
    """
    weights = rng.dirichlet((1.0, 1.5, 1.5))
    grey = picture.astype(np.float32) @ weights.astype(np.float32)
    height, width = grey.shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = rng.uniform(0.3, 0.7, 2) * (width, height)
    distance = ((columns - x) / width) ** 2 + ((rows - y) / height) ** 2
    lamp = np.exp(-distance * rng.uniform(0, 5))
    lit = grey * lamp * rng.uniform(0.7, 1.6) + rng.uniform(0, 12)
    return _three(np.clip(lit, 0, 255))


def soften(picture: Image, rng: np.random.Generator) -> Image:
    """Blur as a lens out of focus does, or along a line as motion does."""
    if rng.random() < 0.7:
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.6)), np.uint8)
    length = int(rng.integers(3, 8))
    kernel = np.zeros((length, length), np.float32)
    turn = rng.uniform(0, np.pi)
    half = (length - 1) / 2
    for step in np.linspace(-half, half, 2 * length):
        kernel[round(half + step * np.sin(turn)), round(half + step * np.cos(turn))] = 1
    return np.asarray(cv2.filter2D(picture, -1, kernel / kernel.sum()), np.uint8)


def sharpen(picture: Image, rng: np.random.Generator) -> Image:
    """Sharpen too much, as cheap cameras do."""
    soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.8, 2.0))
    amount = rng.uniform(0.3, 1.5)
    return np.asarray(cv2.addWeighted(picture, 1 + amount, soft, -amount, 0), np.uint8)


def shrink(picture: Image, rng: np.random.Generator) -> Image:
    """Lose detail by scaling down and up again, as a small sub-stream does."""
    height, width = picture.shape[:2]
    share = rng.uniform(0.4, 0.9)
    small = cv2.resize(picture, (int(width * share), int(height * share)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)


def add_noise(picture: Image, rng: np.random.Generator) -> Image:
    """Add a sensor's noise, coarse or fine, in brightness and a little in colour."""
    height, width = picture.shape[:2]
    grain = int(rng.integers(1, 3))
    strength = float(np.exp(rng.uniform(np.log(1.0), np.log(14.0))))
    shape = (height // grain, width // grain)
    noise = _normal(rng, (*shape, 1), strength) + _normal(rng, (*shape, 3), strength / 4)
    if grain > 1:
        noise = np.asarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    return np.asarray(np.clip(picture + noise, 0, 255), np.uint8)


def stamp(picture: Image, rng: np.random.Generator) -> Image:
    """Write a time and a name near the edges, as most cameras do."""
    height, width = picture.shape[:2]
    stamped = picture.copy()
    time = "20{:02}-{:02}-{:02} {:02}:{:02}:{:02}".format(
        *rng.integers((10, 1, 1, 0, 0, 0), (30, 13, 29, 24, 60, 60))
    )
    for text, top in ((time, rng.random() < 0.8), (f"CAM {rng.integers(1, 17):02}", rng.random() < 0.3)):
        where = (int(rng.uniform(2, width * 0.6)), int(rng.uniform(8, 16) if top else height - rng.uniform(2, 10)))
        size, light = rng.uniform(0.25, 0.5), int(rng.integers(170, 256))
        cv2.putText(stamped, text, where, cv2.FONT_HERSHEY_SIMPLEX, size, (0, 0, 0), 2, cv2.LINE_AA)
        cv2.putText(stamped, text, where, cv2.FONT_HERSHEY_SIMPLEX, size, (light,) * 3, 1, cv2.LINE_AA)
    return stamped


def encode(picture: Image, rng: np.random.Generator) -> Image:
    """Encode up to three frames as H.264, anything from good to very poor, and return the last as it was decoded."""
    height, width = picture.shape[:2]
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.thread_count = Fraction(1, 10), 1
    quality = str(int(rng.integers(20, 42)))
    encoder.options = {"crf": quality, "preset": "superfast", "tune": "zerolatency"}
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    shown = []
    for number in range(int(rng.integers(1, 4))):
        frame = av.VideoFrame.from_ndarray(_shaken(picture, rng) if number else picture, format="bgr24")
        frame.pts = number
        for packet in encoder.encode(frame.reformat(format="yuv420p")):
            shown += decoder.decode(packet)
    shown += decoder.decode(None)
    return np.asarray(shown[-1].to_ndarray(format="bgr24"), np.uint8)


def _shaken(picture: Image, rng: np.random.Generator) -> Image:
    """Return the picture with the little change between frames that makes a coder spend bits, or not."""
    return add_noise(picture, rng) if rng.random() < 0.5 else picture


def _normal(rng: np.random.Generator, shape: tuple[int, ...], strength: float) -> NDArray[np.float32]:
    return rng.standard_normal(shape, np.float32) * np.float32(strength)


def _three(grey: NDArray[np.float32]) -> Image:
    return np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2)


DAMAGES: Final[tuple[tuple[float, Damage], ...]] = (
    (0.15, infrared),
    (0.8, expose),
    (0.4, fade),
    (0.3, soften),
    (0.15, shrink),
    (0.4, add_noise),
    (0.2, sharpen),
    (0.3, stamp),
    (0.3, encode),
)
"""How often each kind happens, in the order of a picture's way: light, lens, sensor, coder."""
