"""The ledger's incidents in the database: entries in, rows and changes out, in one transaction with how far it came.

The ledger is written first and is the truth. Whatever stops the service in between, the next start goes on from the
mark, and each entry is taken once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from sqlalchemy.engine import Connection

from custody.entries import Entry, EntryError
from custody.expiry import EXPIRED, read_expiry
from custody.explanations import EXPLAINED, read_explanation
from custody.incidents import read_clips, read_ended, read_incidents
from custody.records import changes, clips, entries, footage, incidents
from custody.records.changes import ChangeKind
from custody.records.incidents import State
from custody.records.marks import mark, set_mark
from vision.incidents import Incident

TAKEN: Final = "ledger_entries_taken"
"""The mark of how many entries of the ledger the database knows."""

Hook = Callable[[Connection, Incident], None]
"""Hears of an incident that was raised or has ended, within the transaction; an outbox is filled here."""


def taken(connection: Connection) -> int:
    """Return how many entries of the ledger the database knows."""
    return mark(connection, TAKEN) or 0


def take(connection: Connection, added: Iterable[Entry], hook: Hook) -> None:
    """Take the next entries of the ledger; those that are known already are passed over.

    An entry that tells of an incident and cannot be read is passed over too: the office raises `entry_unreadable`.
    """
    known = taken(connection)
    for entry in added:
        if entry.seq < known:
            continue
        known = entry.seq + 1
        body = {"seq": entry.seq, "kind": entry.kind, "actors": list(entry.actors)}
        entries.keep(connection, entry)
        changes.note(connection, ChangeKind.LEDGER_APPENDED, entry.at_ms, None, body)
        try:
            _take(connection, entry, hook)
        except EntryError:
            continue
    set_mark(connection, TAKEN, known)


def _take(connection: Connection, entry: Entry, hook: Hook) -> None:
    match entry.kind:
        case "incident.raised":
            for incident in read_incidents([entry]):
                _keep(connection, ChangeKind.INCIDENT_RAISED, incident, entry.at_ms, hook)
                if incident.camera is not None:
                    clips.become_due(connection, incident.id)
        case "incident.closed":
            ended = read_ended(entry)
            found = incidents.find(connection, ended.id)
            if found is not None and found.incident.ended_at_ms is None:
                over = replace(found.incident, ended_at_ms=ended.at_ms, tracks=ended.tracks)
                _keep(connection, ChangeKind.INCIDENT_ENDED, over, entry.at_ms, hook)
        case kind if kind == EXPLAINED:
            _explain(connection, entry)
        case "clip.sealed":
            clips.strike(connection, [incident for incident, _ in read_clips([entry]) if incident is not None])
        case kind if kind == EXPIRED:
            gone = read_expiry(entry)
            footage.expire(connection, gone.camera, gone.interval)


def _keep(connection: Connection, kind: ChangeKind, incident: Incident, at_ms: int, hook: Hook) -> None:
    incidents.save(connection, incident)
    changes.note(connection, kind, at_ms, incident.camera, incidents.body_of(incident))
    hook(connection, incident)


def _explain(connection: Connection, entry: Entry) -> None:
    said = read_explanation(entry)
    found = None if said is None else incidents.find(connection, said.incident)
    if said is None or found is None:
        return
    state = State.EXPLAINED if found.incident.ended_at_ms is None else State.CLOSED
    incidents.set_state(connection, said.incident, state)
    body = {"id": said.incident, "state": state.value, "cause": said.cause.value, "by": said.by}
    changes.note(connection, ChangeKind.INCIDENT_ACKNOWLEDGED, entry.at_ms, found.incident.camera, body)
