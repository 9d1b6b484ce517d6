"""One camera's step: a frame and what was detected in it -> an observation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from vision.appearance import Plane, log_luma, quantile
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

SUDDEN: Final = 0.25
"""Change of log luma over half of the view between two frames that only light or a hand on the lens makes."""


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
        after_track: int = 0,
    ) -> None:
        """Analyse a view; `closer` is the second voice on its slots, where there is one.

        after_track: numbers of tracks up to this one were given out before, by another analyzer of this view.
        """
        self._view = view
        self._detect = detect
        ignored = [zone.polygon for zone in view.zones if zone.kind is ZoneKind.IGNORE]
        self._gate = ChangeGate(ignored) if skip_unchanged else None
        self._tracker = Tracker(after_id=after_track)
        self._health = HealthWatcher()
        self._slots = {
            slot.id: SlotWatcher(
                slot,
                door=slot.id in items and items[slot.id].kind is ItemKind.DOOR,
                witness=None if closer is None else Witness(closer),
            )
            for slot in view.slots
        }
        self._zones = ZoneMap(view.zones, 1, 1)
        self._scene: Plane | None = None
        self._people = Tracks.empty()
        self._last: Observation | None = None

    @property
    def calm(self) -> bool:
        """Whether nobody is in view and nothing is about to be decided, so that key frames are enough."""
        if self._last is None or self._last.health is not Health.CLEAR or self._health.suspicious:
            return False
        if len(self._people) or self._tracker.undecided:
            return False
        return all(watcher.settled for watcher in self._slots.values())

    def observe(self, frame: Frame) -> Observation:
        """Look at a frame."""
        self._lay_out(frame)
        scene = _scene(frame)
        health = self._health.update(frame, self._people.xyxy, at_once=self._all_changed(scene))
        if health is not Health.CLEAR:
            return self._blind(frame, health)
        if self._detect is not None:
            self._people = self._follow(frame, self._detect)
        slots = {
            slot_id: watcher.hold() if self._health.suspicious else watcher.update(frame, scene, self._people.xyxy)
            for slot_id, watcher in self._slots.items()
        }
        return self._told(frame.captured_at_ms, MappingProxyType(slots))

    def unchanged(self, at_ms: int) -> Observation | None:
        """Say that nothing has changed since the last frame; None before the first frame."""
        if self._last is None:
            return None
        if self._last.health is not Health.CLEAR:
            self._last = replace(self._last, captured_at_ms=at_ms)
            return self._last
        self._people = self._tracker.hold(at_ms)
        return self._told(at_ms, self._last.slots)

    def _lay_out(self, frame: Frame) -> None:
        """Lay the zones out in frames of this size."""
        if self._zones.size != (frame.width, frame.height):
            self._zones = ZoneMap(self._view.zones, frame.width, frame.height)

    def _all_changed(self, scene: Plane) -> bool:
        """Tell whether most of the view is suddenly another: then its health cannot wait for its turn."""
        previous, self._scene = self._scene, scene
        return previous is not None and quantile(np.abs(scene - previous)[::2, ::2], 0.5) > SUDDEN

    def _follow(self, frame: Frame, detect: Detect) -> Tracks:
        changed = self._gate is None or self._gate.changed(frame, self._tracker.steady)
        if not changed and not self._tracker.undecided:
            return self._tracker.hold(frame.captured_at_ms)
        found = detect(frame)
        people = found.where(self._zones.outside_ignored(found.xyxy))
        return self._tracker.update(frame.captured_at_ms, people, frame.luma)

    def _told(self, at_ms: int, slots: Mapping[str, SlotReading]) -> Observation:
        sought = self._detect is not None
        occupancy = self._zones.occupancy(self._people) if sought else {}
        self._last = Observation(
            camera=self._view.camera,
            captured_at_ms=at_ms,
            health=Health.CLEAR,
            size=self._zones.size,
            tracks=self._people,
            people_sought=sought,
            occupancy=MappingProxyType(occupancy),
            slots=slots,
            doubted=self._tracker.doubted.intersection(self._people.ids.tolist()),
        )
        return self._last

    def _blind(self, frame: Frame, health: Health) -> Observation:
        self._tracker.lose()
        self._people = Tracks.empty()
        slots = {slot_id: watcher.blind() for slot_id, watcher in self._slots.items()}
        self._last = Observation(
            self._view.camera, frame.captured_at_ms, health, self._zones.size, slots=MappingProxyType(slots)
        )
        return self._last


def _scene(frame: Frame) -> Plane:
    """Return the small log luma of a whole view, (36, 64) float32."""
    return log_luma(frame.reduced_luma(64, 36))
