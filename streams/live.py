"""Cameras: a connection that is read in a thread of its own, and a source that reconnects for ever.

What is common to RTSP, HTTP and USB; how each is opened belongs to its own module.
"""

from __future__ import annotations

import queue
import random
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol, Self

import av.error
import structlog
from av.container import InputContainer
from av.video.stream import VideoStream

from streams.backoff import wait_s
from streams.decoding import PacketDecoder, VideoPacket
from streams.errors import (
    AuthenticationFailedError,
    NoVideoError,
    SourceOfflineError,
    StreamError,
    from_ffmpeg,
)
from streams.records import Offline, Quiet, Sight, SourceOptions, StreamInfo
from streams.redact import redact
from streams.timing import LiveClock, SampleGrid
from vision.types import Frame

_log = structlog.get_logger(__name__)


class Feed(Protocol):
    """An open connection to a camera."""

    @property
    def stream(self) -> VideoStream:
        """The one stream that is read."""
        ...

    @property
    def began_us(self) -> int | None:
        """The sender's wall clock at stream time 0, UTC microseconds; None while it has not told."""
        ...

    def packets(self) -> Iterator[VideoPacket]:
        """Give packets in decoding order, until the connection ends."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


Opener = Callable[[], Feed]
"""Opens the connection, with its time limits set. PyAV's errors come out as they are."""


class CameraFeed:
    """What PyAV has opened. Raises NoVideoError, and closes the container, where there is no picture in it."""

    def __init__(self, container: InputContainer, address: str) -> None:
        self._container = container
        if not container.streams.video:
            container.close()
            raise NoVideoError(address, "the stream has no picture in it", "choose a stream with video")
        self.stream: VideoStream = container.streams.video[0]

    @property
    def began_us(self) -> int | None:
        """The sender's wall clock at stream time 0, as RTCP tells it."""
        return self._container.start_time_realtime

    def packets(self) -> Iterator[VideoPacket]:
        """Give packets as they arrive."""
        return (packet for packet in self._container.demux(self.stream) if packet.size)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()


_LOOK_UP_S = 0.25
"""How often a waiting source looks whether it was closed."""

_SAY_OFFLINE_EVERY_S = 1.0
_REFUSED_AT_MOST = 300
"""Packets in a row that cannot be decoded, after which the connection is taken for broken."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The connection stands."""

    stream: VideoStream


