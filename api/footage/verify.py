"""Is the footage what was recorded: files against their sidecars, and both against the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from api.footage.index import cameras, indexed
from custody.intervals import FOREVER_MS
from custody.records import footage
from custody.records.database import Records
from streams import segments
from streams.boxes import layout
from streams.errors import SegmentError, StreamError
from streams.files import sha256_of
from streams.reading import open_segment
from streams.segments import DAMAGED_SUFFIX, SIDECAR_SUFFIX, Segment, read_sidecar, sidecar_path


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked at, and a sentence for each thing that is wrong with it."""

    path: Path
    size_bytes: int
    faults: tuple[str, ...]


def verify_camera(root: Path, camera: str, *, digests: bool = True) -> Iterator[Checked]:
    """Look at everything that lies there of a camera; digests: whether segments are read whole."""
    yield from verify_segments(root, camera, digests=digests)
    for sidecar in strays(root, camera):
        yield Checked(sidecar, 0, ("its segment is missing",))
    for path in sorted((root / camera).glob(f"*/*{DAMAGED_SUFFIX}")):
        yield Checked(path, path.stat().st_size, ("a crash has left it, and it does not say what it holds",))


def verify_segments(root: Path, camera: str, *, digests: bool = True) -> Iterator[Checked]:
    """Look at each segment of a camera: sidecar, size, structure, order, and the digest unless it is left out."""
    before: Segment | None = None
    for path in segments.files(root, camera):
        try:
            segment = read_sidecar(path)
        except SegmentError as error:
            yield Checked(path, path.stat().st_size, (error.reason,))
            continue
        faults = [*_faults(path, segment, digests=digests)]
        if before is not None and before.ended_ms > segment.began_ms + footage.APART_MS:
            faults.append(f"it begins at {segment.began_ms}, before {before.began_ms}.mp4 ends at {before.ended_ms}")
        before = segment
        yield Checked(path, path.stat().st_size, tuple(faults))


def strays(root: Path, camera: str) -> Iterator[Path]:
    """Give the sidecars of a camera whose segment is not there."""
    for day in sorted((root / camera).iterdir()) if (root / camera).is_dir() else ():
        for path in sorted(day.glob(f"*{SIDECAR_SUFFIX}")):
            segment = path.with_suffix(segments.SUFFIX)
            if not segment.exists() and not segments.part_path(segment).exists():
                yield path


def verify_index(records: Records, root: Path) -> Iterator[str]:
    """Hold the index against the sidecars; give a sentence for each difference."""
    for camera in cameras(records, root):
        with records.read() as connection:
            known = {one.began_ms: one for one in footage.between(connection, camera, (0, FOREVER_MS))}
        for path in segments.files(root, camera):
            row = known.pop(int(path.stem), None)
            if row is None:
                yield f"{path} is not in the index"
            elif sidecar_path(path).exists() and _differs(row, path):
                yield f"{path} is another one in the index than in its sidecar"
        yield from (f"{camera}: the index has a segment of {began_ms} that is not on the disk" for began_ms in known)


def _faults(path: Path, segment: Segment, *, digests: bool) -> Iterator[str]:
    size = path.stat().st_size
    if size != segment.bytes:
        yield f"it has {size} bytes; its sidecar says {segment.bytes}"
    elif digests and sha256_of(path) != segment.sha256:
        yield "its bytes were changed: the digest is not that of its sidecar"
    yield from _structure(path, segment)


def _structure(path: Path, segment: Segment) -> Iterator[str]:
    try:
        with open_segment(path) as file:
            laid = layout(file, str(path))
    except StreamError as error:
        yield error.reason
        return
    if (laid.frames, laid.init_bytes) != (segment.frames, segment.init_bytes):
        yield f"it has {laid.frames} frames; its sidecar says {segment.frames}"
    if not laid.fragments or not laid.fragments[0].begins_with_key:
        yield "it does not begin with a key frame"


def _differs(row: footage.Segment, path: Path) -> bool:
    try:
        return row != indexed(read_sidecar(path))
    except SegmentError:
        return False  # told as a fault of the segment
