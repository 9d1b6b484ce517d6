"""What a site looks at: the zones, slots and items of all its cameras, and which belong together.

A zone or slot id that stands under several cameras is one zone or slot seen by several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from vision.items import Item, ItemKind
from vision.zones import Polygon, Slot, Zone, ZoneKind


@dataclass(frozen=True, slots=True)
class View:
    """What one camera looks at."""

    camera: str
    zones: tuple[Zone, ...] = ()
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """All views of a site, and its items by id."""

    site: str
    views: tuple[View, ...]
    items: Mapping[str, Item] = field(default_factory=lambda: MappingProxyType({}))

    def zone_ids(self, kind: ZoneKind) -> tuple[str, ...]:
        """Return the ids of the zones of a kind, in the order of the site file."""
        return _unique(zone.id for view in self.views for zone in view.zones if zone.kind is kind)

    def slot_ids(self, *kinds: ItemKind) -> tuple[str, ...]:
        """Return the ids of the slots whose item is of one of these kinds."""
        return _unique(
            slot.id
            for view in self.views
            for slot in view.slots
            if slot.id in self.items and self.items[slot.id].kind in kinds
        )

    def cameras_of_zone(self, zone_id: str) -> tuple[str, ...]:
        """Return the cameras that see a zone."""
        return tuple(v.camera for v in self.views if any(zone.id == zone_id for zone in v.zones))

    def cameras_of_slot(self, slot_id: str) -> tuple[str, ...]:
        """Return the cameras that see a slot."""
        return tuple(v.camera for v in self.views if any(slot.id == slot_id for slot in v.slots))

    def staff_sides_of(self, counter: str) -> tuple[str, ...]:
        """Return the staff sides that serve a counter."""
        zones = (zone for view in self.views for zone in view.zones)
        return _unique(z.id for z in zones if z.kind is ZoneKind.STAFF_SIDE and z.serves == counter)

    def slots_on(self, counter: str) -> tuple[str, ...]:
        """Return the slots, doors apart, that lie on a counter."""
        slots = (slot for view in self.views for slot in view.slots if slot.counter == counter)
        return _unique(s.id for s in slots if s.id in self.items and self.items[s.id].kind is not ItemKind.DOOR)

    def outline(self, camera: str, place: str) -> tuple[float, float, float, float] | None:
        """Return left, top, right, bottom, as fractions, of a zone or slot in a camera's view."""
        for view in self.views:
            shapes: tuple[Zone | Slot, ...] = (*view.zones, *view.slots)
            for shape in shapes:
                if view.camera == camera and shape.id == place:
                    return _bounds(shape.polygon)
        return None


def _bounds(polygon: Polygon) -> tuple[float, float, float, float]:
    corners = np.array(polygon)
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return float(left), float(top), float(right), float(bottom)


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
