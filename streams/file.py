"""Recordings: video files and folders of pictures. What is damaged is told, what can be read is kept."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.decoding import PacketDecoder, VideoPacket
from streams.errors import NoVideoError, SourceNotFoundError, StreamError, UnreadableMediaError, from_ffmpeg
from streams.pictures import Pictures
from streams.records import Partial, Quiet, Sight, SourceOptions, StreamInfo
from streams.timing import MediaClock, SampleGrid
from vision.types import Frame

PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})

_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,avi,matroska,webm,gif,mjpeg,mjpeg_2000,mpjpeg,mpegts,mpeg,flv,asf,ogg,"
    "h264,hevc,ivf,jpeg_pipe,png_pipe,dhav,wav,mp3,flac,aac"
)
"""What is read: recordings, and sound, to tell it apart. No playlists: they name other files."""

_UNSTATED_INTERVAL_MS = 40.0


def open_recording(path: Path, options: SourceOptions) -> InputContainer:
    """Open a video file for reading packets. The caller closes it. Raises StreamError."""
    settings = {"protocol_whitelist": "file", "format_whitelist": _FORMATS, "fflags": "+genpts"}
    if options.sequence_fps is not None:
        settings["framerate"] = str(options.sequence_fps)
    try:
        if path.is_file() and path.stat().st_size == 0:
            failure: StreamError = UnreadableMediaError(
                str(path), "the file is empty", "record or copy it again; nothing was ever written into it"
            )
        else:
            return av.open(f"file:{path}", options=settings, metadata_errors="replace")
    except (av.error.FFmpegError, OSError) as error:
        failure = from_ffmpeg(error, str(path), live=False)
    raise failure


def video_stream(container: InputContainer, source: str) -> VideoStream:
    """Return the first stream with moving pictures, not a cover picture. Raises NoVideoError."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic and stream.codec_context is not None:
            return stream
    raise NoVideoError(source, "there is no picture in it, only sound or data", "choose a recording of a camera")


def stated_fps(stream: VideoStream) -> float | None:
    """Return the frame rate that the stream states, None if it states none that a camera could have."""
    rate: Fraction | None = stream.average_rate or stream.guessed_rate
    return float(rate) if rate and 0.01 <= rate <= 1000 else None


def stated_duration_ms(container: InputContainer, stream: VideoStream) -> int | None:
    """Return how long the recording says that it is; None where that is not said of its pictures alone."""
    if stream.duration is not None and stream.time_base is not None and stream.duration > 0:
        return round(stream.duration * stream.time_base * 1000)
    if container.duration is not None and container.duration > 0 and len(container.streams) == 1:
        return round(container.duration / 1000)
    return None


