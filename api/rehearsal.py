"""A stretch of the past judged by another site file: what would have been raised. Nothing of it is kept.

It is judged by what cameras said then: people are looked for in the zones as they would be, and slots are as they
were seen; one that was not there is unknown, because that needs the pictures.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy.engine import Connection

from api.site import Camera, Site
from api.wiring import make_scene
from custody.intervals import Interval
from custody.lookout import WITHOUT_FOOTAGE
from custody.records import incidents, observations, watching
from custody.records.database import Records
from custody.records.incidents import Query
from vision.incidents import Incident, as_they_stand, incident_json
from vision.rules import SETTINGS
from vision.types import Health, Observation, SlotReading, SlotState, Tracks
from vision.zones import ZoneMap

LONGEST_MS: Final = 86_400_000
STEP_MS: Final = 1_000
"""What has not changed is said again so often, as a quiet camera says it."""

SHOWN: Final = 200
_PAGE: Final = 500
_NOBODY_SEES: Final = frozenset({WITHOUT_FOOTAGE, Health.SILENT.value})

Tell = Callable[[int, int], None]
"""Is told how far it is, of how much."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would have been raised in a stretch, and what was by the same rules. UTC milliseconds."""

    stretch: Interval
    would: tuple[Incident, ...]
    was: tuple[Incident, ...]

    def as_json(self, site: Site) -> dict[str, Any]:
        """Return it as JSON values, with the moments of the site; of many incidents the first."""
        shown = [incident_json(incident, site.timezone) for incident in self.would[:SHOWN]]
        return {
            "would": dict(sorted(Counter(incident.rule for incident in self.would).items())),
            "was": dict(sorted(Counter(incident.rule for incident in self.was).items())),
            "incidents": shown,
            "more": len(self.would) > SHOWN,
        }


def rehearse(records: Records, site: Site, stretch: Interval, tell: Tell) -> Rehearsal:
    """Judge a stretch by a site file. tell: hears of each minute that is done."""
    scene = make_scene(site, site.cameras, None)
    told: list[Incident] = []
    with records.read() as connection:
        for seen in _lived(connection, site, stretch):
            told += scene.observe(seen)
            done_ms = seen.captured_at_ms - stretch[0]
            if done_ms % 60_000 < STEP_MS:
                tell(done_ms // 60_000, (stretch[1] - stretch[0]) // 60_000)
        was = tuple(_raised(connection, stretch))
    return Rehearsal(stretch, as_they_stand(told), was)


def _raised(connection: Connection, stretch: Interval) -> Iterator[Incident]:
    """Give what the rules raised then; what the ledger raised is no matter of zones and limits."""
    cursor = None
    while True:
        page = incidents.search(connection, Query(from_ms=stretch[0], to_ms=stretch[1]), cursor, _PAGE)
        yield from (kept.incident for kept in page.kept if kept.incident.rule in SETTINGS)
        cursor = page.next
        if cursor is None:
            return


def _lived(connection: Connection, site: Site, stretch: Interval) -> Iterator[Observation]:
    """Give what all cameras would have said, in the order of time."""
    watch = watching.load(connection, stretch[0], MappingProxyType({}))
    blind = {
        camera.id: [
            gap.interval for gap in watch.gaps if gap.camera == camera.id and _says_nothing(gap.why, gap.place)
        ]
        for camera in site.cameras
    }
    cameras = [_said(connection, camera, stretch, blind[camera.id]) for camera in site.cameras]
    return heapq.merge(*cameras, key=lambda seen: seen.captured_at_ms)


def _says_nothing(why: str, place: str | None) -> bool:
    return place is None and why in _NOBODY_SEES


def _said(
    connection: Connection, camera: Camera, stretch: Interval, blind: Sequence[Interval]
) -> Iterator[Observation]:
    """Give what one camera would have said: what changed when it did, and what did not again and again."""
    kept = observations.between(connection, camera.id, *stretch)
    last: Observation | None = None
    at_ms = stretch[0]
    for seen in kept:
        while last is not None and at_ms < seen.captured_at_ms:
            yield _at(last, at_ms, blind)
            at_ms += STEP_MS
        last, said_at_ms = _redrawn(camera, seen), max(seen.captured_at_ms, stretch[0])
        yield _at(last, said_at_ms, blind)
        at_ms = said_at_ms + STEP_MS
    while last is not None and at_ms < stretch[1]:
        yield _at(last, at_ms, blind)
        at_ms += STEP_MS


def _at(seen: Observation, at_ms: int, blind: Iterable[Interval]) -> Observation:
    if any(start_ms <= at_ms < end_ms for start_ms, end_ms in blind):
        return Observation(seen.camera, at_ms, Health.SILENT, seen.size)
    return replace(seen, captured_at_ms=at_ms)


def _redrawn(camera: Camera, seen: Observation) -> Observation:
    """Return what a camera would have said with these zones and slots."""
    zones = ZoneMap(camera.zones, *seen.size)
    tracks = _kept(seen.tracks, zones)
    slots: Mapping[str, SlotReading] = {
        slot.id: seen.slots.get(slot.id, SlotReading(SlotState.UNKNOWN)) for slot in camera.slots
    }
    occupancy = zones.occupancy(tracks) if seen.people_sought else {}
    return replace(seen, tracks=tracks, occupancy=MappingProxyType(occupancy), slots=MappingProxyType(slots))


def _kept(tracks: Tracks, zones: ZoneMap) -> Tracks:
    """Return the tracks that do not stand where people are to be ignored."""
    if not len(tracks):
        return tracks
    keep = zones.outside_ignored(tracks.xyxy)
    return Tracks(
        ids=tracks.ids[keep],
        xyxy=tracks.xyxy[keep],
        score=tracks.score[keep],
        born_at_ms=tracks.born_at_ms[keep],
        seen_at_ms=tracks.seen_at_ms[keep],
    )
