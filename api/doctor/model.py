"""The detector: whether its file is the one of the manifest, runs here, and how long a frame takes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import numpy as np

from api.doctor.findings import Finding, bad, good, skipped, warning
from api.requests import RequestError
from api.wiring import PeopleFinder, open_people_finder
from models.errors import ModelError
from vision.types import Frame

_WIDTH, _HEIGHT = 640, 360
_RUNS = 3


def examine_model(model: str, backend: str, frames_per_second: float) -> Iterator[Finding]:
    """Open a detector and run it. frames_per_second: how many frames all cameras together want to be looked at."""
    try:
        finder = open_people_finder(model, backend)
    except (ModelError, RequestError) as error:
        yield bad("model.file", f"the detector {model} cannot be used", str(error))
        return
    if finder is None:
        yield skipped("model.file", "no detector is asked for, so nobody is looked for")
        return
    detector = finder.detector
    yield good(
        "model.file",
        f"{detector.name} on {detector.backend}, SHA-256 {detector.digest[:12]}…",
        name=detector.name,
        sha256=detector.digest,
        backend=detector.backend,
    )
    yield judge_speed(frame_ms(finder), frames_per_second)


def frame_ms(finder: PeopleFinder) -> float:
    """Measure how long one frame takes on one core, at best; the first one, which warms up, does not count."""
    times = []
    for number in range(1 + _RUNS):
        frame = Frame.from_bgr(number, np.zeros((_HEIGHT, _WIDTH, 3), np.uint8))
        began = time.perf_counter()
        finder(frame)
        times.append((time.perf_counter() - began) * 1000)
    return min(times[1:])


def judge_speed(one_ms: float, frames_per_second: float) -> Finding:
    """Judge the time a frame takes against what cameras want in the worst case, when there is movement everywhere."""
    cores, there = one_ms * frames_per_second / 1000, os.cpu_count() or 1
    measured = {"frame_ms": round(one_ms, 1), "cores_at_most": round(cores, 2)}
    says = f"{one_ms:.0f} ms a frame; with movement before every camera at once {cores:.1f} cores"
    if cores > there:
        remedy = f"this machine has {there}: lower `detect_fps`, take a smaller detector, or a stronger machine"
        return warning("model.speed", says, remedy, **measured)
    return good("model.speed", says, **measured)
