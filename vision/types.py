"""The vocabulary that every part speaks: frames, detections, tracks, observations.

Here belong frozen records that are checked once, at birth, and trusted afterwards. What a detector's
output looks like, where a frame comes from and what a rule makes of it belong elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""A picture: (height, width, 3) uint8 in blue, green, red order, or (height, width) uint8 luma."""

Boxes = NDArray[np.float32]
"""(n, 4) float32, left, top, right, bottom in pixels of the frame that they belong to."""


class Frame:
    """One image of one camera with its capture time.

    `luma` is (height, width) uint8 and always there. Colour is made when it is first asked for, because
    most frames of a quiet office are looked at in luma alone. `render(width, height)` must return a
    (height, width, 3) uint8 blue-green-red picture of the whole view at that size.
    """

    __slots__ = ("_bgr", "_halvings", "_render", "captured_at_ms", "luma")

    def __init__(self, captured_at_ms: int, luma: Image, render: Callable[[int, int], Image]) -> None:
        if luma.ndim != 2 or luma.dtype != np.uint8 or 0 in luma.shape:
            raise ValueError(f"luma must be (height, width) uint8, got {luma.shape} {luma.dtype}")
        self.captured_at_ms = captured_at_ms
        self.luma = luma
        self.luma.flags.writeable = False
        self._render = render
        self._bgr: Image | None = None
        self._halvings = [luma]

    @classmethod
    def from_bgr(cls, captured_at_ms: int, image: Image) -> Frame:
        """Make a frame from a (height, width, 3) uint8 blue-green-red picture."""
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise ValueError(f"image must be (height, width, 3) uint8, got {image.shape} {image.dtype}")
        luma = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)

        def render(width: int, height: int) -> Image:
            if (height, width) == image.shape[:2]:
                return image
            return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)

        return cls(captured_at_ms, luma, render)

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.luma.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.luma.shape[0])

    @property
    def bgr(self) -> Image:
        """The whole picture at full size, (height, width, 3) uint8; made once."""
        if self._bgr is None:
            self._bgr = self._render(self.width, self.height)
        return self._bgr

    def reduced_luma(self, width: int, height: int) -> Image:
        """Return the whole view's luma averaged down to (height, width) uint8.

        Several parts look at a small view. They share its halvings: averaging two by two pixels costs a tenth of
        averaging down to any other size.
        """
        level = 0
        while self.width >> (level + 1) >= width and self.height >> (level + 1) >= height:
            level += 1
        while len(self._halvings) <= level:
            last = self._halvings[-1]
            self._halvings.append(_averaged(last, last.shape[1] // 2, last.shape[0] // 2))
        return _averaged(self._halvings[level], width, height)

    def resized(self, width: int, height: int) -> Image:
        """Return the whole picture at (height, width, 3) uint8, scaled straight from what was decoded."""
        if (width, height) == (self.width, self.height):
            return self.bgr
        return self._render(width, height)


def _averaged(luma: Image, width: int, height: int) -> Image:
    if luma.shape == (height, width):
        return luma
    return np.asarray(cv2.resize(luma, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _column(values: NDArray[np.generic], length: int, name: str) -> None:
    if values.shape != (length,):
        raise ValueError(f"{name} must have shape ({length},), got {values.shape}")


@dataclass(frozen=True, slots=True, eq=False)
class Detections:
    """What one model saw in one frame.

    xyxy: (n, 4) float32, left, top, right, bottom in pixels of the frame, left <= right, top <= bottom.
    score: (n,) float32 in 0..1. label: (n,) int32, an index into the detector's `labels`.
    n may be 0.
    """

    xyxy: Boxes
    score: NDArray[np.float32]
    label: NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.xyxy.ndim != 2 or self.xyxy.shape[1] != 4:
            raise ValueError(f"xyxy must have shape (n, 4), got {self.xyxy.shape}")
        _column(self.score, len(self.xyxy), "score")
        _column(self.label, len(self.xyxy), "label")
        for array in (self.xyxy, self.score, self.label):
            array.flags.writeable = False

    def __len__(self) -> int:
        return len(self.xyxy)

    @classmethod
    def empty(cls) -> Detections:
        """Nothing seen."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int32))

    def where(self, keep: NDArray[np.bool_] | NDArray[np.intp]) -> Detections:
        """Return the detections chosen by a mask (n,) or by indices, in that order."""
        return Detections(self.xyxy[keep], self.score[keep], self.label[keep])


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """The people followed in one camera at one moment.

    ids: (n,) int64, unique within the camera for its whole life, never reused.
    xyxy: (n, 4) float32 px. score: (n,) float32, of the newest detection. born_at_ms: (n,) int64.
    seen_at_ms: (n,) int64, when a detection last confirmed the track; older than now while it is occluded.
    """

    ids: NDArray[np.int64]
    xyxy: Boxes
    score: NDArray[np.float32]
    born_at_ms: NDArray[np.int64]
    seen_at_ms: NDArray[np.int64]

    def __post_init__(self) -> None:
        if self.xyxy.ndim != 2 or self.xyxy.shape[1] != 4:
            raise ValueError(f"xyxy must have shape (n, 4), got {self.xyxy.shape}")
        for name in ("ids", "score", "born_at_ms", "seen_at_ms"):
            column = getattr(self, name)
            _column(column, len(self.xyxy), name)
            column.flags.writeable = False
        self.xyxy.flags.writeable = False

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def empty(cls) -> Tracks:
        """Nobody."""
        none = np.zeros(0, np.int64)
        return cls(none, np.zeros((0, 4), np.float32), np.zeros(0, np.float32), none.copy(), none.copy())


class Health(StrEnum):
    """Whether a camera can see. Everything but CLEAR makes its answers unknown."""

    CLEAR = "clear"
    COVERED = "covered"
    DARK = "dark"
    FROZEN = "frozen"
    BLURRED = "blurred"
    MOVED = "moved"
    SILENT = "silent"


class SlotState(StrEnum):
    """What is known of an item's place."""

    PRESENT = "present"
    OCCLUDED = "occluded"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Voice(StrEnum):
    """Which evidence decided a slot's state."""

    APPEARANCE = "appearance"
    DETECTOR = "detector"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SlotReading:
    """One slot in one frame. `likeness` is 0..1, how well the place agrees with its reference appearance."""

    state: SlotState
    voice: Voice = Voice.NONE
    likeness: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """All that one camera says at one moment.

    occupancy: zone id -> ids of the tracks whose anchor stands inside, sorted. Where nobody was sought (there is
    no detector) it is empty, and so are the tracks; a zone with an empty tuple was seen empty.
    slots: slot id -> reading. size: (width, height) px of the frame that the boxes refer to.
    doubted: ids of tracks that may be of things: enough to doubt that a zone is empty, too little to accuse anybody.
    """

    camera: str
    captured_at_ms: int
    health: Health
    size: tuple[int, int]
    tracks: Tracks = field(default_factory=Tracks.empty)
    people_sought: bool = False
    occupancy: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: MappingProxyType({}))
    slots: Mapping[str, SlotReading] = field(default_factory=lambda: MappingProxyType({}))
    doubted: frozenset[int] = frozenset()
