"""What the cameras say, judged: the same rules as `kuraban analyze`, in a thread of its own, on a tick of the clock.

Nothing here waits for the disk. What was raised goes to the keeper; what was seen is handed to it in batches.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import structlog
from sqlalchemy.engine import Connection

from api.runtime.clock_watch import ClockWatch
from api.runtime.keeper import Keeper
from api.site import Site
from api.wiring import make_scene
from custody.records import observations
from vision.incidents import Incident
from vision.situation import Situation
from vision.types import Health, Observation

TICK_S: Final = 0.1
"""How often what has come is judged, and how long at most it lies until then."""

LATE_MS: Final = 1_000
"""A frame that is judged later than this after it was captured counts as late."""

AWAITED_MS: Final = 15_000
"""A camera that has said nothing at all this long after the start is silent."""

SAVE_EVERY_MS: Final = 1_000
_log = structlog.get_logger(__name__)
_NOBODY: Final = (1, 1)
"""The size of a view that nobody has seen."""


class Judge:
    """Takes what cameras say, from any thread, and judges all of it in the order of capture."""

    def __init__(
        self,
        site: Site,
        keeper: Keeper,
        clock: Callable[[], int],
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take by what is judged. clock: UTC milliseconds; monotonic_s: seconds, of a clock that nobody can set."""
        self._site = site
        self._keeper = keeper
        self._clock = clock
        self._clock_watch = ClockWatch(clock, monotonic_s)
        self._came: queue.SimpleQueue[Observation] = queue.SimpleQueue()
        self._turn = threading.Lock()
        self._scene = make_scene(site, site.cameras, None)
        self._models: dict[str, Mapping[str, Any]] = {}
        self._awaited = self._await_all(site)
        self._newest: dict[str, Observation] = {}
        self._unsaved: list[Observation] = []
        self._saved_at_ms = 0
        self._late: Counter[str] = Counter()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="judge", daemon=True)
        self.steps = 0

    def start(self, lasting: Iterable[Incident]) -> None:
        """Begin to judge, and go on with the incidents that had not ended when the service last did."""
        with self._turn:
            self._take_up(lasting)
        self._thread.start()

    def close(self) -> None:
        """Judge what has come, and end."""
        self._stop.set()
        self._thread.join()
        self.step()
        self._save(self._clock())

    def take(self, observation: Observation) -> None:
        """Take what a camera says; never waits."""
        self._came.put(observation)

    def rests_on(self, camera: str, model: Mapping[str, Any]) -> None:
        """Name from now on, in what is raised by a camera, what its process rests on: model, digest, back end."""
        with self._turn:
            self._models[camera] = MappingProxyType(dict(model))

    def replace_site(self, site: Site) -> None:
        """Judge by another site file from now on; what lasts goes on, but for what no rule asks about any more."""
        with self._turn:
            self._site = site
            self._begin_anew()

    @property
    def situation(self) -> Situation:
        """The newest observation of every camera that has reported."""
        return self._scene.situation

    def late(self, camera: str) -> int:
        """Return how many frames of a camera were judged late since the start."""
        return self._late[camera]

    def step(self) -> None:
        """Judge what has come, and that time has gone on until now."""
        with self._turn:
            now_ms = self._clock()
            if (step_ms := self._clock_watch.stepped_ms()) != 0:
                _log.warning("judge.clock_was_set", by_ms=step_ms)
                self._begin_anew()
            told = self._judge(now_ms)
            told += self._scene.tick(now_ms)
            told += self._silent(now_ms)
            self._keeper.keep(self._explained(told))
            if now_ms - self._saved_at_ms >= SAVE_EVERY_MS:
                self._save(now_ms)
            self.steps += 1

    def _run(self) -> None:
        while not self._stop.wait(TICK_S):
            self.step()

    def _begin_anew(self) -> None:
        """Judge with nothing pending; what lasts goes on. Nothing is known of any camera until it says something."""
        lasting = self._scene.running()
        self._scene = make_scene(self._site, self._site.cameras, None)
        self._newest.clear()
        self._awaited = self._await_all(self._site)
        self._take_up(lasting)

    def _await_all(self, site: Site) -> dict[str, int]:
        """Return until when each camera has time to say something."""
        until_ms = self._clock() + AWAITED_MS
        return {camera.id: until_ms for camera in site.cameras}

    def _take_up(self, lasting: Iterable[Incident]) -> None:
        now_ms = self._clock()
        forsaken = self._scene.resume(lasting)
        self._keeper.keep(replace(incident, ended_at_ms=max(now_ms, incident.raised_at_ms)) for incident in forsaken)

    def _judge(self, now_ms: int) -> list[Incident]:
        told: list[Incident] = []
        for seen in self._all_that_came():
            self._late[seen.camera] += now_ms - seen.captured_at_ms > LATE_MS
            self._awaited.pop(seen.camera, None)
            told += self._observe(seen)
        return told

    def _observe(self, seen: Observation) -> list[Incident]:
        last = self._newest.get(seen.camera)
        self._newest[seen.camera] = seen
        if last is None or not observations.says_the_same(last, seen):
            self._unsaved.append(seen)
        return self._scene.observe(seen)

    def _all_that_came(self) -> Sequence[Observation]:
        came = [self._came.get_nowait() for _ in range(self._came.qsize())]
        return sorted(came, key=lambda seen: seen.captured_at_ms)

    def _silent(self, now_ms: int) -> list[Incident]:
        """Say of cameras that were waited for long enough that they say nothing."""
        silent = [camera for camera, until_ms in self._awaited.items() if now_ms >= until_ms]
        told: list[Incident] = []
        for camera in silent:
            del self._awaited[camera]
            told += self._observe(Observation(camera, now_ms, Health.SILENT, _NOBODY))
        return told

    def _explained(self, told: Iterable[Incident]) -> list[Incident]:
        return [
            replace(one, why=MappingProxyType({**one.why, **self._models.get(one.camera or "", {})})) for one in told
        ]

    def _save(self, now_ms: int) -> None:
        self._saved_at_ms = now_ms
        batch, self._unsaved = self._unsaved, []

        def write(connection: Connection) -> None:
            observations.save_all(connection, batch)

        if batch:
            self._keeper.write(write)