@dataclass(frozen=True, slots=True)
class Arrived:
    """One packet, when it arrived, and when the sender's clock says it was captured; UTC milliseconds.

    dropped: packets right before it that were thrown away, because they were not fetched in time.
    """

    packet: VideoPacket
    arrival_ms: int
    sender_ms: float | None
    dropped: int


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection ended."""

    failure: StreamError


Message = Opened | Arrived | Lost


class Connection:
    """One attempt at a camera, read in a thread so that nobody who waits for it is held by the network."""

    def __init__(self, opener: Opener, address: str, options: SourceOptions) -> None:
        self._opener = opener
        self._address = address
        self._options = options
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._abandoned = threading.Event()
        self._dropped = 0
        self._thread = threading.Thread(target=self._run, name=f"stream {redact(address)}", daemon=True)
        self._thread.start()

    def next(self, timeout_s: float) -> Message | None:
        """Return the next message, None when none came in time."""
        try:
            return self._messages.get(timeout=timeout_s)
        except queue.Empty:
            return None

    def abandon(self) -> None:
        """Let the thread end by itself; what it still reads is thrown away."""
        self._abandoned.set()

    def _run(self) -> None:
        try:
            with self._opener() as feed:
                failure = self._read(feed)
        except StreamError as error:
            failure = error
        except (av.error.FFmpegError, OSError) as error:
            failure = from_ffmpeg(error, self._address, live=True)
        self._messages.put(Lost(failure))

    def _read(self, feed: Feed) -> StreamError:
        self._messages.put(Opened(feed.stream))
        for packet in feed.packets():
            if self._abandoned.is_set():
                break
            self._take(packet, self._options.clock(), feed.began_us)
        return from_ffmpeg(av.error.EOFError(0, "end of stream"), self._address, live=True)

    def _take(self, packet: VideoPacket, arrival_ms: int, began_us: int | None) -> None:
        full = self._messages.qsize() >= self._options.queue_packets
        if full or (self._dropped and not packet.is_keyframe):
            self._dropped += 1
            return
        self._messages.put(Arrived(packet, arrival_ms, _sender_ms(packet, began_us), self._dropped))
        self._dropped = 0


def _sender_ms(packet: VideoPacket, began_us: int | None) -> float | None:
    """Return the sender's wall clock at this packet, from its own mark, else from the stream's beginning."""
    if packet.has_sidedata("prft"):
        wall_us = int(struct.unpack_from("<q", bytes(packet.get_sidedata("prft")))[0])
        return wall_us / 1000
    if began_us is None or packet.pts is None:
        return None
    return began_us / 1000 + float(packet.pts * packet.time_base * 1000)


class LiveSource:
    """A camera. It never ends by itself: what is lost is `Offline` until it is back."""

    def __init__(self, address: str, opener: Opener, detect_fps: float, options: SourceOptions) -> None:
        self._address = address
        self._name = redact(address)
        self._opener = opener
        self._detect_fps = detect_fps
        self._options = options
        self._stop = threading.Event()
        self._draw = random.Random(options.seed)  # noqa: S311  # spreads reconnects, guards nothing
        self._info = StreamInfo(self._name, "", 0, 0, None, None, live=True)
        self._clock = LiveClock(options.clock_bound_ms)
        self._decoder: PacketDecoder | None = None
        self._is_calm = False
        self._last_ms: int | None = None
        self._attempt = 0
        self._believed: bool | None = None
        self.failure: StreamError | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._name!r})"

    @property
    def info(self) -> StreamInfo:
        """What is known of the stream now; codec and size change when the camera's settings do."""
        return self._info

    @property
    def clock_offset_ms(self) -> int | None:
        """The camera's clock minus ours, None until it has told its clock."""
        return self._clock.offset_ms

    def calm(self, is_calm: bool) -> None:  # noqa: FBT001  # see the protocol
        """Tell the source whether the view is calm, so that it may skip decoding."""
        self._is_calm = is_calm
        if self._decoder is not None:
            self._decoder.calm(is_calm=is_calm)

    def close(self) -> None:
        """End the iteration, from any thread, within a second."""
        self._stop.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Sight]:
        while not self._stop.is_set():
            connection = Connection(self._opener, self._address, self._options)
            try:
                yield from self._session(connection)
            finally:
                connection.abandon()
            if not self._stop.is_set():
                yield from self._pause()

    def _session(self, connection: Connection) -> Iterator[Sight]:
        """Give what one connection brings, until it is lost."""
        silent_s, limit_s, opened = 0.0, self._options.open_timeout_s, False
        while not self._stop.is_set():
            message = connection.next(_LOOK_UP_S)
            if message is None:
                silent_s += _LOOK_UP_S
                if silent_s > limit_s:
                    self._lost(_silent(self._address, limit_s))
                    return
                if not opened and silent_s % _SAY_OFFLINE_EVERY_S == 0:
                    yield self._offline(self.failure.reason if self.failure else "it is being connected to", 0)
                continue
            silent_s, limit_s, opened = 0.0, self._options.read_timeout_s, True
            match message:
                case Opened(stream):
                    self._begin(stream)
                case Arrived():
                    yield from self._seen(message)
                    if self._decoder is not None and self._decoder.refused_in_a_row > _REFUSED_AT_MOST:
                        self._lost(_undecodable(self._address))
                        return
                case Lost(failure):
                    self._lost(failure)
                    return

    def _begin(self, stream: VideoStream) -> None:
        codec = stream.codec_context
        fps = float(stream.average_rate) if stream.average_rate and 1 <= stream.average_rate <= 120 else None
        self._info = StreamInfo(self._name, codec.name, codec.width, codec.height, fps, None, live=True)
        self._clock = LiveClock(self._options.clock_bound_ms, self._last_ms)
        grid = SampleGrid(self._detect_fps, fps)
        self._decoder = PacketDecoder(stream, self._name, self._clock, grid, self._options)
        self._decoder.calm(is_calm=self._is_calm)

    def _seen(self, arrived: Arrived) -> Iterator[Frame | Quiet]:
        decoder = self._decoder
        if decoder is None:
            return
        packet = arrived.packet
        if arrived.dropped:
            _log.warning("stream.packets_dropped", source=self._name, packets=arrived.dropped)
            decoder.interrupted()
        at = None if packet.pts is None else float(packet.pts * packet.time_base * 1000)
        self._clock.observe(at, arrived.arrival_ms, arrived.sender_ms)
        for sight in decoder.feed(packet):
            self._last_ms = sight.captured_at_ms
            if isinstance(sight, Frame):
                self._online(sight)
            yield sight

    def _online(self, frame: Frame) -> None:
        if self._attempt or self.failure or not self._info.width or self._believed is None:
            _log.info(
                "stream.online",
                source=self._name,
                codec=self._info.codec,
                width=frame.width,
                height=frame.height,
            )
        if (frame.width, frame.height) != (self._info.width, self._info.height):
            _log.info("stream.size_changed", source=self._name, width=frame.width, height=frame.height)
            self._info = replace(self._info, width=frame.width, height=frame.height)
        self._attempt, self.failure = 0, None
        believed = self._clock.sender_believed
        if self._clock.offset_ms is not None and believed != self._believed:
            event = "stream.clock_known" if believed else "stream.clock_implausible"
            _log.info(event, source=self._name, offset_ms=self._clock.offset_ms)
        self._believed = believed

    def _lost(self, failure: StreamError) -> None:
        if self.failure is None:
            _log.warning("stream.offline", source=self._name, reason=failure.reason, remedy=failure.remedy)
        self.failure = failure
        self._decoder = None

    def _pause(self) -> Iterator[Offline]:
        """Wait for the next attempt, saying every second that the camera is still away."""
        self._attempt += 1
        failure = self.failure or SourceOfflineError(self._address, "it is not connected", "wait")
        refused = isinstance(failure, AuthenticationFailedError)
        left_s = wait_s(self._options.backoff, self._attempt, self._draw.random(), refused=refused)
        _log.warning("stream.reconnect_scheduled", source=self._name, attempt=self._attempt, wait_s=round(left_s, 1))
        while left_s > 0:
            yield self._offline(failure.reason, left_s)
            nap_s = min(left_s, _SAY_OFFLINE_EVERY_S)
            if self._options.wait(self._stop, nap_s):
                return
            left_s -= nap_s

    def _offline(self, reason: str, retry_in_s: float) -> Offline:
        now_ms = self._options.clock()
        self._last_ms = now_ms if self._last_ms is None else max(now_ms, self._last_ms + 1)
        return Offline(self._last_ms, reason, round(retry_in_s, 3))


def _silent(address: str, limit_s: float) -> StreamError:
    return SourceOfflineError(
        address, f"nothing came from it for {limit_s:g} s", "check the camera's power and network"
    )


def _undecodable(address: str) -> StreamError:
    return SourceOfflineError(
        address,
        "packets arrive but no picture can be decoded from them",
        "restart the camera or change its coding",
    )
