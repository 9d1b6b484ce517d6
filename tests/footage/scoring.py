"""F1 of a run of cases, by the scorer that lies beside the real clips."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.footage.conftest import Outcome


def scorer_beside(footage: Path) -> ModuleType:
    """Load the scorer."""
    path = footage.parent / "eval" / "score.py"
    spec = importlib.util.spec_from_file_location("score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scored(scorer: ModuleType, truth: dict[str, Any], found: Outcome) -> dict[str, Any]:
    """Return what was found, missed and false in one case."""
    lines = (found.out / "incidents.jsonl").read_text(encoding="utf-8").splitlines()
    score: dict[str, Any] = scorer.score_clip(truth, [json.loads(line) for line in lines])
    return score


def f1(scores: Iterable[dict[str, Any]]) -> float:
    """Return F1 over all cases together."""
    hits = mistakes = 0
    for score in scores:
        hits += len(score["hits"])
        mistakes += len(score["misses"]) + len(score["false"])
    return 2 * hits / (2 * hits + mistakes)
