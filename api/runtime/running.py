"""`LiveOffice` as the core runs it: one folder, its database and ledger, and what the cameras say."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import structlog
from sqlalchemy.engine import Connection

from api.drill import Drills
from api.folder import SITE
from api.footage.index import indexed
from api.outputs import write_text
from api.recording import LEDGER
from api.runtime.answering import answered
from api.runtime.clips import ClipCutter
from api.runtime.custodian import Custodian
from api.runtime.following import Follower
from api.runtime.judge import Judge
from api.runtime.keeper import Keeper
from api.runtime.lines import Lines
from api.runtime.news import News
from api.runtime.office import CameraState, LiveChunk, NoSuchCameraError, Snapshot
from api.runtime.recording_watch import RecordingWatch
from api.runtime.retention import Retention
from api.runtime.rounds import Rounds
from api.runtime.succession import changes_of, expect_successor
from api.runtime.whereabouts import footage_folder
from api.settings import load_site
from api.site import Site
from custody.books import Books
from custody.closing import Running
from custody.database import FILE as LEDGER_FILE
from custody.drills import Drill
from custody.ledger import Ledger
from custody.raising import RULES as LEDGER_RULES
from custody.raising import SERVICE_RULES, Raiser
from custody.records import footage, incidents
from custody.records.database import Records
from custody.records.marks import mark, set_mark
from custody.records.projection import Hook
from streams.records import utc_ms
from streams.recovery import recover_others
from streams.segments import Segment
from vision.incidents import Incident
from vision.situation import Situation

SINCE: Final = "office_since_ms"
"""The mark of when the service first ran in this folder."""

_log = structlog.get_logger(__name__)

InForce = Callable[[Site, bytes], None]
"""Hears of a site file that is in force from now on, with its bytes."""


def _nobody(connection: Connection, incident: Incident) -> None:
    """Tell nobody of an incident."""


def _unheard(site: Site, content: bytes) -> None:
    """Tell nobody of a site file."""


class RunningOffice:
    """One office. Made by `open` in the event loop that serves it, closed by `close` or a `with` block."""

    def __init__(  # noqa: PLR0913, PLR0917 - its parts, made by `open`
        self,
        folder: Path,
        site: Site,
        records: Records,
        ledger: Ledger,
        clock: Callable[[], int],
        hook: Hook,
        in_force: InForce,
        content: bytes | None,
    ) -> None:
        self._folder = folder
        self._site = site
        self._records = records
        self._ledger = ledger
        self._clock = clock
        self._in_force = in_force
        self._reloading = asyncio.Lock()
        self._follower = Follower(records)
        self._drills = Drills()
        self._keeper = Keeper(ledger, records, self._drills.quiet(hook), clock)
        self._custodian = Custodian(site, self._raiser(), _since_ms(records, clock()))
        self._custodian.take(ledger)
        ledger.on_recorded(self._custodian.take)
        self._judge = Judge(site, self._keeper, clock)
        lasting = _lasting(records)
        self._recording_watch = RecordingWatch(self._raiser, self.cameras, lasting)
        watches = [self._recording_watch.step]
        self._rounds = Rounds(site, self._custodian, self._keeper, records, self.situation, clock, watches)
        self._lines = Lines(site, content, self._judge, clock, self._finished, partial(answered, self))
        self._news = News(self._keeper, self.situation, self.cameras, clock)
        self._clips = ClipCutter(folder, records, ledger, clock)
        self._retention = Retention(footage_folder(folder), records, ledger, lambda: self._site.footage, clock)
        self._keeper.start()
        self._clips.start()
        self._finish_abandoned()
        self._retention.start()
        self._judge.start(one for one in lasting if one.rule not in {*LEDGER_RULES, *SERVICE_RULES})
        self._rounds.start()
        self._news.start()
        self._keep_site_file()

    @classmethod
    def open(
        cls,
        folder: Path,
        site: Site,
        hook: Hook = _nobody,
        clock: Callable[[], int] = utc_ms,
        in_force: InForce = _unheard,
        content: bytes | None = None,
    ) -> Self:
        """Open a folder, made where it is missing. hook: hears of every incident, see `projection`.

        in_force: hears of each site file that is reloaded. content: of the site file, for cameras that go by another.
        Raises what opening a ledger and a database raises: LedgerError, NewerRecordsError, OSError.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            ledger = stack.enter_context(_open_ledger(folder / LEDGER, site.id))
            records = stack.enter_context(Records.open(folder))
            office = cls(folder, site, records, ledger, clock, hook, in_force, content)
            stack.pop_all()
            return office

    @property
    def folder(self) -> Path:
        """Where everything lies."""
        return self._folder

    @property
    def site(self) -> Site:
        """The site file in force."""
        return self._site

    @property
    def records(self) -> Records:
        """The database."""
        return self._records

    @property
    def ledger(self) -> Ledger:
        """The ledger, open to write."""
        return self._ledger

    @property
    def books(self) -> Books:
        """Where everything is by the ledger."""
        return self._custodian.books

    @property
    def protocol(self) -> Running | None:
        """The protocol of the day that runs."""
        return self._custodian.protocol

    @property
    def judge(self) -> Judge:
        """Who judges what the cameras say."""
        return self._judge

    def situation(self) -> Situation:
        """Return the newest observation of every camera that has reported."""
        return self._judge.situation

    def cameras(self) -> Mapping[str, CameraState]:
        """Return how each camera fares."""
        return self._lines.states()

    def live(self, camera: str) -> AsyncIterator[LiveChunk]:
        """Give a camera's live stream."""
        self._expect(camera)
        return self._lines.line(camera).watch()

    async def snapshot(self, camera: str) -> Snapshot:
        """Return the newest picture of a camera."""
        self._expect(camera)
        return await self._lines.line(camera).snapshot()

    def listening(self) -> AbstractAsyncContextManager[None]:
        """Let the processes of the cameras come in while a block runs."""
        return self._lines.listening(self._folder)

    async def begin_drill(self, drill: Drill) -> None:
        """Begin a drill."""
        await self._drills.begin(self, drill)

    async def reload(self, actor: str | None = None) -> Mapping[str, Any]:
        """Read the site file again and put it in force, whole or not at all.

        Raises SiteFileError where it has a fault, RequestError where it is of another site or has a recording for a
        camera.
        """
        async with self._reloading:
            content = await asyncio.to_thread(self._site.path.read_bytes)
            after = await asyncio.to_thread(load_site, self._site.path, os.environ, content)
            expect_successor(self._site, after)
            body = changes_of(self._site, after)
            if body["changes"] or after.digest != self._site.digest:
                await asyncio.to_thread(self._put_in_force, after, content, actor, body)
                self._lines.replace_site(after, content)
            return body

    def on_change(self) -> AsyncIterator[int]:
        """Give the id of the newest change whenever there are new ones."""
        return self._follower.ids()

    def now_ms(self) -> int:
        """Return the time."""
        return self._clock()

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything that was told is written; tell whether it was in time."""
        return self._keeper.flush(timeout_s)

    def close(self) -> None:
        """Judge and write what waits, and let others open the folder."""
        self._retention.close()
        self._drills.close()
        self._clips.close()
        self._rounds.close()
        self._news.close()
        self._judge.close()
        self._keeper.close()
        self._records.close()
        self._ledger.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _put_in_force(self, site: Site, content: bytes, actor: str | None, body: Mapping[str, Any]) -> None:
        """Put a site file in force that was checked; the ledger says so first."""
        self._ledger.append(self.now_ms(), "settings.changed", () if actor is None else (actor,), body)
        self._site = site
        self._custodian.replace_site(site, self._raiser(), self._ledger)
        self._judge.replace_site(site)
        self._rounds.replace_site(site)
        self._in_force(site, content)
        self._keep_site_file()

    def _keep_site_file(self) -> None:
        """Keep what is in force beside the ledger. It holds also where the disk takes no copy of it."""
        try:
            write_text(self._folder / SITE, self._site.text)
        except OSError as error:
            _log.error("core.site_file_not_kept", reason=str(error))

    def _finish_abandoned(self) -> None:
        """Finish what a crash has left of cameras that the site file does not have any more."""
        try:
            recover_others(footage_folder(self._folder), {camera.id for camera in self._site.cameras})
        except OSError as error:
            _log.warning("core.footage_left_unfinished", reason=str(error))

    def _raiser(self) -> Raiser:
        return Raiser(self._site.id, self._site.hours)

    def _finished(self, segment: Segment) -> None:
        """Have a segment taken into the index."""
        found, now_ms = indexed(segment), self.now_ms()
        self._keeper.write(lambda connection: footage.finish(connection, found, now_ms))

    def _expect(self, camera: str) -> None:
        if self._site.camera(camera) is None:
            known = ", ".join(one.id for one in self._site.cameras)
            raise NoSuchCameraError(f"there is no camera {camera!r}; the site has {known}")


def _lasting(records: Records) -> tuple[Incident, ...]:
    """Return what had been raised when the service last ended, and what has not ended since."""
    with records.read() as connection:
        return tuple(incidents.lasting(connection))


def _open_ledger(folder: Path, site: str) -> Ledger:
    return Ledger.open(folder) if (folder / LEDGER_FILE).exists() else Ledger.create(folder, site)


def _since_ms(records: Records, now_ms: int) -> int:
    """Return when the service first ran in this folder: now, where it never did."""
    with records.write() as connection:
        since_ms = mark(connection, SINCE)
        if since_ms is None:
            since_ms = now_ms
            set_mark(connection, SINCE, since_ms)
        return since_ms
