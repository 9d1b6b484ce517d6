"""Incidents in the database: kept as they stand, and found page by page, newest first.

state          after
open           it was raised
acknowledged   somebody has taken notice
explained      somebody has said why, and it lasts
closed         somebody has said why, and it has ended
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from custody.records.tables import FOUND_BY, INCIDENT_INDEXES, incidents
from vision.incidents import Evidence, Incident, Severity, incident_json

_UTC: Final = ZoneInfo("UTC")


class State(StrEnum):
    """What people have made of an incident; see the table."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    EXPLAINED = "explained"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Kept:
    """An incident and what people have made of it."""

    incident: Incident
    state: State


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for; None: anything.

    from_ms, to_ms: raised in this stretch, UTC milliseconds, `to_ms` itself not in it.
    """

    from_ms: int | None = None
    to_ms: int | None = None
    rule: str | None = None
    camera: str | None = None
    zone: str | None = None
    item: str | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: its last incident."""

    raised_at_ms: int
    id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Incidents, newest first. `next` is where the following page goes on, None where there is none."""

    kept: tuple[Kept, ...]
    next: Cursor | None


def save(connection: Connection, incident: Incident) -> None:
    """Keep an incident as it stands; what people have made of it is left, but that an explained one is over."""
    ended = incident.ended_at_ms is not None
    over = sa.case((incidents.c.state == State.EXPLAINED.value, State.CLOSED.value), else_=incidents.c.state)
    statement = insert(incidents).values(_row(incident) | {"state": State.OPEN.value})
    new: dict[str, sa.ColumnElement[Any]] = {name: statement.excluded[name] for name in ("ended_at_ms", "body")}
    if ended:
        new["state"] = over
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=new))


def set_state(connection: Connection, incident_id: str, state: State) -> bool:
    """Set what people have made of an incident; tell whether there is one of that id."""
    return (
        connection.execute(incidents.update().where(incidents.c.id == incident_id).values(state=state)).rowcount > 0
    )


def find(connection: Connection, incident_id: str) -> Kept | None:
    """Return one incident, or None where there is none of that id."""
    row = connection.execute(sa.select(incidents).where(incidents.c.id == incident_id)).first()
    return None if row is None else _kept(row)


def search(connection: Connection, query: Query, cursor: Cursor | None = None, limit: int = 50) -> Page:
    """Return a page of the incidents that a query asks for; the first where no cursor is given."""
    found = connection.execute(newest_first(query, cursor, limit + 1))
    return _page([_kept(row) for row in found], limit)


def newest_first(query: Query, cursor: Cursor | None, limit: int) -> sa.Select[Any]:
    """Return how the database is asked for incidents."""
    order = (incidents.c.raised_at_ms, incidents.c.id)
    selected = sa.select(incidents).where(*_conditions(query))
    if cursor is not None:
        selected = selected.where(sa.tuple_(*order) < sa.tuple_(cursor.raised_at_ms, cursor.id))
    return selected.order_by(*(column.desc() for column in order)).limit(limit)


def search_cameras(
    connection: Connection, query: Query, cameras: Iterable[str], cursor: Cursor | None = None, limit: int = 50
) -> Page:
    """Return a page of the incidents of these cameras that a query asks for.

    Each camera is searched by its index; a search for any of several would go through all of time.
    """
    pages = [search(connection, replace(query, camera=camera), cursor, limit + 1) for camera in cameras]
    kept = sorted((one for page in pages for one in page.kept), key=_order, reverse=True)
    return _page(kept, limit)


def lasting(connection: Connection) -> tuple[Incident, ...]:
    """Return the incidents that have not ended, in the order in which they were raised."""
    query = sa.select(incidents).where(incidents.c.ended_at_ms.is_(None)).order_by(incidents.c.raised_at_ms)
    return tuple(_kept(row).incident for row in connection.execute(query))


def _page(found: Sequence[Kept], limit: int) -> Page:
    """Return a page of what was found, which is more than the page holds where there is a next one."""
    kept = tuple(found[:limit])
    return Page(kept, Cursor(*_order(kept[-1])) if len(found) > limit else None)


def _order(kept: Kept) -> tuple[int, str]:
    return kept.incident.raised_at_ms, kept.incident.id


def _conditions(query: Query) -> list[sa.ColumnElement[bool]]:
    """Return what holds for what is asked for, so that the index is used which leaves the fewest."""
    asked = {name: value for name in FOUND_BY if (value := getattr(query, name)) is not None}
    sought = next(columns for columns in INCIDENT_INDEXES if asked.keys() >= set(columns))
    # SQLite, which has counted nothing, would take any index; of an expression it has none, but still its columns.
    equal = [
        (incidents.c[name] if name in sought else incidents.c[name].concat("")) == value
        for name, value in asked.items()
    ]
    if query.from_ms is not None:
        equal.append(incidents.c.raised_at_ms >= query.from_ms)
    if query.to_ms is not None:
        equal.append(incidents.c.raised_at_ms < query.to_ms)
    return equal


def _row(incident: Incident) -> dict[str, Any]:
    columns = ("id", "rule", "camera", "zone", "item", "after_hours", "began_at_ms", "raised_at_ms", "ended_at_ms")
    row = {name: getattr(incident, name) for name in columns}
    return row | {"severity": incident.severity.value, "body": body_of(incident)}


def _kept(row: sa.Row[Any]) -> Kept:
    return Kept(read_incident(row.body), State(row.state))


def body_of(incident: Incident) -> dict[str, Any]:
    """Return an incident as JSON values, with its moments in UTC."""
    return incident_json(incident, _UTC)


def read_incident(body: Mapping[str, Any]) -> Incident:
    """Return an incident from the form that `incident_json` gives, of any time zone."""
    evidence = body["evidence"]
    return Incident(
        id=body["id"],
        rule=body["rule"],
        site=body["site"],
        camera=body["camera"],
        zone=body["zone"],
        item=body["item"],
        began_at_ms=_ms(body["began_at"]),
        raised_at_ms=_ms(body["raised_at"]),
        ended_at_ms=None if body["ended_at"] is None else _ms(body["ended_at"]),
        severity=Severity(body["severity"]),
        after_hours=body["after_hours"],
        tracks=tuple(body["tracks"]),
        evidence=Evidence(
            _ms(evidence["frame_at"]),
            evidence["camera"],
            None if evidence["box"] is None else tuple(evidence["box"]),
            evidence["score"],
        ),
        why=MappingProxyType(body["why"]),
    )


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
