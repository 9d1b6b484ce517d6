"""A network at work: batches of frames in, detections out.

Here belongs the way of a batch: input size, letterbox, run, decode, back to the view. Which file is what is
decided in detector.py; what a back end does is its own module's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from models.errors import ModelFileError
from models.layouts import LayoutName, Recognised
from models.letterbox import Placement, Preprocessing, Tensor, fill, place, to_view
from vision.types import Detections, Frame, Image

DEFAULT_STRIDE = 32

Precision = Literal["auto", "fp32", "bf16"]
"""What a back end computes in; `auto` is bf16 where the back end and the processor have it."""


class Runner(Protocol):
    """A network in a back end. `name` is what really runs; `max_batch` is how many pictures one run takes."""

    @property
    def name(self) -> str:
        """Runtime, device and precision."""

    @property
    def max_batch(self) -> int:
        """At least 1."""

    def run(self, feeds: Mapping[str, NDArray[Any]], outputs: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return the named outputs, each with its batch axis first."""


class _Picture(Protocol):
    """What a detector needs of a frame or a crop."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    def resized(self, width: int, height: int) -> Image: ...


@dataclass(frozen=True, slots=True, eq=False)
class _Crop:
    """A plain picture as the detector sees pictures."""

    image: Image

    def __post_init__(self) -> None:
        shape, kind = self.image.shape, self.image.dtype
        if kind != np.uint8 or 0 in shape or (shape[2:] != (3,) and len(shape) != 2):
            raise ValueError(f"a picture must be (height, width, 3) or (height, width) uint8, got {shape} {kind}")

    @property
    def width(self) -> int:
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        return int(self.image.shape[0])

    def resized(self, width: int, height: int) -> Image:
        scaled = cv2.resize(self.image, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(cv2.cvtColor(scaled, cv2.COLOR_GRAY2BGR) if scaled.ndim == 2 else scaled, np.uint8)


@dataclass(frozen=True, slots=True)
class InputSize:
    """Which input a view gets: always `fixed` (width, height) px, or its own shape, `long_side` px long.

    Free sizes are rounded up to whole strides, because only those fit the network's grids.
    """

    long_side: int
    stride: int = DEFAULT_STRIDE
    fixed: tuple[int, int] | None = None

    def of(self, width: int, height: int) -> tuple[int, int]:
        """Return the input's (width, height) px for a view of that many px."""
        if self.fixed is not None:
            return self.fixed
        scale = self.long_side / max(width, height)
        return self._whole(width * scale), self._whole(height * scale)

    def _whole(self, pixels: float) -> int:
        return max(1, math.ceil(round(pixels, 3) / self.stride)) * self.stride


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is decided about a file before it is loaded.

    inputs: their names; a second one is RT-DETR's, which asks for the unit of the boxes.
    """

    name: str
    digest: str
    labels: tuple[str, ...]
    recognised: Recognised
    preprocessing: Preprocessing
    input_size: InputSize
    inputs: tuple[str, ...]


class NetworkDetector:
    """A detector that runs a network: letterbox, run, decode, back to the view."""

    def __init__(self, plan: Plan, runner: Runner) -> None:
        self._plan = plan
        self._runner = runner
        self._tensors: dict[tuple[int, int], Tensor] = {}

    @property
    def name(self) -> str:
        """What the model is called."""
        return self._plan.name

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self._plan.labels

    @property
    def digest(self) -> str:
        """SHA-256 of the weights file, hexadecimal."""
        return self._plan.digest

    @property
    def layout(self) -> LayoutName:
        """The layout of the outputs, as recognised from the file."""
        return self._plan.recognised.layout.name

    @property
    def backend(self) -> str:
        """What really runs: runtime, device and precision."""
        return self._runner.name

    def input_size_for(self, width: int, height: int) -> tuple[int, int]:
        """Return the (width, height) px of the network's input for a view of that many px."""
        return self._plan.input_size.of(width, height)

    def detect(self, frames: Sequence[Frame], score: float) -> list[Detections]:
        """Return what is seen in each frame; see Detector."""
        return self._detect(frames, score)

    def detect_images(self, images: Sequence[Image], score: float) -> list[Detections]:
        """Return what is seen in each plain picture; see Detector."""
        return self._detect([_Crop(image) for image in images], score)

    def _detect(self, pictures: Sequence[_Picture], score: float) -> list[Detections]:
        if not 0 < score <= 1:
            raise ValueError(f"score must be above 0 and at most 1, got {score}")
        found: dict[int, Detections] = {}
        for size, numbers in self._batches(pictures):
            results = self._run([pictures[number] for number in numbers], size, score)
            found.update(zip(numbers, results, strict=True))
        return [found[number] for number in range(len(pictures))]

    def _batches(self, pictures: Sequence[_Picture]) -> Iterator[tuple[tuple[int, int], list[int]]]:
        """Give the numbers of pictures that run together, with the (width, height) of their input."""
        together: dict[tuple[int, int], list[int]] = {}
        for number, picture in enumerate(pictures):
            together.setdefault(self.input_size_for(picture.width, picture.height), []).append(number)
        for size, numbers in together.items():
            for start in range(0, len(numbers), self._runner.max_batch):
                yield size, numbers[start : start + self._runner.max_batch]

    def _run(self, pictures: Sequence[_Picture], size: tuple[int, int], score: float) -> list[Detections]:
        tensor = self._tensor(size, len(pictures))
        placements = [self._prepare(row, picture, size) for row, picture in zip(tensor, pictures, strict=True)]
        recognised = self._plan.recognised
        outputs = self._runner.run(self._feeds(tensor, size), recognised.outputs)
        found = [
            recognised.layout.decode([output[row] for output in outputs], size, score)
            for row in range(len(placements))
        ]
        return [to_view(self._named(one), placement) for one, placement in zip(found, placements, strict=True)]

    def _named(self, found: Detections) -> Detections:
        """Refuse a class that has no name, before somebody looks it up."""
        if len(found) and not 0 <= found.label.min() <= found.label.max() < len(self.labels):
            raise ModelFileError(
                f"{self.name} found class {found.label.max()} and only {len(self.labels)} names are given: "
                "correct the names beside it"
            )
        return found

    def _prepare(self, target: Tensor, picture: _Picture, size: tuple[int, int]) -> Placement:
        preprocessing = self._plan.preprocessing
        placement = place((picture.width, picture.height), size, preprocessing.fit)
        fill(target, picture.resized(*placement.size), placement, preprocessing)
        return placement

    def _feeds(self, tensor: Tensor, size: tuple[int, int]) -> dict[str, NDArray[Any]]:
        """Name the inputs; a second one asks for the boxes' unit, and is told the input's own size."""
        picture, *others = self._plan.inputs
        sizes = np.tile(np.array(size, np.int64), (len(tensor), 1))
        return {picture: tensor, **dict.fromkeys(others, sizes)}

    def _tensor(self, size: tuple[int, int], count: int) -> Tensor:
        """Return the kept input array of that size, grown to the largest batch seen."""
        kept = self._tensors.get(size)
        if kept is None or len(kept) < count:
            kept = self._tensors[size] = np.empty((count, 3, size[1], size[0]), np.float32)
        return kept[:count]
