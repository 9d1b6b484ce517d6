"""A copy of a clip that may leave: people blurred, private places black, and marked as what it is in every picture.

It is decoded, altered and encoded again; the clip itself is not touched. What is covered is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from streams.errors import UnreadableMediaError
from streams.records import Partial, SourceOptions
from streams.source import open_source
from vision.blurring import FractionBox
from vision.types import Frame, Image
from vision.zones import Polygon, to_pixels

ENCODER: Final = "libx264"
_OPTIONS: Final = {"crf": "20", "preset": "veryfast"}
_TICK: Final = Fraction(1, 1000)
_EVERY_PICTURE: Final = 1000.0
"""Pictures a second that no camera reaches."""

CELLS: Final = 6
"""So many patches of colour remain across the shorter side of what is blurred: too few to put a face together."""

_BAR: Final = (24, 20, 18)
_INK: Final = (247, 244, 242)
_TEXT_PX: Final = 0.035
"""The height of the mark's letters as a share of the picture's height."""


@dataclass(frozen=True, slots=True)
class Covering:
    """What must not be seen. people: of a moment in UTC milliseconds. black, blurred: polygons of every picture.

    mark: what stands in every picture, ASCII.
    """

    people: Callable[[int], Sequence[FractionBox]]
    black: tuple[Polygon, ...]
    blurred: tuple[Polygon, ...]
    mark: str


def write_released(clip: Path, start_ms: int, covering: Covering, target: Path) -> None:
    """Write the copy of a clip; each picture keeps its time.

    start_ms: the capture time of the clip's first picture. Raises StreamError where the clip cannot be decoded whole:
    a picture that is left out would not be missed.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    frames = _frames(clip, start_ms)
    first = next(frames)
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = _output(container, first)
        for frame in chain((first,), frames):
            altered = covered(frame.bgr, frame.captured_at_ms, covering)
            picture = VideoFrame.from_ndarray(altered, format="bgr24").reformat(format="yuv420p")
            picture.pts, picture.time_base = frame.captured_at_ms - start_ms, _TICK
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))


def covered(image: Image, at_ms: int, covering: Covering) -> Image:
    """Return a copy of a picture with all that is to be covered, and the mark; its sides are even, for H.264."""
    height, width = image.shape[:2]
    altered = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    for left, top, right, bottom in covering.people(at_ms):
        _blur(altered, (left, top), (right, bottom))
    for polygon in covering.blurred:
        xs, ys = zip(*polygon, strict=True)
        _blur(altered, (min(xs), min(ys)), (max(xs), max(ys)))
    for polygon in covering.black:
        corners = np.rint(to_pixels(polygon, width, height)).astype(np.int32)
        cv2.fillPoly(altered, [corners], (0, 0, 0))
    _stamp(altered, covering.mark)
    return altered


def _blur(image: Image, low: tuple[float, float], high: tuple[float, float]) -> None:
    """Replace a box, in fractions, by a few patches of its mean colours that run into each other."""
    height, width = image.shape[:2]
    left, top = int(low[0] * width), int(low[1] * height)
    right, bottom = min(int(np.ceil(high[0] * width)), width), min(int(np.ceil(high[1] * height)), height)
    if right <= left or bottom <= top:
        return
    part = image[top:bottom, left:right]
    cell = max(min(right - left, bottom - top) / CELLS, 1)
    small = (max(round((right - left) / cell), 1), max(round((bottom - top) / cell), 1))
    patches = cv2.resize(part, small, interpolation=cv2.INTER_AREA)
    image[top:bottom, left:right] = cv2.resize(patches, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)


def _stamp(image: Image, mark: str) -> None:
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, max(_TEXT_PX * image.shape[0] / 22, 0.3)  # its capitals are 22 px high
    (wide, high), below = cv2.getTextSize(mark, font, scale, 1)
    pad = below + 2
    cv2.rectangle(image, (0, 0), (wide + 2 * pad, high + 2 * pad), _BAR, cv2.FILLED)
    cv2.putText(image, mark, (pad, high + pad), font, scale, _INK, 1, cv2.LINE_AA)


def _frames(clip: Path, start_ms: int) -> Iterator[Frame]:
    """Give every picture in the order in which they are shown. Raises UnreadableMediaError where one is damaged."""
    with open_source(str(clip), start_ms=start_ms, detect_fps=_EVERY_PICTURE, options=SourceOptions()) as source:
        for sight in source:
            if isinstance(sight, Partial):
                raise UnreadableMediaError(
                    str(clip), sight.reason, "it can leave as evidence, as it is, and not altered"
                )
            if isinstance(sight, Frame):
                yield sight


def _output(container: OutputContainer, first: Frame) -> VideoStream:
    stream = container.add_stream(ENCODER, options=dict(_OPTIONS))
    assert isinstance(stream, VideoStream)
    stream.width, stream.height = first.width + first.width % 2, first.height + first.height % 2
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = _TICK
    return stream
