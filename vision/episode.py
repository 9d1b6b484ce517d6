"""From a condition over time to incidents: one incident an episode, with what explains it.

A rule asks one question of each of its subjects (a zone, an item, a camera) at every moment; an Episode turns the
answers into an incident when they have lasted long enough, adds the tracks that join, and ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from vision.dwell import Answer, Dwell, DwellSettings, Step
from vision.incidents import Evidence, Incident, Severity


@dataclass(frozen=True, slots=True)
class Subject:
    """What an incident is about."""

    site: str
    rule: str
    version: int
    severity: Severity
    camera: str | None = None
    zone: str | None = None
    item: str | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What a rule makes of one moment. `facts` go into the incident's `why` when it is raised."""

    answer: Answer
    tracks: tuple[str, ...] = ()
    evidence: Evidence | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


class Episode:
    """Follows one subject of one rule."""

    def __init__(self, subject: Subject, settings: DwellSettings | None = None) -> None:
        self._subject = subject
        self._dwell = Dwell(settings)
        self._tracks: set[str] = set()
        self._open: Incident | None = None

    def update(self, at_ms: int, sight: Sight, after_s: float, *, after_hours: bool) -> Incident | None:
        """Return the incident where this moment raised or ended it."""
        step = self._dwell.update(at_ms, sight.answer, round(after_s * 1000))
        if self._dwell.began_at_ms is not None and sight.answer is Answer.TRUE:
            self._tracks.update(sight.tracks)
        if step is Step.RAISED:
            self._open = self._raised(at_ms, sight, after_s, after_hours=after_hours)
            return self._open
        if step is Step.ENDED and self._open is not None:
            ended_at_ms = max(at_ms, self._open.raised_at_ms)  # the clock may have been set back meanwhile
            ended = replace(self._open, ended_at_ms=ended_at_ms, tracks=tuple(sorted(self._tracks)))
            self._open = None
            self._tracks.clear()
            return ended
        if self._dwell.began_at_ms is None:
            self._tracks.clear()
        return None

    def follows(self, incident: Incident) -> bool:
        """Tell whether an incident is of this subject and this rule."""
        subject = self._subject
        same_place = (subject.zone, subject.item) == (incident.zone, incident.item)
        return same_place and subject.rule == incident.rule and subject.camera in {None, incident.camera}

    def resume(self, incident: Incident) -> None:
        """Go on with an incident that was raised before a restart and has not ended."""
        self._open = incident
        self._tracks = set(incident.tracks)
        self._dwell.resume(incident.began_at_ms)

    def running(self) -> Incident | None:
        """Return the incident that has not ended, with every track so far."""
        return None if self._open is None else replace(self._open, tracks=tuple(sorted(self._tracks)))

    def _raised(self, at_ms: int, sight: Sight, after_s: float, *, after_hours: bool) -> Incident:
        subject, dwell = self._subject, self._dwell
        why = {
            "rule_version": subject.version,
            "after_s": after_s,
            "seen_s": round(dwell.true_ms / 1000, 3),
            "unseen_s": round(dwell.unseen_ms / 1000, 3),
            **sight.facts,
        }
        place = subject.item or subject.zone or subject.camera or subject.site
        stamp = datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y%m%dT%H%M%S") + f"{at_ms % 1000:03d}Z"
        return Incident(
            id=f"{stamp}-{subject.rule}-{place}",
            rule=subject.rule,
            site=subject.site,
            camera=sight.evidence.camera if sight.evidence and sight.evidence.camera else subject.camera,
            zone=subject.zone,
            item=subject.item,
            began_at_ms=at_ms if dwell.began_at_ms is None else dwell.began_at_ms,
            raised_at_ms=at_ms,
            ended_at_ms=None,
            severity=subject.severity,
            after_hours=after_hours,
            tracks=tuple(sorted(self._tracks)),
            evidence=sight.evidence or Evidence(at_ms, subject.camera),
            why=MappingProxyType(why),
        )
