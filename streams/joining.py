"""Clips out of footage: the packets of segments, one after the other, as they are.

A clip begins at the key frame at or before what was asked for, and its times are capture times: where nothing was
recorded, its pictures are as far apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.video.stream import VideoStream

from streams.boxes import decoder_configuration
from streams.clips import Cut, gaps
from streams.decoding import VideoPacket
from streams.errors import ClipUnavailableError
from streams.file import readable, video_stream
from streams.files import sha256_of
from streams.muxing import TICKS_A_SECOND, FileKind, fragmented, write_file
from streams.reading import open_segment, opened_segment
from streams.segments import Segment, segment_path


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stretch of a camera's footage, UTC milliseconds, `to_ms` in it, and the segments that have a moment of it.

    root: the folder of all footage. Raises ClipUnavailableError where there is no segment, or where the coding
    changes in between, which one file cannot tell.
    """

    root: Path
    segments: Sequence[Segment]
    from_ms: int
    to_ms: int

    def __post_init__(self) -> None:
        if not self.segments:
            reason = f"nothing was recorded between {self.from_ms} and {self.to_ms}"
            raise ClipUnavailableError(str(self.root), reason, "ask for a time within what was recorded")
        first, *others = self.segments
        configuration = self._configuration(first)
        for segment in others:
            if self._configuration(segment) != configuration:
                reason = f"the coding of {segment.camera} changes at {segment.began_ms}"
                remedy = "take one clip up to then, and one from then on"
                raise ClipUnavailableError(str(self.path(segment)), reason, remedy)

    @property
    def delivered_from_ms(self) -> int:
        """Return when the first frame was captured that a clip of it has."""
        keys = self.segments[0].key_frames_ms
        return max((at_ms for at_ms in keys if at_ms <= self.from_ms), default=keys[0])

    def path(self, segment: Segment) -> Path:
        """Return where a segment lies."""
        return segment_path(self.root, segment.camera, segment.began_ms)

    def _configuration(self, segment: Segment) -> tuple[str, bytes]:
        path = self.path(segment)
        with open_segment(path) as file:
            return decoder_configuration(file, str(path))


def cut_footage(wanted: Wanted, target: Path) -> Cut:
    """Copy a stretch of footage into an MP4 file. Raises StreamError."""
    with _opened(wanted) as (template, packets):
        written = write_file(target, FileKind.MP4, template, packets, str(wanted.root))
    shown_ms = [wanted.delivered_from_ms + at_ms for at_ms in written]
    return Cut(
        path=target,
        requested_from_ms=wanted.from_ms,
        requested_to_ms=wanted.to_ms,
        delivered_from_ms=shown_ms[0],
        delivered_to_ms=shown_ms[-1],
        sha256=sha256_of(target),
        gaps=gaps(shown_ms),
    )


def stream_footage(wanted: Wanted, about: Mapping[str, str]) -> Iterator[bytes]:
    """Give a stretch of footage as one fragmented MP4, piece by piece, of whatever length. about: its metadata."""
    with _opened(wanted) as (template, packets):
        yield from fragmented(template, packets, str(wanted.root), about)


@contextmanager
def _opened(wanted: Wanted) -> Iterator[tuple[VideoStream, Iterator[VideoPacket]]]:
    """Give the stream that stands for all segments, and the packets of the stretch, in its ticks."""
    path = wanted.path(wanted.segments[0])
    with ExitStack() as stack:
        template = video_stream(stack.enter_context(opened_segment(path)), str(path))
        yield template, _packets(wanted, template.time_base or Fraction(1, TICKS_A_SECOND))


def _packets(wanted: Wanted, tick: Fraction) -> Iterator[VideoPacket]:
    """Give the packets from the key frame on up to the end of the stretch; zero is where the first segment begins."""
    began = False
    for segment in wanted.segments:
        path = wanted.path(segment)
        with opened_segment(path) as container:
            for packet, at_ms, due_ms in _timed(readable(container, video_stream(container, str(path))), segment):
                if due_ms > wanted.to_ms:
                    return
                began = began or (packet.is_keyframe and round(at_ms) >= wanted.delivered_from_ms)
                if began:
                    yield _moved(packet, at_ms, due_ms, wanted.segments[0].began_ms, tick)


def _timed(packets: Iterator[VideoPacket], segment: Segment) -> Iterator[tuple[VideoPacket, Fraction, Fraction]]:
    """Give packets with when they were captured and when they are due to be decoded, UTC milliseconds.

    Its first packet is the key frame that was captured when the segment began, whatever time the file gives it.
    """
    zero: int | None = None
    for packet in packets:
        if packet.pts is not None and packet.dts is not None:
            zero = packet.pts if zero is None else zero
            tick_ms = packet.time_base * 1000
            yield (
                packet,
                segment.began_ms + (packet.pts - zero) * tick_ms,
                segment.began_ms + (packet.dts - zero) * tick_ms,
            )


def _moved(packet: VideoPacket, at_ms: Fraction, due_ms: Fraction, zero_ms: int, tick: Fraction) -> VideoPacket:
    """Return a packet with its times in ticks from a moment on."""
    packet.duration = round((packet.duration or 0) * packet.time_base / tick)
    packet.time_base = tick
    packet.pts, packet.dts = (round((moment - zero_ms) / 1000 / tick) for moment in (at_ms, due_ms))
    return packet
