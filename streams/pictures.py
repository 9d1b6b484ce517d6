"""Decoded pictures as vision frames: luma straight from the decoder, colour only when it is asked for."""

from __future__ import annotations

import threading

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from vision.types import Frame, Image

_LUMA_FIRST = ("yuv", "yuvj", "nv12", "nv21", "gray")
"""Pixel formats whose first plane is luma at full resolution; with 8 bits it is the frame's own."""


class Pictures:
    """Makes frames of what one decoder gives.

    Scalers are kept, one a size, because setting one up costs as much as using it. Frames keep the decoder's
    picture alive; `render` may be called from any thread, and gives the same bytes every time.
    """

    def __init__(self) -> None:
        self._scalers: dict[tuple[int, int], VideoReformatter] = {}
        self._lock = threading.Lock()

    def frame(self, picture: VideoFrame, captured_at_ms: int) -> Frame:
        """Return the picture as a frame, turned as its rotation metadata says."""
        turns = round(picture.rotation / 90) % 4

        def render(width: int, height: int) -> Image:
            size = (height, width) if turns % 2 else (width, height)
            return _turned(self._scaled(picture, size, "bgr24"), turns)

        return Frame(captured_at_ms, _turned(self._luma(picture), turns), render)

    def _luma(self, picture: VideoFrame) -> Image:
        if _has_luma_plane(picture):
            plane = picture.planes[0]
            rows = np.frombuffer(memoryview(plane), np.uint8, count=plane.line_size * picture.height)
            return rows.reshape(picture.height, plane.line_size)[:, : picture.width]
        return self._scaled(picture, (picture.width, picture.height), "gray")

    def _scaled(self, picture: VideoFrame, size: tuple[int, int], pixel_format: str) -> Image:
        with self._lock:
            scaler = self._scalers.setdefault(size, VideoReformatter())
            scaled = scaler.reformat(
                picture, size[0], size[1], format=pixel_format, interpolation="BILINEAR", threads=1
            )
        pixels: NDArray[np.uint8] = np.asarray(scaled.to_ndarray(), dtype=np.uint8)
        return pixels


def _has_luma_plane(picture: VideoFrame) -> bool:
    described = picture.format
    plane = picture.planes[0]
    return (
        described.name.startswith(_LUMA_FIRST)
        and described.components[0].bits == 8
        and plane.line_size >= picture.width
        and plane.buffer_size >= plane.line_size * picture.height
    )


def _turned(pixels: Image, turns: int) -> Image:
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels
