"""Anybody in view outside the window hours."""

from __future__ import annotations

from dataclasses import dataclass

from vision.dwell import Answer
from vision.episode import Sight, Subject
from vision.incidents import Severity
from vision.layout import Layout
from vision.rules.rule import Rule, track_evidence
from vision.situation import Situation, track_key
from vision.types import Health

VERSION = 1


@dataclass(frozen=True, slots=True)
class PersonAfterHoursSettings:
    """Seconds in view."""

    after_s: float = 1.0


class PersonAfterHours(Rule):
    """Watches every camera's whole view, zones to be ignored apart."""

    def __init__(self, settings: PersonAfterHoursSettings, layout: Layout) -> None:
        self._settings = settings
        cameras = [view.camera for view in layout.views]
        super().__init__(
            {c: Subject(layout.site, "person_after_hours", VERSION, Severity.ALARM, camera=c) for c in cameras},
            {c: (c,) for c in cameras},
        )

    def limit_s(self, situation: Situation) -> float:  # noqa: ARG002  asked after hours only
        """Return the limit."""
        return self._settings.after_s

    def look(self, situation: Situation, subject: str) -> Sight:
        """Say whether anybody is in view while nobody should be."""
        seen = situation.observations[subject]
        if not situation.after_hours:
            return Sight(Answer.FALSE)
        if seen.health is not Health.CLEAR or not seen.people_sought:
            return Sight(Answer.UNSEEN)
        tracks = situation.surely([track_key(subject, int(i)) for i in seen.tracks.ids])
        if not tracks:
            return Sight(Answer.FALSE)
        return Sight(Answer.TRUE, tracks, track_evidence(situation, tracks))
