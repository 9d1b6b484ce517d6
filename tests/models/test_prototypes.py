"""Numbers checked against decoders written independently, on real pictures at the same square input."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from models.detector import open_detector
from vision.types import Image


@pytest.fixture(scope="module")
def decoders(prototypes: Path) -> ModuleType:
    """Load the prototype decoders from their file."""
    spec = importlib.util.spec_from_file_location("prototype_decoders", prototypes / "decoders.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def squared(picture: Image) -> Image:
    """Pad below, so that the input needs no padding of its own, wherever a layout would put it."""
    height, width = picture.shape[:2]
    square = np.full((width, width, 3), 114, np.uint8)
    square[:height] = picture
    return square


@pytest.mark.footage
@pytest.mark.parametrize(
    ("ours", "theirs", "size"),
    [
        ("rtmdet_nano_person", "rtmdet_nano", 416),
        ("yolox_nano_416", "yolox_nano", 416),
        ("nanodet_m_416", "nanodet_m_416", 416),
        ("yolo11n_int8_320", "yolo11n_int8", 320),
    ],
)
def test_boxes_and_scores_are_those_of_the_prototype(
    weights: Path, people: list[Image], decoders: ModuleType, ours: str, theirs: str, size: int
) -> None:
    detector, prototype = open_detector(ours, search=[weights]), decoders.Det(theirs, size)
    seen = 0
    for picture in map(squared, people):
        boxes, scores, labels = prototype(picture, 0.3)
        order = np.argsort(-scores, kind="stable")
        found = detector.detect_images([picture], 0.3)[0]
        side = picture.shape[0]
        assert found.score == pytest.approx(scores[order], abs=2e-4)
        assert found.label.tolist() == labels[order].tolist()
        assert np.abs(found.xyxy - boxes[order].clip(0, side)).max(initial=0) < 0.05
        seen += len(found)
    assert seen >= 3
