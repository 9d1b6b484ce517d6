"""What the database need not know any more, a little at a time, so that nobody waits for it.

    observations   as long as the footage that they tell of is kept, and at least as long as footage is
    changes        a week: who was away for longer asks for everything anew
    sights         400 days: between two counts may lie many weeks, and a year later it may be asked what was usual

Incidents, entries and acts stay: they are few, and the ledger is never shortened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from api.site import Site
from custody.records import changes, observations, watching
from custody.records.database import Records

DAY_MS: Final = 86_400_000
CHANGES_KEPT_MS: Final = 7 * DAY_MS
SIGHTS_KEPT_MS: Final = 400 * DAY_MS
AT_ONCE: Final = 1_000
"""Observations that are forgotten in one transaction; a camera says at most some five in a second."""

_LOOK_EVERY_MS: Final = 600_000
_SWEEP_EVERY_MS: Final = 3_600_000


class Forgetting:
    """Forgets, whenever it is told that time has gone on."""

    def __init__(self, site: Callable[[], Site], records: Records) -> None:
        """Begin. site: gives the site file in force."""
        self._site = site
        self._records = records
        self._looked_at_ms = self._swept_at_ms = 0

    def step(self, now_ms: int) -> None:
        """Forget a little. Raises what using the database raises."""
        if abs(now_ms - self._looked_at_ms) >= _LOOK_EVERY_MS and not self._forget_observations(now_ms):
            self._looked_at_ms = now_ms
        if abs(now_ms - self._swept_at_ms) >= _SWEEP_EVERY_MS:
            self._swept_at_ms = now_ms
            with self._records.write() as connection:
                changes.prune(connection, now_ms - CHANGES_KEPT_MS)
                watching.prune(connection, now_ms - SIGHTS_KEPT_MS)

    def _forget_observations(self, now_ms: int) -> bool:
        """Forget some of one camera; tell whether there may be more."""
        keep = self._site().footage.keep
        with self._records.read() as connection:
            for camera in observations.cameras(connection):
                before_ms = now_ms - round(keep(camera).days * DAY_MS)
                due = observations.without_footage(connection, camera, before_ms, AT_ONCE)
                if due:
                    break
            else:
                return False
        with self._records.write() as connection:
            observations.remove(connection, camera, due)
        return True
