"""What a crash has left: segments that have no end are cut back to their last whole fragment and finished.

What a sidecar says and the bytes do not, the gap before the segment, stands in the segment itself as a remark.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

import structlog

from streams.bitstream import configured_units
from streams.box_writer import REMARK, TIMESCALE
from streams.boxes import Fragment, boxes, content, decoder_configuration, fragments, init_bytes, inner
from streams.errors import FootageKeyError, SegmentError
from streams.files import settle, sha256_of
from streams.parameters import ParameterSets, TrackFormat
from streams.reading import cut_back, encryption_of, open_segment
from streams.samples import to_ms
from streams.segment_writer import gap_of
from streams.segments import (
    DAMAGED_SUFFIX,
    Codec,
    Gap,
    Segment,
    cameras,
    parts,
    read_sidecar,
    segment_path,
    start_ms_of,
    write_sidecar,
)

_log = structlog.get_logger(__name__)

_CODECS: Final = {"avcC": "h264", "hvcC": "hevc"}
"""What is coded how that has such a configuration record."""

_SAYS_NOTHING: Final = (ValueError, LookupError, TypeError)
"""What reading fields raises that the disk has damaged."""

_HEAD_BYTES: Final = 4096
"""More than the part before the first fragment ever has."""


def recover(root: Path, camera: str) -> list[Segment]:
    """Finish the segments of a camera that an earlier run was writing. Raises OSError.

    One without a whole fragment is deleted: there is no picture in it. One whose key is not there is left as it is,
    and one that does not say what it holds is put aside under another name.
    """
    found = (_finished(root, camera, part) for part in parts(root, camera))
    return [segment for segment in found if segment is not None]


def recover_others(root: Path, recorded: Collection[str]) -> list[Segment]:
    """Finish what was left of cameras that are recorded no more: of those in `recorded`, their recorders do it.

    Raises OSError.
    """
    others = (camera for camera in cameras(root) if camera not in recorded)
    return [segment for camera in others for segment in recover(root, camera)]


def ended_ms(path: Path) -> int:
    """Return when a finished segment ends, UTC milliseconds; when it begins where its sidecar cannot be read."""
    try:
        return read_sidecar(path).ended_ms
    except SegmentError:
        return int(path.stem)


def _finished(root: Path, camera: str, part: Path) -> Segment | None:
    began_ms = start_ms_of(part)
    try:
        with open_segment(part) as file:
            whole = whole_fragments(file, str(part))
            if whole:
                cut_back(part, whole[-1].offset + whole[-1].size)
                segment = described(file, part, whole)
    except FootageKeyError as error:
        _log.error("recorder.left_unfinished", camera=camera, segment=str(part), reason=str(error))
        return None
    except (SegmentError, *_SAYS_NOTHING) as error:
        aside = part.rename(part.with_name(f"{began_ms}{DAMAGED_SUFFIX}"))
        _log.error("recorder.damaged", camera=camera, segment=str(aside), reason=str(error))
        return None
    if not whole:
        part.unlink()
        _log.warning("recorder.nothing_to_recover", camera=camera, segment=str(part))
        return None
    write_sidecar(root, segment)
    settle(part, segment_path(root, camera, began_ms))
    _log.info("recorder.recovered", camera=camera, began_ms=began_ms, frames=segment.frames)
    return segment


def whole_fragments(file: BinaryIO, source: str) -> list[Fragment]:
    """Return the fragments of a segment that were written to their end.

    Raises SegmentError where there is something, and not even a head is whole.
    """
    whole: list[Fragment] = []
    try:
        init_bytes(file, source)
    except SegmentError:
        if file.seek(0, os.SEEK_END) > _HEAD_BYTES:
            raise
        return whole
    with suppress(SegmentError):
        begun = fragments(file, source)
        while (one := next(begun, None)) is not None:
            whole.append(one)
    if whole and _ends_in_zero(file, whole[-1]):
        whole.pop()
    return whole


def _ends_in_zero(file: BinaryIO, last: Fragment) -> bool:
    """Tell whether a fragment was not written to its end: a power cut leaves zeros, and no unit ends with one."""
    file.seek(last.offset + last.size - 1)
    return file.read(1) == b"\x00"


def described(file: BinaryIO, part: Path, whole: Sequence[Fragment]) -> Segment:
    """Return what the sidecar of a segment would say that has these fragments. Raises SegmentError, OSError."""
    source, camera, began_ms = str(part), part.parents[1].name, start_ms_of(part)
    track = _track(file, source)
    last = whole[-1]
    keys_ms = [began_ms + to_ms(one.decode_time) for one in whole if one.begins_with_key]
    return Segment(
        camera=camera,
        began_ms=began_ms,
        ended_ms=began_ms + to_ms(last.decode_time + last.duration),
        frames=sum(one.frames for one in whole),
        bytes=part.stat().st_size,
        sha256=sha256_of(part),
        codec=Codec(track.codec),
        mse_codec=track.mse_codec,
        width=track.width,
        height=track.height,
        timescale=TIMESCALE,
        init_bytes=init_bytes(file, source),
        key_frames_ms=tuple(sorted(set(keys_ms))),
        clock_offset_ms=None,
        gap_before=_gap(file, source),
        held_by=(),
        encryption=encryption_of(part),
    )


def _track(file: BinaryIO, source: str) -> TrackFormat:
    kind, record = decoder_configuration(file, source)
    sets = ParameterSets(_CODECS[kind])
    sets.take(configured_units(_CODECS[kind], record))
    if sets.format is None:
        raise SegmentError(source, "it does not say how it is coded", "it was not written by this program")
    return sets.format


def _gap(file: BinaryIO, source: str) -> Gap | None:
    for outer in boxes(file, source, inner(file, source, None, "moov")):
        if outer.kind == "udta":
            return gap_of(content(file, inner(file, source, outer, REMARK.decode())))
    return None
