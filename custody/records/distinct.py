"""The different values of a column, however many rows have them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection


def distinct(connection: Connection, column: sa.ColumnElement[str]) -> tuple[str, ...]:
    """Return the values of a column that comes first in a key or an index, in order, with a look for each of them."""
    found: list[str] = []
    following = sa.select(sa.func.min(column)).where(column > sa.bindparam("last"))
    while (value := connection.scalar(following, {"last": found[-1] if found else ""})) is not None:
        found.append(value)
    return tuple(found)
