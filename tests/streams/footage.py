"""Footage as a recorder leaves it, made of a clip: segments of its packets, each with its sidecar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.video.stream import VideoStream

from streams.boxes import layout
from streams.decoding import VideoPacket
from streams.files import sha256_of
from streams.segments import Codec, Gap, Segment, segment_path, write_sidecar

BEGAN_MS: Final = 1_519_200_000_000
"""21 February 2018, 17:00 in Tokyo."""


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
    clip: Path,
    *,
    camera: str = "counter",
    began_ms: int = BEGAN_MS,
    gap: Gap | None = None,
    groups: int = 10,
) -> list[Segment]:
    """Write a clip as the footage of a camera, so many groups of pictures a segment; return the segments.

    gap: what is told before the first of them.
    """
    made: list[Segment] = []
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        tick = stream.time_base
        assert tick is not None
        packets = [packet for packet in container.demux(stream) if packet.size]
        first = packets[0].pts or 0
        length = (packets[-1].pts or 0) - first + (packets[-1].duration or 0)
        starts = [packet.pts or 0 for packet in packets if packet.is_keyframe][::groups]
        for chunk in _chunks(packets, groups):
            zero = chunk[0].pts or 0
            until = next((at for at in starts if at > zero), first + length)
            moments = (_ms(began_ms, zero - first, tick), _ms(began_ms, until - first, tick))
            made.append(_write(root, camera, stream, chunk, moments, None if made else gap))
    return made


def _ms(began_ms: int, ticks: int, tick: Fraction) -> int:
    return began_ms + round(ticks * tick * 1000)


def _chunks(packets: Iterable[VideoPacket], groups: int) -> Iterator[list[VideoPacket]]:
    chunk: list[VideoPacket] = []
    keys = 0
    for packet in packets:
        if packet.is_keyframe and keys == groups:
            yield chunk
            chunk, keys = [], 0
        keys += bool(packet.is_keyframe)
        chunk.append(packet)
    yield chunk


def _write(
    root: Path,
    camera: str,
    source: VideoStream,
    packets: list[VideoPacket],
    moments: tuple[int, int],
    gap: Gap | None,
) -> Segment:
    path = segment_path(root, camera, moments[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    zero, tick = packets[0].pts or 0, source.time_base or Fraction(1)
    keys = tuple(_ms(moments[0], (p.pts or 0) - zero, tick) for p in packets if p.is_keyframe)
    options = {"movflags": "+frag_keyframe+empty_moov+default_base_moof+negative_cts_offsets"}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream_from_template(source)
        for packet in packets:
            assert packet.pts is not None
            assert packet.dts is not None
            packet.pts, packet.dts, packet.stream = packet.pts - zero, packet.dts - zero, stream
            container.mux_one(packet)
    with path.open("rb") as file:
        laid = layout(file, str(path))
    context = source.codec_context
    is_h264 = context.name == "h264"
    segment = Segment(
        camera=camera,
        began_ms=moments[0],
        ended_ms=moments[1],
        frames=len(packets),
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        codec=Codec.H264 if is_h264 else Codec.HEVC,
        mse_codec="avc1." + (context.extradata or b"")[1:4].hex() if is_h264 else "hvc1.1.6.L30.90",
        width=context.width,
        height=context.height,
        timescale=round(1 / (stream.time_base or 1)),
        init_bytes=laid.init_bytes,
        key_frames_ms=keys,
        clock_offset_ms=None,
        gap_before=gap,
        held_by=(),
        encryption=None,
    )
    write_sidecar(root, segment)
    return segment
