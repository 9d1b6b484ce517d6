"""What is measured: ffmpeg's decoding, bare inference, and the real analysis, each in a process of its own.

Every job is run by `in_own_process` and answers with its CPU seconds, user and system, of its whole process tree.
What a process does once (importing, opening the model) is not in them, because a service runs for months.
"""

from __future__ import annotations

import logging
import resource
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import av
import numpy as np
import structlog
from numpy.typing import NDArray

from api import analyze as analysis
from api.requests import DEFAULT_BACKEND, AnalyzeRequest, AnalyzeResult
from api.settings import load_site
from benchmarks.stopwatch import OPENING, Split, Stopwatch
from models.detector import open_detector
from models.onnxruntime_backend import OnnxRuntimeRunner
from vision.incidents import Incident
from vision.types import Frame

DETECT_FPS: Final = 5.0
START_MS: Final = 1_772_413_200_000
"""2 March 2026, 10:00 in Tokyo, a Monday: window hours in every site file of the footage."""

PICTURES: Final = 8
PICTURES_APART: Final = 40
"""Frames of a stream from one picture for bare inference to the next."""

Feeds = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """One analysis: a clip as one camera of a site. Without `skip` every frame is decoded and looked at.

    warm_up: a short clip of the same camera, analysed first, so that what a process does once is not counted.
    """

    site: Path
    camera: str
    clip: Path
    model: str
    skip: bool
    start_ms: int = START_MS
    warm_up: Path | None = None


@dataclass(frozen=True, slots=True, order=True)
class Raised:
    """What makes an incident the same incident: what, where and when, in ms after the clip's first frame."""

    raised_at_ms: int
    rule: str
    camera: str | None
    place: str | None
    ended_at_ms: int | None = field(compare=False)

    @classmethod
    def of(cls, incident: Incident, start_ms: int) -> Raised:
        """Take the identity of an incident of a clip that starts then."""
        ended = None if incident.ended_at_ms is None else incident.ended_at_ms - start_ms
        place_id = incident.item or incident.zone
        return cls(incident.raised_at_ms - start_ms, incident.rule, incident.camera, place_id, ended)

    def __str__(self) -> str:
        where = " ".join(name for name in (self.camera, self.place) if name)
        until = "the end" if self.ended_at_ms is None else f"{self.ended_at_ms / 1000:.2f} s"
        return f"{self.rule} {where} {self.raised_at_ms / 1000:.2f} s to {until}"


@dataclass(frozen=True, slots=True)
class Analysed:
    """What one analysis cost and found, in a process that has done one before.

    cpu_s: without `opening_s`, the opening of the model.
    """

    cpu_s: float
    opening_s: float
    observations: int
    incidents: tuple[Raised, ...]


class CpuMeter:
    """CPU seconds of this process and the ended children of it, between entering and leaving."""

    def __init__(self) -> None:
        self.cpu_s = 0.0

    def __enter__(self) -> Self:
        self.cpu_s = -_cpu_s()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cpu_s += _cpu_s()


class _Inputs:
    """Keeps what a network is run on, and runs it again."""

    def __init__(self) -> None:
        self._runs: list[Callable[[], object]] = []

    def __len__(self) -> int:
        return len(self._runs)

    def put_on_runner(self) -> None:
        """Keep a copy of all inputs from now on."""
        run: Callable[[OnnxRuntimeRunner, Feeds, Sequence[str]], list[NDArray[np.float32]]] = OnnxRuntimeRunner.run

        def kept(it: OnnxRuntimeRunner, feeds: Feeds, outputs: Sequence[str]) -> list[NDArray[np.float32]]:
            copies = {name: array.copy() for name, array in feeds.items()}
            self._runs.append(lambda: run(it, copies, outputs))
            return run(it, feeds, outputs)

        setattr(OnnxRuntimeRunner, "run", kept)  # noqa: B010 - a plain assignment to a method is an error to mypy

    def run_again(self, runs: int) -> None:
        """Run that many of the kept inputs, one after another, from the first again after the last."""
        for run in islice(cycle(self._runs), runs):
            run()


class _Unseen:
    """Progress that nobody looks at."""

    def advance(self, camera: str, captured_at_ms: int, of_ms: int | None) -> None:
        """Show nothing."""


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def decoding(path: Path) -> float:
    """Return the CPU seconds that ffmpeg takes to decode a whole file on one thread, pictures thrown away."""
    with CpuMeter() as meter, av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        stream.codec_context.thread_type = "NONE"
        for _ in container.decode(stream):
            pass
    return meter.cpu_s


def inference(model: str, path: Path, runs: int) -> float:
    """Return the CPU seconds of one inference, all else left away.

    The pipeline's own inputs of a few pictures of the file are kept, letterboxed as they are, and run again.
    """
    detector = open_detector(model)
    kept = _Inputs()
    kept.put_on_runner()
    with av.open(str(path)) as container:
        for picture in islice(container.decode(video=0), 0, PICTURES * PICTURES_APART, PICTURES_APART):
            detector.detect([Frame.from_bgr(0, np.asarray(picture.to_ndarray(format="bgr24"), np.uint8))], 0.5)
    kept.run_again(len(kept))
    with CpuMeter() as meter:
        kept.run_again(runs)
    return meter.cpu_s / runs


def analysing(case: Case) -> Analysed:
    """Analyse a clip as `kuraban analyze` does; only the opening of the model is told apart."""
    _warm_up(case)
    watch = Stopwatch()
    watch.put_on(analysis, "open_people_finder", OPENING)
    with CpuMeter() as meter:
        result = _analyse(case)
    opening_s = watch.split().seconds[OPENING]
    raised = tuple(sorted(Raised.of(incident, case.start_ms) for incident in result.incidents))
    return Analysed(meter.cpu_s - opening_s, opening_s, result.observations, raised)


def splitting(case: Case) -> Split:
    """Analyse a clip with a stopwatch on every part."""
    _warm_up(case)
    watch = Stopwatch()
    watch.put_on_everything()
    with watch:
        _analyse(case)
    return watch.split()


def _warm_up(case: Case) -> None:
    if case.warm_up is not None:
        _analyse(replace(case, clip=case.warm_up))


def _analyse(case: Case) -> AnalyzeResult:
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    with tempfile.TemporaryDirectory() as out:
        request = AnalyzeRequest(
            site=load_site(case.site, {}),
            clips={case.camera: str(case.clip)},
            start_ms=case.start_ms,
            model=case.model,
            backend=DEFAULT_BACKEND,
            detect_fps=DETECT_FPS,
            skip=case.skip,
            out=Path(out),
        )
        return analysis.analyze(request, _Unseen())
