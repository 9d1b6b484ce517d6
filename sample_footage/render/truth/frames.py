"""Truth of a frame: what is in view, who is where, what is in its place. A line of `*.truth.jsonl` each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sample_footage.render.sightings import Sighting, as_json, sighting_of

SlotState = Literal["present", "occluded", "absent", "unknown"]
Health = Literal["clear", "covered", "dark", "moved"]
"""Words of the same meaning as in `vision.types`."""


@dataclass(frozen=True)
class FrameTruth:
    """What is true in one camera's frame.

    zones: who stands in each zone of the floor that the camera watches, by the room and not by the picture.
    slots: the state of each slot that it watches, as far as can be seen. away: the items of these slots that are not
    in their places, whether or not that can be seen. door_deg: how far the vault's door stands open.
    """

    number: int
    at_s: float
    sightings: Sequence[Sighting] = ()
    zones: Mapping[str, frozenset[str]] = field(default_factory=dict)
    slots: Mapping[str, SlotState] = field(default_factory=dict)
    away: frozenset[str] = frozenset()
    door_deg: int = 0
    health: Health = "clear"

    @property
    def door_open(self) -> bool:
        """Whether the vault's door is open, be it ajar."""
        return self.door_deg > 0


def write_frames(path: Path, frames: Sequence[FrameTruth]) -> None:
    """Write a line a frame."""
    path.write_text("".join(f"{frame_line(frame)}\n" for frame in frames), encoding="utf-8")


def read_frames(path: Path) -> list[FrameTruth]:
    """Read what `write_frames` wrote."""
    return [frame_of(line) for line in path.read_text(encoding="utf-8").splitlines()]


def frame_line(frame: FrameTruth) -> str:
    """Return a frame as a line; what is as usual (nothing away, a camera that sees) is left out."""
    told: dict[str, Any] = {
        "frame": frame.number,
        "t": frame.at_s,
        "objects": [as_json(seen) for seen in frame.sightings],
        "zones": {zone: sorted(names) for zone, names in frame.zones.items()},
        "slots": dict(frame.slots),
    }
    if frame.away:
        told["away"] = sorted(frame.away)
    told["vault"] = {"door": "open", "deg": frame.door_deg} if frame.door_open else {"door": "closed"}
    if frame.health != "clear":
        told["camera"] = frame.health
    return json.dumps(told, separators=(",", ":"))


def frame_of(line: str) -> FrameTruth:
    """Return the frame that a line tells."""
    told = json.loads(line)
    return FrameTruth(
        number=told["frame"],
        at_s=told["t"],
        sightings=tuple(sighting_of(entry) for entry in told["objects"]),
        zones={zone: frozenset(names) for zone, names in told["zones"].items()},
        slots=told["slots"],
        away=frozenset(told.get("away", ())),
        door_deg=told["vault"].get("deg", 0),
        health=told.get("camera", "clear"),
    )
