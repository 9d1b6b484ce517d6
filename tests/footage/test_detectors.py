"""What each of the two detectors is good for, over all clips: the figures of models/weights/CARD.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.requests import DEFAULT_MODEL
from tests.footage.conftest import PUBLIC_MODEL, Run, case_of, read_truth
from tests.footage.scoring import f1, scored, scorer_beside

pytestmark = [pytest.mark.footage, pytest.mark.long, pytest.mark.timeout(900)]

SAMPLE = Path(__file__).resolve().parents[2] / "sample_footage"


def cases(folder: Path) -> list[str]:
    return sorted(path.name.removesuffix(".truth.json") for path in folder.glob("*.truth.json"))


def f1_of(run: Run, footage: Path, folder: Path, model: str) -> float:
    scorer = scorer_beside(footage)
    return f1(
        scored(scorer, read_truth(folder, name), run(case_of(folder, name), model=model)) for name in cases(folder)
    )


@pytest.mark.parametrize("model", [DEFAULT_MODEL, PUBLIC_MODEL])
def test_the_sample_clips_raise_what_happens_in_them(footage: Path, run: Run, model: str) -> None:
    assert f1_of(run, footage, SAMPLE, model) >= 0.95


def test_the_default_detector_is_right_about_the_real_clips(footage: Path, run: Run) -> None:
    assert f1_of(run, footage, footage, DEFAULT_MODEL) >= 0.95
