"""Where cases are kept: a SQLite file beside the ledger. Rows are added; none is changed or taken out.

cases      number, title, by, reason, authority, opened_at_ms
parts      number of the case, place in it, kind, what, by, at_ms, from_ms, to_ms
closings   number of the case, by, outcome, at_ms
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from custody.cases import Case, Closing, Part, PartKind, case_of
from custody.holds import Hold
from custody.mandate import Mandate
from custody.sqlite import Rows, Tables

FILE: Final = "cases.sqlite"

_metadata: Final = sa.MetaData()
_cases: Final = sa.Table(
    "cases",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("authority", sa.Text, nullable=False),
    sa.Column("opened_at_ms", sa.Integer, nullable=False),
)
_parts: Final = sa.Table(
    "parts",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at_ms", sa.Integer, nullable=False),
    sa.Column("from_ms", sa.Integer),
    sa.Column("to_ms", sa.Integer),
)
_closings: Final = sa.Table(
    "closings",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("at_ms", sa.Integer, nullable=False),
)


class CaseStore:
    """The cases of one site. What a method returns is on the disk.

    Raises RefusedError where a case refuses, LedgerBusyError where another process holds the file, AlteredLedgerError
    where the file is none of cases, OSError where the disk fails.
    """

    def __init__(self, folder: Path) -> None:
        self._tables = Tables(folder / FILE, _metadata)

    def all(self) -> tuple[Case, ...]:
        """Return all cases, in the order in which they were opened."""
        return _read(self._tables.rows)

    def case(self, case_id: str) -> Case:
        """Return a case by its id."""
        return case_of(self.all(), case_id)

    def open(self, title: str, mandate: Mandate, at_ms: int) -> Case:
        """Open a case, and give it the next number."""
        with self._tables.writing() as (connection, rows):
            case = Case(len(_read(rows)) + 1, title, mandate, at_ms)
            connection.execute(_cases.insert(), [_case_row(case)])
        return case

    def add(self, case_id: str, parts: Sequence[Part]) -> Case:
        """Put parts into a case, all or none."""
        with self._tables.writing() as (connection, rows):
            case = case_of(_read(rows), case_id)
            for part in parts:
                row = _part_row(case, part)
                case = case.added(part)
                connection.execute(_parts.insert(), [row])
        return case

    def close(self, case_id: str, closing: Closing, standing: Sequence[Hold]) -> Case:
        """Close a case. standing: the holds that stand for it."""
        with self._tables.writing() as (connection, rows):
            case = case_of(_read(rows), case_id).closed(closing, standing)
            row = {"number": case.number, "by": closing.by, "outcome": closing.outcome, "at_ms": closing.at_ms}
            connection.execute(_closings.insert(), [row])
        return case


def _read(rows: Rows) -> tuple[Case, ...]:
    parts: defaultdict[int, list[Part]] = defaultdict(list)
    for row in rows(sa.select(_parts).order_by(_parts.c.number, _parts.c.place)):
        parts[row.number].append(_part(row))
    closings = {row.number: Closing(row.by, row.outcome, row.at_ms) for row in rows(sa.select(_closings))}
    cases = rows(sa.select(_cases).order_by(_cases.c.number))
    return tuple(_case(row, tuple(parts[row.number]), closings.get(row.number)) for row in cases)


def _case(row: Any, parts: tuple[Part, ...], closing: Closing | None) -> Case:
    mandate = Mandate(row.by, row.reason, row.authority)
    return Case(row.number, row.title, mandate, row.opened_at_ms, parts, closing)


def _case_row(case: Case) -> dict[str, Any]:
    mandate = case.mandate
    return {
        "number": case.number,
        "title": case.title,
        "by": mandate.by,
        "reason": mandate.reason,
        "authority": mandate.authority,
        "opened_at_ms": case.opened_at_ms,
    }


def _part(row: Any) -> Part:
    stretch = None if row.from_ms is None else (row.from_ms, row.to_ms)
    return Part(PartKind(row.kind), row.what, row.by, row.at_ms, stretch)


def _part_row(case: Case, part: Part) -> dict[str, Any]:
    from_ms, to_ms = (None, None) if part.stretch is None else part.stretch
    return {
        "number": case.number,
        "place": len(case.parts),
        "kind": part.kind.value,
        "what": part.what,
        "by": part.by,
        "at_ms": part.at_ms,
        "from_ms": from_ms,
        "to_ms": to_ms,
    }
