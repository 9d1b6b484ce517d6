"""The detector benchmark: which pictures it looks at and what it makes of the answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from benchmarks.detector_figures import Figure, Result, measured, small_only, speeds
from benchmarks.detector_table import results_table
from benchmarks.detector_views import PEOPLE_IN_REAL_CLIPS, View, real_clips, sample_clips, unseen_offices
from models.training.samples import Object, truth_of, write_shard
from vision.types import Detections, Frame, Image

ROOT = Path(__file__).resolve().parents[2]
GREY = np.full((360, 640, 3), 128, np.uint8)
PERSON, TERMINAL = (10.0, 10.0, 50.0, 90.0), (100.0, 100.0, 130.0, 120.0)


def boxes(*rows: tuple[tuple[float, float, float, float], int]) -> Detections:
    return Detections(
        np.array([box for box, _ in rows], np.float32).reshape(-1, 4),
        np.full(len(rows), 0.9, np.float32),
        np.array([label for _, label in rows], np.int32),
    )


@dataclass
class Fixed:
    """A detector that always sees the same."""

    labels: tuple[str, ...]
    answer: Detections
    name: str = "fixed"
    digest: str = ""
    backend: str = ""

    def input_size_for(self, width: int, height: int) -> tuple[int, int]:
        return (416, 256) if width >= height else (256, 416)

    def detect(self, frames: Sequence[Frame], score: float) -> list[Detections]:
        return [self.answer.where(self.answer.score >= score) for _ in frames]

    def detect_images(self, images: Sequence[Image], score: float) -> list[Detections]:
        return [self.answer.where(self.answer.score >= score) for _ in images]


def figures(detector: Fixed, *views: View) -> dict[str, float]:
    return {figure.subject: figure.average_precision for figure in measured(detector, {"made up": views})}


def test_a_detector_is_measured_on_the_classes_that_it_shares_with_ours() -> None:
    view = View(GREY, truth_of([Object("person", PERSON), Object("terminal", TERMINAL)]))
    people_only = Fixed(("person",), boxes((PERSON, 0)))
    assert figures(people_only, view) == {"person": 1.0}
    others_call_it_laptop = Fixed(("dog", "laptop"), boxes((TERMINAL, 1)))
    assert figures(others_call_it_laptop, view) == {"terminal": 1.0, "terminal under 40 px": 1.0}


def test_a_class_that_nobody_marked_in_the_pictures_is_not_measured() -> None:
    view = View(GREY, truth_of([Object("person", PERSON)], known=["person"]))
    assert figures(Fixed(("person", "terminal"), boxes((PERSON, 0), (TERMINAL, 1))), view) == {"person": 1.0}


def test_a_terminal_is_small_by_its_width_in_the_detectors_input() -> None:
    wide = (100.0, 100.0, 170.0, 150.0)  # 70 px of 640 are 45 of 416
    view = View(GREY, truth_of([Object("terminal", TERMINAL), Object("terminal", wide)]))
    sees_the_wide_one = Fixed(("terminal",), boxes((wide, 0)))
    assert figures(sees_the_wide_one, view) == {"terminal": 0.5, "terminal under 40 px": 0.0}


def test_what_is_too_small_in_a_detectors_input_need_not_be_found() -> None:
    tiny = (100.0, 100.0, 110.0, 106.0)  # 10 px of 640 are 6.5 of 416
    view = View(GREY, truth_of([Object("person", PERSON), Object("person", tiny)]))
    assert figures(Fixed(("person",), boxes((PERSON, 0))), view) == {"person": 1.0}


def test_wide_boxes_are_neither_right_nor_wrong_among_small_terminals() -> None:
    wide = (0.0, 0.0, 90.0, 50.0)
    truth = truth_of([Object("terminal", TERMINAL), Object("terminal", wide)])
    found, small = small_only(boxes((TERMINAL, 0), (wide, 0)), truth, 60.0)
    assert found.xyxy.tolist() == [list(TERMINAL)]
    assert small.sure.tolist() == [True, False]


def test_a_detector_takes_as_long_as_itself() -> None:
    taken = speeds([Fixed(("person",), boxes())], Fixed(("person",), boxes(), name="yardstick"))
    assert taken["fixed"] == pytest.approx(1.0, rel=0.9)


def test_sample_clips_give_a_frame_a_second_with_its_exact_boxes() -> None:
    views = list(sample_clips(ROOT / "sample_footage"))
    lines = sum(len(path.read_text("utf-8").splitlines()) for path in ROOT.glob("sample_footage/*.truth.jsonl"))
    assert lines / 15 <= len(views) <= lines / 9
    assert all(view.picture.shape == (540, 960, 3) for view in views)
    assert any(len(view.truth.labels) >= 4 for view in views)
    assert all(view.truth.known.all() for view in views)


def test_unseen_offices_are_damaged_the_same_in_every_run(tmp_path: Path) -> None:
    write_shard(tmp_path / "office-15", [(GREY, truth_of([Object("person", PERSON)]))] * 8)
    first, second = list(unseen_offices(tmp_path)), list(unseen_offices(tmp_path))
    assert all((one.picture == other.picture).all() for one, other in zip(first, second, strict=True))
    assert len({view.picture.tobytes() for view in first}) > 4


@pytest.mark.footage
def test_the_marked_frames_are_of_these_very_clips(footage: Path) -> None:
    for clip, said in json.loads(PEOPLE_IN_REAL_CLIPS.read_text(encoding="utf-8")).items():
        assert sha256((footage / clip).read_bytes()).hexdigest() == said["sha256"]


@pytest.mark.footage
def test_people_are_marked_inside_their_frames(footage: Path) -> None:
    views = list(real_clips(footage))
    assert len(views) == 98
    assert sum(int(view.truth.sure.sum()) for view in views) == 67
    for view in views:
        height, width = view.picture.shape[:2]
        assert (view.truth.boxes >= 0).all()
        assert (view.truth.boxes <= [width, height, width, height]).all()


def test_the_table_has_a_row_for_each_class_and_a_column_for_each_detector() -> None:
    figure = Figure("sample clips", "person", 39, 0.912, 0.875)
    console = Console(width=120, record=True, file=StringIO())
    console.print(results_table([Result("ours", (figure,), 0.94), Result("theirs", (), 0.71)]))
    row = next(line for line in console.export_text().splitlines() if "sample clips" in line)
    assert "0.912 / 0.875" in row
    assert "39" in row
