"""What the cameras saw, as drafts of ledger entries, and read from them. Pure: nothing is written, no camera known.

Times in bodies have the form of the entry's own `at`. Whoever records drafts puts them in the order in which they
became known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from custody.entries import Draft, Entry, EntryError, utc_text
from custody.fields import FieldError, Fields, number, shown, text
from vision.incidents import Evidence, Incident, Severity
from vision.types import Health

CAMERA_BLIND = "camera_blind"
"""The rule whose incidents say that a camera cannot see."""


Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class SealedClip:
    """A clip that was cut, and its digest. Times are UTC milliseconds.

    file: its name beside the ledger, never a path of one machine. requested, delivered: from and to; what could be
    delivered may be longer (it begins at a key frame) or shorter than what was asked for. gaps: from and to of each
    stretch in between without footage. sha256: of the file, in hex.
    """

    camera: str
    file: str
    requested: tuple[int, int]
    delivered: tuple[int, int]
    sha256: str
    gaps: tuple[tuple[int, int], ...] = ()


def incident_entries(incident: Incident) -> tuple[Draft, ...]:
    """Return all that an incident puts on the ledger so far: that it was raised, and that it ended.

    A camera that cannot see adds `camera.blind` and `camera.clear`, from which later reports know the intervals in
    which nobody could see.
    """
    return (*beginning_entries(incident), *end_entries(incident))


def beginning_entries(incident: Incident) -> tuple[Draft, ...]:
    """Return what an incident puts on the ledger when it is raised."""
    raised = incident_raised(incident)
    if (camera := _blind(incident)) is None:
        return (raised,)
    health = Health(incident.why.get("health", Health.SILENT))
    return raised, camera_blind(camera, health, incident.began_at_ms, incident.raised_at_ms)


def end_entries(incident: Incident) -> tuple[Draft, ...]:
    """Return what an incident puts on the ledger when it has ended; nothing while it lasts."""
    if incident.ended_at_ms is None:
        return ()
    closed = incident_closed(incident, incident.ended_at_ms)
    if (camera := _blind(incident)) is None:
        return (closed,)
    return closed, camera_clear(camera, incident.began_at_ms, incident.ended_at_ms)


def _blind(incident: Incident) -> str | None:
    """Return the camera that an incident says cannot see, None where it says no such thing."""
    return incident.camera if incident.rule == CAMERA_BLIND else None


def incident_raised(incident: Incident) -> Draft:
    """Return the entry `incident.raised`: what, where, since when, shown by what and why."""
    body = {
        **_subject(incident),
        "began_at": utc_text(incident.began_at_ms),
        "raised_at": utc_text(incident.raised_at_ms),
        "severity": incident.severity.value,
        "after_hours": incident.after_hours,
        "tracks": list(incident.tracks),
        "evidence": _evidence(incident.evidence),
        "why": dict(incident.why),
    }
    return Draft(incident.raised_at_ms, "incident.raised", body=body)


def incident_closed(incident: Incident, ended_at_ms: int) -> Draft:
    """Return the entry `incident.closed`: when it ended, how long it lasted, and every track that was in it."""
    body = {
        **_subject(incident),
        "began_at": utc_text(incident.began_at_ms),
        "ended_at": utc_text(ended_at_ms),
        "lasted_ms": ended_at_ms - incident.began_at_ms,
        "tracks": list(incident.tracks),
    }
    return Draft(ended_at_ms, "incident.closed", body=body)


def clip_sealed(clip: SealedClip, at_ms: int, incident_id: str | None = None) -> Draft:
    """Return the entry `clip.sealed`: what was asked for, what could be delivered, the gaps and the digest."""
    body = {
        "incident": incident_id,
        "camera": clip.camera,
        "file": clip.file,
        "sha256": clip.sha256,
        "requested": _interval(clip.requested),
        "delivered": _interval(clip.delivered),
        "gaps": [_interval(gap) for gap in clip.gaps],
    }
    return Draft(at_ms, "clip.sealed", body=body)


def camera_blind(camera: str, health: Health, since_ms: int, at_ms: int) -> Draft:
    """Return the entry `camera.blind`: since when a camera cannot see, and how that shows."""
    body = {"camera": camera, "health": health.value, "since": utc_text(since_ms)}
    return Draft(at_ms, "camera.blind", body=body)


def camera_clear(camera: str, since_ms: int, at_ms: int) -> Draft:
    """Return the entry `camera.clear`: a camera sees again, and for which interval it did not."""
    body = {"camera": camera, "blind": _interval((since_ms, at_ms)), "lasted_ms": at_ms - since_ms}
    return Draft(at_ms, "camera.clear", body=body)


def _subject(incident: Incident) -> Mapping[str, Any]:
    return {
        "id": incident.id,
        "rule": incident.rule,
        "camera": incident.camera,
        "zone": incident.zone,
        "item": incident.item,
    }


def _evidence(evidence: Evidence) -> Mapping[str, Any]:
    return {
        "frame_at": utc_text(evidence.frame_at_ms),
        "camera": evidence.camera,
        "box": None if evidence.box is None else [round(side, 4) for side in evidence.box],
        "score": evidence.score,
    }


def _interval(interval: tuple[int, int]) -> Mapping[str, str]:
    from_ms, to_ms = interval
    return {"from": utc_text(from_ms), "to": utc_text(to_ms)}


def read_incidents(entries: Iterable[Entry]) -> tuple[Incident, ...]:
    """Return the incidents that a ledger tells of as they stood in the end, in the order in which they were raised.

    Raises EntryError with the number of the entry and the key where the body of one is not what its kind needs.
    """
    found: dict[str, Incident] = {}
    for entry in entries:
        if entry.kind == "incident.raised":
            incident = _read(entry, partial(_raised, site=entry.site))
            found[incident.id] = incident
        elif entry.kind == "incident.closed":
            ended = read_ended(entry)
            if ended.id in found:
                found[ended.id] = replace(found[ended.id], ended_at_ms=ended.at_ms, tracks=ended.tracks)
    return tuple(found.values())


def read_clips(entries: Iterable[Entry]) -> tuple[tuple[str | None, SealedClip], ...]:
    """Return the clips that were sealed, each with the id of its incident, if it has one, in the order of the ledger.

    Raises EntryError like `read_incidents`.
    """
    return tuple(_read(entry, _clip) for entry in entries if entry.kind == "clip.sealed")


@dataclass(frozen=True, slots=True)
class Ended:
    """That an incident has ended. at_ms: UTC milliseconds. tracks: all that were in it."""

    id: str
    at_ms: int
    tracks: tuple[str, ...]


def read_ended(entry: Entry) -> Ended:
    """Return what an entry `incident.closed` says. Raises EntryError like `read_incidents`."""
    return _read(entry, _closed)


def _read(entry: Entry, read: Callable[[Fields], Read]) -> Read:
    try:
        return read(Fields(entry.body))
    except FieldError as error:
        raise EntryError(f"entry {entry.seq} ({entry.kind}): {error}") from error


def _raised(fields: Fields, site: str) -> Incident:
    severity = fields.text("severity")
    if severity not in set(Severity):
        raise FieldError("severity", shown(severity), f"one of {', '.join(Severity)}")
    return Incident(
        id=fields.text("id"),
        rule=fields.text("rule"),
        site=site,
        camera=fields.optional("camera", fields.text),
        zone=fields.optional("zone", fields.text),
        item=fields.optional("item", fields.text),
        began_at_ms=fields.moment("began_at"),
        raised_at_ms=fields.moment("raised_at"),
        ended_at_ms=None,
        severity=Severity(severity),
        after_hours=fields.flag("after_hours"),
        tracks=fields.members("tracks", text),
        evidence=_read_evidence(fields.inner("evidence")),
        why=fields.mapping("why"),
    )


def _closed(fields: Fields) -> Ended:
    return Ended(fields.text("id"), fields.moment("ended_at"), fields.members("tracks", text))


def _read_evidence(fields: Fields) -> Evidence:
    return Evidence(
        frame_at_ms=fields.moment("frame_at"),
        camera=fields.optional("camera", fields.text),
        box=fields.optional("box", lambda key: _box(key, fields.members(key, number))),
        score=fields.optional("score", fields.number),
    )


def _box(key: str, sides: tuple[float, ...]) -> tuple[float, float, float, float]:
    if len(sides) != 4:
        raise FieldError(key, shown(sides), "left, top, right and bottom")
    left, top, right, bottom = sides
    return left, top, right, bottom


def _clip(fields: Fields) -> tuple[str | None, SealedClip]:
    clip = SealedClip(
        camera=fields.text("camera"),
        file=fields.text("file"),
        requested=_read_interval(fields.inner("requested")),
        delivered=_read_interval(fields.inner("delivered")),
        sha256=fields.text("sha256"),
        gaps=fields.objects("gaps", _read_interval),
    )
    return fields.optional("incident", fields.text), clip


def _read_interval(fields: Fields) -> tuple[int, int]:
    return fields.moment("from"), fields.moment("to")
