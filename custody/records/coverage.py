"""For every moment of a camera: whether there is footage of it, or why not. Months are looked over quickly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from custody.intervals import FOREVER_MS, Interval, common, merged, without
from custody.records.footage import Cause, Gap, gap_of
from custody.records.tables import expired, segments


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is of a stretch: intervals with footage and gaps, each in order; together they are all of it."""

    recorded: tuple[Interval, ...]
    gaps: tuple[Gap, ...]


def coverage(connection: Connection, camera: str, stretch: Interval) -> Coverage:
    """Return what there is of a stretch of a camera, and why the rest is not there."""
    runs = _runs(connection, camera, stretch)
    recorded = merged((max(run.began_ms, stretch[0]), min(run.ended_ms, stretch[1])) for run in runs)
    is_first = not _has_before(connection, camera, stretch[0])
    gone = _expired(connection, camera, stretch)
    gaps: list[Gap] = []
    for before, after in pairwise((None, *runs, None)):
        hole = (stretch[0] if before is None else before.ended_ms, stretch[1] if after is None else after.began_ms)
        untold = Cause.NEVER if before is None and is_first else Cause.UNFINISHED if after is None else Cause.MISSING
        gaps += _explained((max(hole[0], stretch[0]), min(hole[1], stretch[1])), after, gone, untold)
    return Coverage(recorded, tuple(gaps))


def extent(connection: Connection, camera: str) -> Interval | None:
    """Return from when to when there is any footage of a camera at all; None where there is none."""
    oldest = sa.select(sa.func.min(segments.c.began_ms)).where(segments.c.camera == camera).scalar_subquery()
    row = connection.execute(
        sa.select(oldest.label("from_ms"), _ended_before(camera, FOREVER_MS).label("to_ms"))
    ).one()
    return None if row.from_ms is None else (row.from_ms, row.to_ms)


@dataclass(frozen=True, slots=True)
class _Run:
    """Segments that follow each other without a gap. gap_before: that of the first."""

    began_ms: int
    ended_ms: int
    gap_before: Gap | None


def _runs(connection: Connection, camera: str, stretch: Interval) -> Sequence[_Run]:
    """Return the runs of a stretch, and the one before it and the one after it, where there are such."""
    c = segments.c
    mine = (c.camera == camera, c.begins_run)
    before = sa.select(sa.func.max(c.began_ms)).where(*mine, c.began_ms <= stretch[0]).scalar_subquery()
    after = sa.select(sa.func.min(c.began_ms)).where(*mine, c.began_ms >= stretch[1]).scalar_subquery()
    within = (c.began_ms >= sa.func.coalesce(before, stretch[0]), c.began_ms <= sa.func.coalesce(after, stretch[1]))
    next_ms = sa.func.lead(c.began_ms, 1, FOREVER_MS).over(order_by=c.began_ms).label("next_ms")
    run = sa.select(c.began_ms, c.gap_cause, c.gap_began_ms, next_ms).where(*mine, *within).subquery()
    ended_ms = _ended_before(camera, run.c.next_ms).label("ended_ms")
    rows = connection.execute(sa.select(run, ended_ms).order_by(run.c.began_ms))
    return [_Run(row.began_ms, row.ended_ms, gap_of(row)) for row in rows]


def _ended_before(camera: str, moment_ms: sa.ColumnElement[int] | int) -> sa.ScalarSelect[Any]:
    """Return the query of when the last segment was over of those that began before a moment."""
    one = segments.alias()
    ends = sa.select(one.c.ended_ms).where(one.c.camera == camera, one.c.began_ms < moment_ms)
    return ends.order_by(one.c.began_ms.desc()).limit(1).scalar_subquery()


def _explained(hole: Interval, after: _Run | None, gone: Sequence[Interval], untold: Cause) -> Iterator[Gap]:
    """Give the parts of a hole, each with its cause, in order."""
    told = None if after is None else after.gap_before
    by_sidecar = () if told is None else common([hole], [told.interval])
    by_ledger = common(without(hole, by_sidecar), gone)
    rest = without(hole, [*by_sidecar, *by_ledger])
    parts = [
        *(Gap(part, told.cause) for part in by_sidecar if told is not None),
        *(Gap(part, Cause.EXPIRED) for part in by_ledger),
        *(Gap(part, untold) for part in rest),
    ]
    yield from sorted(parts, key=lambda gap: gap.interval)


def _has_before(connection: Connection, camera: str, moment_ms: int) -> bool:
    c = segments.c
    earlier = sa.select(c.began_ms).where(c.camera == camera, c.began_ms < moment_ms).limit(1)
    return connection.scalar(earlier) is not None


def _expired(connection: Connection, camera: str, stretch: Interval) -> tuple[Interval, ...]:
    c = expired.c
    within = (c.camera == camera, c.from_ms < stretch[1], c.to_ms > stretch[0])
    rows = connection.execute(sa.select(c.from_ms, c.to_ms).where(*within).order_by(c.from_ms))
    return tuple((row.from_ms, row.to_ms) for row in rows)
