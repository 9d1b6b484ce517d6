"""A drill in the running office: begun, waited for and told of; nobody is called unless that was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from api.runtime.office import CameraState, LiveOffice
from api.site import Camera, Site
from custody.drills import RULE, Drill, Outcome, failed, passed
from custody.errors import RefusedError
from custody.records import incidents
from custody.records.incidents import Query
from custody.records.projection import Hook
from vision.incidents import Incident
from vision.situation import Situation
from vision.types import SlotState

STORED_WITHIN_S: Final = 1.0
"""How long what was raised at the last moment may take to be stored."""

_log = structlog.get_logger(__name__)


class Drills:
    """The drill that is under way, one at most. Its hook may be called from any thread."""

    def __init__(self) -> None:
        self._running: Drill | None = None
        self._ending: asyncio.Task[Outcome] | None = None

    def quiet(self, hook: Hook) -> Hook:
        """Return a hook that does not hear of what a drill has brought about, unless the drill is to be told."""

        def hear(connection: Connection, incident: Incident) -> None:
            drill = self._running
            if drill is None or drill.tells or not drill.covers(incident):
                hook(connection, incident)

        return hear

    async def begin(self, office: LiveOffice, drill: Drill) -> asyncio.Task[Outcome]:
        """Begin a drill, and put that on the ledger; return what waits for its incident or its end, and records it.

        Raises RefusedError, and begins nothing, where another is under way or this one could not succeed.
        """
        obstacle = obstacle_to(drill, office.site, office.situation())
        if self._running is not None:
            obstacle = f"the drill {self._running.id} is under way; wait until it has ended"
        if obstacle is not None:
            raise RefusedError(obstacle)
        self._running = drill
        try:
            await asyncio.to_thread(office.ledger.record, drill.draft())
        except BaseException:
            self._running = None
            raise
        self._ending = asyncio.create_task(_end(office, drill), name=f"drill {drill.id}")
        self._ending.add_done_callback(self._ended)
        return self._ending

    def close(self) -> None:
        """Break off what is under way."""
        if self._ending is not None:
            self._ending.cancel()

    def _ended(self, ending: asyncio.Task[Outcome]) -> None:
        self._running = None
        if not ending.cancelled() and (error := ending.exception()) is not None:
            _log.error("drill.not_recorded", reason=str(error))


async def _end(office: LiveOffice, drill: Drill) -> Outcome:
    """Wait until a drill has ended, and put that on the ledger."""
    outcome = await _outcome(office, drill)
    await asyncio.to_thread(office.ledger.record_all, outcome.drafts())
    return outcome


async def _outcome(office: LiveOffice, drill: Drill) -> Outcome:
    """Wait until a drill has passed or failed."""
    left_s = (drill.ends_at_ms - office.now_ms()) / 1000 + STORED_WITHIN_S
    try:
        async with asyncio.timeout(left_s):
            async for _ in office.on_change():
                found = await asyncio.to_thread(_found, office, drill)
                if found is not None:
                    return found
    except TimeoutError:
        pass
    failure = why_silent(drill, office.site, office.situation(), office.cameras())
    return failed(drill, failure, office.now_ms())


def _found(office: LiveOffice, drill: Drill) -> Outcome | None:
    query = Query(from_ms=drill.started_at_ms, rule=RULE, item=drill.item)
    with office.records.read() as connection:
        page = incidents.search(connection, query)
    return passed(drill, (kept.incident for kept in page.kept), office.now_ms())


def obstacle_to(drill: Drill, site: Site, situation: Situation) -> str | None:
    """Return why a drill could not succeed now and what to do, None where it can."""
    watching = cameras_of(site, drill.item)
    if RULE not in site.rules:
        return f"the rule {RULE} is off in the site file, so nothing would be raised; switch it on"
    if not watching:
        return f"no camera has a slot for {drill.item!r}; draw one in the site file, or choose another item"
    state = situation.slot(drill.item)[0].state
    if state is not SlotState.PRESENT:
        seen_by = ", ".join(camera.id for camera in watching)
        return f"{drill.item} is {state.value} to {seen_by}; put it in its place, in plain view, and wait a moment"
    return None


def why_silent(drill: Drill, site: Site, situation: Situation, cameras: Mapping[str, CameraState]) -> str:
    """Return why a drill has raised nothing, as far as can be told from how things are at its end."""
    away = [camera.id for camera in cameras_of(site, drill.item) if not cameras[camera.id].online]
    reading, camera = situation.slot(drill.item)
    within = f"within {drill.within_ms / 1000:g} s"
    if camera is None:
        where = f" ({', '.join(away)} offline)" if away else ""
        return f"no camera could see the place of {drill.item}{where}"
    if reading.state is SlotState.ABSENT:
        return f"{camera} sees that {drill.item} is gone, and nothing was raised {within}"
    if reading.state is SlotState.OCCLUDED:
        return f"something stood before the place of {drill.item} to {camera}, {within}"
    return f"{camera} still sees {drill.item} in its place: it was not taken, or not missed"


def cameras_of(site: Site, item: str) -> tuple[Camera, ...]:
    """Return the cameras that watch an item's place."""
    return tuple(camera for camera in site.cameras if any(slot.id == item for slot in camera.slots))
