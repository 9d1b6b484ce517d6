"""One connection to a camera, read in a thread of its own so that nobody who waits for it is held by the network.

What to do when it is lost belongs to the source.
"""

from __future__ import annotations

import queue
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from streams.decoding import VideoPacket
from streams.errors import NoVideoError, StreamError, from_ffmpeg
from streams.records import SourceOptions
from streams.redact import redact
from streams.tap import Tap


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
    """One attempt at a camera. Its packets go to the tap, and as messages to whoever decodes them."""

    def __init__(self, opener: Opener, address: str, options: SourceOptions, tap: Tap) -> None:
        self._opener = opener
        self._address = address
        self._options = options
        self._tap = tap
        self._line = tap.connect()
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

    def abandon(self, reason: str) -> None:
        """Let the thread end by itself; what it still reads is thrown away. reason: for those at the tap."""
        self._abandoned.set()
        self._tap.hang_up(self._line, reason)

    def _run(self) -> None:
        try:
            with self._opener() as feed:
                failure = self._read(feed)
        except StreamError as error:
            failure = error
        except (av.error.FFmpegError, OSError) as error:
            failure = from_ffmpeg(error, self._address, live=True)
        self._line.finish(failure.reason)
        self._messages.put(Lost(failure))

    def _read(self, feed: Feed) -> StreamError:
        self._line.begin(feed.stream)
        self._messages.put(Opened(feed.stream))
        for packet in feed.packets():
            if self._abandoned.is_set():
                break
            arrival_ms, sender_ms = self._options.clock(), _sender_ms(packet, feed.began_us)
            self._line.take(packet, arrival_ms, sender_ms)
            self._take(packet, arrival_ms, sender_ms)
        return from_ffmpeg(av.error.EOFError(0, "end of stream"), self._address, live=True)

    def _take(self, packet: VideoPacket, arrival_ms: int, sender_ms: float | None) -> None:
        full = self._messages.qsize() >= self._options.queue_packets
        if full or (self._dropped and not packet.is_keyframe):
            self._dropped += 1
            return
        self._messages.put(Arrived(packet, arrival_ms, sender_ms, self._dropped))
        self._dropped = 0


def _sender_ms(packet: VideoPacket, began_us: int | None) -> float | None:
    """Return the sender's wall clock at this packet, from its own mark, else from the stream's beginning."""
    if packet.has_sidedata("prft"):
        wall_us = int(struct.unpack_from("<q", bytes(packet.get_sidedata("prft")))[0])
        return wall_us / 1000
    if began_us is None or packet.pts is None:
        return None
    return began_us / 1000 + float(packet.pts * packet.time_base * 1000)
