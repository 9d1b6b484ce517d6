"""What cameras saw, as far as the ledger has something to say about it, and when they could not see. Pure records.

A sighting names what stands on the ledger: a slot, a vault by its door, a counter. What one camera or several saw has
been merged before; here is only what was seen, from when to when.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import Final

from custody.intervals import FOREVER_MS, Interval, common, merged

TOGETHER_MS: Final = 3_000
"""What is seen again within this time was there all along: one may hide another for a moment."""


class Seen(StrEnum):
    """What can be seen that an entry should explain, or that should bear an entry out."""

    VAULT_OPEN = "vault_open"
    """A vault's door stands open. Subject: the door."""

    ITEM_PRESENT = "item_present"
    """An item lies in a slot. Subject: the slot."""

    ITEM_ABSENT = "item_absent"
    """A slot is seen to be empty. Subject: the slot."""

    UNATTENDED = "unattended_exposure"
    """Items lie on a counter that nobody attends. Subject: the counter."""

    AT_VAULT = "people_at_vault"
    """Somebody is at a vault. Subject: its door."""

    IN_ZONE = "person_in_zone"
    """One track is in a zone that lies before no vault. Subject: the zone."""


def before(vault: str) -> str:
    """Return the place where people stand who are at a vault. Whether it can be seen is not whether its door can."""
    return f"the place before {vault}"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing seen for a time. from_ms, to_ms: UTC milliseconds, to_ms None while it lasts.

    people: the most seen there at once. tracks: `camera#id` of whoever was there. items: what lay there.
    incident: the id of the incident that tells of it, where one does.
    """

    what: Seen
    subject: str
    from_ms: int
    to_ms: int | None
    camera: str | None = None
    people: int = 0
    tracks: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    incident: str | None = None

    @property
    def interval(self) -> Interval:
        """From when to when; to the end of all time while it lasts."""
        return self.from_ms, FOREVER_MS if self.to_ms is None else self.to_ms


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which a camera showed nothing: blind, or without footage. UTC milliseconds, to_ms None: it lasts.

    place: the one slot, door, counter or place before a vault that it could not see; None for all of them.
    """

    camera: str
    from_ms: int
    to_ms: int | None
    why: str
    place: str | None = None

    @property
    def interval(self) -> Interval:
        """From when to when; to the end of all time while it lasts."""
        return self.from_ms, FOREVER_MS if self.to_ms is None else self.to_ms


@dataclass(frozen=True, slots=True)
class Watch:
    """All that cameras saw and could not see in a stretch of time.

    cameras: slots, doors, counters and places before vaults to the cameras that have them in view; one that is
    missing is watched by none.
    from_ms: since when it is kept, UTC milliseconds; what was before, nobody can tell from it.
    """

    sightings: tuple[Sighting, ...] = ()
    gaps: tuple[Gap, ...] = ()
    cameras: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    from_ms: int = 0

    def of(self, what: Seen, subject: str | None = None) -> Iterator[Sighting]:
        """Give what was seen of one sort, of one subject or of all."""
        return (s for s in self.sightings if s.what is what and subject in {None, s.subject})

    @property
    def last_ms(self) -> int:
        """The last moment at which something changed, UTC milliseconds."""
        told: tuple[Sighting | Gap, ...] = (*self.sightings, *self.gaps)
        return max((m for one in told for m in (one.from_ms, one.to_ms) if m is not None), default=self.from_ms)

    def camera_at(self, place: str, at_ms: int) -> str | None:
        """Return a camera that looked at a place and was not blind at a moment, or None where there was none."""
        blind = {gap.camera for gap in self.gaps if gap.place is None and gap.from_ms <= at_ms < gap.interval[1]}
        cameras = self.cameras.get(place, ()) if at_ms >= self.from_ms else ()
        return next((camera for camera in cameras if camera not in blind), None)

    def unseen(self, place: str | None, stretch: Interval) -> tuple[Interval, ...]:
        """Return when in a stretch no camera could see a place: all of it where none looks there."""
        cameras = self.cameras.get(place or "", ())
        forgotten = (stretch[0], self.from_ms)
        blind = [merged([forgotten, *(gap.interval for gap in self._gaps(camera, place))]) for camera in cameras]
        return reduce(common, blind, (stretch,))

    def why_unseen(self, place: str, stretch: Interval) -> str:
        """Return in words why a place could not be seen in a stretch."""
        if place not in self.cameras:
            return f"not visible: no camera looks at {place}"
        reasons = sorted({f"{gap.camera} {gap.why}" for gap in self.gaps_of(place, stretch)})
        forgotten = stretch[0] < self.from_ms or not reasons
        return f"not visible: {', '.join([*reasons, *['what was seen then is not kept'] * forgotten])}"

    def gaps_of(self, place: str | None, stretch: Interval) -> Iterator[Gap]:
        """Give the gaps of the cameras that look at a place, as far as they hide it for a part of a stretch."""
        gaps = (gap for camera in self.cameras.get(place or "", ()) for gap in self._gaps(camera, place))
        return (gap for gap in gaps if common([gap.interval], [stretch]))

    def _gaps(self, camera: str, place: str | None) -> Iterator[Gap]:
        return (gap for gap in self.gaps if gap.camera == camera and gap.place in {None, place})
