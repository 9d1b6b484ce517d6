"""The ledger's side of the running office: books and protocols kept current, and the incidents that they raise.

Entries come in whichever thread adds them; what they raise is fetched by the one that keeps incidents.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

from api.site import Site
from custody.books import Books
from custody.closing import Running
from custody.entries import Entry
from custody.office import Office
from custody.raising import Raiser
from custody.reconcile import Reconciler
from custody.sightings import Watch
from vision.incidents import Incident


class Custodian:
    """Follows the ledger of one office. Threads may share one."""

    def __init__(self, site: Site, raiser: Raiser, since_ms: int) -> None:
        """Begin the office's calendar at `since_ms`, UTC milliseconds: what was due before, nobody had to do."""
        self._since_ms = since_ms
        self._taken = 0
        self._begin(site, raiser)
        self._raised: list[Incident] = []
        self._turn = threading.Lock()

    @property
    def books(self) -> Books:
        """Where everything is by the ledger; to be read only."""
        return self._office.books

    @property
    def protocol(self) -> Running | None:
        """The protocol of the day that runs."""
        return self._office.running

    def take(self, entries: Iterable[Entry]) -> None:
        """Take the next entries of the ledger."""
        with self._turn:
            self._take(entries)

    def replace_site(self, site: Site, raiser: Raiser, ledger: Iterable[Entry]) -> None:
        """Follow the whole ledger by another site file. What it raises is known already where nothing has changed."""
        with self._turn:
            self._taken = 0
            self._begin(site, raiser)
            self._take(ledger)

    def tick(self, at_ms: int) -> list[Incident]:
        """Let time go on; return what was raised and what ended since the last call."""
        with self._turn:
            self._raised += self._office.tick(at_ms)
            raised, self._raised = self._raised, []
        return raised

    def reconcile(self, watch: Watch, at_ms: int) -> Sequence[Incident]:
        """Hold the books against what cameras saw, as of a moment; return every incident that this comes to."""
        with self._turn:
            return Reconciler(self.books, watch, at_ms, self._settings, self._raiser).reconcile().incidents

    def _begin(self, site: Site, raiser: Raiser) -> None:
        self._settings = site.custody
        self._raiser = raiser
        self._office = Office(site.custody, raiser)
        self._office.tick(self._since_ms)

    def _take(self, entries: Iterable[Entry]) -> None:
        """Take each entry once, however often it is given."""
        for entry in entries:
            if entry.seq >= self._taken:
                self._taken = entry.seq + 1
                self._raised += self._office.take(entry)
