"""What rules raise: one incident an episode, from beginning to end, with what explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo


class Severity(StrEnum):
    """How loudly an incident is told."""

    NOTICE = "notice"
    WARNING = "warning"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The moment that shows it best. `box` is left, top, right, bottom as fractions of width and height."""

    frame_at_ms: int
    camera: str | None = None
    box: tuple[float, float, float, float] | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident. Times are UTC milliseconds; `ended_at_ms` is None while it lasts.

    `tracks` are `camera#id`. `why` carries rule version, digests, thresholds and measured durations.
    """

    id: str
    rule: str
    site: str
    camera: str | None
    zone: str | None
    item: str | None
    began_at_ms: int
    raised_at_ms: int
    ended_at_ms: int | None
    severity: Severity
    after_hours: bool
    tracks: tuple[str, ...]
    evidence: Evidence
    why: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def as_they_stand(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Return each incident once, as it was told last, in the order in which they were raised."""
    newest = {incident.id: incident for incident in incidents}
    return tuple(sorted(newest.values(), key=lambda incident: (incident.raised_at_ms, incident.id)))


def local_time(at_ms: int, timezone: ZoneInfo) -> str:
    """Return a UTC moment in milliseconds as ISO 8601 with the site's offset, to the millisecond."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(timezone).isoformat(timespec="milliseconds")


def incident_json(incident: Incident, timezone: ZoneInfo) -> dict[str, Any]:
    """Return the incident in the form that incidents.jsonl and the interfaces carry."""

    def when(at_ms: int | None) -> str | None:
        return None if at_ms is None else local_time(at_ms, timezone)

    evidence = incident.evidence
    return {
        "id": incident.id,
        "rule": incident.rule,
        "site": incident.site,
        "camera": incident.camera,
        "zone": incident.zone,
        "item": incident.item,
        "began_at": when(incident.began_at_ms),
        "raised_at": when(incident.raised_at_ms),
        "ended_at": when(incident.ended_at_ms),
        "severity": incident.severity.value,
        "after_hours": incident.after_hours,
        "tracks": list(incident.tracks),
        "evidence": {
            "frame_at": when(evidence.frame_at_ms),
            "camera": evidence.camera,
            "box": None if evidence.box is None else [round(v, 4) for v in evidence.box],
            "score": evidence.score,
        },
        "why": dict(incident.why),
    }
