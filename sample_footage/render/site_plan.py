"""What is watched at one site while clips are filmed: the cameras, their zones and slots, and the things in custody.

`site_file` measures and writes it, `truth` asks the rules of it. Coordinates are fractions of width and height.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Literal

OPENS, CLOSES = time(8, 45), time(17, 0)
"""The window hours from Monday to Friday. No clip may be set on a public holiday."""

Polygon = tuple[tuple[float, float], ...]
ItemKind = Literal["terminal", "cards", "key", "door"]
RuleSettings = Mapping[str, Mapping[str, float | str] | Literal[False]]
"""Settings by the names of rule and key, as in a site file; False switches a rule off."""

LedgerSettings = Mapping[str, float | Mapping[str, float]]
"""Settings of the custody section by their keys, as in a site file; those of the closing are a mapping themselves."""


@dataclass(frozen=True)
class Zone:
    """One zone as one camera sees it."""

    kind: str
    serves: str | None = None
    polygon: Polygon = ()


@dataclass(frozen=True)
class Slot:
    """An item's place as one camera sees it, and the counter that it lies on, if any."""

    counter: str | None = None
    polygon: Polygon = ()


@dataclass(frozen=True)
class Thing:
    """Something in custody: its kind, its name and, of a batch, the number of cards."""

    kind: ItemKind
    title: str = ""
    expected: int | None = None


@dataclass(frozen=True)
class Watcher:
    """One camera: its clip, and the zones and slots that it watches by their ids."""

    clip: str = ""
    zones: Mapping[str, Zone] = field(default_factory=dict)
    slots: Mapping[str, Slot] = field(default_factory=dict)


@dataclass(frozen=True)
class SitePlan:
    """A site: cameras and things in custody by their ids, and the settings that differ from the defaults."""

    site: str
    title: str
    start: datetime
    cameras: Mapping[str, Watcher]
    things: Mapping[str, Thing] = field(default_factory=dict)
    rules: RuleSettings = field(default_factory=dict)
    custody: LedgerSettings = field(default_factory=dict)

    def zones_of(self, kind: str) -> dict[str, Zone]:
        """Return the zones of a kind by their ids, those that several cameras see once."""
        return {name: zone for name, zone in self._zones() if zone.kind == kind}

    def slots_on(self, counter: str) -> list[str]:
        """Return the ids of the slots on a counter."""
        slots = [item for watcher in self.cameras.values() for item in watcher.slots.items()]
        return list(dict.fromkeys(name for name, slot in slots if slot.counter == counter))

    def slots_of(self, *kinds: ItemKind) -> list[str]:
        """Return the ids of the slots of things of these kinds."""
        names = dict.fromkeys(name for watcher in self.cameras.values() for name in watcher.slots)
        return [name for name in names if self.things[name].kind in kinds]

    def after_hours(self, time_s: float) -> bool:
        """Tell whether the windows are closed at a moment of the clip."""
        now = self.start + timedelta(seconds=time_s)
        return now.weekday() >= 5 or not OPENS <= now.time() < CLOSES

    def _zones(self) -> Iterator[tuple[str, Zone]]:
        for watcher in self.cameras.values():
            yield from watcher.zones.items()
