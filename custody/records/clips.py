"""The incidents whose clip is still to be cut: each that a camera shows, until its clip is sealed on the ledger."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from custody.records.incidents import read_incident
from custody.records.tables import clips_due, incidents
from vision.incidents import Incident


def become_due(connection: Connection, incident_id: str) -> None:
    """Note that the clip of an incident is to be cut."""
    connection.execute(insert(clips_due).on_conflict_do_nothing(), {"incident": incident_id})


def strike(connection: Connection, incident_ids: Iterable[str]) -> None:
    """Note that clips are sealed, or that there is nothing to cut them from."""
    connection.execute(clips_due.delete().where(clips_due.c.incident.in_(list(incident_ids))))


def due(connection: Connection) -> tuple[Incident, ...]:
    """Return the incidents whose clip is to be cut, as they stand, in the order in which they were raised."""
    standing = sa.select(incidents.c.body).join(clips_due, clips_due.c.incident == incidents.c.id)
    rows = connection.execute(standing.order_by(incidents.c.raised_at_ms, incidents.c.id))
    return tuple(read_incident(row.body) for row in rows)
