"""Cameras: a source that reconnects for ever.

What is common to RTSP, HTTP, USB and replays; how each is opened belongs to its own module.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from types import TracebackType
from typing import Self

import structlog
from av.video.stream import VideoStream

from streams.backoff import wait_s
from streams.connection import Arrived, Connection, Lost, Opened, Opener
from streams.decoding import PacketDecoder
from streams.errors import AuthenticationFailedError, SourceOfflineError, StreamError
from streams.records import Offline, Quiet, Sight, SourceOptions, StreamInfo
from streams.redact import redact
from streams.tap import Tap
from streams.timing import LiveClock, SampleGrid
from vision.types import Frame

_log = structlog.get_logger(__name__)

_LOOK_UP_S = 0.25
"""How often a waiting source looks whether it was closed."""

_SAY_OFFLINE_EVERY_S = 1.0
_REFUSED_AT_MOST = 300
"""Packets in a row that cannot be decoded, after which the connection is taken for broken."""


class LiveSource:
    """A camera. It never ends by itself: what is lost is `Offline` until it is back.

    detect_fps: None where nobody looks at its frames; nothing is decoded then, and its packets go to the tap alone.
    """

    def __init__(
        self, address: str, opener: Opener, detect_fps: float | None, options: SourceOptions, tap: Tap | None = None
    ) -> None:
        self._address = address
        self._name = redact(address)
        self._opener = opener
        self._detect_fps = detect_fps
        self._options = options
        self._tap = tap or Tap(options.clock_bound_ms)
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
            connection = Connection(self._opener, self._address, self._options, self._tap)
            try:
                yield from self._session(connection)
            finally:
                connection.abandon(self.failure.reason if self.failure else "it is not read any more")
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
        if self._detect_fps is None:
            return
        grid = SampleGrid(self._detect_fps, fps)
        self._decoder = PacketDecoder(stream, self._name, self._clock, grid, self._options)
        self._decoder.calm(is_calm=self._is_calm)

    def _seen(self, arrived: Arrived) -> Iterator[Frame | Quiet]:
        decoder = self._decoder
        if decoder is None:
            self._attempt, self.failure = 0, None
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
