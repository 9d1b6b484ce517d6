"""Names of classes: the two COCO tables, and which table a network means when it says nothing.

A label is a lower-case English word; "person" is the one that the rest of Kuraban looks for.
"""

from __future__ import annotations

import ast
from pathlib import Path

from models.errors import ModelFileError, UnknownLabelsError

COCO_80: tuple[str, ...] = (
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "traffic light",
    "fire hydrant", "stop sign", "parking meter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow",
    "elephant", "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee",
    "skis", "snowboard", "sports ball", "kite", "baseball bat", "baseball glove", "skateboard", "surfboard",
    "tennis racket", "bottle", "wine glass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple",
    "sandwich", "orange", "broccoli", "carrot", "hot dog", "pizza", "donut", "cake", "chair", "couch",
    "potted plant", "bed", "dining table", "toilet", "tv", "laptop", "mouse", "remote", "keyboard",
    "cell phone", "microwave", "oven", "toaster", "sink", "refrigerator", "book", "clock", "vase", "scissors",
    "teddy bear", "hair drier", "toothbrush",
)  # fmt: skip
"""The 80 classes of COCO, numbered without gaps, as most detectors number them."""

_COCO_GAPS = frozenset({0, 12, 26, 29, 30, 45, 66, 68, 69, 71, 83})
"""Category ids up to 90 that no COCO category bears."""


def _by_category_id() -> tuple[str, ...]:
    names = iter(COCO_80)
    return tuple(f"none-{number}" if number in _COCO_GAPS else next(names) for number in range(91))


COCO_91: tuple[str, ...] = _by_category_id()
"""COCO numbered by category id 0..90, gaps included, as RF-DETR and other DETR descendants number it."""

_TABLES = {len(COCO_80): COCO_80, len(COCO_91): COCO_91}


def labels_from_metadata(names: str, file: str) -> tuple[str, ...]:
    """Return the labels that Ultralytics writes as a Python dict, `{0: 'person', ...}`.

    Raises ModelFileError where the text is no such dict, numbered from 0 without gaps.
    """
    try:
        parsed = ast.literal_eval(names)
    except (ValueError, SyntaxError) as error:
        raise ModelFileError(
            f"{file}: metadata key 'names' cannot be read ({error}); export the model again"
        ) from error
    if not isinstance(parsed, dict) or sorted(parsed) != list(range(len(parsed))):
        raise ModelFileError(f"{file}: metadata key 'names' must number the classes from 0, got {names[:80]!r}")
    return tuple(str(parsed[number]) for number in range(len(parsed)))


def labels_beside(weights: Path) -> tuple[str, ...] | None:
    """Return the lines of the text file `NAME.labels` beside the weights, None where there is none."""
    file = weights.with_suffix(".labels")
    if not file.is_file():
        return None
    return tuple(line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def labels_by_count(classes: int | None, weights: Path) -> tuple[str, ...]:
    """Return the COCO table of that many classes; raise UnknownLabelsError where there is none."""
    if classes in _TABLES:
        return _TABLES[classes]
    count = "an unknown number of" if classes is None else str(classes)
    raise UnknownLabelsError(
        f"{weights.name} has {count} classes and does not say what they are called: write their names, "
        f"one a line in the network's order, into {weights.with_suffix('.labels').name} beside it"
    )
