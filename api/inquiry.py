"""An investigation in the running office: the same as of an analysed folder, from its database and ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from itertools import chain

from api.folder import Folder
from api.found import every_entry, every_incident
from api.incidents import SEALED
from api.runtime.office import LiveOffice
from api.wiring import make_lookout
from custody.explanations import EXPLAINED, Explanation, read_explanation
from custody.incidents import read_clips
from custody.investigate import Investigation, investigate, loss_window
from custody.last_seen import LastSeen, last_seen
from custody.records import entries, incidents, watching
from custody.sightings import Seen, Sighting, Watch

_LASTED_MS = 86_400_000
"""An incident that was raised so long before the window may still last in it."""

_SIGHTS = 50
"""The newest sights of a place that are looked at; one of them was of the item, or it has not been there for long."""


def investigated(office: LiveOffice, item: str, start: int | None, stop: int | None) -> tuple[Folder, Investigation]:
    """Return what may explain a count that does not agree, and all that this was found in.

    start, stop: numbers of counts, as `loss_window` has them. Raises InvestigationError.
    """
    window = loss_window(office.books, item, start, stop)
    found = _folder(office, window.from_ms)
    return found, investigate(found.reconciler(), found.incidents, window)


def last_sights(office: LiveOffice) -> tuple[Folder, tuple[LastSeen, ...]]:
    """Return when each item was last seen, and all that this was found in."""
    now_ms = office.now_ms()
    places = {slot.id for camera in office.site.cameras for slot in camera.slots}
    with office.records.read() as connection:
        sights = [watching.newest(connection, Seen.ITEM_PRESENT, place, _SIGHTS) for place in sorted(places)]
    sightings: tuple[Sighting, ...] = tuple(chain.from_iterable(sights))
    first_ms = min((one.from_ms for one in sightings), default=now_ms)
    found = _folder(office, first_ms, Watch(sightings, from_ms=first_ms))
    return found, last_seen(found.books, found.watch, now_ms)


def _folder(office: LiveOffice, from_ms: int, watch: Watch | None = None) -> Folder:
    """Return the office as a folder that was analysed from a moment until now."""
    since = entries.Query(kinds=frozenset({SEALED}), from_ms=from_ms)
    raised = tuple(every_incident(office, incidents.Query(from_ms=from_ms - _LASTED_MS)))
    return Folder(
        path=office.folder,
        site=office.site,
        watch=_watch(office, from_ms) if watch is None else watch,
        books=office.books,
        incidents=raised,
        explained=_explained(office, from_ms),
        clips=read_clips(every_entry(office, since)),
        size=len(office.ledger),
        at_ms=office.now_ms(),
        unreadable=tuple(str(one.why["fact"]) for one in raised if one.rule == "entry_unreadable"),
    )


def _watch(office: LiveOffice, from_ms: int) -> Watch:
    """Return what cameras saw from a moment on; where less is kept, from then on."""
    places = make_lookout(office.site, office.site.cameras, from_ms).watch().cameras
    with office.records.read() as connection:
        oldest_ms = watching.oldest_ms(connection)
        kept_since_ms = office.now_ms() if oldest_ms is None else max(oldest_ms, from_ms)
        return watching.load(connection, kept_since_ms, places)


def _explained(office: LiveOffice, from_ms: int) -> Mapping[str, tuple[Explanation, ...]]:
    """Return what people said of incidents from a moment on, by the incident's id, oldest first."""
    found: defaultdict[str, list[Explanation]] = defaultdict(list)
    for entry in every_entry(office, entries.Query(kinds=frozenset({EXPLAINED}), from_ms=from_ms)):
        said = read_explanation(entry)
        if said is not None:
            found[said.incident].insert(0, said)
    return {incident: tuple(said) for incident, said in found.items()}
