"""The office's rounds: time goes on for its protocols, what cameras see is kept, and both are held against the books.

What need not be known any more is forgotten. In a thread of its own: neither judging nor writing may wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from api.runtime.clock_watch import ClockWatch
from api.runtime.custodian import Custodian
from api.runtime.forgetting import Forgetting
from api.runtime.keeper import Keeper
from api.runtime.sights import Sights, end_what_lasted
from api.site import Site
from api.wiring import make_lookout
from custody.errors import LedgerError
from custody.lookout import UNATTENDED_COUNTER
from custody.records import incidents, watching
from custody.records.database import Records
from custody.records.incidents import Query
from custody.sightings import Seen, Watch
from vision.incidents import Incident
from vision.situation import Situation

LOOK_EVERY_S: Final = 0.5
RECONCILE_EVERY_MS: Final = 10_000
KEPT_IN_VIEW_MS: Final = 86_400_000
"""What was over before is not held against the books again, unless an incident that lasts began with it."""

TOLD_WITHIN_MS: Final = 3_600_000
"""What should have been raised longer ago was raised then, or another site file held."""

AGAINST_SIGHTS: Final = frozenset({"unlogged_vault_access", "item_not_where_ledger_says"})
"""What lasts and comes of holding books and sights against each other."""

_MOST_EXPOSURES: Final = 500
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _View:
    """What is held against the books. lasting: what was raised by that before, and has not ended."""

    watch: Watch
    lasting: Sequence[Incident]


class Rounds:
    """Makes them until it is closed. look: gives what all cameras say."""

    def __init__(
        self,
        site: Site,
        custodian: Custodian,
        keeper: Keeper,
        records: Records,
        look: Callable[[], Situation],
        clock: Callable[[], int],
        watches: Sequence[Callable[[int], Iterable[Incident]]] = (),
    ) -> None:
        """Take what is looked at. watches: asked in every round, with the time, what there is to tell."""
        self._watches = watches
        self._site = site
        self._custodian = custodian
        self._keeper = keeper
        self._records = records
        self._look = look
        self._clock = clock
        self._turn = threading.Lock()
        self._reconciled_at_ms = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rounds", daemon=True)
        with records.write() as connection:
            end_what_lasted(connection, site, clock())
        self._sights = Sights(site, keeper.write, clock())
        self._clock_watch = ClockWatch(clock)
        self._forgetting = Forgetting(lambda: self._site, records)

    def start(self) -> None:
        """Begin to make rounds."""
        self._thread.start()

    def close(self) -> None:
        """Keep what was seen, and end."""
        self._stop.set()
        self._thread.join()
        self._sights.save()

    def replace_site(self, site: Site) -> None:
        """Look by another site file from now on."""
        with self._turn:
            self._site = site
            self._sights.begin_anew(site, self._clock())

    def step(self) -> None:
        """Make one round. Raises OSError, LedgerError where the database cannot be read."""
        with self._turn:
            now_ms = self._clock()
            if self._clock_watch.stepped_ms() != 0:
                self._sights.begin_anew(self._site, now_ms)
            self._keeper.keep(self._custodian.tick(now_ms))
            for watch in self._watches:
                self._keeper.keep(watch(now_ms))
            self._sights.take(self._look(), now_ms)
            if abs(now_ms - self._reconciled_at_ms) >= RECONCILE_EVERY_MS:
                self._reconciled_at_ms = now_ms
                self._reconcile(now_ms)
            self._forgetting.step(now_ms)

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            try:
                self.step()
            except (OSError, LedgerError) as error:
                _log.warning("rounds.delayed", reason=str(error))

    def _reconcile(self, now_ms: int) -> None:
        view = self._in_view(now_ms)
        found = self._custodian.reconcile(view.watch, now_ms)
        lasting = {incident.id for incident in view.lasting}
        self._keeper.keep(one for one in found if one.id in lasting or one.raised_at_ms >= now_ms - TOLD_WITHIN_MS)
        explained = lasting - {incident.id for incident in found}
        self._keeper.keep(replace(one, ended_at_ms=now_ms) for one in view.lasting if one.id in explained)

    def _in_view(self, now_ms: int) -> _View:
        since_ms, tolerance_ms = now_ms - KEPT_IN_VIEW_MS, self._site.custody.tolerance_ms
        places = make_lookout(self._site, self._site.cameras, now_ms).watch().cameras
        with self._records.read() as connection:
            lasting = [one for one in incidents.lasting(connection) if one.rule in AGAINST_SIGHTS]
            since_ms = min([since_ms, *(one.began_at_ms - tolerance_ms for one in lasting)])
            since_ms = max(since_ms, watching.oldest_ms(connection) or now_ms)
            left = incidents.search(
                connection, Query(rule=UNATTENDED_COUNTER, from_ms=since_ms), limit=_MOST_EXPOSURES
            )
            watch = watching.load(connection, since_ms, places, but=(Seen.IN_ZONE,))
        self._sights.take_incidents(kept.incident for kept in left.kept)
        return _View(watch, lasting)
