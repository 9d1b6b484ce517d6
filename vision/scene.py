"""All cameras of a site -> incidents: the newest observation of each, and every rule that is on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from vision.hours import OfficeHours
from vision.incidents import Incident
from vision.layout import Layout
from vision.rules import RuleSettings, make_rule
from vision.situation import Situation
from vision.types import Health, Observation

SILENT_AFTER_MS: Final = 2_500
"""A camera that has said nothing for this long is silent."""


class Scene:
    """Judges what the cameras of one site see together."""

    def __init__(
        self,
        layout: Layout,
        hours: OfficeHours,
        rules: Iterable[RuleSettings],
        provenance: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        """Take the rules that are on; `provenance` goes into the `why` of every incident."""
        self._hours = hours
        self._provenance = dict(provenance)
        self._rules = [make_rule(settings, layout) for settings in rules]
        self._newest: dict[str, Observation] = {}
        self._at_ms = 0

    def observe(self, observation: Observation) -> list[Incident]:
        """Take an observation; return the incidents that it raised or ended.

        An observation older than what has been judged already is judged as of then: time never goes back.
        """
        self._at_ms = max(self._at_ms, observation.captured_at_ms)
        self._newest[observation.camera] = observation
        situation = self.situation
        return self._explained(i for rule in self._rules for i in rule.update(situation, observation.camera))

    def tick(self, at_ms: int) -> list[Incident]:
        """Say that time has gone on: cameras from which nothing came are silent, and can see nothing."""
        raised: list[Incident] = []
        for camera, last in sorted(self._newest.items()):
            if at_ms - last.captured_at_ms >= SILENT_AFTER_MS or last.health is Health.SILENT:
                raised += self.observe(Observation(camera, at_ms, Health.SILENT, last.size))
        return raised

    @property
    def situation(self) -> Situation:
        """What all cameras say by now; one that has not reported yet, or was taken out, is not in it."""
        return Situation(self._at_ms, self._hours.after_hours(self._at_ms), dict(self._newest))

    def resume(self, incidents: Iterable[Incident]) -> list[Incident]:
        """Go on with incidents that had not ended before a restart; return those that no rule follows any more."""
        return [incident for incident in incidents if not any(rule.resume(incident) for rule in self._rules)]

    def running(self) -> list[Incident]:
        """Return the incidents that have not ended."""
        return self._explained(incident for rule in self._rules for incident in rule.running())

    def leave(self, camera: str) -> None:
        """Take a camera out whose recording has ended: it is neither silent nor does it say anything any more."""
        self._newest.pop(camera, None)

    def _explained(self, incidents: Iterable[Incident]) -> list[Incident]:
        return [replace(i, why=MappingProxyType({**i.why, **self._provenance})) for i in incidents]
