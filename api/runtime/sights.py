"""What cameras saw and could not see, kept in the database while it goes on, and what of it was over when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy.engine import Connection

from api.runtime.keeper import Write
from api.site import Site
from api.wiring import make_lookout
from custody.lookout import WITHOUT_FOOTAGE
from custody.records import watching
from custody.records.marks import mark, set_mark
from custody.records.watching import Told
from custody.sightings import Gap
from vision.incidents import Incident
from vision.situation import Situation

SEEN_UNTIL: Final = "seen_until_ms"
"""The mark of when the office was looked at last, so that a start knows since when nobody could see."""

SAVE_EVERY_MS: Final = 1_000
_FORGET_AFTER_MS: Final = 60_000
"""What is over for so long is left to the database."""


class Sights:
    """Looks at the situation again and again, by one thread."""

    def __init__(self, site: Site, write: Callable[[Write], None], now_ms: int) -> None:
        self._write = write
        self._lookout = make_lookout(site, site.cameras, now_ms)
        self._at_ms = self._saved_at_ms = self._forgot_at_ms = now_ms
        self._saved: frozenset[Told] = frozenset()

    def take(self, situation: Situation, now_ms: int) -> None:
        """Take what all cameras say now."""
        self._at_ms = max(self._at_ms, now_ms)
        self._lookout.take(replace(situation, at_ms=self._at_ms))
        if self._at_ms - self._saved_at_ms >= SAVE_EVERY_MS:
            self.save()

    def take_incidents(self, incidents: Iterable[Incident]) -> None:
        """Take incidents as they stand: counters that were left with something on them are sights, too."""
        for incident in incidents:
            self._lookout.take_incident(incident)

    def save(self) -> None:
        """Have the database told what is new."""
        watch = self._lookout.watch()
        told = frozenset[Told]((*watch.sightings, *watch.gaps))
        news, at_ms = told - self._saved, self._at_ms
        self._saved, self._saved_at_ms = told, at_ms
        if at_ms - self._forgot_at_ms >= _FORGET_AFTER_MS:
            self._forgot_at_ms = at_ms
            self._lookout.forget(at_ms - _FORGET_AFTER_MS)

        def keep(connection: Connection) -> None:
            watching.save_all(connection, news)
            set_mark(connection, SEEN_UNTIL, at_ms)

        self._write(keep)

    def begin_anew(self, site: Site, now_ms: int) -> None:
        """End what lasts; look by another site file, or another time, from now on."""
        over = [replace(one, to_ms=self._at_ms) for one in self._saved if one.to_ms is None]
        self._write(lambda connection: watching.save_all(connection, over))
        self._lookout, self._saved = make_lookout(site, site.cameras, now_ms), frozenset()
        self._at_ms = self._saved_at_ms = self._forgot_at_ms = now_ms


def end_what_lasted(connection: Connection, site: Site, now_ms: int) -> None:
    """End what was seen when the service last looked; from then until now nobody could see anything."""
    until_ms = mark(connection, SEEN_UNTIL)
    if until_ms is None:
        return
    lasted = watching.lasting(connection)
    watching.save_all(connection, [replace(one, to_ms=max(until_ms, one.from_ms)) for one in lasted])
    blind = (Gap(camera.id, until_ms, now_ms, WITHOUT_FOOTAGE) for camera in site.cameras)
    watching.save_all(connection, blind)
