"""What a site file may say and probably does not mean: sentences for the person who wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from api.site import Camera
from vision.items import Item, ItemKind
from vision.rules import RuleSettings
from vision.rules.staff_only_intrusion import StaffOnlyIntrusionSettings
from vision.zones import Zone, ZoneKind


def warnings_of(
    cameras: Sequence[Camera], items: Mapping[str, Item], rules: Mapping[str, RuleSettings]
) -> tuple[str, ...]:
    """Return one sentence for each thing that is allowed and doubtful, in the order of the file."""
    zones = {zone.id: zone for camera in cameras for zone in camera.zones}
    return tuple(
        chain(
            _about_cameras(cameras),
            _about_counters(zones),
            _about_slots(cameras, items),
            _about_items(cameras, items),
            _about_rules(zones, rules),
        )
    )


def _about_cameras(cameras: Sequence[Camera]) -> Iterator[str]:
    for camera in cameras:
        if not camera.zones and not camera.slots:
            yield f"camera {camera.id} has no zones and no slots: it only tells that somebody is there"


def _about_counters(zones: Mapping[str, Zone]) -> Iterator[str]:
    served = {zone.serves for zone in zones.values()}
    for zone in zones.values():
        if zone.kind is ZoneKind.COUNTER and zone.id not in served:
            yield f"counter {zone.id} has no staff side, so nobody attends it: add one with serves: {zone.id}"


def _about_slots(cameras: Sequence[Camera], items: Mapping[str, Item]) -> Iterator[str]:
    on_counter = {slot.id for camera in cameras for slot in camera.slots if slot.counter is not None}
    for slot_id in dict.fromkeys(slot.id for camera in cameras for slot in camera.slots):
        if slot_id not in on_counter and items[slot_id].kind is not ItemKind.DOOR:
            yield f"slot {slot_id} lies on no counter: it is watched, but it never makes a counter exposed"


def _about_items(cameras: Sequence[Camera], items: Mapping[str, Item]) -> Iterator[str]:
    seen = {slot.id for camera in cameras for slot in camera.slots}
    for item in items.values():
        if item.id not in seen and item.kind in {ItemKind.TERMINAL, ItemKind.DOOR}:
            yield f"item {item.id} has no slot: no camera watches its place"


def _about_rules(zones: Mapping[str, Zone], rules: Mapping[str, RuleSettings]) -> Iterator[str]:
    kinds = {zone.kind for zone in zones.values()}
    intrusion = rules.get("staff_only_intrusion")
    if (
        isinstance(intrusion, StaffOnlyIntrusionSettings)
        and intrusion.when == "from_public"
        and ZoneKind.STAFF_ONLY in kinds
        and ZoneKind.PUBLIC not in kinds
    ):
        yield "no zone is public, so nobody comes from one: staff_only_intrusion is raised after hours only"
