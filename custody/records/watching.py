"""What was seen and what could not be seen, in the database, so that a watch of any stretch can be had again.

Something that lasts has a row without an end, which gets one when it is over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from custody.intervals import Interval
from custody.records.tables import gaps, sightings
from custody.sightings import Gap, Seen, Sighting, Watch

Told = Sighting | Gap


def save_all(connection: Connection, told: Iterable[Told]) -> None:
    """Keep what was seen and not seen; what was told of something before is told anew."""
    kept = tuple(told)
    _save(connection, sightings, [_sighting_row(one) for one in kept if isinstance(one, Sighting)])
    _save(connection, gaps, [_gap_row(one) for one in kept if isinstance(one, Gap)])


def lasting(connection: Connection) -> tuple[Told, ...]:
    """Return what has not ended, in the order of its beginning."""
    found: list[Told] = [
        *map(_sighting, connection.execute(sa.select(sightings).where(sightings.c.to_ms.is_(None)))),
        *map(_gap, connection.execute(sa.select(gaps).where(gaps.c.to_ms.is_(None)))),
    ]
    return tuple(sorted(found, key=lambda one: one.from_ms))


def newest(connection: Connection, what: Seen, subject: str, limit: int) -> tuple[Sighting, ...]:
    """Return what was seen of a subject last, the newest first."""
    mine = (sightings.c.subject == subject, sightings.c.what == what.value)
    query = sa.select(sightings).where(*mine).order_by(sightings.c.from_ms.desc()).limit(limit)
    return tuple(map(_sighting, connection.execute(query)))


def load(
    connection: Connection, from_ms: int, cameras: Mapping[str, tuple[str, ...]], but: Collection[Seen] = ()
) -> Watch:
    """Return the watch from a moment on, UTC milliseconds. cameras: as `Watch` has it. but: sorts to leave out."""

    def since(table: sa.Table) -> sa.Select[Any]:
        lasts = sa.or_(table.c.to_ms.is_(None), table.c.to_ms >= from_ms)
        return sa.select(table).where(lasts).order_by(table.c.from_ms)

    return Watch(
        tuple(map(_sighting, connection.execute(since(sightings).where(sightings.c.what.not_in(but))))),
        tuple(map(_gap, connection.execute(since(gaps)))),
        cameras,
        from_ms,
    )


def gaps_in(connection: Connection, stretch: Interval) -> tuple[Gap, ...]:
    """Return what could not be seen in a stretch, in the order of its beginning."""
    lasts = sa.or_(gaps.c.to_ms.is_(None), gaps.c.to_ms > stretch[0])
    query = sa.select(gaps).where(lasts, gaps.c.from_ms < stretch[1]).order_by(gaps.c.from_ms)
    return tuple(map(_gap, connection.execute(query)))


def oldest_ms(connection: Connection) -> int | None:
    """Return since when anything is kept, UTC milliseconds; None where nothing is."""
    oldest = [connection.scalar(sa.select(sa.func.min(table.c.from_ms))) for table in (sightings, gaps)]
    return min((moment for moment in oldest if moment is not None), default=None)


def prune(connection: Connection, before_ms: int) -> int:
    """Remove what was over before a moment, UTC milliseconds; return how many rows."""
    return sum(
        connection.execute(table.delete().where(table.c.to_ms < before_ms)).rowcount for table in (sightings, gaps)
    )


def _save(connection: Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        statement = insert(table)
        new = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
        connection.execute(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=new), rows)


def _sighting_row(one: Sighting) -> dict[str, Any]:
    followed = one.tracks if one.what is Seen.IN_ZONE else ()
    return {
        "key": "/".join((one.what.value, one.subject, *followed)),
        "what": one.what.value,
        "subject": one.subject,
        "from_ms": one.from_ms,
        "to_ms": one.to_ms,
        "camera": one.camera,
        "people": one.people,
        "tracks": list(one.tracks),
        "items": list(one.items),
        "incident": one.incident,
    }


def _sighting(row: sa.Row[Any]) -> Sighting:
    return Sighting(
        Seen(row.what),
        row.subject,
        row.from_ms,
        row.to_ms,
        row.camera,
        row.people,
        tuple(row.tracks),
        tuple(row.items),
        row.incident,
    )


def _gap_row(one: Gap) -> dict[str, Any]:
    return {
        "camera": one.camera,
        "place": one.place or "",
        "why": one.why,
        "from_ms": one.from_ms,
        "to_ms": one.to_ms,
    }


def _gap(row: sa.Row[Any]) -> Gap:
    return Gap(row.camera, row.from_ms, row.to_ms, row.why, row.place or None)
