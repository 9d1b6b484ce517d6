"""Batches for training: which samples, composed, damaged, and what the loss may count, all told by the number alone.

The same seed, samples and number give the same batch, so an interrupted run goes on as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.decode import STRIDES
from models.training.composing import Labelled, compose
from models.training.damage import damaged
from models.training.samples import INPUT_SIZE, Sample, Truth
from vision.types import Image

QUARTERS_SHARE: Final = 0.4
"""How many of the training pictures are put together from four."""


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Training pictures with what the loss needs.

    pictures: (n, 3, height, width) uint8, red, green, blue. picture_of: (m,) which picture an object is in. labels:
    (m,). boxes: (m, 4) float32, centre and extent as shares of the picture. counts: (n, places, classes) float32, 1
    where an answer of the network is right or wrong, 0 where it is neither.
    """

    pictures: NDArray[np.uint8]
    picture_of: NDArray[np.intp]
    labels: NDArray[np.intp]
    boxes: NDArray[np.float32]
    counts: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Batches:
    """A sequence of batches without end, by number.

    rendered and real: the samples to draw from. real_share: how many of the pictures are real.
    """

    rendered: Sequence[Sample]
    real: Sequence[Sample]
    real_share: float
    size: int
    seed: int

    def __getitem__(self, number: int) -> Batch:
        """Return the batch of that number."""
        rng = np.random.default_rng([self.seed, number])
        return collated([self._picture(rng) for _ in range(self.size)])

    def _picture(self, rng: np.random.Generator) -> Labelled:
        samples = self.real if self.real and rng.random() < self.real_share else self.rendered
        parts = 4 if rng.random() < QUARTERS_SHARE else 1
        chosen = [samples[int(rng.integers(len(samples)))] for _ in range(parts)]
        picture, truth = compose([(one.picture(), one.truth) for one in chosen], rng)
        return damaged(picture, rng), truth


def collated(pictures: Sequence[Labelled]) -> Batch:
    """Put composed pictures together into one batch."""
    width, height = INPUT_SIZE
    sure = [(truth.labels[truth.sure], truth.boxes[truth.sure]) for _, truth in pictures]
    corners = np.concatenate([boxes for _, boxes in sure]) / np.array([width, height] * 2, np.float32)
    return Batch(
        pictures=np.stack([_as_input(picture) for picture, _ in pictures]),
        picture_of=np.repeat(np.arange(len(pictures)), [len(labels) for labels, _ in sure]),
        labels=np.concatenate([labels for labels, _ in sure]),
        boxes=np.concatenate([(corners[:, :2] + corners[:, 2:]) / 2, corners[:, 2:] - corners[:, :2]], axis=1),
        counts=np.stack([counted(truth) for _, truth in pictures]),
    )


def counted(truth: Truth) -> NDArray[np.float32]:
    """Return which answers count, (places, classes) float32: 0 for unknown classes and inside unsure objects."""
    centres = _centres()
    counts = np.tile(truth.known.astype(np.float32), (len(centres), 1))
    for box, label in zip(truth.boxes[~truth.sure], truth.labels[~truth.sure], strict=True):
        inside = ((centres >= box[:2]) & (centres < box[2:])).all(axis=1)
        counts[inside, label] = 0
    return counts


def _centres() -> NDArray[np.float32]:
    """Return the middle of each of the network's places, (places, 2) float32 px, in its order."""
    width, height = INPUT_SIZE
    grids = []
    for stride in STRIDES:
        rows, columns = np.mgrid[: height // stride, : width // stride]
        grids.append((np.stack([columns.ravel(), rows.ravel()], axis=1) + 0.5) * stride)
    return np.concatenate(grids).astype(np.float32)


def _as_input(picture: Image) -> NDArray[np.uint8]:
    return np.ascontiguousarray(picture[..., ::-1].transpose(2, 0, 1))
