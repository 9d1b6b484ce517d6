"""Small pictures of footage: the key frame nearest to a moment, decoded alone."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import av.error
import cv2

from streams.decoding import VideoPacket, open_decoder
from streams.errors import UnreadableMediaError, from_ffmpeg
from streams.file import readable, video_stream
from streams.pictures import Pictures
from streams.reading import opened_segment
from streams.records import SourceOptions
from streams.segments import Segment
from vision.types import Image

_QUALITY: Final = (cv2.IMWRITE_JPEG_QUALITY, 85)


def nearest_key_frame(segment: Segment, at_ms: int) -> int:
    """Return when the key frame was captured that is nearest to a moment, both UTC milliseconds."""
    return min(segment.key_frames_ms, key=lambda key_ms: abs(key_ms - at_ms))


def key_picture(path: Path, segment: Segment, key_ms: int) -> Image:
    """Return the key frame of a segment that was captured at a moment. Raises StreamError."""
    number = segment.key_frames_ms.index(key_ms)
    with opened_segment(path) as container:
        stream = video_stream(container, str(path))
        keys = (packet for packet in readable(container, stream) if packet.is_keyframe)
        packet = next((packet for place, packet in enumerate(keys) if place == number), None)
        if packet is not None:
            return _decoded(packet, path)
    remedy = "see `kuraban footage verify`"
    raise UnreadableMediaError(str(path), f"its key frame number {number + 1} is missing", remedy)


def thumbnail(picture: Image, width: int) -> bytes:
    """Return a picture as JPEG, so many pixels wide, or as wide as it is where that is less."""
    width = min(width, picture.shape[1])
    height = max(1, round(picture.shape[0] * width / picture.shape[1]))
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, _QUALITY)
    return jpeg.tobytes()


def _decoded(packet: VideoPacket, path: Path) -> Image:
    decoder = open_decoder(packet.stream, SourceOptions())
    try:
        decoded = [*decoder.decode(packet), *decoder.decode(None)]
    except av.error.FFmpegError as error:
        failure = from_ffmpeg(error, str(path), live=False)
    else:
        if decoded:
            return Pictures().frame(decoded[0], 0).bgr
        failure = UnreadableMediaError(
            str(path), "a key frame of it cannot be decoded", "see `kuraban footage verify`"
        )
    raise failure
