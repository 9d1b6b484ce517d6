"""The tap: each camera is read once, and its packets go to whoever keeps or shows them, beside the decoder.

Packets become samples here, once for all: their units as they came, packed as MP4 packs them, with their capture
time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from av.video.stream import VideoStream

from streams.bitstream import configured_units, length_bytes, packed, units
from streams.box_writer import TIMESCALE
from streams.decoding import VideoPacket
from streams.parameters import ParameterError, ParameterSets, TrackFormat
from streams.sample_clock import SampleClock
from streams.samples import TICKS_A_MS, Began, Ended, Sample, Sink, Unfit, Word

KEPT_CODECS: Final = frozenset({"h264", "hevc"})
_GROUP_BYTES: Final = 8 << 20
"""A larger group of pictures is not kept for sinks that come in its middle; they wait for the next key frame."""


class Tap:
    """Tells sinks of one camera's stream. Sinks come and go at any time, from any thread."""

    def __init__(self, clock_bound_ms: int = 10_000) -> None:
        self._clock = SampleClock(clock_bound_ms)
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._sinks: tuple[Sink, ...] = ()
        self._state: Word | None = None
        self._group: list[Sample] = []
        self._group_bytes = 0

    def add(self, sink: Sink) -> None:
        """Tell a sink from now on, beginning with the newest key frame."""
        with self._lock:
            self._sinks = (*self._sinks, sink)
            for word in (self._state, *self._group):
                if word is not None:
                    sink.tell(word)

    def remove(self, sink: Sink) -> None:
        """Tell a sink nothing more."""
        with self._lock:
            self._sinks = tuple(one for one in self._sinks if one is not sink)

    def connect(self) -> Line:
        """Begin a new connection; from now on what an older one says is not listened to."""
        with self._lock:
            self._line = line = Line(self)
            self._clock.connected()
        return line

    def tell(self, line: Line, word: Word) -> None:
        """Tell all sinks what a connection says, if it is the newest one."""
        with self._lock:
            if line is self._line:
                self._tell(word)

    def show(self, line: Line, picture: Picture) -> None:
        """Tell all sinks of a picture of a connection, if it is the newest one."""
        with self._lock:
            if line is not self._line:
                return
            shown_at, decoded_at = self._clock.place(
                picture.shown, picture.decoded, picture.arrival_ms, picture.sender_ms, is_key=picture.is_key
            )
            data, offset_ms = packed(picture.units), self._clock.offset_ms
            self._tell(Sample(data, picture.is_key, shown_at, decoded_at, offset_ms))

    def hang_up(self, line: Line, reason: str) -> None:
        """Take the end of a connection, from any thread. reason: in words without credentials."""
        with self._lock:
            if line is self._line:
                self._tell(Ended(reason))
                self._line = None

    def _tell(self, word: Word) -> None:
        self._remember(word)
        for sink in self._sinks:
            sink.tell(word)

    def _remember(self, word: Word) -> None:
        """Keep what a sink that comes later must be told first."""
        if not isinstance(word, Sample):
            self._state = word
        if not isinstance(word, Sample) or word.is_key or self._group_bytes > _GROUP_BYTES:
            self._group, self._group_bytes = [], 0
        if isinstance(word, Sample) and (word.is_key or self._group):
            self._group.append(word)
            self._group_bytes += len(word.data)


@dataclass(slots=True)
class Picture:
    """One coded picture, some of whose slices may still be on their way. shown, decoded: ticks of stream time."""

    units: list[bytes]
    is_key: bool
    shown: int
    decoded: int
    arrival_ms: int
    sender_ms: float | None


class Line:
    """One connection at the tap, for the thread that reads the camera."""

    def __init__(self, tap: Tap) -> None:
        self._tap = tap
        self._length_bytes: int | None = None
        self._tick = Fraction(1, TIMESCALE)
        self._sets: ParameterSets | None = None
        self._told: TrackFormat | None = None
        self._waiting: Picture | None = None

    def begin(self, stream: VideoStream) -> None:
        """Learn what kind of stream it is."""
        codec, extradata = stream.codec_context.name, stream.codec_context.extradata
        if codec not in KEPT_CODECS:
            self._tap.tell(self, Unfit(f"its stream is {codec}; only H.264 and H.265 can be kept as they are"))
            return
        self._length_bytes = length_bytes(codec, extradata)
        self._tick = stream.time_base or self._tick
        self._sets = ParameterSets(codec)
        self._learn(self._sets, configured_units(codec, extradata))

    def take(self, packet: VideoPacket, arrival_ms: int, sender_ms: float | None) -> None:
        """Take the next packet. A picture is told of when the next one begins: its slices may come one by one."""
        if self._sets is None:
            return
        shown = self._ticks(packet.dts if packet.pts is None else packet.pts, arrival_ms)
        decoded = self._ticks(packet.pts if packet.dts is None else packet.dts, arrival_ms)
        found = units(bytes(packet), self._length_bytes)
        waiting = self._waiting
        if waiting is not None and waiting.shown == shown:
            waiting.units += found
            waiting.is_key = waiting.is_key or packet.is_keyframe
            return
        self._waiting = Picture(found, packet.is_keyframe, shown, decoded, arrival_ms, sender_ms)
        if waiting is not None:
            self._show(waiting)

    def finish(self, reason: str) -> None:
        """Take the end of the connection."""
        if self._waiting is not None:
            self._show(self._waiting)
        self._tap.hang_up(self, reason)

    def _ticks(self, at: int | None, arrival_ms: int) -> int:
        return arrival_ms * TICKS_A_MS if at is None else round(at * self._tick * TIMESCALE)

    def _show(self, picture: Picture) -> None:
        if self._sets is None:
            return
        self._learn(self._sets, picture.units)
        if picture.is_key and self._sets.format != self._told:
            self._told = self._sets.format
            if self._told is not None:
                self._tap.tell(self, Began(self._told))
        if self._told is not None:
            self._tap.show(self, picture)

    def _learn(self, sets: ParameterSets, found: Sequence[bytes]) -> None:
        """Learn the format.

        One damaged set changes nothing where an earlier one was whole; the next may be whole too.
        """
        try:
            sets.take(found)
        except ParameterError as error:
            if sets.format is None:
                self._tap.tell(self, Unfit(str(error)))
