"""What a camera's frame gives the rules to go by: once as it really is, once as far as it can plainly be seen.

An alarm is right where both give it. Where only one does, nobody can say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sample_footage.render.sightings import Sighting
from sample_footage.render.truth.frames import FrameTruth, Health, SlotState

PLAIN_SHARE = 0.3
"""A person is plainly seen of whom at least this share is."""

PLAIN_HEIGHT_PX = 54
"""... and over at least this height, a tenth of the picture's ..."""

PLAIN_WIDTH_SHARE = 0.25
"""... and this share of it in width: at the picture's edge a strip of somebody is no person to any detector."""


@dataclass(frozen=True)
class Sight:
    """What one camera has of one moment.

    people: who is in its picture. zones: who stands in each of its zones. slots: the states of its slots.
    unseeing: whether it can say nothing of zones and slots; `health` says why.
    """

    people: frozenset[str] = frozenset()
    zones: Mapping[str, frozenset[str]] = field(default_factory=dict)
    slots: Mapping[str, SlotState] = field(default_factory=dict)
    health: Health = "clear"
    unseeing: bool = False


Moment = Mapping[str, Sight]
"""What every camera of a site has of one moment, by their ids."""

Film = Mapping[str, Sequence[FrameTruth]]
"""The frames of every camera of a site; they run in step."""


def as_seen(film: Film) -> list[Moment]:
    """Return the moments as cameras could plainly see them."""
    return _in_step({camera: _known(frames, _plainly) for camera, frames in film.items()})


def as_it_is(film: Film) -> list[Moment]:
    """Return the moments as they are, whatever stands in the way."""
    return _in_step({camera: _known(frames, _really) for camera, frames in film.items()})


def _in_step(sights: Mapping[str, Sequence[Sight]]) -> list[Moment]:
    return [dict(zip(sights, moment, strict=True)) for moment in zip(*sights.values(), strict=True)]


def _known(frames: Sequence[FrameTruth], look: Callable[[FrameTruth], Sight]) -> list[Sight]:
    """Look at each frame; of a slot nothing is known before its item has been in it."""
    sights, known = [], set()
    for frame in frames:
        known |= set(frame.slots) - frame.away
        sight = look(frame)
        slots = {slot: state if slot in known else "unknown" for slot, state in sight.slots.items()}
        sights.append(replace(sight, slots=slots))
    return sights


def _plainly(frame: FrameTruth) -> Sight:
    people = frozenset(seen.name for seen in frame.sightings if seen.kind == "person" and _plain(seen))
    zones = {zone: names & people for zone, names in frame.zones.items()}
    return Sight(people, zones, frame.slots, frame.health, unseeing=frame.health != "clear")


def _really(frame: FrameTruth) -> Sight:
    people = frozenset(seen.name for seen in frame.sightings if seen.kind == "person" and seen.visible_box)
    slots: dict[str, SlotState] = {slot: "absent" if slot in frame.away else "present" for slot in frame.slots}
    return Sight(people, frame.zones, slots, frame.health)


def _plain(seen: Sighting) -> bool:
    if seen.visible_box is None:
        return False
    left, top, right, bottom = seen.visible_box
    wide, high = right - left, bottom - top
    return seen.visible_share >= PLAIN_SHARE and high >= PLAIN_HEIGHT_PX and wide >= PLAIN_WIDTH_SHARE * high
