"""The one thread that writes: what was judged goes on the ledger, and from there into the database.

Judging never waits for the disk. What cannot be written, because a disk is full, say, is kept and tried again: every
incident, and the newest of what else there is.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

import structlog
from sqlalchemy.engine import Connection

from custody.entries import Draft, Entry
from custody.errors import LedgerError
from custody.incidents import beginning_entries, end_entries
from custody.ledger import Ledger
from custody.records import incidents, projection
from custody.records.database import Records
from custody.records.projection import Hook
from streams.records import utc_ms
from vision.incidents import Incident

MOST_WAITING: Final = 10_000
"""Writes that wait for a disk that fails; then the oldest are given up."""

LATE_MS: Final = 10_000
"""An incident that is told later than this after its moment is on the ledger as of when it is told."""

_RETRY_S: Final = 1.0
_CATCH_UP: Final = 1_000
"""Entries of the ledger that are taken into the database in one transaction."""

_log = structlog.get_logger(__name__)

Write = Callable[[Connection], None]
"""A change of the database that is made together with others."""


class Keeper:
    """Writes what the office has to keep. Its methods may be called from any thread, and never wait."""

    def __init__(self, ledger: Ledger, records: Records, hook: Hook, clock: Callable[[], int] = utc_ms) -> None:
        self._ledger = ledger
        self._records = records
        self._hook = hook
        self._clock = clock
        self._incidents: deque[Incident] = deque()
        self._turn = threading.Lock()
        self._entries: list[Entry] = []
        self._writes: deque[Write] = deque(maxlen=MOST_WAITING)
        self._is_saving = False
        self._news = threading.Event()
        self._stop = threading.Event()
        self._idle = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)
        self.failure: str | None = None
        self.given_up = 0
        self._catch_up()
        ledger.on_recorded(self._recorded)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def keep(self, told: Iterable[Incident]) -> None:
        """Put incidents on the ledger that were raised or have ended; those that it knows already change nothing."""
        self._incidents.extend(told)
        self._news.set()

    def write(self, change: Write) -> None:
        """Make a change of the database with the next transaction."""
        with self._turn:
            self.given_up += len(self._writes) == MOST_WAITING
            self._writes.append(change)
        self._news.set()

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything is written; tell whether it was in time."""
        with self._idle:
            return self._idle.wait_for(lambda: not self._has_work(), timeout_s)

    def close(self) -> None:
        """Write what can be written, and end."""
        self.flush(_RETRY_S)
        self._stop.set()
        self._news.set()
        self._thread.join()

    def _recorded(self, entries: Sequence[Entry]) -> None:
        with self._turn:
            self._entries += entries
        self._news.set()

    def _has_work(self) -> bool:
        return bool(self._incidents or self._entries or self._writes or self._is_saving)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._news.wait()
            self._news.clear()
            try:
                self._save()  # first, so that what is on the ledger already is known and goes there once
                self._record()
            except (OSError, LedgerError) as error:
                self._failed(str(error))
            else:
                self._succeeded()

    def _failed(self, reason: str) -> None:
        if self.failure is None:
            _log.error("keeper.cannot_write", reason=reason)
        self.failure = reason
        self._stop.wait(_RETRY_S)
        self._news.set()

    def _succeeded(self) -> None:
        if self.failure is not None:
            _log.info("keeper.writes_again", given_up=self.given_up)
        self.failure = None
        with self._idle:
            self._idle.notify_all()

    def _record(self) -> None:
        """Put the incidents that wait on the ledger; one is taken off the queue when it is there."""
        while self._incidents:
            incident = self._incidents[0]
            drafts = self._news_of(incident)
            if drafts:
                self._ledger.record_all(map(self._dated, drafts))
                self._save()
            self._incidents.popleft()

    def _dated(self, draft: Draft) -> Draft:
        """Return what is told late as written now: its body says of when it is, and entries never go back in time."""
        now_ms = self._clock()
        return replace(draft, at_ms=now_ms) if draft.at_ms < now_ms - LATE_MS else draft

    def _news_of(self, incident: Incident) -> Sequence[Draft]:
        """Return what an incident puts on the ledger that is not there yet."""
        with self._records.read() as connection:
            known = incidents.find(connection, incident.id)
        if known is None:
            return (*beginning_entries(incident), *end_entries(incident))
        return end_entries(incident) if known.incident.ended_at_ms is None else ()

    def _save(self) -> None:
        """Bring everything into the database that is on the ledger, and what else waits, in one transaction."""
        with self._turn:
            entries, self._entries = self._entries, []
            writes, self._writes = self._writes, deque(maxlen=MOST_WAITING)
            self._is_saving = bool(entries or writes)  # until the transaction has ended, they are not kept
        if not entries and not writes:
            return
        try:
            with self._records.write() as connection:
                projection.take(connection, entries, self._hook)
                for change in writes:
                    change(connection)
        except BaseException:
            self._put_back(entries, writes)
            raise
        finally:
            self._is_saving = False

    def _put_back(self, entries: list[Entry], writes: deque[Write]) -> None:
        with self._turn:
            self._entries = [*entries, *self._entries]
            self.given_up += max(0, len(writes) + len(self._writes) - MOST_WAITING)
            self._writes = deque((*writes, *self._writes), maxlen=MOST_WAITING)

    def _catch_up(self) -> None:
        """Take what is on the ledger and, because the service was stopped in between, not in the database."""
        with self._records.read() as connection:
            known = projection.taken(connection)
        size = len(self._ledger)
        for start in range(known, size, _CATCH_UP):
            with self._records.write() as connection:
                stop = min(start + _CATCH_UP, size)
                projection.take(connection, self._ledger.entries(start, stop), self._hook)
