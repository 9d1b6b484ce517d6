"""`python -m models.training.teachers`: people in frames of real clips, labelled by public detectors that agree.

Several detectors, trained by others on other data, look at each frame. Where most of them see a person, there is one;
where only two do, finding one is neither right nor wrong; what one alone sees is taken for a mistake, such as a coat
on a chair. Nothing is said about other classes. The clips are not part of the project and neither are these shards.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from models.detector import Detector, open_detector
from models.training.samples import DATA, Object, Split, Truth, truth_of, write_shard
from vision.boxes import iou
from vision.types import Boxes, Image

PERSON: Final = "person"
SAME_PERSON_IOU: Final = 0.5
LEAST_SCORE: Final = 0.3
AGREEING, DOUBTFUL = 3, 2
"""So many teachers make a label; so many leave it open."""

TEACHERS: Final[Mapping[str, int]] = {
    "rtmdet_nano_person": 640,
    "yolox_nano_416": 640,
    "nanodet_m_416": 416,
    "yolo11n_int8_320": 320,
}
"""Each with the longer side of its input in px, larger than usual where the file allows: time matters little here."""

CLIPS: Final[Mapping[str, Split]] = {
    "desk.mp4": "train",
    "desk-light.mp4": "train",
    "thermos-taken.mp4": "train",
    "bag-left.avi": "train",
    "store-aisle.gif": "validation",
}
"""By clip, never by frame. one-by-one, worker-zone and corridor are for the benchmark alone."""


@dataclass(frozen=True, slots=True)
class Teacher:
    """A detector that is asked for people."""

    detector: Detector

    def people(self, picture: Image) -> Boxes:
        """Return the people in a picture, (n, 4) px."""
        found = self.detector.detect_images([picture], LEAST_SCORE)[0]
        return found.where(np.asarray(found.label == self.detector.labels.index(PERSON))).xyxy


def agreed(opinions: Sequence[Boxes]) -> Truth:
    """Return the truth of a picture from what each teacher saw; a person's box is the mean of those given to them."""
    boxes = np.concatenate(opinions)
    teacher = np.repeat(np.arange(len(opinions)), [len(opinion) for opinion in opinions])
    overlap, left = iou(boxes, boxes), np.ones(len(boxes), np.bool_)
    objects = []
    for first in range(len(boxes)):
        if left[first]:
            same = _same_person(first, overlap[first], teacher, left)
            left[same] = False
            x0, y0, x1, y1 = (float(value) for value in boxes[same].mean(axis=0))
            if len(same) >= DOUBTFUL:
                objects.append(Object(PERSON, (x0, y0, x1, y1), sure=len(same) >= AGREEING))
    return truth_of(objects, known=[PERSON])


def _same_person(
    first: int, overlap: NDArray[np.float32], teacher: NDArray[np.intp], left: NDArray[np.bool_]
) -> list[int]:
    """Return the numbers of a box and of the best matching one of each other teacher among those that are left."""
    same = [first]
    for other in set(teacher.tolist()) - {int(teacher[first])}:
        able = np.flatnonzero(left & (teacher == other) & (overlap >= SAME_PERSON_IOU))
        if len(able):
            same.append(int(able[overlap[able].argmax()]))
    return same


def _frames(clip: Path, every_s: float) -> Iterator[Image]:
    """Give the frames of a clip, one every so many seconds."""
    with av.open(str(clip)) as container:
        due_s = 0.0
        for frame in container.decode(video=0):
            if frame.time >= due_s:
                due_s = frame.time + every_s
                yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def main() -> None:
    """Parse the command line and label what is not labelled yet."""
    parser = argparse.ArgumentParser(prog="python -m models.training.teachers", description=__doc__)
    parser.add_argument("footage", type=Path, help="the folder with the clips")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--every-s", type=float, default=0.3, help="seconds between frames (default 0.3)")
    options = parser.parse_args()
    teachers = [Teacher(open_detector(name, size=side)) for name, side in TEACHERS.items()]
    for clip, split in CLIPS.items():
        shard = options.data / split / f"real-{Path(clip).stem}"
        if not shard.exists():
            frames = _frames(options.footage / clip, options.every_s)
            write_shard(shard, ((f, agreed([t.people(f) for t in teachers])) for f in frames))
            print(shard, flush=True)


if __name__ == "__main__":
    main()
