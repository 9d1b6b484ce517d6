"""What a tap tells of a clip, all at once: as if a camera had sent it, without waiting."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import av

from streams.bitstream import length_bytes, units
from streams.samples import Sample, Word
from streams.segments import Codec, Segment, segment_path
from streams.tap import Tap

BEGAN_MS = 1_519_200_000_000
"""21 February 2018, 17:00 in Tokyo."""


class Notes:
    """A sink that keeps what it is told."""

    def __init__(self) -> None:
        self.words: list[Word] = []

    def tell(self, word: Word) -> None:
        self.words.append(word)


def told(*clips: Path, began_ms: int = BEGAN_MS, pause_ms: int = 0) -> list[Word]:
    """Return what a tap tells of a camera that sends clips one after the other, each over a connection of its own.

    began_ms: when the first picture of the first clip is captured. pause_ms: from the end of one to the next.
    """
    tap, notes = Tap(), Notes()
    tap.add(notes)
    for clip in clips:
        line = tap.connect()
        with av.open(str(clip)) as container:
            stream = container.streams.video[0]
            line.begin(stream)
            packets = [packet for packet in container.demux(stream) if packet.size]
            zero = min(packet.pts or 0 for packet in packets)
            for packet in packets:
                shown_ms = round(((packet.pts or 0) - zero) * packet.time_base * 1000)
                line.take(packet, began_ms + shown_ms, None)
            length = max(packet.pts or 0 for packet in packets) - zero + (packets[-1].duration or 0)
            began_ms += round(length * packets[0].time_base * 1000) + pause_ms
        line.finish("the camera ended the stream")
    return notes.words


def units_told(words: Iterable[Word]) -> list[str]:
    """Return the digest of each unit of the pictures that were told of."""
    return [_digest(unit) for word in words if isinstance(word, Sample) for unit in units(word.data, 4)]


def slices_kept(root: Path, segments: Iterable[Segment]) -> list[str]:
    """Return the digest of each unit with a part of a picture that segments hold."""
    found: list[str] = []
    for segment in segments:
        is_h264 = segment.codec is Codec.H264
        for unit in _read(segment_path(root, segment.camera, segment.began_ms)):
            kind = unit[0] & 0x1F if is_h264 else unit[0] >> 1
            if kind in (range(1, 6) if is_h264 else range(32)):
                found.append(_digest(unit))
    return found


def units_sent(*clips: Path) -> list[str]:
    """Return the digest of each unit of the packets of clips."""
    return [_digest(unit) for clip in clips for unit in _read(clip)]


def units_kept(root: Path, segments: Iterable[Segment]) -> list[str]:
    """Return the digest of each unit that segments hold."""
    return units_sent(*(segment_path(root, segment.camera, segment.began_ms) for segment in segments))


def _read(path: Path) -> list[bytes]:
    """Return the units of a file's packets."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        size = length_bytes(stream.codec_context.name, stream.codec_context.extradata)
        packets = [bytes(packet) for packet in container.demux(stream) if packet.size]
    return [unit for packet in packets for unit in units(packet, size)]


def _digest(unit: bytes) -> str:
    return hashlib.sha256(unit).hexdigest()
