"""One camera's step: a frame and what was detected in it -> an observation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np

from vision.appearance import Plane, log_luma
from vision.change import ChangeGate
from vision.health import HealthWatcher
from vision.items import Item, ItemKind
from vision.layout import View
from vision.slots import SlotWatcher
from vision.tracking import Tracker
from vision.types import Detections, Frame, Health, Observation, SlotReading, Tracks
from vision.witness import CloserLook, Witness
from vision.zones import ZoneKind, ZoneMap

Detect = Callable[[Frame], Detections]
"""Finds the people in a frame."""


class Analyzer:
    """Turns the frames of one camera into observations. Frames must come in the order of their capture times.

    Without `detect` nobody is looked for: zones are then missing from every observation, never empty.
    With `skip_unchanged` the detector runs only where the picture has changed since it last ran.
    """

    def __init__(
        self,
        view: View,
        items: Mapping[str, Item],
        detect: Detect | None,
        closer: CloserLook | None = None,
        *,
        skip_unchanged: bool = True,
    ) -> None:
        """Analyse a view; `closer` is the second voice on its slots, where there is one."""
        self._view = view
        self._detect = detect
        ignored = [zone.polygon for zone in view.zones if zone.kind is ZoneKind.IGNORE]
        self._gate = ChangeGate(ignored) if skip_unchanged else None
        self._tracker = Tracker()
        self._health = HealthWatcher()
        self._slots = {
            slot.id: SlotWatcher(
                slot,
                door=slot.id in items and items[slot.id].kind is ItemKind.DOOR,
                witness=None if closer is None else Witness(closer),
            )
            for slot in view.slots
        }
        self._zones: ZoneMap | None = None
        self._people = Tracks.empty()
        self._last: Observation | None = None

    @property
    def calm(self) -> bool:
        """Whether nobody is in view and nothing is about to be decided, so that key frames are enough."""
        if self._last is None or self._last.health is not Health.CLEAR or self._health.suspicious:
            return False
        return not len(self._people) and all(watcher.settled for watcher in self._slots.values())

    def observe(self, frame: Frame) -> Observation:
        """Look at a frame."""
        health = self._health.update(frame, self._people.xyxy)
        if health is not Health.CLEAR:
            return self._blind(frame, health)
        if self._detect is not None:
            self._people = self._follow(frame, self._detect)
        scene = _scene(frame)
        people = self._people.xyxy
        if self._health.suspicious:
            slots = {slot_id: watcher.hold() for slot_id, watcher in self._slots.items()}
        else:
            slots = {slot_id: watcher.update(frame, scene, people) for slot_id, watcher in self._slots.items()}
        return self._observed(frame, health, MappingProxyType(slots))

    def unchanged(self, at_ms: int) -> Observation | None:
        """Say that nothing has changed since the last frame; None before the first frame."""
        if self._last is None:
            return None
        last = self._last
        self._people = self._tracker.hold(at_ms)
        self._last = Observation(
            last.camera,
            at_ms,
            last.health,
            last.size,
            self._people,
            last.people_sought,
            last.occupancy,
            last.slots,
        )
        return self._last

    def _follow(self, frame: Frame, detect: Detect) -> Tracks:
        if self._gate is not None and not self._gate.changed(frame):
            return self._tracker.hold(frame.captured_at_ms)
        found = detect(frame)
        people = found.where(self._zone_map(frame).outside_ignored(found.xyxy))
        return self._tracker.update(frame.captured_at_ms, people, frame.luma)

    def _zone_map(self, frame: Frame) -> ZoneMap:
        if self._zones is None or self._zones.size != (frame.width, frame.height):
            self._zones = ZoneMap(self._view.zones, frame.width, frame.height)
        return self._zones

    def _observed(self, frame: Frame, health: Health, slots: Mapping[str, SlotReading]) -> Observation:
        occupancy = {} if self._detect is None else self._zone_map(frame).occupancy(self._people)
        self._last = Observation(
            self._view.camera,
            frame.captured_at_ms,
            health,
            (frame.width, frame.height),
            self._people,
            self._detect is not None,
            MappingProxyType(occupancy),
            slots,
        )
        return self._last

    def _blind(self, frame: Frame, health: Health) -> Observation:
        self._tracker.lose()
        self._people = Tracks.empty()
        slots = {slot_id: watcher.blind() for slot_id, watcher in self._slots.items()}
        self._last = Observation(
            self._view.camera,
            frame.captured_at_ms,
            health,
            (frame.width, frame.height),
            slots=MappingProxyType(slots),
        )
        return self._last


def _scene(frame: Frame) -> Plane:
    """Return the small log luma of a whole view, (36, 64) float32."""
    return log_luma(np.asarray(cv2.resize(frame.luma, (64, 36), interpolation=cv2.INTER_AREA), np.uint8))
