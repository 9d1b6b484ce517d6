"""What all cameras together say at one moment: the newest observation of each, and the merged answers.

Occupied if any camera sees someone; empty only if a camera with a clear view says so and none sees anyone. An item
is absent only if every camera with a clear view of its place says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vision.types import Health, Observation, SlotReading, SlotState

TrackKey = str
"""`camera#id`: a track among all cameras of a site."""


def track_key(camera: str, track_id: int) -> TrackKey:
    """Return the name of a track among all cameras."""
    return f"{camera}#{track_id}"


def camera_of(track: TrackKey) -> str:
    """Return the camera of a track among all cameras."""
    return track.rpartition("#")[0]


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Who stands in a zone: None where no camera can see it, else the tracks, possibly none."""

    tracks: tuple[TrackKey, ...] | None

    @property
    def unseen(self) -> bool:
        """Whether nobody can tell."""
        return self.tracks is None

    @property
    def empty(self) -> bool:
        """Whether it was seen to be empty."""
        return self.tracks == ()


@dataclass(frozen=True, slots=True)
class Situation:
    """The newest observation of every camera that has reported, and whether the windows are closed."""

    at_ms: int
    after_hours: bool
    observations: Mapping[str, Observation]

    def occupancy(self, zones: Sequence[str]) -> Occupancy:
        """Return who stands in any of these zones."""
        found: list[TrackKey] = []
        missing = set(zones)
        for camera, seen in self.observations.items():
            if seen.health is not Health.CLEAR:
                continue
            for zone in zones:
                if zone in seen.occupancy:
                    missing.discard(zone)
                    found += [track_key(camera, i) for i in seen.occupancy[zone]]
        if not found and (missing or not zones):
            return Occupancy(None)
        return Occupancy(tuple(sorted(set(found))))

    def surely(self, tracks: Sequence[TrackKey]) -> tuple[TrackKey, ...]:
        """Return those of the tracks that are surely of people."""
        doubted = {track_key(camera, i) for camera, seen in self.observations.items() for i in seen.doubted}
        return tuple(key for key in tracks if key not in doubted)

    def slot(self, slot_id: str) -> tuple[SlotReading, str | None]:
        """Return the merged reading of a slot and the camera that it rests on."""
        readings = [
            (seen.slots[slot_id], camera)
            for camera, seen in self.observations.items()
            if slot_id in seen.slots and seen.health is Health.CLEAR
        ]
        for state in (SlotState.PRESENT, SlotState.ABSENT, SlotState.OCCLUDED):
            for reading, camera in readings:
                if reading.state is state:
                    return reading, camera
        return SlotReading(SlotState.UNKNOWN), None
