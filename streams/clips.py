"""Clips: a range of a recording, its packets copied as they are, never encoded again.

A clip begins at the key frame at or before what was asked for, and says so. Sound is left out: nobody asked
the people at the counter whether they may be listened to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, pairwise
from pathlib import Path

import av
import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from streams.decoding import VideoPacket, open_decoder
from streams.errors import ClipUnavailableError, from_ffmpeg
from streams.file import open_recording, readable, video_stream
from streams.files import sha256_of
from streams.muxing import TICKS_A_SECOND, displayed, file_kind, write_file
from streams.records import SourceOptions

GAP_MS = 2_000
"""Longer than any camera leaves between two pictures that it has not failed to send."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One clip. Times are capture times, UTC milliseconds; `delivered` is its first and its last frame.

    path: as asked for, or with another suffix where an mp4 file cannot carry the coding. sha256: of the file,
    hex. gaps: from and to of each stretch in between that is longer than GAP_MS and has no picture.
    """

    path: Path
    requested_from_ms: int
    requested_to_ms: int
    delivered_from_ms: int
    delivered_to_ms: int
    sha256: str
    gaps: tuple[tuple[int, int], ...] = ()


def cut(source_path: Path, from_ms: int, to_ms: int, start_ms: int, target: Path) -> Cut:
    """Copy a recording from `from_ms` to `to_ms`, with the lead from the key frame before, into `target`.

    start_ms: capture time of the recording's first displayed frame. The clip is written under another name,
    synced to the disk and then renamed, so a file of that name is whole. Raises StreamError,
    ClipUnavailableError where nothing of the recording lies in the range or its coding can be copied into no
    file.
    """
    if to_ms < from_ms:
        raise ClipUnavailableError(str(source_path), f"its end {to_ms} lies before its start {from_ms}", "swap them")
    container = open_recording(source_path, SourceOptions())
    with container:
        stream = video_stream(container, str(source_path))
        kind = file_kind(stream.codec_context.name)
        clock = _StreamTime(stream, start_ms, _first_displayed(container, stream, source_path))
        packets = _wanted(container, stream, clock, from_ms, to_ms)
        first = next(packets, None)
        if first is None:
            raise ClipUnavailableError(
                str(source_path),
                f"nothing was recorded between {from_ms} and {to_ms}",
                "ask for a time within it",
            )
        path, first_ms = target.with_suffix(kind.suffix), clock.at_ms(first)
        written = write_file(path, kind, stream, chain((first,), packets), str(source_path))
        shown_ms = [first_ms + at_ms for at_ms in written]
    return Cut(path, from_ms, to_ms, first_ms, shown_ms[-1], sha256_of(path), gaps(shown_ms))


def gaps(shown_ms: Sequence[int]) -> tuple[tuple[int, int], ...]:
    """Return from and to of each stretch without a picture, of the capture times of pictures in their order."""
    return tuple((one, other) for one, other in pairwise(shown_ms) if other - one > GAP_MS)


class _StreamTime:
    """Where a recording's packets lie in capture time."""

    def __init__(self, stream: VideoStream, start_ms: int, zero: int) -> None:
        self.tick: Fraction = stream.time_base or Fraction(1, TICKS_A_SECOND)
        self.zero = zero
        self._start_ms = start_ms

    def at_ms(self, packet: VideoPacket) -> int:
        """Return the capture time of a packet's picture."""
        return self._start_ms + round((displayed(packet) - self.zero) * self.tick * 1000)

    def ticks(self, at_ms: int) -> int:
        """Return a capture time as the stream's own time."""
        return self.zero + round(Fraction(at_ms - self._start_ms, 1000) / self.tick)


def _first_displayed(container: InputContainer, stream: VideoStream, path: Path) -> int:
    """Return the stream time of the first displayed picture; the same zero that reading the file uses."""
    open_decoder(stream, SourceOptions())
    try:
        picture = next(container.decode(stream), None)
    except av.error.FFmpegError as error:
        failure = from_ffmpeg(error, str(path), live=False)
    else:
        at = None if picture is None else picture.dts if picture.pts is None else picture.pts
        return at if at is not None else stream.start_time or 0
    raise failure


def _wanted(
    container: InputContainer, stream: VideoStream, clock: _StreamTime, from_ms: int, to_ms: int
) -> Iterator[VideoPacket]:
    """Give the packets of the range in decoding order, from the key frame at or before its beginning."""
    group: list[VideoPacket] = []
    began = False
    for packet in _from_key_before(container, stream, clock, from_ms):
        if packet.dts is not None and packet.dts > clock.ticks(to_ms):
            break
        if began:
            yield packet
        elif packet.is_keyframe and clock.at_ms(packet) > from_ms:
            if not group and clock.at_ms(packet) > to_ms:
                return  # with B frames the first picture is sent before its time: the recording begins later
            began = True
            yield from group
            yield packet
        elif packet.is_keyframe:
            group = [packet]
        elif group:
            group.append(packet)
    if not began and group and max(clock.at_ms(packet) for packet in group) >= from_ms:
        yield from group


def _from_key_before(
    container: InputContainer, stream: VideoStream, clock: _StreamTime, from_ms: int
) -> Iterator[VideoPacket]:
    """Give packets from a key frame at or before a time; where the file cannot seek, from its start."""
    for offset in (max(clock.ticks(from_ms), clock.zero), None):
        if not _sought(container, stream, offset):
            continue
        first = None
        for packet in readable(container, stream):
            if first is None:
                first = packet
                if offset is not None and not (packet.is_keyframe and displayed(packet) <= offset):
                    break
            yield packet
        else:
            return


def _sought(container: InputContainer, stream: VideoStream, offset: int | None) -> bool:
    try:
        container.seek(stream.start_time or 0 if offset is None else offset, stream=stream)
    except av.error.FFmpegError:
        return offset is None
    return True
