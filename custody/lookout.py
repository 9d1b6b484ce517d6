"""From what all cameras say at each moment to what was seen, from when to when. Pure; time comes with what is taken.

The cameras' merged answers (`vision.situation`) go in; out come sightings and gaps, as `reconcile` and `investigate`
need them. Unattended counters are taken from their incidents: how long is too long has been decided there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Final

from custody.sightings import TOGETHER_MS, Gap, Seen, Sighting, Watch, before
from vision.incidents import Incident
from vision.items import ItemKind
from vision.layout import Layout
from vision.situation import Situation, camera_of
from vision.types import Health, SlotState
from vision.zones import ZoneKind

WITHOUT_FOOTAGE: Final = "without footage"
"""Why a camera that says nothing at all cannot see: it has not begun, or its recording has ended."""

UNATTENDED_COUNTER: Final = "unattended_counter"
"""The rule whose incidents are sights of a counter that was left with something on it."""

_ITEM: Final = {SlotState.PRESENT: Seen.ITEM_PRESENT, SlotState.ABSENT: Seen.ITEM_ABSENT}
_HIDDEN: Final = {SlotState.OCCLUDED: "hidden", SlotState.UNKNOWN: "unknown"}
_PLACES: Final = (ZoneKind.COUNTER, ZoneKind.STAFF_SIDE, ZoneKind.STAFF_ONLY, ZoneKind.PUBLIC)

Told = Sighting | Gap
_Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Lasting:
    """Something that was seen until `last_ms`, and may still be."""

    told: Told
    last_ms: int


class Lookout:
    """Follows the cameras of one site, and remembers what was seen until it is told to forget."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._doors = layout.slot_ids(ItemKind.DOOR)
        self._items = layout.slot_ids(ItemKind.TERMINAL, ItemKind.CARDS, ItemKind.KEY)
        self._vaults = {zone: _vault_of(layout, zone) for zone in layout.zone_ids(ZoneKind.VAULT)}
        self._zones = tuple(zone for kind in _PLACES for zone in layout.zone_ids(kind))
        self._cameras = self._cameras_of_places()
        self._lasting: dict[_Key, _Lasting] = {}
        self._now: set[_Key] = set()
        self._over: list[Told] = []
        self._unattended: dict[str, Sighting] = {}
        self._at_ms = 0
        self._from_ms = 0

    def take(self, situation: Situation) -> None:
        """Take what all cameras say at one moment; moments must not go backwards."""
        self._at_ms = situation.at_ms
        self._now.clear()
        for told in self._told(situation):
            key = _key(told)
            self._now.add(key)
            before = self._lasting.get(key)
            self._lasting[key] = _Lasting(told if before is None else _joined(before.told, told), situation.at_ms)
        for key, lasting in list(self._lasting.items()):
            if situation.at_ms - lasting.last_ms > TOGETHER_MS:
                self._over.append(_ended(self._lasting.pop(key)))

    def take_incident(self, incident: Incident) -> None:
        """Take an incident, when it is raised and when it ends; those of other rules are passed over."""
        if incident.rule == UNATTENDED_COUNTER and incident.zone is not None:
            self._unattended[incident.id] = Sighting(
                what=Seen.UNATTENDED,
                subject=incident.zone,
                from_ms=incident.began_at_ms,
                to_ms=incident.ended_at_ms,
                camera=incident.camera,
                tracks=incident.tracks,
                items=tuple(incident.why.get("exposed", ())),
                incident=incident.id,
            )

    def watch(self) -> Watch:
        """Return all that was seen and could not be seen, in the order of time; what is seen now lasts."""
        newest = (one.told if key in self._now else _ended(one) for key, one in self._lasting.items())
        told = [*self._over, *newest, *self._exposures()]
        ordered = sorted(told, key=lambda one: one.from_ms)
        sightings = tuple(one for one in ordered if isinstance(one, Sighting))
        gaps = tuple(one for one in ordered if isinstance(one, Gap) and one.to_ms != one.from_ms)
        return Watch(sightings, gaps, self._cameras, self._from_ms)

    def forget(self, before_ms: int) -> None:
        """Forget what was over before a moment, UTC milliseconds; the watch says that it is kept from then on.

        Since when a place has been as it is now is not forgotten, also where it was hidden in between.
        """
        self._from_ms = max(self._from_ms, before_ms)
        seen = self.watch().sightings
        still = {slot: self._still_since_ms(slot, seen) for slot in self._items}
        self._over = [
            told
            for told in self._over
            if told.interval[1] >= before_ms
            or (isinstance(told, Sighting) and told.from_ms >= still.get(told.subject, before_ms))
        ]
        self._unattended = {i: seen for i, seen in self._unattended.items() if seen.interval[1] >= before_ms}

    def _exposures(self) -> Iterator[Sighting]:
        """Give the unattended counters; one that lasted when the footage of its camera ended is told up to then."""
        for sighting in self._unattended.values():
            key = ("gap", sighting.camera or "", "", WITHOUT_FOOTAGE)
            ended_ms = self._lasting[key].told.from_ms if key in self._now else None
            yield sighting if sighting.to_ms is not None else replace(sighting, to_ms=ended_ms)

    def _still_since_ms(self, slot: str, seen: Sequence[Sighting]) -> int:
        """Return since when a slot has been seen in one state only, the newest."""
        sights = [one for one in seen if one.subject == slot and one.what in _ITEM.values()]
        newest = takewhile(lambda one: one.what is sights[-1].what, reversed(sights))
        return min((one.from_ms for one in newest), default=self._at_ms)

    def _told(self, situation: Situation) -> Iterator[Told]:
        for view in self._layout.views:
            seen = situation.observations.get(view.camera)
            if seen is None or seen.health is not Health.CLEAR:
                why = WITHOUT_FOOTAGE if seen is None else seen.health.value
                yield Gap(view.camera, situation.at_ms, None, why)
        for slot in (*self._doors, *self._items):
            yield from self._slot(situation, slot)
        for zone, vault in self._vaults.items():
            if vault is not None:
                yield from self._people(situation, zone, vault)
        for zone in self._zones:
            for track in situation.occupancy((zone,)).tracks or ():
                yield Sighting(Seen.IN_ZONE, zone, situation.at_ms, None, camera_of(track), 1, (track,))

    def _slot(self, situation: Situation, slot: str) -> Iterator[Told]:
        reading, camera = situation.slot(slot)
        if reading.state in _HIDDEN:
            cameras = self._layout.cameras_of_slot(slot)
            yield from self._unseen(situation, cameras, _HIDDEN[reading.state], slot)
        elif slot in self._items:
            yield Sighting(_ITEM[reading.state], slot, situation.at_ms, None, camera)
        elif reading.state is SlotState.ABSENT:
            yield Sighting(Seen.VAULT_OPEN, slot, situation.at_ms, None, camera)

    def _people(self, situation: Situation, zone: str, vault: str) -> Iterator[Told]:
        tracks = situation.occupancy((zone,)).tracks
        if tracks is None:
            cameras = self._layout.cameras_of_zone(zone)
            yield from self._unseen(situation, cameras, "unknown", before(vault))
        elif tracks:
            cameras_of = [camera_of(track) for track in tracks]
            best = max(dict.fromkeys(cameras_of), key=cameras_of.count)  # two cameras may see the same person
            yield Sighting(Seen.AT_VAULT, vault, situation.at_ms, None, best, cameras_of.count(best), tracks)

    def _unseen(self, situation: Situation, cameras: tuple[str, ...], why: str, place: str) -> Iterator[Gap]:
        """Give the gap of each camera that can see and yet cannot tell of a place; one that is blind has its own."""
        for camera in cameras:
            seen = situation.observations.get(camera)
            if seen is not None and seen.health is Health.CLEAR:
                yield Gap(camera, situation.at_ms, None, why, place)

    def _cameras_of_places(self) -> dict[str, tuple[str, ...]]:
        cameras = {slot: self._layout.cameras_of_slot(slot) for slot in (*self._doors, *self._items)}
        counters = {zone: self._layout.cameras_of_zone(zone) for zone in self._layout.zone_ids(ZoneKind.COUNTER)}
        vaults = {before(vault): self._layout.cameras_of_zone(zone) for zone, vault in self._vaults.items() if vault}
        return cameras | counters | vaults


def _vault_of(layout: Layout, zone: str) -> str | None:
    """Return the door of the vault that a zone lies before: one in the same view, or the only one there is."""
    doors = layout.slot_ids(ItemKind.DOOR)
    cameras = set(layout.cameras_of_zone(zone))
    near = [door for door in doors if cameras & set(layout.cameras_of_slot(door))]
    if near:
        return near[0]
    return doors[0] if len(doors) == 1 else None


def _key(told: Told) -> _Key:
    if isinstance(told, Gap):
        return "gap", told.camera, told.place or "", told.why
    followed = told.tracks if told.what is Seen.IN_ZONE else ()
    return "sighting", told.what, told.subject, *followed


def _joined(before: Told, now: Told) -> Told:
    """Return one thing that goes on: since when it was first seen, with the most people and all tracks of it."""
    if isinstance(before, Gap) or isinstance(now, Gap):
        return before
    tracks = tuple(sorted({*before.tracks, *now.tracks}))
    return replace(before, people=max(before.people, now.people), tracks=tracks)


def _ended(lasting: _Lasting) -> Told:
    return replace(lasting.told, to_ms=lasting.last_ms)
