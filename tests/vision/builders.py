"""Small makers of the vocabulary: zones, views, observations, office hours. No pictures, no timelines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from vision.hours import OfficeHours, OpenRange
from vision.items import Item, ItemKind
from vision.layout import Layout, View
from vision.rules import RuleSettings
from vision.scene import Scene
from vision.types import Boxes, Detections, Health, Observation, SlotReading, SlotState, Tracks, Voice
from vision.zones import Anchor, Polygon, Slot, Zone, ZoneKind

TOKYO: Final = ZoneInfo("Asia/Tokyo")
WINDOW: Final = (OpenRange(8 * 60 + 45, 17 * 60),)
WEEK: Final = (*[WINDOW] * 5, (), ())
HOURS: Final = OfficeHours(TOKYO, WEEK)
"""Monday to Friday, 08:45 to 17:00, in Tokyo."""
SQUARE: Final[Polygon] = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
ITEMS: Final = MappingProxyType(
    {
        "T-01": Item("T-01", ItemKind.TERMINAL, "terminal 1"),
        "T-02": Item("T-02", ItemKind.TERMINAL, "terminal 2"),
        "B-0221": Item("B-0221", ItemKind.CARDS, "cards", expected=78),
        "vault-door": Item("vault-door", ItemKind.DOOR, "vault", states=("closed", "open")),
    }
)


def local_ms(text: str, zone: ZoneInfo = TOKYO) -> int:
    """Return a local wall-clock time, such as `2018-02-21 10:00`, in UTC milliseconds."""
    return round(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


IN_HOURS: Final = local_ms("2018-02-21 10:00")
AFTER_HOURS: Final = local_ms("2018-02-21 19:00")


def zone(zone_id: str, kind: ZoneKind, serves: str | None = None, anchor: Anchor = Anchor.TORSO) -> Zone:
    return Zone(zone_id, kind, SQUARE, anchor, serves)


def slot(slot_id: str, counter: str | None = None) -> Slot:
    return Slot(slot_id, SQUARE, counter)


def counter_view(camera: str, *slots: str, counter: str = "window-1", behind: str = "behind-1") -> View:
    """Return a camera that sees a counter, the staff side behind it and what lies on it."""
    zones = (zone(counter, ZoneKind.COUNTER), zone(behind, ZoneKind.STAFF_SIDE, serves=counter))
    return View(camera, zones, tuple(slot(s, counter) for s in slots))


def site(*views: View) -> Layout:
    return Layout("tsurumi", views, ITEMS)


def scene(layout: Layout, *rules: RuleSettings, hours: OfficeHours = HOURS) -> Scene:
    return Scene(layout, hours, rules)


def boxes(*rows: Sequence[float]) -> Boxes:
    return np.array(rows, np.float32).reshape(-1, 4)


def detections(*rows: Sequence[float], score: float = 0.8) -> Detections:
    """Return people at these left, top, right, bottom px."""
    xyxy = boxes(*rows)
    return Detections(xyxy, np.full(len(xyxy), score, np.float32), np.zeros(len(xyxy), np.int32))


def tracks(ids: Sequence[int], xyxy: Boxes | None = None, at_ms: int = 0) -> Tracks:
    """Return tracks with these ids, side by side unless boxes are given."""
    if xyxy is None:
        xyxy = boxes(*[(10.0 * i, 10.0, 10.0 * i + 8.0, 40.0) for i in range(len(ids))])
    when = np.full(len(ids), at_ms, np.int64)
    score = np.linspace(0.9, 0.6, len(ids)).astype(np.float32)
    return Tracks(np.array(ids, np.int64), xyxy, score, when, when.copy())


def reading(state: SlotState) -> SlotReading:
    likeness = {SlotState.PRESENT: 1.0, SlotState.ABSENT: 0.0}.get(state)
    return SlotReading(state, Voice.NONE if state is SlotState.UNKNOWN else Voice.APPEARANCE, likeness)


def observation(
    camera: str,
    at_ms: int,
    occupancy: Mapping[str, tuple[int, ...]] | None = None,
    slots: Mapping[str, SlotState] | None = None,
    *,
    health: Health = Health.CLEAR,
    elsewhere: Sequence[int] = (),
    people_sought: bool = True,
    doubted: Sequence[int] = (),
) -> Observation:
    """Return what a camera says; `elsewhere` are tracks in view that stand in no zone, `doubted` may be things."""
    occupancy = occupancy or {}
    ids = sorted({i for inside in occupancy.values() for i in inside} | set(elsewhere))
    return Observation(
        camera,
        at_ms,
        health,
        (100, 50),
        tracks(ids, at_ms=at_ms),
        people_sought,
        MappingProxyType(dict(occupancy) if people_sought else {}),
        MappingProxyType({s: reading(state) for s, state in (slots or {}).items()}),
        frozenset(doubted),
    )
