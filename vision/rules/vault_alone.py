"""Fewer people at the vault than must be there together."""

from __future__ import annotations

from dataclasses import dataclass

from vision.dwell import Answer
from vision.episode import Sight, Subject
from vision.incidents import Severity
from vision.layout import Layout
from vision.rules.rule import Rule, track_evidence
from vision.situation import Situation, camera_of
from vision.zones import ZoneKind

VERSION = 1
TOGETHER_MS = 3_000
"""People seen at the vault within this time were there together: one may hide another for a moment."""


@dataclass(frozen=True, slots=True)
class VaultAloneSettings:
    """How many must be together at the vault, and the seconds that fewer may be there."""

    min_people: int = 2
    after_s: float = 5.0


class VaultAlone(Rule):
    """Counts the people in every vault zone over time, not per frame."""

    def __init__(self, settings: VaultAloneSettings, layout: Layout) -> None:
        self._settings = settings
        zones = layout.zone_ids(ZoneKind.VAULT)
        self._counts: dict[str, list[tuple[int, int]]] = {zone: [] for zone in zones}
        super().__init__(
            {z: Subject(layout.site, "vault_alone", VERSION, Severity.ALARM, zone=z) for z in zones},
            {z: layout.cameras_of_zone(z) for z in zones},
        )

    def limit_s(self, situation: Situation) -> float:  # noqa: ARG002  the same at any hour
        """Return the limit."""
        return self._settings.after_s

    def look(self, situation: Situation, subject: str) -> Sight:
        """Say whether somebody is there without the others who must be."""
        inside = situation.occupancy((subject,)).tracks
        if inside is None:
            self._counts[subject].clear()
            return Sight(Answer.UNSEEN)
        tracks = situation.surely(inside)
        people = self._together(situation.at_ms, subject, _most_in_one_camera(tracks))
        if not tracks or people >= self._settings.min_people:
            return Sight(Answer.FALSE)
        facts = {"people": people, "min_people": self._settings.min_people}
        return Sight(Answer.TRUE, tracks, track_evidence(situation, tracks), facts)

    def _together(self, at_ms: int, zone: str, now: int) -> int:
        """Return the most people seen at once in the last seconds."""
        recent = [(at, count) for at, count in self._counts[zone] if at_ms - at <= TOGETHER_MS]
        self._counts[zone] = [*recent, (at_ms, now)]
        return max(count for _, count in self._counts[zone])


def _most_in_one_camera(tracks: tuple[str, ...]) -> int:
    """Return the most people that one camera sees: two cameras may both see the same person."""
    cameras = [camera_of(key) for key in tracks]
    return max((cameras.count(camera) for camera in set(cameras)), default=0)
