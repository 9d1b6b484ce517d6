"""The office at one glance: what is seen, since when, and what the ledger says beside it.

What is seen comes from the newest observations; since when, from the sightings in the database, which are a moment
behind. Where these do not tell of what is seen now, since when is not known yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from api.runtime.office import LiveOffice
from api.web import forms
from api.web.models.items import CamerasSee, ItemAnswer
from api.web.models.overview import CounterCard, CustodyCard, Door, Match, Staffing, VaultCard
from api.web.routes.items import items_of
from api.wiring import layout_of
from custody.records import watching
from custody.records.watching import Told
from custody.sightings import TOGETHER_MS, Gap, Seen, Sighting
from vision.items import ItemKind
from vision.layout import Layout
from vision.situation import Situation
from vision.types import SlotState
from vision.zones import ZoneKind

_SEEN_AS = {SlotState.PRESENT: Seen.ITEM_PRESENT, SlotState.ABSENT: Seen.ITEM_ABSENT}
_DOORS = {SlotState.PRESENT: Door.CLOSED, SlotState.ABSENT: Door.OPEN}
_ON_A_COUNTER = frozenset({SlotState.PRESENT, SlotState.OCCLUDED})
_LOOKED_BACK = 50
"""Sightings of a zone that are looked through for since when somebody, or nobody, is there."""

Zone = str
Spells = Callable[[Zone], Sequence[Sighting]]
"""The newest sightings of people in a zone, the newest first."""


@dataclass(frozen=True, slots=True)
class Glance:
    """One look at an office; all cards are of the same moment. lasting: what is seen and cannot be seen now."""

    office: LiveOffice
    layout: Layout
    situation: Situation
    lasting: tuple[Told, ...]

    @classmethod
    def at(cls, office: LiveOffice, connection: Connection) -> Glance:
        """Look at an office as it is now."""
        site = office.site
        return cls(office, layout_of(site, site.cameras), office.situation(), watching.lasting(connection))

    def counters(self, connection: Connection, sees: Callable[[str], bool]) -> list[CounterCard]:
        """Return the counters of which a camera may be seen."""

        def spells(zone: Zone) -> Sequence[Sighting]:
            return watching.newest(connection, Seen.IN_ZONE, zone, _LOOKED_BACK)

        counters = self.layout.zone_ids(ZoneKind.COUNTER)
        return [self._counter(one, spells) for one in counters if any(map(sees, self.layout.cameras_of_zone(one)))]

    def items(self) -> list[CustodyCard]:
        """Return the things in custody, doors apart."""
        return [self._item(item) for item in items_of(self.office) if item.kind is not ItemKind.DOOR]

    def vaults(self) -> list[VaultCard]:
        """Return the vaults, by their doors."""
        return [self._vault(item) for item in items_of(self.office) if item.kind is ItemKind.DOOR]

    def _counter(self, counter: str, spells: Spells) -> CounterCard:
        sides = self.layout.staff_sides_of(counter)
        there = self.situation.occupancy(sides)
        seen = [one for side in sides for one in spells(side)]
        if there.tracks is None:
            state, since_ms = Staffing.UNSEEN, None
        elif there.empty:
            state, since_ms = Staffing.UNATTENDED, max((one.to_ms for one in seen if one.to_ms), default=None)
        else:
            state, since_ms = Staffing.ATTENDED, occupied_since_ms(seen, self.situation.at_ms)
        lies_there = (s for s in self.layout.slots_on(counter) if self.situation.slot(s)[0].state in _ON_A_COUNTER)
        return CounterCard(
            counter=counter,
            cameras=list(self.layout.cameras_of_zone(counter)),
            state=state,
            since=forms.moment(self.office.site, since_ms),
            people=None if there.tracks is None else len(there.tracks),
            exposed=list(lies_there),
        )

    def _item(self, item: ItemAnswer) -> CustodyCard:
        since = forms.moment(self.office.site, self._seen_since_ms(item.seen))
        return CustodyCard(**item.model_dump(), seen_since=since, match=_match(item))

    def _vault(self, item: ItemAnswer) -> VaultCard:
        zones = [zone for zone in self.layout.zone_ids(ZoneKind.VAULT) if self._lies_before(zone, item.item)]
        there = self.situation.occupancy(zones).tracks
        return VaultCard(
            **self._item(item).model_dump(),
            door=Door.UNSEEN if item.seen is None else _DOORS.get(item.seen.state, Door.UNSEEN),
            people=None if there is None else len(there),
            people_since=forms.moment(self.office.site, self._since_ms(Seen.AT_VAULT, item.item)) if there else None,
        )

    def _lies_before(self, zone: Zone, door: str) -> bool:
        """Tell whether people in a zone are seen beside this door."""
        return bool({*self.layout.cameras_of_zone(zone)} & {*self.layout.cameras_of_slot(door)})

    def _seen_since_ms(self, seen: CamerasSee | None) -> int | None:
        if seen is None:
            return None
        if seen.slot in self.layout.slot_ids(ItemKind.DOOR):
            return self._since_ms(Seen.VAULT_OPEN, seen.slot) if seen.state is SlotState.ABSENT else None
        if seen.state in _SEEN_AS:
            return self._since_ms(_SEEN_AS[seen.state], seen.slot)
        hidden = (one.from_ms for one in self.lasting if isinstance(one, Gap) and one.place in {seen.slot, None})
        return min(hidden, default=None)

    def _since_ms(self, what: Seen, subject: str) -> int | None:
        found = (one for one in self.lasting if isinstance(one, Sighting) and one.what is what)
        return next((one.from_ms for one in found if one.subject == subject), None)


def occupied_since_ms(sightings: Iterable[Sighting], now_ms: int) -> int | None:
    """Return since when somebody was always there, UTC milliseconds: one may follow the other. None: nobody is."""
    since_ms = None
    for one in sorted(sightings, key=lambda one: one.interval[1], reverse=True):
        if one.interval[1] < (now_ms if since_ms is None else since_ms) - TOGETHER_MS:
            break
        since_ms = one.from_ms if since_ms is None else min(since_ms, one.from_ms)
    return since_ms


def _match(item: ItemAnswer) -> Match | None:
    """Return whether what is seen of a thing is what the ledger says; an open vault may have its door closed."""
    if item.books is None or item.seen is None:
        return None
    if item.seen.state not in _SEEN_AS:
        return Match.UNSEEN
    is_present = item.seen.state is SlotState.PRESENT
    if item.kind is ItemKind.DOOR:
        return Match.AGREES if is_present or item.books.out else Match.DIFFERS
    return Match.AGREES if is_present is item.books.out else Match.DIFFERS
