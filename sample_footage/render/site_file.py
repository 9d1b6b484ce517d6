"""The site file of clips that film one happening: measured from where things stand in the room, and written out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import cv2
import numpy as np

from sample_footage.render.offices import Office
from sample_footage.render.places import VAULT_DOOR, Place, watched_places
from sample_footage.render.projection import project_mesh, project_outline, zones
from sample_footage.render.scene import Performance, Story
from sample_footage.render.site_plan import CLOSES, OPENS, Polygon, SitePlan, Slot, Thing, Watcher, Zone

LYING_M = 0.1
"""A thing lies on a counter whose top is this close to its underside."""


def plan_site(stories: Sequence[Story]) -> SitePlan:
    """Measure what the cameras of stories that film the same happening watch.

    Raises ValueError where the stories do not belong together, or a camera watches what it cannot see.
    """
    first = stories[0]
    for story in stories:
        if (story.start, story.fps, story.duration_s) != (first.start, first.fps, first.duration_s):
            raise ValueError(f"{story.name} and {first.name} are not in step: make both with Story.filmed_by")
    counters = {name for story in stories for name in story.filming.watches if _is_counter(story, name)}
    return SitePlan(
        site=first.stage.office.site,
        title=first.stage.office.title,
        start=datetime.fromisoformat(first.start),
        cameras={story.filming.name: _watcher(story, counters) for story in stories},
        things=_things(stories),
        rules=first.rules,
        custody=first.custody,
    )


def site_file(plan: SitePlan) -> str:
    """Write a plan out in the format of the design notes."""
    parts = [
        "# Written by `python -m sample_footage.render`: zones and slots are projections of the rendered room.",
        f"site: {{id: {plan.site}, name: {plan.title}, timezone: Asia/Tokyo, language: ja}}",
        "hours:",
        f'  weekly: {{mon-fri: "{OPENS:%H:%M}-{CLOSES:%H:%M}"}}',
        "  holidays: JP",
        "cameras:",
        *(line for name, watcher in plan.cameras.items() for line in _camera_lines(name, watcher)),
        *_section("items", {name: _thing(thing) for name, thing in plan.things.items()}),
        *_section("rules", {name: _settings(changed) for name, changed in plan.rules.items()}),
    ]
    if plan.custody:
        parts.append(f"custody: {_settings(plan.custody)}")
    return "\n".join(parts) + "\n"


def _is_counter(story: Story, name: str) -> bool:
    areas = story.stage.office.areas
    return name in areas and areas[name].kind == "counter"


def _watcher(story: Story, counters: set[str]) -> Watcher:
    areas, seen = story.stage.office.areas, zones(story.stage.office, story.camera)
    found = {
        name: Zone(areas[name].kind, areas[name].serves, seen.get(name, ()))
        for name in story.filming.watches
        if name in areas
    }
    slots = {place.name: _slot(story, place, counters) for place in watched_places(story, Performance(story))}
    for name, place in {**found, **slots}.items():
        if not place.polygon:
            raise ValueError(f"{story.name}: {name} is out of {story.filming.name}'s view: do not let it watch it")
    return Watcher(f"{story.name}.mp4", found, slots)


def _slot(story: Story, place: Place, counters: set[str]) -> Slot:
    if place.at is None:
        return Slot(polygon=project_outline(story.camera, np.array(story.stage.office.vault.door_outline())))
    return Slot(_counter_under(story.stage.office, place, counters), project_mesh(story.camera, place.mesh))


def _counter_under(office: Office, place: Place, counters: set[str]) -> str | None:
    """Return which of the watched counters a thing lies on."""
    underside = float(place.mesh.vertices[:, 2].min())
    x, y, _ = place.at.origin if place.at else (0.0, 0.0, 0.0)
    for name in sorted(counters):
        top = np.array(office.areas[name].outline)
        inside = cv2.pointPolygonTest(top[:, :2].astype(np.float32), (x, y), measureDist=False) >= 0
        if inside and abs(underside - top[0, 2]) < LYING_M:
            return name
    return None


def _things(stories: Sequence[Story]) -> dict[str, Thing]:
    """Return what is in custody, and the vault's door where a camera watches it."""
    found = {
        item.name: Thing(item.kind, item.custody.title, item.custody.expected)
        for item in stories[0].items
        if item.custody
    }
    if any(VAULT_DOOR in story.filming.watches for story in stories):
        found[VAULT_DOOR] = Thing("door", "金庫の扉")
    return found


def _camera_lines(name: str, watcher: Watcher) -> Iterator[str]:
    yield f"  {name}:"
    yield f"    source: {watcher.clip}"
    yield "    detect_fps: 5"
    yield from _section("zones", {zone_id: _as_zone(zone) for zone_id, zone in watcher.zones.items()}, indent=4)
    yield from _section("slots", {slot_id: _as_slot(slot) for slot_id, slot in watcher.slots.items()}, indent=4)


def _section(name: str, entries: Mapping[str, str], indent: int = 0) -> list[str]:
    """Write a section; one without entries is left out."""
    lines = [f"{' ' * (indent + 2)}{key}: {entry}" for key, entry in entries.items()]
    return [f"{' ' * indent}{name}:", *lines] if lines else []


def _as_zone(zone: Zone) -> str:
    serves = f", serves: {zone.serves}" if zone.serves else ""
    return f"{{kind: {zone.kind}{serves}, polygon: {_as_yaml(zone.polygon)}}}"


def _as_slot(slot: Slot) -> str:
    counter = f"counter: {slot.counter}, " if slot.counter else ""
    return f"{{{counter}polygon: {_as_yaml(slot.polygon)}}}"


def _thing(thing: Thing) -> str:
    expected = "" if thing.expected is None else f", expected: {thing.expected}"
    states = ", states: [closed, open]" if thing.kind == "door" else ""
    return f"{{kind: {thing.kind}, name: {thing.title}{expected}{states}}}"


def _settings(changed: Mapping[str, Any] | float | str | Literal[False]) -> str:
    if changed is False:
        return "false"
    if isinstance(changed, Mapping):
        return "{" + ", ".join(f"{key}: {_settings(value)}" for key, value in changed.items()) + "}"
    return str(changed)


def _as_yaml(polygon: Polygon) -> str:
    return "[" + ", ".join(f"[{x:g}, {y:g}]" for x, y in polygon) + "]"
