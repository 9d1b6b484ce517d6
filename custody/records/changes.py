"""What has happened, in order: the log from which those who follow the service go on where they left off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from custody.records.tables import changes


class ChangeKind(StrEnum):
    """What can happen."""

    INCIDENT_RAISED = "incident.raised"
    INCIDENT_ENDED = "incident.ended"
    INCIDENT_ACKNOWLEDGED = "incident.acknowledged"
    CAMERA_STATE = "camera.state"
    CAMERA_EVENT = "camera.event"
    SLOT_STATE = "slot.state"
    PEOPLE = "people"
    LEDGER_APPENDED = "ledger.appended"
    FOOTAGE_SEGMENT = "footage.segment"
    ALERT_DELIVERED = "alert.delivered"
    ALERT_FAILED = "alert.failed"
    ALERT_RETRIED = "alert.retried"
    SETTINGS_CHANGED = "settings.changed"
    JOB_PROGRESS = "job.progress"


@dataclass(frozen=True, slots=True)
class Change:
    """One of them. at_ms: UTC milliseconds. camera: whose it is, None where it is no camera's."""

    id: int
    kind: ChangeKind
    at_ms: int
    camera: str | None
    body: Mapping[str, Any]


def note(connection: Connection, kind: ChangeKind, at_ms: int, camera: str | None, body: Mapping[str, Any]) -> int:
    """Add a change, within the transaction that made it; return its id."""
    row = {"kind": kind.value, "at_ms": at_ms, "camera": camera, "body": dict(body)}
    return int(connection.execute(changes.insert().returning(changes.c.id), row).scalar_one())


def after(connection: Connection, last_id: int, limit: int) -> tuple[Change, ...]:
    """Return the changes after one that is known, oldest first, at most `limit` of them."""
    query = sa.select(changes).where(changes.c.id > last_id).order_by(changes.c.id).limit(limit)
    return tuple(
        Change(row.id, ChangeKind(row.kind), row.at_ms, row.camera, row.body) for row in connection.execute(query)
    )


def newest_id(connection: Connection) -> int:
    """Return the id of the newest change, 0 where there was none."""
    return connection.scalar(sa.select(sa.func.max(changes.c.id))) or 0


def oldest_id(connection: Connection) -> int:
    """Return the id of the oldest change that is kept, 0 where there is none: what was before was pruned."""
    return connection.scalar(sa.select(sa.func.min(changes.c.id))) or 0


def prune(connection: Connection, before_ms: int) -> int:
    """Remove the changes from before a moment, UTC milliseconds; return how many."""
    return connection.execute(changes.delete().where(changes.c.at_ms < before_ms)).rowcount
