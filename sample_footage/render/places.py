"""The places that things in custody belong in, and whether they are there: what slots stand for in the room."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sample_footage.render.geometry import Placement, TriangleMesh
from sample_footage.render.items import Item, ItemTracker, Lies
from sample_footage.render.scene import Performance, Story
from sample_footage.render.stage import Stage

VAULT_DOOR = "vault-door"
"""The id of the vault's door, as a part of the office and as an item of the site."""

SHUT_RAD = 0.1
"""A vault's door that is open by less is closed: it has come to its frame."""

NUDGE_SHARE = 0.25
"""What was moved by less than this share of its size is still in its place, as docs/design/slots.md has it."""


@dataclass(frozen=True)
class Place:
    """Where something belongs: its mesh there, and whether it is there at a moment. `at` is None for a door."""

    name: str
    mesh: TriangleMesh
    is_filled: Callable[[float], bool]
    at: Placement | None = None


def watched_places(story: Story, performance: Performance) -> list[Place]:
    """Return the places that the story's camera watches.

    Raises ValueError for a watched name that is neither an area, nor an item in custody, nor the vault's door; and
    for an item that does not lie anywhere when its slot is drawn.
    """
    items = {item.name: item for item in story.items if item.custody}
    places = []
    for name in watched_things(story):
        if name == VAULT_DOOR:
            places.append(_of_door(story))
        elif name in items:
            places.append(_of_item(items[name], performance.tracker))
        else:
            known = ", ".join([*story.stage.office.areas, *items, VAULT_DOOR])
            raise ValueError(f"{story.name}: {story.filming.name} watches {name!r}, but can only watch {known}")
    return places


def watched_things(story: Story) -> list[str]:
    """Return what the story's camera watches that is no area of the office."""
    return [name for name in story.filming.watches if name not in story.stage.office.areas]


def door_is_shut(stage: Stage, time_s: float) -> bool:
    """Whether the vault's door is closed at a moment."""
    return stage.door_rad_at(time_s) < SHUT_RAD


def _of_door(story: Story) -> Place:
    stage = story.stage
    return Place(VAULT_DOOR, stage.office.vault.door(0.0), lambda time_s: door_is_shut(stage, time_s))


def _of_item(item: Item, tracker: ItemTracker) -> Place:
    slot_s = item.custody.slot_s if item.custody else 0.0
    where = tracker.placement(item.name, slot_s)
    if where is None or not isinstance(item.phase_at(slot_s).state, Lies):
        raise ValueError(f"{item.name} lies nowhere at {slot_s} s: give Custody.slot_s a moment at which it does")
    mesh = item.mesh_at(slot_s)
    near_m = NUDGE_SHARE * float(np.linalg.norm(np.ptp(mesh.vertices[:, :2], axis=0)))

    def is_filled(time_s: float) -> bool:
        now = tracker.placement(item.name, time_s)
        return now is not None and float(np.linalg.norm(np.subtract(now.origin, where.origin))) <= near_m

    return Place(item.name, mesh.moved(where), is_filled, where)
