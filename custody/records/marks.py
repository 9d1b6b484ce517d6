"""How far something has come: whole numbers by name, so that a start after a crash goes on from there."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from custody.records.tables import marks


def set_mark(connection: Connection, name: str, value: int) -> None:
    """Note how far something has come."""
    statement = insert(marks).values(name=name, value=value)
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def mark(connection: Connection, name: str) -> int | None:
    """Return how far something has come, None where it never began."""
    return connection.scalar(sa.select(marks.c.value).where(marks.c.name == name))
