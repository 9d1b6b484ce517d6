"""Footage of a camera, by the recorder itself, at once; and the packets of a file, to be compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import av

from streams.decoding import VideoPacket
from streams.disk import GB, DiskMarks, DiskWatch
from streams.footage_keys import FootageKey
from streams.recording import Recording
from streams.segments import Segment
from tests.streams.told import BEGAN_MS, told


@dataclass(frozen=True)
class Picture:
    """A packet: its capture time in UTC milliseconds and the digest of its bytes."""

    captured_at_ms: int
    sha256: str
    is_key: bool


def pictures(path: Path, began_ms: int) -> list[Picture]:
    """Return the packets of a file in the order of decoding. began_ms: when the first of them was captured."""
    with av.open(str(path)) as container:
        packets = [packet for packet in container.demux(container.streams.video[0]) if packet.size]
    zero = packets[0].pts or 0
    return [_picture(packet, zero, began_ms) for packet in packets]


def _picture(packet: VideoPacket, zero: int, began_ms: int) -> Picture:
    assert packet.pts is not None
    at_ms = began_ms + round((packet.pts - zero) * packet.time_base * 1000)
    return Picture(at_ms, hashlib.sha256(bytes(packet)).hexdigest(), bool(packet.is_keyframe))


def record(
    root: Path,
    *clips: Path,
    camera: str = "counter",
    began_ms: int = BEGAN_MS,
    pause_ms: int = 0,
    key: Callable[[], FootageKey] | None = None,
) -> list[Segment]:
    """Record a camera that sends clips one after the other; return its segments, of 10 s each.

    pause_ms: for how long the camera is lost between two of them. key: gives the key with which they are encrypted.
    """
    root.mkdir(parents=True, exist_ok=True)
    made: list[Segment] = []
    disk = DiskWatch(root, DiskMarks(), lambda _: 100 * GB)
    recording = Recording(root, camera, disk, made.append, key=key)
    recording.begin()
    for word in told(*clips, began_ms=began_ms, pause_ms=pause_ms):
        recording.take(word)
    recording.end()
    return made
