"""The pictures that detectors are compared on, each with its truth: rendered clips, rendered offices, real clips."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from models.training.damage import damaged
from models.training.samples import CLASSES, Object, Truth, read_shards, truth_of
from vision.types import Image

PEOPLE_IN_REAL_CLIPS: Final = Path(__file__).with_name("people_in_real_clips.json")
EVERY_S: Final = 1.0
"""Seconds between the frames of a sample clip that are looked at."""
LEAST_SHARE: Final = 0.25
"""Objects of which less is seen need not be found."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A picture with its truth in px of it."""

    picture: Image
    truth: Truth


def sample_clips(folder: Path) -> Iterator[View]:
    """Give frames of the rendered clips with their exact truth, one a second."""
    for told in sorted(folder.glob("*.truth.jsonl")):
        lines = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
        due_s, capture = 0.0, cv2.VideoCapture(str(told).removesuffix(".truth.jsonl") + ".mp4")
        for line in lines:
            read, picture = capture.read()
            if read and line["t"] >= due_s:
                due_s = line["t"] + EVERY_S
                yield View(np.asarray(picture, np.uint8), _told(line["objects"]))
        capture.release()


def _told(objects: Sequence[Mapping[str, Any]]) -> Truth:
    seen = [one for one in objects if one["visible"] and one["kind"] in CLASSES]
    return truth_of([Object(one["kind"], tuple(one["visible"]), one["share"] >= LEAST_SHARE) for one in seen])


def unseen_offices(folder: Path) -> Iterator[View]:
    """Give the rendered test pictures, each damaged in its own way, the same in every run."""
    for number, sample in enumerate(read_shards(folder)):
        yield View(damaged(sample.picture(), np.random.default_rng(number)), sample.truth)


def real_clips(footage: Path) -> Iterator[View]:
    """Give the marked frames of real clips."""
    marked = json.loads(PEOPLE_IN_REAL_CLIPS.read_text(encoding="utf-8"))
    for clip, said in marked.items():
        frames = {frame["frame"]: frame for frame in said["frames"]}
        capture = cv2.VideoCapture(str(footage / clip))
        for number in range(max(frames) + 1):
            read, picture = capture.read()
            if read and number in frames:
                yield View(np.asarray(picture, np.uint8), _marked(frames[number]))
        capture.release()


def _marked(frame: Mapping[str, Any]) -> Truth:
    people = [Object("person", tuple(box)) for box in frame["people"]]
    return truth_of(people + [Object("person", tuple(box), sure=False) for box in frame["unsure"]], known=["person"])
