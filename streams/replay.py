"""Recordings that play as cameras: `replay:PATH`, in a loop, at the speed at which they were recorded.

For demonstrations and tests. Packets leave as they lie in the file, when a camera would have sent them, so everything
behind this module does what it does for a camera: capture times come from this machine's clock.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl

import av.error
from av.container import InputContainer
from av.video.stream import VideoStream

from streams.decoding import VideoPacket
from streams.errors import UnreadableMediaError
from streams.file import open_recording, stated_duration_ms, stated_fps, video_stream
from streams.live import LiveSource
from streams.records import SourceOptions
from streams.tap import Tap

PREFIX = "replay:"

_UNSTATED_FPS = 25.0
_LONGEST_LAG_S = 5.0
"""A machine that slept sends no burst of what it missed: the recording goes on from where it was."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What `replay:PATH[?offset=SECONDS&once=true]` says.

    offset_s: where in the recording the first round begins. once: the camera goes away at the end of the recording.
    """

    path: Path
    offset_s: float = 0.0
    once: bool = False

    @classmethod
    def parse(cls, address: str) -> Self:
        """Read an address. Raises ValueError, in words that do not quote it."""
        path, _, query = address.removeprefix(PREFIX).partition("?")
        if not path:
            raise ValueError("replay: without a file")
        try:
            given = dict(parse_qsl(query, strict_parsing=True, max_num_fields=2)) if query else {}
        except ValueError:
            raise ValueError("replay: with something behind the ? that is not NAME=VALUE") from None
        unknown = given.keys() - {"offset", "once"}
        if unknown:
            raise ValueError("replay: with an option that is neither offset nor once")
        once = given.get("once", "false")
        if once not in {"true", "false"}:
            raise ValueError("replay: with once that is neither true nor false")
        return cls(Path(path), _seconds(given.get("offset", "0")), once == "true")

    def __str__(self) -> str:
        options = [f"offset={self.offset_s:g}"] if self.offset_s else []
        options += ["once=true"] if self.once else []
        return f"{PREFIX}{self.path}" + ("?" + "&".join(options) if options else "")


def _seconds(written: str) -> float:
    try:
        seconds = float(written)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise ValueError("replay: with an offset that is not a number of seconds")
    return seconds


def replay_source(
    address: str, detect_fps: float | None, options: SourceOptions, tap: Tap | None = None
) -> LiveSource:
    """Return a camera that sends a recording. A file that is missing or damaged is a camera that is offline."""
    try:
        replay = Replay.parse(address)
    except ValueError as error:
        remedy = "write replay:FILE, or replay:FILE?offset=12.5&once=true"
        raise UnreadableMediaError(address, str(error), remedy) from None
    return LiveSource(address, _Player(replay, options).open, detect_fps, options, tap)


class _Player:
    """Opens the recording for each connection; one that is played once ends for good."""

    def __init__(self, replay: Replay, options: SourceOptions) -> None:
        self._replay = replay
        self._options = options
        self._ended = False

    def open(self) -> _Feed:
        """Open the recording. Raises StreamError, and PyAV's EOFError where it was to be played once and has been."""
        if self._ended:
            raise av.error.EOFError(0, "the recording has ended")
        container = self._recording()
        try:
            stream = self._positioned(container)
        except BaseException:
            container.close()
            raise
        self._ended = self._replay.once
        return _Feed(container, stream, None if self._replay.once else self._recording)

    def _recording(self) -> InputContainer:
        return open_recording(self._replay.path, self._options)

    def _positioned(self, container: InputContainer) -> VideoStream:
        name, offset_s = str(self._replay.path), self._replay.offset_s
        stream = video_stream(container, name)
        duration_ms = stated_duration_ms(container, stream)
        if duration_ms is not None and offset_s * 1000 >= duration_ms:
            lasts = f"it lasts {duration_ms / 1000:g} s and is to begin at {offset_s:g} s"
            raise UnreadableMediaError(name, lasts, "choose an offset within it")
        if offset_s and stream.time_base is not None:
            container.seek((stream.start_time or 0) + round(offset_s / stream.time_base), stream=stream)
        return stream


class _Feed:
    """The packets of a recording, each when its time has come, round after round."""

    began_us = None

    def __init__(
        self, container: InputContainer, stream: VideoStream, again: Callable[[], InputContainer] | None
    ) -> None:
        self.stream = stream
        self._container = container
        self._again = again

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def packets(self) -> Iterator[VideoPacket]:
        """Give packets retimed so that each round follows the one before like any packet follows another.

        Each round opens the recording anew: to seek in it would empty the decoder, which another thread uses.
        """
        timeline, pace = _Timeline(self.stream), _Pace()
        for packet in self._rounds(timeline):
            pace.wait_until(timeline.place(packet))
            yield packet

    def _rounds(self, timeline: _Timeline) -> Iterator[VideoPacket]:
        yield from _filled(self._container, self.stream)
        position = self._container.streams.video.index(self.stream)
        while self._again is not None:
            timeline.begin_round()
            with self._again() as container:
                yield from _filled(container, container.streams.video[position])


def _filled(container: InputContainer, stream: VideoStream) -> Iterator[VideoPacket]:
    return (packet for packet in container.demux(stream) if packet.size)


class _Timeline:
    """The stream's own time, carried on over the end of the recording."""

    def __init__(self, stream: VideoStream) -> None:
        self._tick = stream.time_base or Fraction(1, 1000)
        self._interval = max(1, round(1 / ((stated_fps(stream) or _UNSTATED_FPS) * self._tick)))
        self._shift: int | None = 0
        self._next_dts = 0

    def begin_round(self) -> None:
        """Take the next packet for the first one of the recording again."""
        self._shift = None

    def place(self, packet: VideoPacket) -> float:
        """Move a packet to its time; return its decode time in seconds."""
        if packet.dts is None:
            packet.dts = self._next_dts - (self._shift or 0)
        if self._shift is None:
            self._shift = self._next_dts - packet.dts
        packet.dts += self._shift
        packet.pts = packet.dts if packet.pts is None else packet.pts + self._shift
        self._next_dts = packet.dts + self._interval
        return float(packet.dts * self._tick)


class _Pace:
    """Real speed: stream time goes as fast as the machine's."""

    def __init__(self) -> None:
        self._zero_s: float | None = None

    def wait_until(self, stream_s: float) -> None:
        """Sleep until the moment of stream time has come."""
        now_s = time.monotonic()
        if self._zero_s is None or now_s - self._zero_s - stream_s > _LONGEST_LAG_S:
            self._zero_s = now_s - stream_s
        time.sleep(max(0.0, self._zero_s + stream_s - now_s))
