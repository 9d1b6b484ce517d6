"""Which entries of the ledger tell of what: their numbers, found by kind, person, item, camera and time.

The entries themselves are read from the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from custody.entries import Entry
from custody.records.tables import entries, named


class As(StrEnum):
    """As what an entry names something."""

    ACTOR = "actor"
    ITEM = "item"
    """An item, or a vault by its door."""

    CAMERA = "camera"
    INCIDENT = "incident"
    DRILL = "drill"


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for; None: anything.

    kinds: any of these. named: what must stand in an entry. from_ms, to_ms: of a moment in this stretch, UTC
    milliseconds, `to_ms` itself not in it.
    """

    kinds: frozenset[str] | None = None
    named: Mapping[As, str] = field(default_factory=dict)
    from_ms: int | None = None
    to_ms: int | None = None


def keep(connection: Connection, entry: Entry) -> None:
    """Make an entry one that is found."""
    connection.execute(insert(entries).values(seq=entry.seq, kind=entry.kind, at_ms=entry.at_ms))
    rows = [{"as_what": as_what.value, "name": name, "seq": entry.seq} for as_what, name in _names(entry)]
    if rows:
        connection.execute(insert(named).on_conflict_do_nothing(), rows)


def search(connection: Connection, query: Query, before: int | None = None, limit: int = 50) -> tuple[int, ...]:
    """Return the numbers of entries, the newest first. before: of entries that were written before this one."""
    conditions = list(_conditions(query))
    if before is not None:
        conditions.append(entries.c.seq < before)
    selected = sa.select(entries.c.seq).where(*conditions).order_by(entries.c.seq.desc()).limit(limit)
    return tuple(connection.scalars(selected))


def _conditions(query: Query) -> Iterator[sa.ColumnElement[bool]]:
    if query.kinds is not None:
        yield entries.c.kind.in_(sorted(query.kinds))
    for as_what, name in query.named.items():
        found = sa.select(named.c.seq).where(named.c.as_what == as_what.value, named.c.name == name)
        yield entries.c.seq.in_(found)
    if query.from_ms is not None:
        yield entries.c.at_ms >= query.from_ms
    if query.to_ms is not None:
        yield entries.c.at_ms < query.to_ms


def _names(entry: Entry) -> Iterator[tuple[As, str]]:
    body: Mapping[str, Any] = entry.body
    cameras = body.get("cameras")
    several = cameras if isinstance(cameras, tuple) else ()
    incident = body.get("id") if entry.kind.startswith("incident.") else body.get("incident")
    yield from ((As.ACTOR, actor) for actor in entry.actors)
    yield from ((As.INCIDENT, name) for name in (incident,) if isinstance(name, str))
    yield from ((As.ITEM, body[key]) for key in ("item", "vault") if isinstance(body.get(key), str))
    yield from ((As.DRILL, body[key]) for key in ("drill",) if isinstance(body.get(key), str))
    yield from ((As.CAMERA, name) for name in (body.get("camera"), *several) if isinstance(name, str))
