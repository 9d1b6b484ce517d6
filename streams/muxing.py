"""Packets into files and streams, as they are. Which packets, is decided by whoever asks."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Final

import av
import av.error
from av.container import OutputContainer
from av.video.stream import VideoStream

from streams.decoding import VideoPacket
from streams.errors import ClipUnavailableError, StreamError
from streams.files import settle

TICKS_A_SECOND: Final = 90_000

_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS})
"""What is the disk's fault and not the clip's."""

_DEEPEST_REORDER: Final = 16
_FRAGMENTED: Final = {
    "movflags": "+empty_moov+default_base_moof+frag_keyframe+use_metadata_tags",
    "frag_duration": "2000000",
}
"""A fragment at each key frame, and every 2 s, so that little waits in memory."""


class FileKind(Enum):
    """What a clip is written as: FFmpeg's name of it, and its suffix."""

    MP4 = ("mp4", ".mp4")
    MKV = ("matroska", ".mkv")
    GIF = ("gif", ".gif")

    @property
    def format(self) -> str:
        """Return FFmpeg's name."""
        return self.value[0]

    @property
    def suffix(self) -> str:
        """Return the suffix of its files."""
        return self.value[1]


_IN_MP4: Final = frozenset({"h264", "hevc", "mpeg4", "av1", "vp9", "mjpeg"})
"""Codings that an mp4 file carries; other files take the rest."""


def file_kind(codec: str) -> FileKind:
    """Return what carries a coding."""
    if codec == "gif":
        return FileKind.GIF
    return FileKind.MP4 if codec in _IN_MP4 else FileKind.MKV


def displayed(packet: VideoPacket) -> int:
    """Return when a packet's picture is displayed, in the packet's own ticks."""
    at = packet.dts if packet.pts is None else packet.pts
    return 0 if at is None else at


def write_file(
    path: Path, kind: FileKind, template: VideoStream, packets: Iterator[VideoPacket], source: str
) -> list[int]:
    """Write packets into a file; return when each is displayed, in milliseconds from the first one, in order.

    It is written under another name, synced to the disk and then renamed. Raises ClipUnavailableError, OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        shown_ms = _write_packets(temporary, kind, template, _rebased(packets), source)
        temporary.chmod(0o644)
        settle(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return shown_ms


def fragmented(
    template: VideoStream, packets: Iterator[VideoPacket], source: str, about: Mapping[str, str]
) -> Iterator[bytes]:
    """Give packets as one fragmented MP4, piece by piece. about: its metadata. Raises ClipUnavailableError."""
    pieces = _Pieces()
    try:
        with av.open(pieces, "w", format=FileKind.MP4.format, options=_FRAGMENTED) as container:
            container.metadata.update(about)
            stream = _output_stream(container, template)
            for packet in _rebased(packets):
                packet.stream = stream
                container.mux_one(packet)
                yield from pieces.taken()
    except (av.error.FFmpegError, ValueError) as error:
        failure = _refused(source, template, error)
    else:
        yield from pieces.taken()
        return
    raise failure


class _Pieces:
    """A file that is only written to, from front to back; what was written is taken away again and again."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Take what FFmpeg has written."""
        self._written.append(bytes(piece))
        return len(piece)

    def taken(self) -> list[bytes]:
        """Return what was written since the last time."""
        written, self._written = self._written, []
        return written


def _write_packets(
    path: Path, kind: FileKind, template: VideoStream, packets: Iterator[VideoPacket], source: str
) -> list[int]:
    shown: list[int] = []
    options = {"movflags": "+faststart"} if kind is FileKind.MP4 else {}
    try:
        with av.open(str(path), "w", format=kind.format, options=options) as container:
            stream = _output_stream(container, template)
            for packet in packets:
                shown.append(displayed(packet))
                packet.stream = stream
                container.mux_one(packet)
    except (av.error.FFmpegError, ValueError) as error:
        failure = _refused(source, template, error)
    else:
        return [round(at * (template.time_base or 0) * 1000) for at in sorted(shown)]
    raise failure


def _output_stream(container: OutputContainer, template: VideoStream) -> VideoStream:
    stream = container.add_stream_from_template(template)
    stream.codec_context.codec_tag = "\0\0\0\0"  # the file's own tag for this coding, not the source's
    return stream


def _rebased(packets: Iterator[VideoPacket]) -> Iterator[VideoPacket]:
    """Give the packets with the first displayed at zero, without pictures that need what came before it."""
    zero: int | None = None
    last_dts: int | None = None
    for packet in _with_decoding_times(packets):
        at = displayed(packet)
        zero = at if zero is None else zero
        if at < zero:
            continue
        dts = (at if packet.dts is None else packet.dts) - zero
        packet.pts = at - zero
        packet.dts = min(dts if last_dts is None else max(dts, last_dts + 1), packet.pts)
        last_dts = packet.dts
        yield packet


def _with_decoding_times(packets: Iterator[VideoPacket]) -> Iterator[VideoPacket]:
    """Fill in the decoding times that mkv leaves out before its first; they count back from the first known."""
    untimed: list[VideoPacket] = []
    for packet in packets:
        if packet.dts is None and len(untimed) < _DEEPEST_REORDER:
            untimed.append(packet)
            continue
        for place, early in enumerate(untimed):
            if packet.dts is not None:
                early.dts = packet.dts - (len(untimed) - place) * (packet.duration or 1)
            yield early
        untimed = []
        yield packet
    yield from untimed


def _refused(source: str, template: VideoStream, error: Exception) -> StreamError | OSError:
    if isinstance(error, av.error.FFmpegError) and error.errno in _DISK:
        return OSError(error.errno, os.strerror(error.errno), source)
    reason = error.strerror if isinstance(error, av.error.FFmpegError) else "the file kind refuses it"
    return ClipUnavailableError(
        source,
        f"its coding {template.codec_context.name} cannot be copied into a clip ({reason})",
        "record as H.264, H.265 or MJPEG",
    )
