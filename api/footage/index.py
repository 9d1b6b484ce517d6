"""The index of footage, kept in agreement with what lies on the disk, which is the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from custody.intervals import FOREVER_MS
from custody.records import footage
from custody.records.database import Records
from custody.records.footage import Cause, Gap
from streams import segments
from streams.errors import SegmentError
from streams.segments import Segment

_AT_ONCE: Final = 2_000
"""So many segments in a transaction: others may write in between."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """What had to be done: segments taken up and struck out, and a sentence for each whose sidecar is no good."""

    taken: int
    struck: int
    unreadable: tuple[str, ...]


def finished(records: Records, segment: Segment, at_ms: int) -> None:
    """Take up a segment that was finished just now, and tell of it as a change. at_ms: now, UTC milliseconds."""
    with records.write() as connection:
        footage.finish(connection, indexed(segment), at_ms)


def catch_up(records: Records, root: Path) -> Agreement:
    """Take up what was finished, and strike out what was deleted, while nobody kept the index."""
    return _agree(records, root, anew=False)


def reindex(records: Records, root: Path) -> Agreement:
    """Make the index anew from the sidecars under `root`; segments may be finished meanwhile."""
    return _agree(records, root, anew=True)


def indexed(segment: Segment) -> footage.Segment:
    """Return what the index says of a segment."""
    gap = segment.gap_before
    return footage.Segment(
        camera=segment.camera,
        began_ms=segment.began_ms,
        ended_ms=segment.ended_ms,
        gap_before=None if gap is None else Gap((gap.began_ms, segment.began_ms), Cause(gap.cause.value)),
        bytes=segment.bytes,
        plain_bytes=segment.plain_bytes,
        held_by=segment.held_by,
        frames=segment.frames,
        sha256=segment.sha256,
        mse_codec=segment.mse_codec,
        width=segment.width,
        height=segment.height,
        init_bytes=segment.init_bytes,
    )


def disagreement(records: Records, root: Path, camera: str) -> tuple[list[Path], set[int]]:
    """Return the segments of a camera that the index lacks, and when those began that only the index has."""
    with records.read() as connection:
        known = footage.began(connection, camera, (0, FOREVER_MS))
    # The index is looked at first: what is finished in between is found on the disk, and taken up once more.
    there = {int(path.stem): path for path in segments.files(root, camera)}
    return [path for began_ms, path in there.items() if began_ms not in known], set(known - there.keys())


def cameras(records: Records, root: Path) -> tuple[str, ...]:
    """Return the cameras of which index or disk have footage."""
    with records.read() as connection:
        return tuple(sorted({*footage.cameras(connection), *segments.cameras(root)}))


def _agree(records: Records, root: Path, *, anew: bool) -> Agreement:
    taken, struck, unreadable = 0, 0, []
    for camera in cameras(records, root):
        missing, gone = disagreement(records, root, camera)
        paths = list(segments.files(root, camera)) if anew else missing
        for start in range(0, len(paths), _AT_ONCE):
            read, faults = _read(paths[start : start + _AT_ONCE])
            unreadable += list(faults.values())
            gone |= faults.keys()
            taken += len(read)
            with records.write() as connection:
                footage.save_all(connection, read)
        struck += len(gone)
        with records.write() as connection:
            footage.remove(connection, camera, gone)
    return Agreement(taken, struck, tuple(unreadable))


def _read(paths: Sequence[Path]) -> tuple[list[footage.Segment], dict[int, str]]:
    """Return what sidecars say, and of those that are no good when their segment began, and why."""
    read, faults = [], {}
    for path in paths:
        try:
            read.append(indexed(segments.read_sidecar(path)))
        except SegmentError as error:
            faults[int(path.stem)] = str(error)
    return read, faults
