"""The main job on real clips: every event found in time, nothing raised that did not happen."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.footage.conftest import Run, case_of, read_truth

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
    """The scorer that lies beside the clips."""
    path = footage.parent / "eval" / "score.py"
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_case_of_the_folder_is_tested(footage: Path) -> None:
    assert {path.name.removesuffix(".truth.json") for path in footage.glob("*.truth.json")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_a_real_clip_raises_what_happens_in_it_and_nothing_else(
    footage: Path, run: Run, scorer: ModuleType, name: str
) -> None:
    found = run(case_of(footage, name))
    lines = (found.out / "incidents.jsonl").read_text(encoding="utf-8").splitlines()
    score: dict[str, Any] = scorer.score_clip(read_truth(footage, name), [json.loads(line) for line in lines])
    assert score["misses"] == []
    assert score["false"] == []