def readable(container: InputContainer, stream: VideoStream) -> Iterator[VideoPacket]:
    """Give the packets of a stream; of what is damaged, those before the damage."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.error.FFmpegError:
            return
        if packet is None:
            return
        if packet.size:
            yield packet


class FileSource:
    """A video file. Making one opens it and decodes its first frame, or raises StreamError."""

    def __init__(self, path: Path, start_ms: int, detect_fps: float, options: SourceOptions) -> None:
        self._name = str(path)
        self._stop = threading.Event()
        self._container = open_recording(path, options)
        self._broken: str | None = None
        try:
            self._stream = video_stream(self._container, self._name)
            fps = stated_fps(self._stream)
            self._interval_ms = 1000 / fps if fps else _UNSTATED_INTERVAL_MS
            clock = MediaClock(start_ms, self._interval_ms)
            grid = SampleGrid(detect_fps, fps)
            self._decoder = PacketDecoder(self._stream, self._name, clock, grid, options)
            self._sights = self._decoded()
            self._first = self._first_frame()
            self._info = self._describe(fps)
        except StreamError:
            self._container.close()
            raise

    @property
    def info(self) -> StreamInfo:
        """What is known of the recording."""
        return self._info

    @property
    def clock_offset_ms(self) -> int | None:
        """Always None: a recording has no clock beside its own."""
        return None

    def calm(self, is_calm: bool) -> None:  # noqa: FBT001  # see the protocol
        """Tell the source whether the view is calm, so that it may skip decoding."""
        self._decoder.calm(is_calm=is_calm)

    def close(self) -> None:
        """End the iteration at the next step."""
        self._stop.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._container.close()

    def __iter__(self) -> Iterator[Sight]:
        last_ms = self._first.captured_at_ms
        yield self._first
        for sight in self._sights:
            last_ms = sight.captured_at_ms
            yield sight
        shortfall = None if self._stop.is_set() else self._shortfall()
        if shortfall is not None:
            yield Partial(last_ms, shortfall)

    def _first_frame(self) -> Frame:
        for sight in self._sights:
            if isinstance(sight, Frame):
                return sight
        raise UnreadableMediaError(
            self._name,
            f"not one picture of it could be decoded ({self._decoder.undecodable} packets tried in vain)",
            "record or copy it again; it is damaged from its beginning",
        )

    def _describe(self, fps: float | None) -> StreamInfo:
        return StreamInfo(
            source=self._name,
            codec=self._stream.codec_context.name,
            width=self._first.width,
            height=self._first.height,
            frames_per_second=fps,
            duration_ms=self._duration_ms,
            live=False,
        )

    @property
    def _duration_ms(self) -> int | None:
        return stated_duration_ms(self._container, self._stream)

    def _decoded(self) -> Iterator[Frame | Quiet]:
        for packet in self._packets():
            yield from self._decoder.feed(packet)
            if self._stop.is_set():
                return
        yield from self._decoder.finish()

    def _packets(self) -> Iterator[VideoPacket]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError as error:
                self._broken = error.strerror
                return
            if packet is None:
                return
            if packet.size:
                yield packet

    def _shortfall(self) -> str | None:
        """Say what is missing of the recording, None where it was read whole."""
        if self._decoder.undecodable:
            damaged, read = self._decoder.undecodable, self._decoder.decoded
            return f"{damaged} of its packets or pictures are damaged; {read} pictures were read"
        read_ms, stated_ms = self._decoder.displayed_ms + self._interval_ms, self._duration_ms
        slack_ms = max(3 * self._interval_ms, 0.01 * (stated_ms or 0))
        if stated_ms is not None and read_ms < stated_ms - slack_ms:
            return f"it ends after {read_ms / 1000:.1f} s and says that it is {stated_ms / 1000:.1f} s long"
        return None if self._broken is None else f"it cannot be read further: {self._broken}"


class SequenceSource:
    """Pictures in a folder, or that a pattern matches, in the order of the numbers in their names.

    Their rate must be stated in `options.sequence_fps`. A picture that cannot be read is left out and told
    of.
    """

    def __init__(self, pattern: Path, start_ms: int, detect_fps: float, options: SourceOptions) -> None:
        self._name = str(pattern)
        self._paths = _pictures(pattern)
        if options.sequence_fps is None or options.sequence_fps <= 0:
            raise UnreadableMediaError(
                self._name, "pictures in a folder state no frame rate", "state how many a second there are"
            )
        self._fps = options.sequence_fps
        self._start_ms = start_ms
        self._grid = SampleGrid(detect_fps, self._fps)
        self._pictures = Pictures()
        self._stop = threading.Event()
        self._info = self._describe()

    @property
    def info(self) -> StreamInfo:
        """What is known of the pictures; their size is that of the first that can be read."""
        return self._info

    @property
    def clock_offset_ms(self) -> int | None:
        """Always None: pictures have no clock."""
        return None

    def calm(self, is_calm: bool) -> None:  # noqa: FBT001  # see the protocol
        """Change nothing: every picture stands for itself, so none can be skipped."""

    def close(self) -> None:
        """End the iteration at the next picture."""
        self._stop.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[Sight]:
        unreadable, at_ms = 0, self._start_ms
        for number, path in enumerate(self._paths):
            if self._stop.is_set():
                return
            at_ms = self._start_ms + round(number * 1000 / self._fps)
            if not self._grid.take(at_ms):
                continue
            picture = _picture(path)
            if picture is None:
                unreadable += 1
            else:
                yield self._pictures.frame(picture, at_ms)
        if unreadable:
            yield Partial(at_ms, f"{unreadable} of {len(self._paths)} pictures could not be read")

    def _describe(self) -> StreamInfo:
        for path in self._paths:
            picture = _picture(path)
            if picture is not None:
                frame = self._pictures.frame(picture, self._start_ms)
                duration_ms = round(len(self._paths) * 1000 / self._fps)
                codec = path.suffix.lower().lstrip(".")
                return StreamInfo(self._name, codec, frame.width, frame.height, self._fps, duration_ms, live=False)
        raise UnreadableMediaError(self._name, "none of its pictures can be read", "look at them in a viewer")


def _pictures(pattern: Path) -> list[Path]:
    """Return the pictures of a folder or pattern, sorted so that 2 comes before 10."""
    found = pattern.iterdir() if pattern.is_dir() else pattern.parent.glob(pattern.name)
    try:
        paths = [path for path in found if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()]
    except OSError as error:
        failure: StreamError = from_ffmpeg(error, str(pattern), live=False)
    else:
        if paths:
            return sorted(paths, key=_by_numbers)
        failure = SourceNotFoundError(str(pattern), "no jpg or png pictures are there", "check the folder or pattern")
    raise failure


def _by_numbers(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"([0-9]+)", path.name)]


def _picture(path: Path) -> VideoFrame | None:
    try:
        with av.open(f"file:{path}", options={"protocol_whitelist": "file"}, metadata_errors="replace") as container:
            return next(container.decode(video=0), None)
    except (av.error.FFmpegError, IndexError):
        return None
