"""What an analysis leaves behind: observations.parquet and incidents.jsonl.

The same input gives the same bytes. The report for people is `api.report`, clips are cut by `streams`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vision.incidents import Incident, as_they_stand, incident_json
from vision.types import Health, Image, Observation, SlotReading, SlotState, Tracks, Voice

OBSERVATIONS = "observations.parquet"
INCIDENTS = "incidents.jsonl"
ROWS_A_GROUP = 4096
"""Observations kept in memory before they are written: about 14 minutes of one camera at 5 a second."""

_IDS = pa.list_(pa.int64())
SCHEMA = pa.schema(
    [
        ("camera", pa.string()),
        ("captured_at_ms", pa.int64()),
        ("health", pa.string()),
        ("people_sought", pa.bool_()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("track_ids", _IDS),
        ("boxes", pa.list_(pa.list_(pa.float32(), 4))),
        ("scores", pa.list_(pa.float32())),
        ("born_at_ms", _IDS),
        ("seen_at_ms", _IDS),
        ("doubted", _IDS),
        ("zones", pa.list_(pa.struct([("zone", pa.string()), ("tracks", _IDS)]))),
        (
            "slots",
            pa.list_(
                pa.struct(
                    [
                        ("slot", pa.string()),
                        ("state", pa.string()),
                        ("voice", pa.string()),
                        ("likeness", pa.float32()),
                    ]
                )
            ),
        ),
    ]
)
"""One row an observation: boxes left, top, right, bottom in px of width x height; times UTC milliseconds."""


class ObservationWriter:
    """Writes observations as they come, a group of rows at a time, so that memory stays flat.

    The file has its name only when it is whole; what came before an exception is kept. Raises OSError where
    the folder cannot be written to.
    """

    def __init__(self, path: Path, rows_a_group: int = ROWS_A_GROUP) -> None:
        self._path = path
        self._partial = path.with_name(path.name + ".part")
        self._rows_a_group = rows_a_group
        self._rows: list[dict[str, Any]] = []
        self._parquet: Any = None

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._parquet = pq.ParquetWriter(self._partial, SCHEMA, compression="zstd")
        return self

    def write(self, observation: Observation) -> None:
        """Add one observation."""
        self._rows.append(_row(observation))
        if len(self._rows) >= self._rows_a_group:
            self._flush()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        self._parquet.close()
        _publish(self._partial, self._path)

    def _flush(self) -> None:
        if self._rows:
            self._parquet.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
            self._rows.clear()


def read_observations(path: Path) -> Iterator[Observation]:
    """Yield the observations of a file in the order in which they were written, a group in memory at a time.

    Raises OSError where the file is missing and pyarrow.ArrowInvalid where it is no such file.
    """
    with pq.ParquetFile(path) as parquet:
        for batch in parquet.iter_batches(batch_size=ROWS_A_GROUP):
            yield from map(_observation, batch.to_pylist())


def write_incidents(path: Path, incidents: Iterable[Incident], timezone: ZoneInfo) -> None:
    """Write incidents as JSON lines in order of `raised_at`, replacing the file in one step.

    Raises OSError where the folder cannot be written to.
    """
    stand = as_they_stand(incidents)
    lines = [json.dumps(incident_json(incident, timezone), ensure_ascii=False) + "\n" for incident in stand]
    write_text(path, "".join(lines))


def write_png(path: Path, image: Image) -> None:
    """Write a (height, width, 3) uint8 blue-green-red picture. Raises OSError where it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _, encoded = cv2.imencode(".png", image)
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(encoded.tobytes())
    _publish(partial, path)


def write_text(path: Path, text: str) -> None:
    """Write a file in UTF-8 so that at any moment either the old or the whole new one is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="utf-8", newline="\n")
    _publish(partial, path)


def _publish(partial: Path, path: Path) -> None:
    """Give a finished file its name, after its bytes have reached the disk."""
    with partial.open("rb") as written:
        os.fsync(written.fileno())
    partial.replace(path)


def _row(observation: Observation) -> dict[str, Any]:
    tracks = observation.tracks
    return {
        "camera": observation.camera,
        "captured_at_ms": observation.captured_at_ms,
        "health": observation.health.value,
        "people_sought": observation.people_sought,
        "width": observation.size[0],
        "height": observation.size[1],
        "track_ids": tracks.ids.tolist(),
        "boxes": tracks.xyxy.tolist(),
        "scores": tracks.score.tolist(),
        "born_at_ms": tracks.born_at_ms.tolist(),
        "seen_at_ms": tracks.seen_at_ms.tolist(),
        "doubted": sorted(observation.doubted),
        "zones": [{"zone": zone, "tracks": list(ids)} for zone, ids in sorted(observation.occupancy.items())],
        "slots": [_slot_row(slot, reading) for slot, reading in sorted(observation.slots.items())],
    }


def _slot_row(slot: str, reading: SlotReading) -> dict[str, Any]:
    return {
        "slot": slot,
        "state": reading.state.value,
        "voice": reading.voice.value,
        "likeness": reading.likeness,
    }


def _observation(row: Mapping[str, Any]) -> Observation:
    return Observation(
        camera=row["camera"],
        captured_at_ms=row["captured_at_ms"],
        health=Health(row["health"]),
        size=(row["width"], row["height"]),
        people_sought=row["people_sought"],
        tracks=Tracks(
            ids=np.array(row["track_ids"], np.int64),
            xyxy=np.array(row["boxes"], np.float32).reshape(-1, 4),
            score=np.array(row["scores"], np.float32),
            born_at_ms=np.array(row["born_at_ms"], np.int64),
            seen_at_ms=np.array(row["seen_at_ms"], np.int64),
        ),
        occupancy=MappingProxyType({zone["zone"]: tuple(zone["tracks"]) for zone in row["zones"]}),
        slots=MappingProxyType({slot["slot"]: _reading(slot) for slot in row["slots"]}),
        doubted=frozenset(row["doubted"]),
    )


def _reading(slot: Mapping[str, Any]) -> SlotReading:
    return SlotReading(SlotState(slot["state"]), Voice(slot["voice"]), slot["likeness"])
