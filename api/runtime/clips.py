"""The clip of each incident, cut out of footage when it is over, and sealed on the ledger as an analysis does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from api.footage.reading import wanted
from api.recording import CLIPS, LEAD_MS, sealing, shown_until
from api.runtime.whereabouts import footage_folder
from custody.errors import LedgerError
from custody.intervals import Interval
from custody.ledger import Ledger
from custody.records import clips
from custody.records.coverage import extent
from custody.records.database import Records
from streams.errors import StreamError
from streams.joining import cut_footage
from vision.incidents import Incident

LONGEST_MS: Final = 5 * 60_000
"""What lasts longer is shown from its beginning for so long."""

PATIENCE_MS: Final = 60_000
"""So long is waited for the footage of the end; then what there is must do."""

EVERY_S: Final = 2.0

_log = structlog.get_logger(__name__)


class ClipCutter:
    """Cuts what is due, in a thread of its own; what cannot be written is tried again.

    An incident of which nothing was recorded gets no clip, which is logged.
    """

    def __init__(self, folder: Path, records: Records, ledger: Ledger, clock: Callable[[], int]) -> None:
        self._folder = folder
        self._records = records
        self._ledger = ledger
        self._clock = clock
        self._sealed: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clip-cutter", daemon=True)

    def start(self) -> None:
        """Begin to cut."""
        self._thread.start()

    def close(self) -> None:
        """Finish the clip that is being cut, and end."""
        self._stop.set()
        self._thread.join()

    def step(self) -> None:
        """Cut and seal the clips of which all footage is there, or will not come. Raises OSError, LedgerError."""
        with self._records.read() as connection:
            due = clips.due(connection)
        self._sealed &= {incident.id for incident in due}
        for incident in due:
            stretch = self._stretch(incident)
            if stretch is not None and incident.id not in self._sealed and not self._stop.is_set():
                self._cut(incident, stretch)

    def _run(self) -> None:
        while not self._stop.wait(EVERY_S):
            try:
                self.step()
            except (OSError, LedgerError) as error:
                _log.warning("clip.delayed", reason=str(error))

    def _stretch(self, incident: Incident) -> Interval | None:
        """Return what the clip of an incident is to show, None while it cannot be cut yet."""
        now_ms, longest_ms = self._clock(), incident.began_at_ms + LONGEST_MS
        until_ms = min(shown_until(incident, longest_ms), longest_ms) + LEAD_MS
        if now_ms < until_ms:
            return None
        with self._records.read() as connection:
            recorded = extent(connection, incident.camera or "")
        is_there = recorded is not None and until_ms <= recorded[1]
        return (incident.began_at_ms - LEAD_MS, until_ms) if is_there or now_ms > until_ms + PATIENCE_MS else None

    def _cut(self, incident: Incident, stretch: Interval) -> None:
        target = self._folder / CLIPS / f"{incident.id}.mp4"
        try:
            root, camera = footage_folder(self._folder), incident.camera or ""
            found = wanted(self._records, root, camera, stretch, incident.raised_at_ms)
            clip = cut_footage(found, target)
        except StreamError as error:
            _log.warning("clip.unavailable", incident=incident.id, reason=str(error))
            with self._records.write() as connection:
                clips.strike(connection, [incident.id])
            return
        self._ledger.record(sealing(incident, clip, self._clock()))
        self._sealed.add(incident.id)
