"""Where acts wait for the second person: a SQLite file beside the ledger, which a restart does not empty.

    open_counts   request, item, by, at_ms, number: the first number of a count; only the owner can read the file
    pending       request, kind, fields, at_ms, by, signed_at_ms, corrects, why: an act that one person has signed

A row goes when the act has become an entry, or was withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from custody.acts import ACTS, Correction, Pending, Signature
from custody.counts import OpenCount
from custody.fields import Fields
from custody.sqlite import Tables

FILE: Final = "waiting.sqlite"

_metadata: Final = sa.MetaData()
_open_counts: Final = sa.Table(
    "open_counts",
    _metadata,
    sa.Column("request", sa.Text, primary_key=True),
    sa.Column("item", sa.Text, nullable=False, unique=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
)
_pending: Final = sa.Table(
    "pending",
    _metadata,
    sa.Column("request", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("fields", sa.Text, nullable=False),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("signed_at_ms", sa.Integer, nullable=False),
    sa.Column("corrects", sa.Integer),
    sa.Column("why", sa.Text),
)


class WaitingStore:
    """The acts of one ledger that wait. What a method has returned from is on the disk.

    Raises LedgerBusyError where another process holds the file, AlteredLedgerError where it is none of these, OSError
    where the disk fails.
    """

    def __init__(self, folder: Path) -> None:
        self._tables = Tables(folder / FILE, _metadata)

    def counts(self) -> tuple[OpenCount, ...]:
        """Return the counts that wait, the oldest first."""
        query = sa.select(_open_counts).order_by(_open_counts.c.at_ms, _open_counts.c.request)
        return tuple(
            OpenCount(row.item, Signature(row.by, row.at_ms), row.request, row.number)
            for row in self._tables.rows(query)
        )

    def pending(self) -> tuple[Pending, ...]:
        """Return the acts that wait, the oldest first."""
        query = sa.select(_pending).order_by(_pending.c.signed_at_ms, _pending.c.request)
        return tuple(map(_read, self._tables.rows(query)))

    def keep_count(self, count: OpenCount) -> None:
        """Keep a first count."""
        row = {"item": count.item, "by": count.first.by, "at_ms": count.first.at_ms, "number": count.number}
        self._add(_open_counts, {"request": count.request, **row})

    def keep_pending(self, pending: Pending) -> None:
        """Keep an act with its first signature."""
        self._add(_pending, _row(pending))

    def drop(self, requests: Sequence[str]) -> None:
        """Forget what waits under these requests."""
        if not requests:
            return
        with self._tables.writing() as (connection, _):
            for table in (_open_counts, _pending):
                connection.execute(table.delete().where(table.c.request.in_(requests)))

    def _add(self, table: sa.Table, row: dict[str, Any]) -> None:
        with self._tables.writing() as (connection, _):
            connection.execute(table.insert(), [row])


def _row(pending: Pending) -> dict[str, Any]:
    correction = pending.correction
    return {
        "request": pending.request,
        "kind": pending.act.KIND,
        "fields": json.dumps(pending.act.fields(), ensure_ascii=False),
        "at_ms": pending.at_ms,
        "by": pending.first.by,
        "signed_at_ms": pending.first.at_ms,
        "corrects": None if correction is None else correction.seq,
        "why": None if correction is None else correction.reason,
    }


def _read(row: Any) -> Pending:
    correction = None if row.corrects is None else Correction(row.corrects, row.why)
    act = ACTS[row.kind].read(Fields(json.loads(row.fields)))
    return Pending(act, row.at_ms, Signature(row.by, row.signed_at_ms), row.request, correction)
