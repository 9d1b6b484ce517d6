"""How much of the people in the rendered sample clip a released copy covers; docs/design/evidence.md tells it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
import pytest
from typer.testing import CliRunner

from api.cli import app
from api.outputs import read_observations
from vision.blurring import FractionBox, People

SAMPLE: Final = Path(__file__).resolve().parents[2] / "sample_footage" / "carried-off"
START: Final = "2018-02-21T17:20:00+09:00"
DETECTOR: Final = "kuraban_office"
SIZE: Final = (960, 540)


def true_boxes() -> Iterator[tuple[int, FractionBox]]:
    """Give what is visible of each person in each picture: milliseconds from the start, and the box."""
    for line in SAMPLE.with_suffix(".truth.jsonl").read_text(encoding="utf-8").splitlines():
        frame = json.loads(line)
        for found in frame["objects"]:
            if found["kind"] == "person" and found["visible"]:
                left, top, right, bottom = (side / SIZE[place % 2] for place, side in enumerate(found["visible"]))
                yield round(frame["t"] * 1000), (left, top, right, bottom)


def share_covered(box: FractionBox, covering: tuple[FractionBox, ...]) -> float:
    """Return the share of a box's pixels that others cover."""
    width, height = SIZE
    picture = np.zeros((height, width), np.bool_)
    for left, top, right, bottom in covering:
        picture[
            int(top * height) : int(np.ceil(bottom * height)), int(left * width) : int(np.ceil(right * width))
        ] = True
    left, top, right, bottom = (round(side * SIZE[place % 2]) for place, side in enumerate(box))
    return float(picture[top:bottom, left:right].mean())


@pytest.mark.long
def test_nobody_in_the_sample_clip_is_left_uncovered(tmp_path: Path) -> None:
    site = str(SAMPLE.with_suffix(".yaml"))
    given = ("--site", site, "--start", START, "--model", DETECTOR, "--out", str(tmp_path))
    analysed = CliRunner().invoke(app, ["analyze", *given])
    assert analysed.exit_code == 0, analysed.output
    people = People(read_observations(tmp_path / "observations.parquet"), frozenset())
    start_ms = round(datetime.fromisoformat(START).timestamp() * 1000)
    shares = np.array([share_covered(box, people.covered(start_ms + at_ms)) for at_ms, box in true_boxes()])
    assert (shares == 1).mean() > 0.95, f"{(shares == 1).sum()} of {len(shares)} whole"
    assert shares.min() > 0.8
