"""What must agree between the sections: zones of several cameras, staff sides and counters, slots and items.

Every check here needs the whole file; what one value alone can get wrong is noted where it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain

from shapely import Polygon

from api.site import Camera
from api.sitefile.cameras import DraftCamera, DraftSlot, DraftZone
from api.sitefile.problems import suggestion
from vision.items import Item
from vision.zones import Slot, Zone, ZoneKind

LEAST_SHARE = 0.25
"""The least part of a slot that lies inside its counter: in a picture upright things lean over the edge."""


def joined(drafts: Sequence[DraftCamera], items: dict[str, Item | None]) -> tuple[Camera, ...]:
    """Return the cameras, each slot on its counter, after noting whatever does not agree."""
    zones = list(chain.from_iterable(draft.zones for draft in drafts))
    _note_zones_that_differ(zones)
    counters = _counters(zones)
    _note_unknown_counters(drafts, zones, counters)
    _note_names_that_differ(zones)
    for slot in chain.from_iterable(draft.slots for draft in drafts):
        if slot.slot.id not in items:
            found = f"the slot {slot.slot.id}, and no item of that id"
            slot.node.wrong("an item for every slot", _item_remedy(slot.slot.id, items), found)
    return tuple(_camera(draft) for draft in drafts)


def zone_names(drafts: Sequence[DraftCamera]) -> dict[str, str]:
    """Return what the zones are called that have a name, by their ids."""
    zones = chain.from_iterable(draft.zones for draft in drafts)
    return {zone.id: zone.name for zone in zones if zone.name is not None}


def _item_remedy(slot_id: str, items: Iterable[str]) -> str:
    near = suggestion(slot_id, items)
    add = f"add items: {slot_id}: {{kind: terminal}}"
    return add if "one of" in near or near == "take it out" else f"{near}, or {add}"


def _note_zones_that_differ(zones: Iterable[DraftZone]) -> None:
    first: dict[str, DraftZone] = {}
    for draft in zones:
        other = first.setdefault(draft.id, draft)
        if draft.zone is None or other.zone is None:
            continue
        for name in ("kind", "serves"):
            here, there = getattr(draft.zone, name), getattr(other.zone, name)
            if here != there:
                found = f"{name} {here or 'missing'}, and {there or 'missing'} in line {other.node.line}"
                remedy = f"make {name} equal, or give one of them another id"
                draft.node.wrong("one meaning for a zone that several cameras see", remedy, found)


def _note_names_that_differ(zones: Iterable[DraftZone]) -> None:
    first: dict[str, DraftZone] = {}
    for draft in zones:
        if draft.name is None:
            continue
        other = first.setdefault(draft.id, draft)
        if draft.name != other.name:
            found = f"name {draft.name}, and {other.name} in line {other.node.line}"
            draft.node.wrong("one name for a zone that several cameras see", "name it under one camera only", found)


def _counters(zones: Iterable[DraftZone]) -> set[str]:
    """Return the ids of the counters, and of zones of an unreadable kind: they may be meant as counters."""
    return {draft.id for draft in zones if draft.zone is None or draft.zone.kind is ZoneKind.COUNTER}


def _note_unknown_counters(drafts: Iterable[DraftCamera], zones: Iterable[DraftZone], counters: set[str]) -> None:
    named = [(zone.zone.serves, zone.node, "serves") for zone in zones if zone.zone is not None]
    named += [(slot.slot.counter, slot.node, "counter") for draft in drafts for slot in draft.slots]
    for counter, node, key in named:
        if counter is not None and counter not in counters:
            remedy = suggestion(counter, sorted(counters))
            if not counters:
                remedy = f"add a zone {counter}: {{kind: counter, polygon: ...}}"
            node.wrong("the id of a zone of kind counter", remedy, f"{key}: {counter}, which is no counter")


def _camera(draft: DraftCamera) -> Camera:
    zones = tuple(zone.zone for zone in draft.zones if zone.zone is not None)
    return Camera(
        id=draft.id,
        name=draft.name,
        source=draft.source,
        detect=draft.detect,
        detect_fps=draft.detect_fps,
        zones=zones,
        slots=tuple(_on_its_counter(slot, zones) for slot in draft.slots),
        onvif=draft.onvif,
    )


def _on_its_counter(draft: DraftSlot, zones: Sequence[Zone]) -> Slot:
    """Return the slot with the counter that the file names, or the one whose polygon holds most of it."""
    slot = draft.slot
    if slot.counter is not None or not slot.polygon:
        return slot
    counters = [zone for zone in zones if zone.kind is ZoneKind.COUNTER and zone.polygon]
    shares = {zone.id: share_on(slot, zone) for zone in counters}
    best = max(shares, key=shares.__getitem__, default=None)
    return replace(slot, counter=best) if best is not None and shares[best] >= LEAST_SHARE else slot


def share_on(slot: Slot, zone: Zone) -> float:
    """Return how much of a slot's area lies inside a zone, 0..1."""
    place = Polygon(slot.polygon)
    return float(place.intersection(Polygon(zone.polygon)).area / place.area)
