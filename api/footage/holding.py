"""Holds on footage: each segment that has a moment of one says so in its sidecar, and in the index.

The ledger decides; the sidecars follow it, so that footage says itself that it must not go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from pathlib import Path

from api.footage.index import indexed
from custody.holds import Hold
from custody.records import footage
from custody.records.database import Records
from streams.errors import SegmentError
from streams.segments import read_sidecar, segment_path, write_sidecar


def mark_held(records: Records, root: Path, standing: Collection[Hold], since_ms: int = 0) -> int:
    """Set the holds of segments to those that stand; return how many sidecars were written. Raises OSError.

    since_ms: of segments that began then or later, UTC milliseconds. One whose sidecar cannot be read is left as it
    is: `kuraban footage verify` tells of it.
    """
    with records.read() as connection:
        cameras = footage.cameras(connection)
    return sum(
        _mark(records, root, name, [hold for hold in standing if hold.camera == name], since_ms) for name in cameras
    )


def _mark(records: Records, root: Path, camera: str, standing: Iterable[Hold], since_ms: int) -> int:
    holds: dict[int, list[int]] = defaultdict(list)
    with records.read() as connection:
        held = footage.held(connection, camera, since_ms)
        for hold in standing:
            for segment in footage.between(connection, camera, (max(hold.from_ms, since_ms), hold.to_ms)):
                if segment.began_ms >= since_ms:
                    holds[segment.began_ms].append(hold.number)
    known = {segment.began_ms: segment.held_by for segment in held}
    changed = [began_ms for began_ms in sorted({*known, *holds}) if known.get(began_ms, ()) != tuple(holds[began_ms])]
    return sum(_write(records, root, camera, began_ms, tuple(holds[began_ms])) for began_ms in changed)


def _write(records: Records, root: Path, camera: str, began_ms: int, held_by: tuple[int, ...]) -> bool:
    try:
        segment = replace(read_sidecar(segment_path(root, camera, began_ms)), held_by=held_by)
    except SegmentError:
        return False
    write_sidecar(root, segment)
    with records.write() as connection:
        footage.save_all(connection, [indexed(segment)])
    return True
