"""Labelled pictures on disk: what is known of a picture, and the folders, called shards, that hold them.

A shard is written whole or not at all, so whatever makes shards can be broken off and started again. The pictures of
one shard share an office or a clip, and a shard belongs to one split: training never sees the room of a test picture.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Boxes, Image

CLASSES: Final = ("person", "head", "terminal", "cards")
"""In the network's order."""

INPUT_SIZE: Final = (416, 256)
"""(width, height) px of the network's input in training: what a view of 16:9 gets."""

CACHE: Final = Path.home() / ".cache" / "kuraban"
"""Where what is made lies: shards in training/data, runs beside them."""

DATA: Final = CACHE / "training" / "data"

Split = Literal["train", "validation", "test"]

_LABELS: Final = "labels.jsonl"
_JPEG_QUALITY: Final = 95


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What is in a picture.

    boxes: (n, 4) float32, left, top, right, bottom in px. labels: (n,) int, an index into CLASSES. sure: (n,) bool,
    False where finding the object is neither right nor wrong: hardly visible, or labelled by one teacher alone.
    known: (classes,) bool, False for classes that nobody looked for, of which anything may be in the picture.
    """

    boxes: Boxes
    labels: NDArray[np.intp]
    sure: NDArray[np.bool_]
    known: NDArray[np.bool_]

    def __post_init__(self) -> None:
        if self.boxes.shape != (len(self.labels), 4) or self.sure.shape != self.labels.shape:
            raise ValueError(f"boxes {self.boxes.shape}, labels {self.labels.shape}, sure {self.sure.shape} differ")
        if self.known.shape != (len(CLASSES),):
            raise ValueError(f"known must have shape ({len(CLASSES)},), got {self.known.shape}")

    def of_class(self, label: int) -> Truth:
        """Return the objects of one class."""
        keep = self.labels == label
        return Truth(self.boxes[keep], self.labels[keep], self.sure[keep], self.known)


@dataclass(frozen=True, slots=True)
class Object:
    """One labelled object: its class, its box in px, and whether it must be found."""

    label: str
    box: tuple[float, float, float, float]
    sure: bool = True


def truth_of(objects: Sequence[Object], known: Iterable[str] = CLASSES) -> Truth:
    """Return the truth of a picture with these objects, in which these classes were looked for."""
    return Truth(
        boxes=np.array([one.box for one in objects], np.float32).reshape(-1, 4),
        labels=np.array([CLASSES.index(one.label) for one in objects], np.intp),
        sure=np.array([one.sure for one in objects], np.bool_),
        known=np.isin(CLASSES, list(known)),
    )


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture on disk with its truth."""

    path: Path
    truth: Truth

    def picture(self) -> Image:
        """Read the picture, (height, width, 3) blue, green, red."""
        picture = cv2.imread(str(self.path), cv2.IMREAD_COLOR)
        if picture is None:
            raise FileNotFoundError(f"{self.path} is not there or damaged: delete its shard and make it again")
        return np.asarray(picture, np.uint8)


def write_shard(folder: Path, pictures: Iterable[tuple[Image, Truth]]) -> None:
    """Write labelled pictures into a new folder, which appears when all of them are there."""
    unfinished = folder.with_name(folder.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    with (unfinished / _LABELS).open("w", encoding="utf-8") as lines:
        for number, (picture, truth) in enumerate(pictures):
            name = f"{number:04d}.jpg"
            quality = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
            if not cv2.imwrite(str(unfinished / name), picture, quality):
                raise OSError(f"{unfinished / name} cannot be written: is the disk full?")
            lines.write(json.dumps({"picture": name, **_as_json(truth)}, separators=(",", ":")) + "\n")
    unfinished.replace(folder)


def read_shards(folder: Path) -> list[Sample]:
    """Return the samples of all finished shards in a folder, in a fixed order."""
    shards = sorted(path.parent for path in folder.glob(f"*/{_LABELS}") if path.parent.suffix != ".part")
    return [sample for shard in shards for sample in _read_shard(shard)]


def _read_shard(shard: Path) -> Iterator[Sample]:
    for line in (shard / _LABELS).read_text(encoding="utf-8").splitlines():
        said = json.loads(line)
        objects = [Object(label, tuple(box), sure) for label, box, sure in said["objects"]]
        yield Sample(shard / said["picture"], truth_of(objects, said["known"]))


def _as_json(truth: Truth) -> dict[str, Any]:
    rows = zip(truth.labels, truth.boxes, truth.sure, strict=True)
    return {
        "known": [name for name, known in zip(CLASSES, truth.known, strict=True) if known],
        "objects": [[CLASSES[label], [round(float(v), 1) for v in box], bool(sure)] for label, box, sure in rows],
    }
