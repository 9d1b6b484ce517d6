"""Is everything recorded: an alarm for each camera whose footage cannot be written, until it can again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from api.runtime.office import CameraState
from custody.raising import About, Raiser, Spell
from streams.recording import RecorderState
from vision.incidents import Incident

RULE: Final = "footage_not_recorded"

AFTER_MS: Final = 5_000
"""A disk that refuses once and takes what comes then is no alarm."""

AWAY_AFTER_MS: Final = 20_000
"""Longer than the main stream of a camera takes to begin, when its other stream has already."""


class RecordingWatch:
    """Looks at the state of every recorder. A camera that is away is none of its business: `camera_blind` is raised.

    One that is seen by its other stream while the main one is away is not recorded, and nothing else says so.

    raiser: gives what makes incidents by the site file in force. lasting: what was raised before this process began,
    of whatever kind.
    """

    def __init__(
        self,
        raiser: Callable[[], Raiser],
        states: Callable[[], Mapping[str, CameraState]],
        lasting: Iterable[Incident],
    ) -> None:
        self._raiser = raiser
        self._states = states
        self._stopped_since_ms: dict[str, int] = {}
        self._raised = {one.camera: one for one in lasting if one.rule == RULE and one.camera is not None}

    def step(self, now_ms: int) -> list[Incident]:
        """Return the incidents that begin or end now, UTC milliseconds."""
        states = self._states()
        return [*self._beginning(states, now_ms), *self._ending(states, now_ms)]

    def _beginning(self, states: Mapping[str, CameraState], now_ms: int) -> Iterator[Incident]:
        stopped = {name: state for name, state in states.items() if _is_not_recorded(state)}
        self._stopped_since_ms = {name: self._stopped_since_ms.get(name, now_ms) for name in stopped}
        for name, state in stopped.items():
            since_ms = self._stopped_since_ms[name]
            after_ms = AFTER_MS if state.recorder is RecorderState.STOPPED else AWAY_AFTER_MS
            if now_ms - since_ms >= after_ms and name not in self._raised:
                reason = state.recorder_reason or "the reason is not known"
                fact = f"the footage of {name} is not recorded: {reason}"
                spell = Spell(since_ms, now_ms)
                self._raised[name] = self._raiser().incident(RULE, spell, About(camera=name), fact, reason=reason)
                yield self._raised[name]

    def _ending(self, states: Mapping[str, CameraState], now_ms: int) -> Iterator[Incident]:
        for name in list(self._raised):
            state = states.get(name)
            if state is None or state.recorder in {RecorderState.RECORDING, RecorderState.OFF}:
                yield replace(self._raised.pop(name), ended_at_ms=now_ms)


def _is_not_recorded(state: CameraState) -> bool:
    """Tell whether there is something to record, and it is not."""
    return state.recorder is RecorderState.STOPPED or (state.online and state.recorder is RecorderState.WAITING)
