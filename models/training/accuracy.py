"""How good detections are: matched with truth, as average precision and as recall at a rate of false boxes. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.training.samples import Truth
from vision.boxes import iou
from vision.types import Detections

LEAST_IOU: Final = 0.5
"""A box and an object belong together from this overlap on: the 50 in AP50."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """All boxes of one class over many pictures, by falling score.

    score: (n,) float32. right: (n,) bool, whether the box found an object that none of higher score had found.
    objects: how many there were to find. pictures: over how many pictures.
    """

    score: NDArray[np.float32]
    right: NDArray[np.bool_]
    objects: int
    pictures: int

    def average_precision(self) -> float:
        """Return the area under precision, made falling, over recall; not a number where nothing was to be found."""
        if self.objects == 0:
            return float("nan")
        found = np.cumsum(self.right)
        precision = found / np.arange(1, len(found) + 1)
        falling = np.maximum.accumulate(precision[::-1])[::-1]
        return float((falling * self.right).sum() / self.objects)

    def recall_at(self, false_per_picture: float) -> float:
        """Return the share of objects found at the lowest score that keeps false boxes within this rate."""
        allowed = np.cumsum(~self.right) <= false_per_picture * self.pictures
        return float((self.right & allowed).sum() / max(self.objects, 1))

    def score_at(self, false_per_picture: float) -> float:
        """Return that lowest score, 1 where no box may be kept."""
        kept = self.score[np.cumsum(~self.right) <= false_per_picture * self.pictures]
        return float(kept[-1]) if len(kept) else 1.0


def match(found: Detections, truth: Truth) -> tuple[NDArray[np.float32], NDArray[np.bool_], int]:
    """Match one picture's boxes of one class with its objects of that class.

    By falling score, each box takes the free object that it overlaps most. Boxes that take none but lie on an unsure
    object are left out. Returns score (n,), right (n,), and how many objects there were.
    """
    order = np.argsort(-found.score, kind="stable")
    overlap = iou(found.xyxy[order], truth.boxes)
    free, kept, right = truth.sure.copy(), [], []
    for row, number in zip(overlap, order, strict=True):
        best = int(np.where(free, row, -1).argmax()) if free.any() else -1
        hit = best >= 0 and bool(free[best]) and row[best] >= LEAST_IOU
        if hit:
            free[best] = False
        elif (row[~truth.sure] >= LEAST_IOU).any():
            continue
        kept.append(number)
        right.append(hit)
    return found.score[kept], np.array(right, np.bool_), int(truth.sure.sum())


def matches(pairs: Iterable[tuple[Detections, Truth]]) -> Matches:
    """Match boxes of one class over many pictures."""
    rows = [match(found, truth) for found, truth in pairs]
    return _sorted(rows)


def _sorted(rows: Sequence[tuple[NDArray[np.float32], NDArray[np.bool_], int]]) -> Matches:
    score = np.concatenate([np.zeros(0, np.float32), *(row[0] for row in rows)])
    right = np.concatenate([np.zeros(0, np.bool_), *(row[1] for row in rows)])
    order = np.argsort(-score, kind="stable")
    return Matches(score[order], right[order], sum(row[2] for row in rows), len(rows))
