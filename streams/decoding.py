"""Packets in, sights out: the one place where video is decoded, for recordings and cameras alike.

It decodes no more than it must: what the packet gate holds back, and pictures that no other picture needs and
nobody looks at, are left out. Opening, reading and reconnecting belong to the sources.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import TypeAlias

import av.error
import structlog
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.bitstream import H264Headers
from streams.gate import PacketFacts, PacketGate, Verdict
from streams.pictures import Pictures
from streams.records import Quiet, SourceOptions
from streams.timing import CaptureClock, SampleGrid
from vision.types import Frame

_log = structlog.get_logger(__name__)

LARGEST_PICTURE_PX = 1 << 26
"""64 megapixels; a header that claims more is damaged, and its memory is not asked for."""

_DEEPEST = 16
_CELLS_KEPT = 32

VideoPacket: TypeAlias = "Packet[VideoStream]"


def open_decoder(stream: VideoStream, options: SourceOptions) -> VideoCodecContext:
    """Set a stream's decoder up: its threads, and a bound on what a damaged header may ask for."""
    decoder = stream.codec_context
    decoder.thread_count = options.decoder_threads
    decoder.thread_type = "NONE" if options.decoder_threads == 1 else "AUTO"
    decoder.options = {"max_pixels": str(LARGEST_PICTURE_PX)}
    return decoder


