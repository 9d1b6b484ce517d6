"""Running the whole analysis over real clips, as the command line does, without the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from api.analyze import analyze
from api.requests import DEFAULT_BACKEND, AnalyzeRequest, AnalyzeResult
from api.settings import load_site

PUBLIC_MODEL: Final = "rtmdet_nano_person"
"""What the real clips are judged with: a detector that was not trained on any of them."""


class Silence:
    """Progress that tells nobody."""

    def advance(self, camera: str, captured_at_ms: int, of_ms: int | None) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Case:
    """One site file with its clips and what happens in them."""

    site: Path
    clips: Mapping[str, str]
    start: str

    @property
    def start_ms(self) -> int:
        """UTC milliseconds of the first frame."""
        return int(datetime.fromisoformat(self.start).timestamp() * 1000)


@dataclass(frozen=True)
class Outcome:
    """What a run found, and where."""

    result: AnalyzeResult
    out: Path
    start_ms: int

    @property
    def told(self) -> list[tuple[str, str | None]]:
        """What was raised where, in order."""
        return [(i.rule, i.item or i.zone or i.camera) for i in self.result.incidents]

    @property
    def raised_s(self) -> list[float]:
        """Seconds from the start, in order."""
        return [(i.raised_at_ms - self.start_ms) / 1000 for i in self.result.incidents]


Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Analyse a case; `model`, `detect_fps` and `skip` as in the request."""

    def run_case(
        case: Case, *, model: str = PUBLIC_MODEL, detect_fps: float | None = None, skip: bool = True
    ) -> Outcome:
        out = tmp_path_factory.mktemp("run")
        request = AnalyzeRequest(
            site=load_site(case.site, os.environ),
            clips=case.clips,
            start_ms=case.start_ms,
            model=model,
            backend=DEFAULT_BACKEND,
            detect_fps=detect_fps,
            skip=skip,
            out=out,
        )
        return Outcome(analyze(request, Silence()), out, case.start_ms)

    return run_case


def read_truth(footage: Path, name: str) -> dict[str, Any]:
    """Return what is known of a case."""
    truth: dict[str, Any] = json.loads((footage / f"{name}.truth.json").read_text(encoding="utf-8"))
    return truth


def case_of(footage: Path, name: str, clip: Path | None = None) -> Case:
    """Return a case of the folder, with another clip where one is given."""
    truth = read_truth(footage, name)
    files = truth["clips"] if "clips" in truth else {truth["camera"]: clip or truth["clip"]}
    clips = {camera: str(footage / file) for camera, file in files.items()}
    return Case(footage / f"{name}.yaml", clips, truth["start"])
