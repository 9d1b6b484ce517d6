"""A camera that cannot see: covered, dark, frozen, blurred, moved or silent."""

from __future__ import annotations

from dataclasses import dataclass

from vision.dwell import Answer
from vision.episode import Sight, Subject
from vision.incidents import Evidence, Severity
from vision.layout import Layout
from vision.rules.rule import Rule
from vision.situation import Situation
from vision.types import Health

VERSION = 1


@dataclass(frozen=True, slots=True)
class CameraBlindSettings:
    """Seconds of blindness."""

    after_s: float = 5.0


class CameraBlind(Rule):
    """Watches the health of every camera."""

    def __init__(self, settings: CameraBlindSettings, layout: Layout) -> None:
        self._settings = settings
        cameras = [view.camera for view in layout.views]
        super().__init__(
            {c: Subject(layout.site, "camera_blind", VERSION, Severity.WARNING, camera=c) for c in cameras},
            {c: (c,) for c in cameras},
        )

    def limit_s(self, situation: Situation) -> float:  # noqa: ARG002  the same at any hour
        """Return the limit."""
        return self._settings.after_s

    def look(self, situation: Situation, subject: str) -> Sight:
        """Say whether the camera cannot see, and how."""
        health = situation.observations[subject].health
        answer = Answer.FALSE if health is Health.CLEAR else Answer.TRUE
        return Sight(answer, evidence=Evidence(situation.at_ms, subject), facts={"health": health.value})
