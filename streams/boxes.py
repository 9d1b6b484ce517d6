"""The boxes of a fragmented MP4 (ISO/IEC 14496-12): where they lie, and what each fragment holds. Nothing is decoded.

Read are only the few fields that say whether a segment is whole and where its pictures lie; FFmpeg reads the rest.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from streams.errors import SegmentError

_HEADER: Final = 8
_LARGE: Final = 16
_REMEDY: Final = "what lies before can be played; it was cut off while it was written, or the disk has damaged it"

_DATA_OFFSET, _FIRST_FLAGS, _DURATIONS, _SIZES, _FLAGS, _OFFSETS = 0x1, 0x4, 0x100, 0x200, 0x400, 0x800
"""What a `trun` has; per run the first two, per sample the others."""

_BASE, _DESCRIPTION, _DEFAULT_DURATION, _DEFAULT_SIZE, _DEFAULT_FLAGS = 0x1, 0x2, 0x8, 0x10, 0x20
"""What a `tfhd` has."""

_WAY_TO_CONFIGURATION: Final = (
    (("moov",), 0),
    (("trak",), 0),
    (("mdia",), 0),
    (("minf",), 0),
    (("stbl",), 0),
    (("stsd",), 8),
    (("avc1", "avc3", "hvc1", "hev1"), 78),
    (("avcC", "hvcC"), 0),
)
"""Boxes in boxes, each with how many bytes of fields stand before the next ones."""

_NO_KEY_FRAME: Final = 0x10000
"""In the flags of a sample: sample_is_non_sync_sample."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box. offset, size: in bytes, from the beginning of the file, its header of `header` bytes included."""

    kind: str
    offset: int
    size: int
    header: int

    @property
    def end(self) -> int:
        """Where the next box begins."""
        return self.offset + self.size