class PacketDecoder:
    """Decodes one stream: feed it packets in decoding order, get sights in display order.

    After `feed` or `finish`, `undecodable` counts packets that the decoder refused and pictures that it
    marked as damaged, `refused_in_a_row` those since the last picture,
    `decoded` the pictures that it gave, and `displayed_ms` how far the stream's own time
    has come.
    """

    def __init__(
        self,
        stream: VideoStream,
        source: str,
        clock: CaptureClock,
        grid: SampleGrid,
        options: SourceOptions,
    ) -> None:
        self._source = source
        self._clock = clock
        self._grid = grid
        self._decoder = open_decoder(stream, options)
        self._pictures = Pictures()
        self._tick_ms = float((stream.time_base or 0) * 1000)
        self._gate = PacketGate(options.gate) if options.packet_gate else None
        self._said_off = False
        self._held: list[VideoPacket] = []
        self._undisplayed: list[float] = []
        self._told_until_ms: float | None = None
        self._spare = _Spare(stream) if stream.codec_context.name == "h264" else None
        self.undecodable = 0
        self.refused_in_a_row = 0
        self.decoded = 0
        self.displayed_ms = 0.0
        self._zero_ms: float | None = None

    def calm(self, *, is_calm: bool) -> None:
        """Hear from the caller whether anything goes on in the view."""
        if self._gate is not None:
            self._gate.calm(is_calm=is_calm)

    def feed(self, packet: VideoPacket) -> Iterator[Frame | Quiet]:
        """Take the next packet; give what became known by it."""
        match self._verdict(packet):
            case Verdict.DECODE:
                yield from self._release_before(None)
                self._held.clear()
                if not self._left_out(packet):
                    yield from self._sights(self._decode(packet))
            case Verdict.KEY_ONLY:
                yield from self._key_only(packet)
            case Verdict.HOLD:
                yield from self._hold(packet)
            case Verdict.REPLAY:
                yield from self._replay(packet)

    def finish(self) -> Iterator[Frame | Quiet]:
        """Take the end of the stream; give what the decoder still had."""
        yield from self._release_before(None)
        yield from self._sights(self._drain())

    def interrupted(self) -> None:
        """Begin anew at the next key frame: packets in between were lost."""
        self._held.clear()
        self._undisplayed.clear()
        self._decoder.flush_buffers()
        if self._gate is not None:
            self._gate.interrupted()

    def _verdict(self, packet: VideoPacket) -> Verdict:
        gate, display_ms = self._gate, self._display_ms(packet)
        at_ms = None if display_ms is None else self._clock.expect(display_ms)
        if gate is None or at_ms is None:
            return Verdict.DECODE
        verdict = gate.feed(PacketFacts(packet.size, packet.is_keyframe, at_ms, self._depth(packet)))
        reason = gate.off_reason or (gate.unfit_now if packet.is_keyframe else None)
        if reason is not None and not self._said_off:
            self._said_off = True
            _log.info("stream.gate_off", source=self._source, reason=reason)
        return verdict

    def _depth(self, packet: VideoPacket) -> int:
        interval_ms = self._grid.interval_ms
        if packet.pts is None or packet.dts is None or not interval_ms:
            return 0
        return max(0, min(_DEEPEST, round((packet.pts - packet.dts) * self._tick_ms / interval_ms)))

    def _display_ms(self, packet: VideoPacket) -> float | None:
        at = packet.dts if packet.pts is None else packet.pts
        return None if at is None else at * self._tick_ms

    def _decode(self, packet: VideoPacket | None) -> list[VideoFrame]:
        try:
            return list(self._decoder.decode(packet))
        except av.error.EOFError:
            return []
        except av.error.FFmpegError as error:
            self.undecodable += 1
            self.refused_in_a_row += 1
            if self.undecodable == 1:
                _log.warning("stream.undecodable", source=self._source, reason=error.strerror)
            return []

    def _drain(self) -> list[VideoFrame]:
        pictures = self._decode(None)
        self._decoder.flush_buffers()
        return pictures

    def _left_out(self, packet: VideoPacket) -> bool:
        """Tell whether nobody needs this picture: not to look at, and not to predict another from."""
        display_ms = self._display_ms(packet)
        if self._spare is None or display_ms is None or self._grid.takes_all or not self._clock.steady:
            return False
        at_ms = self._clock.expect(display_ms)
        return at_ms is not None and self._spare.is_spare(packet, self._grid.cell(at_ms), display_ms)

    def _sights(self, pictures: list[VideoFrame], *, always: bool = False) -> Iterator[Frame]:
        for picture in pictures:
            self.decoded += 1
            self.refused_in_a_row = 0
            if picture.is_corrupt:
                self.undecodable += 1
            at = picture.dts if picture.pts is None else picture.pts
            display_ms = None if at is None else at * self._tick_ms
            if self._already_told(display_ms):
                continue
            captured_at_ms = self._capture(display_ms)
            if self._grid.take(captured_at_ms) or always:
                yield self._pictures.frame(picture, captured_at_ms)

    def _capture(self, display_ms: float | None) -> int:
        if display_ms is not None:
            self._zero_ms = display_ms if self._zero_ms is None else self._zero_ms
            self.displayed_ms = max(self.displayed_ms, display_ms - self._zero_ms)
        return self._clock.capture(display_ms)

    def _already_told(self, display_ms: float | None) -> bool:
        if self._told_until_ms is None or display_ms is None:
            return False
        if display_ms > self._told_until_ms:
            self._told_until_ms = None
            return False
        return True

    def _key_only(self, packet: VideoPacket) -> Iterator[Frame | Quiet]:
        if not self._held:  # until now everything was decoded, and the decoder may still have some of it
            yield from self._sights(self._drain())
        yield from self._release_before(self._display_ms(packet))
        self._undisplayed.clear()
        self._held = [packet]
        self._told_until_ms = None
        self._decoder.flush_buffers()
        yield from self._sights([*self._decode(packet), *self._drain()], always=True)
        self._told_until_ms = self._display_ms(packet)

    def _hold(self, packet: VideoPacket) -> Iterator[Quiet]:
        self._held.append(packet)
        display_ms = self._display_ms(packet)
        if display_ms is not None:
            heapq.heappush(self._undisplayed, display_ms)
        sure_ms = display_ms if packet.dts is None else packet.dts * self._tick_ms
        # A grid step is kept back: the packets that tell of a movement often grow only after its first frame.
        if sure_ms is not None:
            yield from self._release_before(sure_ms - self._grid.step_ms, inclusive=True)

    def _replay(self, packet: VideoPacket) -> Iterator[Frame]:
        self._decoder.flush_buffers()
        self._undisplayed.clear()
        held, self._held = self._held, []
        for one in (*held, packet):
            yield from self._sights(self._decode(one))

    def _release_before(self, until_ms: float | None, *, inclusive: bool = False) -> Iterator[Quiet]:
        """Tell of the held pictures that would have been displayed by now; None: of all of them."""
        waiting = self._undisplayed
        while waiting and (until_ms is None or waiting[0] < until_ms or (inclusive and waiting[0] == until_ms)):
            display_ms = heapq.heappop(waiting)
            if self._told_until_ms is not None and display_ms <= self._told_until_ms:
                continue
            self._told_until_ms = display_ms
            captured_at_ms = self._capture(display_ms)
            if self._grid.take(captured_at_ms):
                yield Quiet(captured_at_ms)


class _Spare:
    """Knows which H.264 pictures can be left out: no reference, and not the first of their cell."""

    def __init__(self, stream: VideoStream) -> None:
        self._headers = H264Headers(stream.codec_context.extradata)
        self._first_in: dict[int, float] = {}

    def is_spare(self, packet: VideoPacket, cell: int, display_ms: float) -> bool:
        """Tell whether the picture of this packet can be left out, and remember it if it can not."""
        first_ms = self._first_in.get(cell)
        if first_ms is not None and display_ms > first_ms:
            return self._headers.is_disposable(bytes(packet))
        self._first_in[cell] = display_ms
        while len(self._first_in) > _CELLS_KEPT:
            del self._first_in[min(self._first_in)]
        return False
