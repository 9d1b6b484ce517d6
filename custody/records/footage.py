"""The index of footage: which segments lie on the disk, and what retention has deleted.

What lies beside the files is the truth; a row is what the sidecar of a segment says. What retention has deleted is
taken from the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from custody.intervals import Interval, merged
from custody.records import changes
from custody.records.changes import ChangeKind
from custody.records.distinct import distinct
from custody.records.tables import IS_HELD, expired, segments

APART_MS: Final = 500
"""Segments that are no further apart follow each other, unless the later one tells of a gap."""


class Cause(StrEnum):
    """Why there is no footage of a moment: the causes that sidecars tell, and below them those found here."""

    START = "start"
    RESTART = "restart"
    CRASH = "crash"
    OFFLINE = "offline"
    DISK_FULL = "disk_full"
    STOPPED = "stopped"
    CODEC_CHANGED = "codec_changed"
    SLOW_DISK = "slow_disk"
    CLOCK_SET = "clock_set"

    EXPIRED = "expired"
    """Retention has deleted it, which is on the ledger."""

    MISSING = "missing"
    """It was recorded, and is no longer on the disk, and nobody has said why."""

    NEVER = "never"
    """It lies before the first segment of the camera."""

    UNFINISHED = "unfinished"
    """It lies after the newest segment: it is being recorded now, or nothing comes."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without footage. interval: UTC milliseconds."""

    interval: Interval
    cause: Cause


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment on the disk. Moments are UTC milliseconds, `ended_ms` is not in it; sha256: of the file, hex.

    gap_before: what was not recorded before it, None where it follows another segment. bytes: on the disk;
    plain_bytes: without encryption, the same where there is none. held_by: the holds that forbid to delete it.
    mse_codec: what MediaSource must be told. init_bytes: length of what comes before its fragments.
    """

    camera: str
    began_ms: int
    ended_ms: int
    gap_before: Gap | None
    bytes: int
    plain_bytes: int
    held_by: tuple[int, ...]
    frames: int
    sha256: str
    mse_codec: str
    width: int
    height: int
    init_bytes: int

    @property
    def interval(self) -> Interval:
        """From when to when."""
        return self.began_ms, self.ended_ms


def finish(connection: Connection, segment: Segment, at_ms: int) -> None:
    """Take up a segment that was finished just now, and tell of it as a change. at_ms: now, UTC milliseconds."""
    save_all(connection, (segment,))
    body = {"began_ms": segment.began_ms, "ended_ms": segment.ended_ms}
    changes.note(connection, ChangeKind.FOOTAGE_SEGMENT, at_ms, segment.camera, body)


def save_all(connection: Connection, found: Iterable[Segment]) -> None:
    """Take up segments as their sidecars have them, in place of what the index said of them."""
    rows = [_row(segment) for segment in found]
    if rows:
        connection.execute(insert(segments).prefix_with("OR REPLACE"), rows)
        _find_runs(connection, [(row["camera"], row["began_ms"]) for row in rows])


def remove(connection: Connection, camera: str, began_ms: Collection[int]) -> None:
    """Strike out segments of a camera that are no longer on the disk."""
    if began_ms:
        mine = (segments.c.camera == camera, segments.c.began_ms == sa.bindparam("gone"))
        connection.execute(segments.delete().where(*mine), [{"gone": moment} for moment in began_ms])
        _find_runs(connection, [(camera, moment) for moment in began_ms])


def expire(connection: Connection, camera: str, stretch: Interval) -> None:
    """Take down that retention has deleted what a camera recorded in a stretch."""
    c = expired.c
    touching = sa.and_(c.camera == camera, c.from_ms <= stretch[1], c.to_ms >= stretch[0])
    known = connection.execute(sa.select(c.from_ms, c.to_ms).where(touching))
    [(from_ms, to_ms)] = merged([stretch, *((row.from_ms, row.to_ms) for row in known)])
    connection.execute(expired.delete().where(touching))
    connection.execute(expired.insert(), {"camera": camera, "from_ms": from_ms, "to_ms": to_ms})


def cameras(connection: Connection) -> tuple[str, ...]:
    """Return the cameras of which there is footage, in the order of their names."""
    return distinct(connection, segments.c.camera)


def between(connection: Connection, camera: str, stretch: Interval) -> Iterator[Segment]:
    """Give the segments of a camera that have a moment of a stretch, in order."""
    c = segments.c
    begin_within = (c.began_ms >= _first(camera, stretch), c.began_ms < stretch[1])
    of_stretch = sa.select(segments).where(c.camera == camera, *begin_within, c.ended_ms > stretch[0])
    for row in connection.execute(of_stretch.order_by(c.began_ms)):
        yield _segment(row)


def oldest_first(connection: Connection, camera: str | None = None) -> Iterator[Segment]:
    """Give the segments of a camera, or of all, the oldest first, as far as they are asked for."""
    query = sa.select(segments).order_by(segments.c.began_ms)
    for row in connection.execute(query if camera is None else query.where(segments.c.camera == camera)):
        yield _segment(row)


def held(connection: Connection, camera: str, since_ms: int) -> tuple[Segment, ...]:
    """Return the segments of a camera from a moment on that a hold forbids to delete, in order."""
    c = segments.c
    query = sa.select(segments).where(c.camera == camera, c.began_ms >= since_ms, IS_HELD).order_by(c.began_ms)
    return tuple(map(_segment, connection.execute(query)))


def total_bytes(connection: Connection, camera: str) -> int:
    """Return what the footage of a camera takes on the disk."""
    return connection.scalar(sa.select(sa.func.sum(segments.c.bytes)).where(segments.c.camera == camera)) or 0


def began(connection: Connection, camera: str, stretch: Interval) -> frozenset[int]:
    """Return when the segments began that a camera began within a stretch: their names, UTC milliseconds."""
    c = segments.c
    within = (c.camera == camera, c.began_ms >= stretch[0], c.began_ms < stretch[1])
    return frozenset(connection.scalars(sa.select(c.began_ms).where(*within)))


def _find_runs(connection: Connection, touched: Sequence[tuple[str, int]]) -> None:
    """Find out anew which segments begin a run, from the first that was touched to the one after the last."""
    for camera in {name for name, _ in touched}:
        moments = [moment for name, moment in touched if name == camera]
        connection.execute(_FIND_RUNS, {"name": camera, "first": min(moments), "last": max(moments)})


def _find_runs_statement() -> sa.Update:
    other, c = segments.alias(), segments.c
    mine = (other.c.camera == sa.bindparam("name"), other.c.began_ms < c.began_ms)
    before = sa.select(other.c.ended_ms).where(*mine).order_by(other.c.began_ms.desc()).limit(1).scalar_subquery()
    later = (other.c.camera == sa.bindparam("name"), other.c.began_ms > sa.bindparam("last"))
    after = sa.select(sa.func.min(other.c.began_ms)).where(*later).scalar_subquery()
    until = sa.func.coalesce(after, sa.bindparam("last"))
    touched = (c.camera == sa.bindparam("name"), c.began_ms >= sa.bindparam("first"), c.began_ms <= until)
    follows = sa.and_(c.gap_cause.is_(None), before.is_not(None), c.began_ms <= before + APART_MS)
    return segments.update().where(*touched).values(begins_run=sa.not_(follows))


_FIND_RUNS: Final = _find_runs_statement()


def _first(camera: str, stretch: Interval) -> sa.ColumnElement[int]:
    """Return when the segment began that was being recorded when a stretch began, or the newest one before that."""
    c = segments.c
    newest = sa.select(sa.func.max(c.began_ms)).where(c.camera == camera, c.began_ms <= stretch[0])
    return sa.func.coalesce(newest.scalar_subquery(), stretch[0])


def _row(segment: Segment) -> dict[str, Any]:
    gap = segment.gap_before
    row = {name: getattr(segment, name) for name in _PLAIN}
    return row | {
        "held_by": list(segment.held_by),
        "gap_cause": None if gap is None else gap.cause.value,
        "gap_began_ms": None if gap is None else gap.interval[0],
        "begins_run": True,
    }


def _segment(row: sa.Row[*tuple[Any, ...]]) -> Segment:
    plain = {name: getattr(row, name) for name in _PLAIN}
    return Segment(gap_before=gap_of(row), held_by=tuple(row.held_by), **plain)


_PLAIN: Final = tuple(field.name for field in fields(Segment) if field.name not in {"gap_before", "held_by"})


def gap_of(row: sa.Row[*tuple[Any, ...]]) -> Gap | None:
    """Return the gap that a row of segments tells of."""
    return None if row.gap_cause is None else Gap((row.gap_began_ms, row.began_ms), Cause(row.gap_cause))