@dataclass(frozen=True, slots=True)
class Fragment:
    """A `moof` with its `mdat`. offset, size: of both, in bytes. decode_time, duration: in ticks of the track.

    begins_with_key: whether its first frame can be decoded without those before.
    """

    offset: int
    size: int
    decode_time: int
    duration: int
    frames: int
    begins_with_key: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole segment. init_bytes: length of `ftyp` and `moov`."""

    init_bytes: int
    fragments: tuple[Fragment, ...]

    @property
    def frames(self) -> int:
        """How many frames it has."""
        return sum(fragment.frames for fragment in self.fragments)


def layout(file: BinaryIO, source: str) -> Layout:
    """Return how a segment is laid out. Raises SegmentError where it is cut short or is no fragmented MP4."""
    return Layout(init_bytes(file, source), tuple(fragments(file, source)))


def init_bytes(file: BinaryIO, source: str) -> int:
    """Return the length of what comes before the first fragment. Raises SegmentError."""
    for box in boxes(file, source):
        if box.kind == "moov":
            return box.end
        if box.kind != "ftyp":
            break
    raise SegmentError(source, "it does not begin with ftyp and moov", "it is no segment of footage")


def decoder_configuration(file: BinaryIO, source: str) -> tuple[str, bytes]:
    """Return what a decoder must know first: the kind of record, `avcC` or `hvcC`, and it. Raises SegmentError."""
    within = None
    for kinds, fields in _WAY_TO_CONFIGURATION:
        found = inner(file, source, within, *kinds)
        within = replace(found, header=found.header + fields)
    assert within is not None
    return within.kind, content(file, within)


def inner(file: BinaryIO, source: str, within: Box | None, *kinds: str) -> Box:
    """Return the first box of one of these kinds in a file, or within a box of it. Raises SegmentError."""
    for box in boxes(file, source, within):
        if box.kind in kinds:
            return box
    raise SegmentError(source, f"it has no {' or '.join(kinds)}", "it is no segment of footage")


def content(file: BinaryIO, box: Box) -> bytes:
    """Return what is in a box, after its header."""
    file.seek(box.offset + box.header)
    return file.read(box.size - box.header)


def fragments(file: BinaryIO, source: str) -> Iterator[Fragment]:
    """Give the whole fragments of a segment; SegmentError is raised after the last of them where more is begun."""
    moof = None
    for box in boxes(file, source):
        if box.kind == "moof":
            moof = box
        elif box.kind == "mdat" and moof is not None:
            yield _fragment(file, moof, box, source)
            moof = None
    if moof is not None:
        raise SegmentError(source, f"the fragment at byte {moof.offset} has no data", _REMEDY)


def boxes(file: BinaryIO, source: str, within: Box | None = None) -> Iterator[Box]:
    """Give the boxes of a file, or those within one of its boxes. Raises SegmentError where one is not whole."""
    offset, end = (0, file.seek(0, os.SEEK_END)) if within is None else (within.offset + within.header, within.end)
    while offset < end:
        box = _box(file, offset)
        if box is None or box.size < box.header or box.end > end:
            raise SegmentError(source, f"it breaks off at byte {offset}, in the middle of a box", _REMEDY)
        yield box
        offset = box.end


def _box(file: BinaryIO, offset: int) -> Box | None:
    file.seek(offset)
    head = file.read(_LARGE)
    if len(head) < _HEADER:
        return None
    size, kind = int.from_bytes(head[:4]), head[4:_HEADER].decode("latin-1")
    if size != 1:
        return Box(kind, offset, size, _HEADER)
    return Box(kind, offset, int.from_bytes(head[_HEADER:]), _LARGE) if len(head) == _LARGE else None


def _fragment(file: BinaryIO, moof: Box, mdat: Box, source: str) -> Fragment:
    found = {"tfhd": b"", "tfdt": b"", "trun": b""}
    for traf in (box for box in boxes(file, source, moof) if box.kind == "traf"):
        for box in boxes(file, source, traf):
            if box.kind in found:
                found[box.kind] = content(file, box)
    try:
        run = _run(found["trun"], _defaults(found["tfhd"]))
        decode_time = _decode_time(found["tfdt"])
    except struct.error:
        failure = SegmentError(source, f"the fragment at byte {moof.offset} does not say what it holds", _REMEDY)
    else:
        if run.data_bytes <= mdat.size - mdat.header:
            size = mdat.end - moof.offset
            return Fragment(moof.offset, size, decode_time, run.duration, run.frames, run.begins_with_key)
        failure = SegmentError(source, f"the fragment at byte {moof.offset} has less data than it says", _REMEDY)
    raise failure


def _decode_time(tfdt: bytes) -> int:
    (value,) = struct.unpack_from(">Q" if tfdt[:1] == b"\x01" else ">I", tfdt, 4)
    return int(value)


@dataclass(frozen=True, slots=True)
class _Sample:
    """What holds for a sample that does not say otherwise."""

    duration: int = 0
    size: int = 0
    flags: int = 0


@dataclass(frozen=True, slots=True)
class _Run:
    frames: int
    duration: int
    data_bytes: int
    begins_with_key: bool


def _defaults(tfhd: bytes) -> _Sample:
    (has,) = struct.unpack_from(">I", tfhd)
    at = 8 + 8 * bool(has & _BASE) + 4 * bool(has & _DESCRIPTION)
    values = []
    for flag in (_DEFAULT_DURATION, _DEFAULT_SIZE, _DEFAULT_FLAGS):
        values.append(struct.unpack_from(">I", tfhd, at)[0] if has & flag else 0)
        at += 4 * bool(has & flag)
    return _Sample(*values)


def _run(trun: bytes, default: _Sample) -> _Run:
    has, frames = struct.unpack_from(">II", trun)
    has &= 0xFFFFFF
    at = 8 + 4 * bool(has & _DATA_OFFSET)
    first_flags = struct.unpack_from(">I", trun, at)[0] if has & _FIRST_FLAGS else None
    at += 4 * bool(has & _FIRST_FLAGS)
    columns = [flag for flag in (_DURATIONS, _SIZES, _FLAGS, _OFFSETS) if has & flag]
    values = struct.unpack_from(f">{frames * len(columns)}I", trun, at)

    def column(flag: int, otherwise: int) -> tuple[int, ...]:
        place = columns.index(flag) if flag in columns else None
        return (otherwise,) * frames if place is None else values[place :: len(columns)]

    flags = first_flags if first_flags is not None else next(iter(column(_FLAGS, default.flags)), _NO_KEY_FRAME)
    durations, sizes = column(_DURATIONS, default.duration), column(_SIZES, default.size)
    return _Run(frames, sum(durations), sum(sizes), not flags & _NO_KEY_FRAME)
