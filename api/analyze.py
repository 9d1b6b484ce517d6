"""`kuraban analyze`: recorded clips in, incidents out, with the same parts as the live service.

Several cameras advance together in capture time. The same input gives the same bytes.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from api.folder import keep_for_later
from api.outputs import INCIDENTS, OBSERVATIONS, ObservationWriter, write_incidents
from api.recording import cut_clips, open_ledger, record
from api.requests import NO_MODEL, AnalyzeRequest, AnalyzeResult, Progress
from api.site import Camera
from api.wiring import PeopleFinder, make_analyzer, make_lookout, make_raiser, make_scene, open_people_finder
from custody.books import Books, books_of
from custody.ledger import Ledger
from custody.lookout import Lookout
from custody.office import judged
from custody.sightings import Watch
from streams.records import Partial, Quiet, Sight, Source, SourceOptions
from streams.source import open_source
from vision.analyzer import Analyzer
from vision.incidents import Incident, as_they_stand
from vision.scene import Scene
from vision.types import Frame, Observation

TICK_MS: Final = 500
"""How often, in capture time, cameras that say nothing are looked for."""

PROGRESS_EVERY_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Lane:
    """One camera of a run: where its sights come from and who looks at them."""

    camera: Camera
    source: Source
    analyzer: Analyzer
    ends_at_ms: int | None

    def sights(self) -> Iterator[tuple[int, str, _Lane, Sight | None]]:
        """Give the sights of this camera with their capture times, and None after the last."""
        at_ms = 0
        for sight in self.source:
            at_ms = sight.captured_at_ms
            yield at_ms, self.camera.id, self, sight
            self.source.calm(self.analyzer.calm)
        yield at_ms, self.camera.id, self, None

    def observe(self, sight: Sight) -> Observation | None:
        """Look at one sight."""
        if isinstance(sight, Frame):
            return self.analyzer.observe(sight)
        return self.analyzer.unchanged(sight.captured_at_ms) if isinstance(sight, Quiet) else None


FindPeople = Callable[[str, str], PeopleFinder | None]
"""Opens what finds people, by model and back end; None where nobody is to be looked for."""


def analyze(
    request: AnalyzeRequest, progress: Progress, find_people: FindPeople = open_people_finder
) -> AnalyzeResult:
    """Analyse the clips of a request and write everything but the report into its folder.

    Raises StreamError where a clip cannot be opened, ModelError and RequestError where what was asked for is not
    there, LedgerError where the given entries are no ledger of the site or the folder holds another run's, OSError
    where the folder cannot be written to.
    """
    began = time.monotonic()
    finder = find_people(request.model, request.backend)
    cameras = [camera for camera in request.site.cameras if camera.id in request.clips]
    lookout = make_lookout(request.site, cameras, request.start_ms)
    run = _Run(make_scene(request.site, cameras, finder), lookout, progress)
    with ExitStack() as stack:
        ledger = stack.enter_context(open_ledger(request.out, request.site.id, request.ledger))
        given = ledger.head()
        lanes = [
            _open(stack, request, camera, make_analyzer(request.site, camera, finder, skip=request.skip))
            for camera in cameras
        ]
        _look(run, lanes, request.out)
        incidents = run.incidents()
        notes: tuple[str, ...] = ()
        if request.ledger is not None:
            raiser = make_raiser(request.site, finder, given)
            by_ledger = judged(ledger, run.watch(), run.last_at_ms, request.site.custody, raiser)
            incidents = as_they_stand([*incidents, *by_ledger])
            notes = _unregistered(cameras, books_of(ledger))
        _keep(request, run, incidents, ledger)
    return AnalyzeResult(
        incidents=incidents,
        partial=tuple(run.partial),
        notes=notes,
        observations=run.count,
        seconds=time.monotonic() - began,
        backend=NO_MODEL if finder is None else finder.detector.backend,
        model=NO_MODEL if finder is None else finder.detector.name,
        entries=None if request.ledger is None else given.size,
    )


def _look(run: _Run, lanes: Sequence[_Lane], out: Path) -> None:
    """Look at all clips to their ends, and write down what is seen on the way."""
    with ObservationWriter(out / OBSERVATIONS) as writer:
        for observation in run.observations(lanes):
            writer.write(observation)


def _keep(request: AnalyzeRequest, run: _Run, incidents: Sequence[Incident], ledger: Ledger) -> None:
    """Write down what was found, with the clips that show it, and what later questions need."""
    write_incidents(request.out / INCIDENTS, incidents, request.site.timezone)
    keep_for_later(request.out, request.site, run.watch())
    record(ledger, incidents, cut_clips(request.out, request.clips, request.start_ms, incidents, run.last_at_ms))


def _unregistered(cameras: Sequence[Camera], books: Books) -> tuple[str, ...]:
    """Say of which slots nothing can be held against the ledger, so that silence is not taken for agreement."""
    slots = dict.fromkeys(slot.id for camera in cameras for slot in camera.slots)
    missing = [slot for slot in slots if slot not in books.items]
    told = f"no entry registers {', '.join(missing)}: what cameras see of it is held against nothing"
    return (told,) if missing else ()


def _open(stack: ExitStack, request: AnalyzeRequest, camera: Camera, analyzer: Analyzer) -> _Lane:
    options = SourceOptions(packet_gate=request.skip)
    source = open_source(
        request.clips[camera.id],
        start_ms=request.start_ms,
        detect_fps=request.detect_fps or camera.detect_fps,
        options=options,
    )
    stack.enter_context(source)
    lasts_ms = source.info.duration_ms
    return _Lane(camera, source, analyzer, None if lasts_ms is None else request.start_ms + lasts_ms)


class _Run:
    """One pass over all clips, in the order of their capture times."""

    def __init__(self, scene: Scene, lookout: Lookout, progress: Progress) -> None:
        self._scene = scene
        self._lookout = lookout
        self._progress = progress
        self._incidents: dict[str, Incident] = {}
        self._ticked_at_ms = 0
        self._told_at_ms: dict[str, int] = {}
        self.partial: list[str] = []
        self.count = 0
        self.last_at_ms = 0

    def observations(self, lanes: Sequence[_Lane]) -> Iterator[Observation]:
        """Judge everything that the cameras see, and give it on."""
        for at_ms, camera, lane, sight in heapq.merge(*(lane.sights() for lane in lanes), key=lambda step: step[:2]):
            self._pass_time(at_ms)
            if sight is None:
                self._scene.leave(camera)
                self._keep([])
                continue
            if isinstance(sight, Partial):
                self.partial.append(f"camera {camera}: {sight.reason}")
            observation = lane.observe(sight)
            if observation is not None:
                self._tell(lane, at_ms)
                self._keep(self._scene.observe(observation))
                self.count += 1
                yield observation

    def incidents(self) -> tuple[Incident, ...]:
        """Return all incidents by the time they were raised, those that have not ended as they stand."""
        self._keep(self._scene.running())
        return as_they_stand(self._incidents.values())

    def watch(self) -> Watch:
        """Return all that cameras saw and could not see, for the ledger to be held against."""
        return self._lookout.watch()

    def _pass_time(self, at_ms: int) -> None:
        self.last_at_ms = max(self.last_at_ms, at_ms)
        self._ticked_at_ms = self._ticked_at_ms or at_ms
        while at_ms - self._ticked_at_ms >= TICK_MS:
            self._ticked_at_ms += TICK_MS
            self._keep(self._scene.tick(self._ticked_at_ms))

    def _keep(self, incidents: Sequence[Incident]) -> None:
        """Keep what was raised or ended, and what the cameras say now."""
        self._incidents |= {incident.id: incident for incident in incidents}
        for incident in incidents:
            self._lookout.take_incident(incident)
        self._lookout.take(self._scene.situation)

    def _tell(self, lane: _Lane, at_ms: int) -> None:
        if at_ms - self._told_at_ms.get(lane.camera.id, 0) >= PROGRESS_EVERY_MS:
            self._told_at_ms[lane.camera.id] = at_ms
            self._progress.advance(lane.camera.id, at_ms, lane.ends_at_ms)
