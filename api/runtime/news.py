"""What changes in the office from moment to moment, for those who follow it: cameras, slots, and people in zones.

An incident and an entry of the ledger are told of where they are kept; this is what nobody keeps.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection

from api.runtime.keeper import Keeper
from api.runtime.office import CameraState
from custody.records import changes
from custody.records.changes import ChangeKind
from vision.situation import Situation

LOOK_EVERY_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class _Told:
    """What was told last of one thing."""

    kind: ChangeKind
    camera: str | None
    body: Mapping[str, Any]


class News:
    """Looks several times a second, in a thread of its own, and tells what is not as it was."""

    def __init__(
        self,
        keeper: Keeper,
        look: Callable[[], Situation],
        states: Callable[[], Mapping[str, CameraState]],
        clock: Callable[[], int],
    ) -> None:
        """Take where to look. look: what all cameras say; states: how each of them fares."""
        self._keeper = keeper
        self._look = look
        self._states = states
        self._clock = clock
        self._last: dict[tuple[str, ...], _Told] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="news", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join()

    def step(self) -> None:
        """Look once."""
        now = {**dict(_of_cameras(self._states())), **dict(_of_situation(self._look()))}
        new = [told for key, told in now.items() if told != self._last.get(key)]
        self._last = now
        at_ms = self._clock()
        if new:
            self._keeper.write(lambda connection: _note_all(connection, new, at_ms))

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            self.step()


def _note_all(connection: Connection, new: list[_Told], at_ms: int) -> None:
    for told in new:
        changes.note(connection, told.kind, at_ms, told.camera, told.body)


def _of_cameras(states: Mapping[str, CameraState]) -> Iterator[tuple[tuple[str, ...], _Told]]:
    """Give how each camera fares, without what changes all the time."""
    for camera, state in states.items():
        body = {
            "online": state.online,
            "reason": state.reason,
            "codec": state.codec,
            "recorder": state.recorder.value,
            "recorder_reason": state.recorder_reason,
            "restarts": state.restarts,
        }
        yield ("camera", camera), _Told(ChangeKind.CAMERA_STATE, camera, body)


def _of_situation(situation: Situation) -> Iterator[tuple[tuple[str, ...], _Told]]:
    """Give the state of every slot, merged over cameras, and how many people each camera sees in each zone."""
    seen = situation.observations
    for slot in sorted({slot for one in seen.values() for slot in one.slots}):
        reading, camera = situation.slot(slot)
        body = {"slot": slot, "state": reading.state.value}
        yield ("slot", slot), _Told(ChangeKind.SLOT_STATE, camera, body)
    for camera, one in seen.items():
        zones = {zone: len(tracks) for zone, tracks in one.occupancy.items()}
        people = len(one.tracks) if one.people_sought else None
        told = {"health": one.health.value, "people": people, "zones": zones}
        yield ("people", camera), _Told(ChangeKind.PEOPLE, camera, told)
