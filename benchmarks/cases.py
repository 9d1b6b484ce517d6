"""The clips of `shared/footage` as a camera's sub-stream would show them, each with its site file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import av

from benchmarks.jobs import Case
from benchmarks.streams_made import Stretch, make_streams


def clip_cases(footage: Path, model: str) -> Iterator[tuple[str, Case]]:
    """Give every case of a folder with its name: a truth file, its site file, and its whole clip encoded anew.

    Raises OSError and av.error.FFmpegError where a file is missing or cannot be read.
    """
    for truth_path in sorted(footage.glob("*.truth.json")):
        name = truth_path.name.removesuffix(".truth.json")
        truth = json.loads(truth_path.read_text(encoding="utf-8"))
        clip = footage / truth["clip"]
        lasts_s = _lasts_s(clip)
        made = make_streams(Stretch(clip, 0.0, lasts_s, lasts_s), with_main=False)
        start_ms = int(datetime.fromisoformat(truth["start"]).timestamp() * 1000)
        yield name, Case(footage / f"{name}.yaml", truth["camera"], made.sub, model, skip=True, start_ms=start_ms)


def _lasts_s(clip: Path) -> float:
    with av.open(str(clip)) as container:
        if not container.duration:
            raise ValueError(f"{clip} does not say how long it is: encode it anew, as an mp4 file")
        return float(container.duration / 1_000_000)
