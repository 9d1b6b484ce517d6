"""What cameras said, kept compactly: a row where something changed, found by camera and time.

What a camera said last stays true until its next row. The form is also that in which a camera process tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from custody.records.distinct import distinct
from custody.records.tables import observations, segments
from vision.types import Health, Observation, SlotReading, SlotState, Tracks, Voice


def save_all(connection: Connection, seen: Iterable[Observation]) -> None:
    """Keep observations; one of a moment that is kept already is passed over."""
    rows = [
        {"camera": one.camera, "captured_at_ms": one.captured_at_ms, "body": observation_body(one)} for one in seen
    ]
    if rows:
        connection.execute(insert(observations).on_conflict_do_nothing(), rows)


def between(connection: Connection, camera: str, from_ms: int, to_ms: int) -> Iterator[Observation]:
    """Give what a camera said from one moment up to another, beginning with what was true then, in order."""
    table = observations.c
    of_camera = sa.select(observations).where(table.camera == camera)
    before = of_camera.where(table.captured_at_ms <= from_ms).order_by(table.captured_at_ms.desc()).limit(1)
    within = of_camera.where(table.captured_at_ms > from_ms, table.captured_at_ms < to_ms)
    for query in (before, within.order_by(table.captured_at_ms)):
        for row in connection.execute(query):
            yield read_observation(row.camera, row.captured_at_ms, row.body)


def cameras(connection: Connection) -> tuple[str, ...]:
    """Return the cameras of which anything is kept."""
    return distinct(connection, observations.c.camera)


def without_footage(connection: Connection, camera: str, before_ms: int, limit: int) -> tuple[int, ...]:
    """Return the moments of the oldest observations of which there is no footage (any more).

    before_ms: of what a camera said before then, UTC milliseconds; what is recorded of them is a segment.
    """
    said, kept = observations.c, segments.c
    recorded_until = (
        sa.select(kept.ended_ms)
        .where(kept.camera == camera, kept.began_ms <= said.captured_at_ms)
        .order_by(kept.began_ms.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_gone = sa.func.coalesce(recorded_until, 0) <= said.captured_at_ms
    query = sa.select(said.captured_at_ms).where(said.camera == camera, said.captured_at_ms < before_ms, is_gone)
    return tuple(connection.scalars(query.order_by(said.captured_at_ms).limit(limit)))


def remove(connection: Connection, camera: str, captured_at_ms: Iterable[int]) -> None:
    """Remove what a camera said at these moments."""
    mine = (observations.c.camera == camera, observations.c.captured_at_ms == sa.bindparam("moment"))
    connection.execute(observations.delete().where(*mine), [{"moment": moment} for moment in captured_at_ms])


def says_the_same(one: Observation, other: Observation) -> bool:
    """Tell whether two observations of a camera differ in nothing but their time."""
    return observation_body(one) == observation_body(other)


def observation_body(seen: Observation) -> dict[str, Any]:
    """Return an observation without camera and time as JSON values; `read_observation` gives the same one again."""
    tracks = seen.tracks
    rows = zip(
        tracks.ids.tolist(),
        tracks.xyxy.tolist(),
        tracks.score.tolist(),
        tracks.born_at_ms.tolist(),
        tracks.seen_at_ms.tolist(),
        strict=True,
    )
    return {
        "health": seen.health.value,
        "size": list(seen.size),
        "sought": seen.people_sought,
        "tracks": [[track, *box, score, born_ms, seen_ms] for track, box, score, born_ms, seen_ms in rows],
        "zones": {zone: list(ids) for zone, ids in seen.occupancy.items()},
        "doubted": sorted(seen.doubted),
        "slots": {slot: [one.state.value, one.voice.value, one.likeness] for slot, one in seen.slots.items()},
    }


def read_observation(camera: str, captured_at_ms: int, body: Mapping[str, Any]) -> Observation:
    """Return the observation of a camera at a moment from the form that `observation_body` gives."""
    width, height = body["size"]
    return Observation(
        camera=camera,
        captured_at_ms=captured_at_ms,
        health=Health(body["health"]),
        size=(width, height),
        tracks=_tracks(body["tracks"]),
        people_sought=body["sought"],
        occupancy=MappingProxyType({zone: tuple(ids) for zone, ids in body["zones"].items()}),
        slots=MappingProxyType({slot: _reading(*told) for slot, told in body["slots"].items()}),
        doubted=frozenset(body["doubted"]),
    )


def _tracks(rows: list[list[float]]) -> Tracks:
    if not rows:
        return Tracks.empty()
    return Tracks(
        ids=np.array([row[0] for row in rows], np.int64),
        xyxy=np.array([row[1:5] for row in rows], np.float32),
        score=np.array([row[5] for row in rows], np.float32),
        born_at_ms=np.array([row[6] for row in rows], np.int64),
        seen_at_ms=np.array([row[7] for row in rows], np.int64),
    )


def _reading(state: str, voice: str, likeness: float | None) -> SlotReading:
    return SlotReading(SlotState(state), Voice(voice), likeness)
