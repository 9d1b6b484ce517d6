"""An office painted from lines, a character a second, encoded as cameras would record it, and who finds people in it.

counter   `T-01`: `p` in its place  `a` gone
vault     `vault-door`: `c` closed  `o` open    `vault-area`: `.` nobody  `1` one  `2` two people
either    `view`: `.` clear  `X` covered; left out, it is clear

Everybody wears a badge of a colour that nothing else has, so that the detector needs no weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from api.wiring import PERSON, PeopleFinder
from tests.vision.painter import HEIGHT, WIDTH, Camera, Picture, laptop, person, room
from vision.types import Detections, Frame, Image

FPS: Final = 5
BADGE: Final = (255.0, 0.0, 255.0)
PLACES: Final = ((70, 255), (150, 262))
"""Where people stand before the vault, to the left of its door: the middle of their feet."""

SITE: Final = """\
site: {id: tsurumi, name: 鶴見区役所, timezone: Asia/Tokyo, language: ja}
hours: {weekly: {mon-fri: "08:45-17:00"}}
cameras:
  counter:
    source: counter.mp4
    zones:
      window-1: {kind: counter, polygon: [[0.3, 0.4], [1, 0.4], [1, 1], [0.3, 1]]}
    slots:
      T-01: {counter: window-1, polygon: [[0.6, 0.46], [0.84, 0.46], [0.84, 0.8], [0.6, 0.8]]}
  vault:
    source: vault.mp4
    zones:
      vault-area: {kind: vault, polygon: [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}
    slots:
      vault-door: {polygon: [[0.64, 0.44], [0.86, 0.44], [0.86, 0.93], [0.64, 0.93]]}
items:
  T-01: {kind: terminal, name: 交付用端末 1}
  vault-door: {kind: door, states: [closed, open]}
custody: {matching_window_s: 4, skew_s: 1}
"""


def paint(lines: Mapping[str, str], second: int) -> Picture:
    """Return what a camera sees in one second of its lines."""
    signs = {place: line[second] for place, line in lines.items()}
    if signs.get("view") == "X":
        return np.full((HEIGHT, WIDTH, 3), 30, np.float32)
    picture = room()
    if signs.get("T-01") == "p":
        laptop(picture, 298, 128)
    if "vault-door" in signs:
        _door(picture, is_open=signs["vault-door"] == "o")
    for x, feet in PLACES[: int(signs.get("vault-area", ".").replace(".", "0"))]:
        person(picture, x, feet)
        cv2.rectangle(picture, (x - 8, feet - 150), (x + 8, feet - 134), BADGE, -1)
    return picture


def film(path: Path, lines: Mapping[str, str]) -> Path:
    """Encode what a camera sees, FPS frames a second, a key frame every two seconds."""
    camera = Camera()
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=FPS, options={"g": str(2 * FPS), "bf": "0", "preset": "veryfast"}
        )
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(FPS * len(next(iter(lines.values())))):
            seen = camera.frame(0, paint(lines, number // FPS)).bgr
            image = VideoFrame.from_ndarray(np.ascontiguousarray(seen), format="bgr24").reformat(format="yuv420p")
            image.pts, image.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(image))
        container.mux(stream.encode(None))
    return path


class BadgeDetector:
    """Finds whoever wears a badge."""

    name = "badges"
    labels = (PERSON,)
    digest = "0" * 64
    backend = "none"

    def input_size_for(self, width: int, height: int) -> tuple[int, int]:
        return width, height

    def detect(self, frames: Sequence[Frame], score: float) -> list[Detections]:
        return self.detect_images([frame.bgr for frame in frames], score)

    def detect_images(self, images: Sequence[Image], score: float) -> list[Detections]:
        return [found.where(found.score >= score) for found in map(_wearers, images)]


def find_badges(model: str, backend: str) -> PeopleFinder:
    """Stand in for `open_people_finder`."""
    return PeopleFinder(BadgeDetector(), 0.1)


def _wearers(image: Image) -> Detections:
    mask = cv2.inRange(image, np.array((220, 0, 220)), np.array((255, 110, 255)))
    _, _, stats, centres = cv2.connectedComponentsWithStats(mask)
    badges = [(x, y) for (x, y), area in zip(centres[1:], stats[1:, cv2.CC_STAT_AREA], strict=True) if area > 60]
    boxes = np.array([(x - 30, y - 68, x + 30, y + 142) for x, y in badges], np.float32).reshape(-1, 4)
    return Detections(boxes, np.full(len(boxes), 0.9, np.float32), np.zeros(len(boxes), np.int32))


def _door(picture: Picture, *, is_open: bool) -> None:
    left, top, right, bottom = 312, 124, 408, 246
    cv2.rectangle(picture, (left, top), (right, bottom), (30, 30, 34) if is_open else (150, 148, 140), -1)
    if is_open:
        for shelf in range(top + 24, bottom, 26):
            cv2.rectangle(picture, (left + 8, shelf - 12), (right - 12, shelf), (120, 160, 190), -1)
        return
    cv2.rectangle(picture, (left + 8, top + 10), (right - 8, bottom - 10), (96, 92, 88), 3)
    cv2.circle(picture, (right - 24, (top + bottom) // 2), 9, (40, 40, 44), -1)
    for rivet in range(top + 20, bottom - 10, 24):
        cv2.circle(picture, (left + 18, rivet), 3, (60, 60, 64), -1)
