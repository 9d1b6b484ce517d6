"""Somebody stands where only staff may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vision.dwell import Answer
from vision.episode import Sight, Subject
from vision.incidents import Incident, Severity
from vision.layout import Layout
from vision.rules.rule import Rule, track_evidence
from vision.situation import Situation, track_key
from vision.zones import ZoneKind

VERSION = 1
REMEMBER_MS = 30_000
"""How long a track that is no longer seen keeps the mark of where it came from."""


@dataclass(frozen=True, slots=True)
class StaffOnlyIntrusionSettings:
    """after_s: seconds inside. when: who counts as an intruder.

    always: anyone. after_hours: anyone after hours. from_public: who came from a public zone, and anyone after
    hours.
    """

    after_s: float = 1.0
    when: Literal["always", "after_hours", "from_public"] = "from_public"


class StaffOnlyIntrusion(Rule):
    """Watches every staff-only zone; who came from a public zone is known by path, never by face."""

    def __init__(self, settings: StaffOnlyIntrusionSettings, layout: Layout) -> None:
        self._settings = settings
        self._inner = layout.zone_ids(ZoneKind.STAFF_ONLY)
        self._public = layout.zone_ids(ZoneKind.PUBLIC)
        self._from_public: dict[str, int] = {}
        super().__init__(
            {z: Subject(layout.site, "staff_only_intrusion", VERSION, Severity.ALARM, zone=z) for z in self._inner},
            {z: layout.cameras_of_zone(z) for z in self._inner},
        )

    def limit_s(self, situation: Situation) -> float:  # noqa: ARG002  the same at any hour
        """Return the limit."""
        return self._settings.after_s

    def update(self, situation: Situation, camera: str) -> list[Incident]:
        """Note where everybody came from, then ask of every zone."""
        self._remember_origins(situation, camera)
        return super().update(situation, camera)

    def look(self, situation: Situation, subject: str) -> Sight:
        """Say whether somebody is inside who must not be."""
        inside = situation.occupancy((subject,))
        if inside.tracks is None:
            return Sight(Answer.UNSEEN)
        people = situation.surely(inside.tracks)
        intruders = tuple(key for key in people if self._counts(key, after_hours=situation.after_hours))
        if not intruders:
            return Sight(Answer.FALSE)
        came = [key for key in intruders if key in self._from_public]
        facts = {"when": self._settings.when, "from_public": came}
        return Sight(Answer.TRUE, intruders, track_evidence(situation, intruders), facts)

    def _counts(self, key: str, *, after_hours: bool) -> bool:
        when = self._settings.when
        return when == "always" or after_hours or (when == "from_public" and key in self._from_public)

    def _remember_origins(self, situation: Situation, camera: str) -> None:
        """Mark the tracks that stand in a public zone and no staff-only one; forget those long gone."""
        seen, now = situation.observations[camera], situation.at_ms
        inside = {i for zone in self._inner for i in seen.occupancy.get(zone, ())}
        in_public = {i for zone in self._public for i in seen.occupancy.get(zone, ())}
        here = {track_key(camera, int(i)) for i in seen.tracks.ids}
        marked = {key: now if key in here else at for key, at in self._from_public.items()}
        marked |= {track_key(camera, track_id): now for track_id in in_public - inside}
        self._from_public = {key: at for key, at in marked.items() if now - at <= REMEMBER_MS}
