"""What is measured of detectors: accuracy on pictures with truth, and time beside each other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from benchmarks.detector_views import View
from models.detector import Detector
from models.training.accuracy import Matches, matches
from models.training.composing import large_enough
from models.training.samples import CLASSES, Truth
from vision.types import Detections, Image

SAME_CLASS: Final[Mapping[str, str]] = {"laptop": "terminal"}
"""What others call one of our classes."""
LEAST_SCORE: Final = 0.01
SMALL_PX: Final = 40.0
"""A terminal is small below this width in the detector's input."""
FALSE_PER_PICTURE: Final = 0.1
TIMED_RUNS: Final = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """One detector on one set of pictures and one class."""

    pictures: str
    subject: str
    objects: int
    average_precision: float
    recall: float


@dataclass(frozen=True, slots=True)
class Result:
    """All of one detector. speed: its time for a view of 16:9 as a share of YOLOX-nano's for a square one."""

    detector: str
    figures: tuple[Figure, ...]
    speed: float


def measured(detector: Detector, sets: Mapping[str, Sequence[View]]) -> tuple[Figure, ...]:
    """Return a detector's figures on all sets, for every class that both it and the set know."""
    return tuple(figure for name, views in sets.items() for figure in _on_one_set(detector, name, views))


def _on_one_set(detector: Detector, pictures: str, views: Sequence[View]) -> Iterator[Figure]:
    found = [detector.detect_images([view.picture], LEAST_SCORE)[0] for view in views]
    scales = [_input_scale(detector, view.picture) for view in views]
    truths = [asked_for(view.truth, scale) for view, scale in zip(views, scales, strict=True)]
    for number, label in _common(detector):
        if not all(view.truth.known[label] for view in views):
            continue
        pairs = [
            (boxes.where(boxes.label == number), truth.of_class(label))
            for boxes, truth in zip(found, truths, strict=True)
        ]
        yield _figure(pictures, CLASSES[label], matches(pairs))
        if CLASSES[label] == "terminal":
            small = matches(small_only(*pair, SMALL_PX / scale) for pair, scale in zip(pairs, scales, strict=True))
            yield _figure(pictures, f"terminal under {SMALL_PX:g} px", small)


def _common(detector: Detector) -> list[tuple[int, int]]:
    """Return the classes that a detector shares with ours: its number, our number."""
    names = [SAME_CLASS.get(name, name) for name in detector.labels]
    return [(number, CLASSES.index(name)) for number, name in enumerate(names) if name in CLASSES]


def asked_for(truth: Truth, scale: float) -> Truth:
    """Return the truth without asking for what is too small in an input that is `scale` times the picture."""
    return Truth(truth.boxes, truth.labels, truth.sure & large_enough(truth.boxes * np.float32(scale)), truth.known)


def small_only(found: Detections, truth: Truth, width_px: float) -> tuple[Detections, Truth]:
    """Leave only what is narrower than so many px: wider objects need not be found, wider boxes do not count."""
    wide = truth.boxes[:, 2] - truth.boxes[:, 0] >= width_px
    narrow = found.where(found.xyxy[:, 2] - found.xyxy[:, 0] < width_px)
    return narrow, Truth(truth.boxes, truth.labels, truth.sure & ~wide, truth.known)


def _input_scale(detector: Detector, picture: Image) -> float:
    height, width = picture.shape[:2]
    across, down = detector.input_size_for(width, height)
    return float(min(across / width, down / height))


def _figure(pictures: str, subject: str, matched: Matches) -> Figure:
    recall = matched.recall_at(FALSE_PER_PICTURE)
    return Figure(pictures, subject, matched.objects, matched.average_precision(), recall)


def speeds(detectors: Sequence[Detector], yardstick: Detector) -> dict[str, float]:
    """Return each detector's time for a 640x360 view as a share of the yardstick's for a square one, turn by turn."""
    wide, square = np.full((360, 640, 3), 99, np.uint8), np.full((416, 416, 3), 99, np.uint8)
    jobs: dict[str, Callable[[], object]] = {one.name: _job(one, wide) for one in detectors}
    jobs["square"] = _job(yardstick, square)
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for _ in range(TIMED_RUNS):
        for name, job in jobs.items():
            began = time.perf_counter()
            job()
            taken[name].append(time.perf_counter() - began)
    return {name: float(np.median(times) / np.median(taken["square"])) for name, times in taken.items()}


def _job(detector: Detector, picture: Image) -> Callable[[], object]:
    return lambda: detector.detect_images([picture], 0.3)
