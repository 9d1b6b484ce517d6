"""The main job on real clips: every event found in time, nothing raised that did not happen."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.footage.conftest import Run, case_of, read_truth
from tests.footage.scoring import scored, scorer_beside

pytestmark = pytest.mark.footage

CASES = (
    "bag-taken",
    "corridor",
    "corridor-night",
    "desk",
    "desk-blind",
    "desk-box-taken",
    "desk-light",
    "one-by-one.intrusion",
    "one-by-one.unattended",
    "thermos-taken",
)


@pytest.fixture(scope="module")
def scorer(footage: Path) -> ModuleType:
    return scorer_beside(footage)


def test_every_case_of_the_folder_is_tested(footage: Path) -> None:
    assert {path.name.removesuffix(".truth.json") for path in footage.glob("*.truth.json")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_real_clip_raises_what_happens_in_it_and_nothing_else(
    footage: Path, run: Run, scorer: ModuleType, name: str
) -> None:
    found = run(case_of(footage, name))
    score = scored(scorer, read_truth(footage, name), found)
    assert score["misses"] == []
    assert score["false"] == []
