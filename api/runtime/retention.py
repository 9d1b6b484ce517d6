"""How long footage is kept: the index caught up with the disk, holds marked, and what is due deleted.

An expiry is on the ledger before anything is deleted. What a hold forbids to delete stays, and while an entry about a
hold cannot be read nothing is deleted at all.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

from api.footage.expiring import Due, expiries, unlink
from api.footage.holding import mark_held
from api.footage.index import catch_up
from api.footage.verify import strays
from custody.entries import Entry
from custody.errors import LedgerError
from custody.holds import PLACED, RELEASED, Hold, holds_of
from custody.ledger import Ledger
from custody.records import footage
from custody.records.coverage import coverage
from custody.records.database import Records
from custody.records.footage import Cause, Segment
from streams.disk import GB, free_bytes
from streams.retention import FootageSettings, Reason, due, due_for_room
from streams.segments import segment_path

EVERY_S: Final = 60.0
EXPIRE_EVERY_MS: Final = 3_600_000
"""How often what is too old is looked for: each time it is an entry a camera."""

NEW_MS: Final = 600_000
"""Holds are looked for every minute on what began so recently, else once an hour, and where holds have changed."""

AHEAD_BYTES: Final = 2 * GB
"""So much more room is made than is lacking, so that it is not made every minute."""

_log = structlog.get_logger(__name__)


class Retention:
    """Looks after the footage in a thread of its own; what fails is tried again a minute later."""

    def __init__(
        self,
        root: Path,
        records: Records,
        ledger: Ledger,
        settings: Callable[[], FootageSettings],
        clock: Callable[[], int],
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        """Follow a ledger. root: of all footage. free: how many bytes may still be written to its disk."""
        self._root = root
        self._records = records
        self._ledger = ledger
        self._settings = settings
        self._clock = clock
        self._free = free
        self._turn = threading.Lock()
        self._holds = holds_of(ledger)
        self._marked: tuple[Hold, ...] | None = None
        self._expired_at_ms: int | None = None
        self._is_new = True
        self._news = threading.Event()
        self._stop = False
        self._thread = threading.Thread(target=self._run, name="retention", daemon=True)
        ledger.on_recorded(self._take)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End after the segment that is being deleted."""
        self._stop = True
        self._news.set()
        self._thread.join()

    def step(self) -> None:
        """Do what is to be done now. Raises OSError, LedgerError."""
        if not self._root.is_dir():
            return
        if self._is_new:
            self._begin()
        now_ms = self._clock()
        is_time = self._expired_at_ms is None or not 0 <= now_ms - self._expired_at_ms < EXPIRE_EVERY_MS
        self._mark(now_ms, everything=is_time)
        if self._holds.unreadable:
            _log.error("footage.kept", reason=f"a hold cannot be read: {self._holds.unreadable[0]}")
            return
        self._expire([*(self._too_much(now_ms) if is_time else ()), *self._for_room()])
        self._expired_at_ms = now_ms if is_time else self._expired_at_ms

    def _run(self) -> None:
        while not self._stop:
            self._news.clear()
            try:
                self.step()
            except (OSError, LedgerError) as error:
                _log.error("footage.retention_failed", reason=str(error))
            self._news.wait(EVERY_S)

    def _take(self, entries: Sequence[Entry]) -> None:
        with self._turn:
            for entry in entries:
                self._holds.take(entry)
        if any(entry.kind in {PLACED, RELEASED} for entry in entries):
            self._news.set()

    def _standing(self) -> tuple[Hold, ...]:
        with self._turn:
            return self._holds.standing()

    def _mark(self, now_ms: int, *, everything: bool) -> None:
        """Write down the holds: beside all footage where they have changed, else beside what is new."""
        standing = self._standing()
        since_ms = 0 if everything or standing != self._marked else now_ms - NEW_MS
        mark_held(self._records, self._root, standing, since_ms)
        self._marked = standing

    def _begin(self) -> None:
        """Make good what happened while nobody kept the index."""
        done = catch_up(self._records, self._root)
        for fault in done.unreadable:
            _log.error("footage.unreadable", reason=fault)
        _log.info("footage.caught_up", taken=done.taken, struck=done.struck)
        with self._records.read() as connection:
            for camera in footage.cameras(connection):
                for sidecar in strays(self._root, camera):
                    at_ms = int(sidecar.stem)
                    gaps = coverage(connection, camera, (at_ms, at_ms + 1)).gaps
                    if gaps and gaps[0].cause is Cause.EXPIRED:
                        sidecar.unlink(missing_ok=True)  # its deletion was broken off
        self._is_new = False

    def _too_much(self, now_ms: int) -> list[Due]:
        """Return what is too old, or more than is to be kept of its camera."""
        found: list[Due] = []
        with self._records.read() as connection:
            for camera in footage.cameras(connection):
                oldest, total = footage.oldest_first(connection, camera), footage.total_bytes(connection, camera)
                found += due(oldest, total, self._settings().keep(camera), now_ms)
        return found

    def _for_room(self) -> list[Due]:
        """Return what must go for the room that is to be kept free."""
        lacking = round(self._settings().free_gb * GB) - self._free(self._root)
        if lacking <= 0:
            return []
        with self._records.read() as connection:
            oldest = footage.oldest_first(connection)
            return [(segment, Reason.SPACE) for segment in due_for_room(oldest, lacking + AHEAD_BYTES)]

    def _expire(self, found: Sequence[Due]) -> None:
        by_key = {(segment.camera, segment.began_ms): (segment, reason) for segment, reason in reversed(found)}
        if not by_key:
            return
        self._ledger.record_all(expiries(by_key.values(), self._clock()))
        gone = [segment for segment, _ in by_key.values() if self._delete(segment)]
        for camera in {segment.camera for segment in gone}:
            with self._records.write() as connection:
                footage.remove(connection, camera, [one.began_ms for one in gone if one.camera == camera])
        self._remove_days(gone)

    def _delete(self, segment: Segment) -> bool:
        """Delete a segment, unless it is held since it was found to be due; tell whether it is gone."""
        began_ms, ended_ms = segment.interval
        with self._turn:
            held = any(
                hold.camera == segment.camera and hold.from_ms < ended_ms and began_ms < hold.to_ms
                for hold in self._holds.standing()
            )
            return not held and not self._stop and unlink(self._root, segment)

    def _remove_days(self, gone: Sequence[Segment]) -> None:
        """Remove the folders of past days that have nothing left."""
        today = datetime.fromtimestamp(self._clock() / 1000, UTC).date()
        for day in {segment_path(self._root, one.camera, one.began_ms).parent for one in gone}:
            if day.name < (today - timedelta(days=1)).isoformat():
                with contextlib.suppress(OSError):  # there is something left
                    day.rmdir()
