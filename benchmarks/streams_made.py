"""Camera streams made from real clips: what a camera of an office would send, for measurements.

A main stream of 1280x720 and a sub-stream of 640x360 from the same noisy picture, 15 frames a second, H.264
without B frames, a key frame every two seconds. Here belongs the making of media; what is measured on it does not.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, Self

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vision.types import Image

FPS: Final = 15
GROUP: Final = 30
"""Frames from key frame to key frame."""
MAIN: Final = (1280, 720)
SUB: Final = (640, 360)
"""Width and height in px."""
NOISE: Final = 2.0
"""Standard deviation of the sensor noise in the main stream, in steps of 0..255."""
NOISE_MARGIN: Final = 256
"""Noise is drawn once, this many px larger than the picture in each direction, and cut out anew for every frame:
drawing it afresh would take longer than encoding it."""

ENCODER: Final = {
    "preset": "veryfast",
    "tune": "zerolatency",
    "crf": "23",
    "bf": "0",
    "g": str(GROUP),
    "keyint_min": str(GROUP),
    "sc_threshold": "0",
    "threads": "1",
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a clip, in seconds; it is played there and back until `lasts_s` is reached."""

    clip: Path
    from_s: float
    to_s: float
    lasts_s: float
    noise: float = NOISE

    @property
    def key(self) -> str:
        """A name for what is made of it, different whenever the result would be."""
        said = repr((*astuple(self), FPS, MAIN, SUB, NOISE_MARGIN, sorted(ENCODER.items())))
        return f"{self.clip.stem}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Streams:
    """What one camera sends: two files. `main` is not there where only the sub-stream was asked for."""

    sub: Path
    main: Path


def cache_folder() -> Path:
    """Return where made streams are kept between runs: they only depend on the clip and the settings."""
    folder = Path(tempfile.gettempdir()) / "kuraban-benchmark-streams"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def make_streams(stretch: Stretch, *, folder: Path | None = None, with_main: bool = True) -> Streams:
    """Encode what a camera would send of a stretch, or find it made already in `folder`, the cache by default.

    Raises av.error.FFmpegError where the clip cannot be read, ValueError where the stretch holds no picture.
    """
    folder = cache_folder() if folder is None else folder
    sub = folder / f"{stretch.key}-sub.mp4"
    main = folder / f"{stretch.key}-main.mp4"
    wanted = [(sub, SUB), (main, MAIN)] if with_main else [(sub, SUB)]
    if not all(path.exists() for path, _ in wanted):
        _encode(stretch, wanted)
    return Streams(sub, main)


class _Encoder:
    """One H.264 file that gets its name when it is whole."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self._path = path
        self._partial = path.with_suffix(".part.mp4")
        self._size = size
        self._container: OutputContainer = av.open(str(self._partial), "w")
        self._stream: VideoStream = self._container.add_stream("libx264", rate=FPS, options=dict(ENCODER))
        self._stream.width, self._stream.height = size
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, FPS)

    def __enter__(self) -> Self:
        return self

    def add(self, picture: Image, number: int) -> None:
        """Encode a (height, width, 3) uint8 blue-green-red picture, reduced to the stream's size."""
        scaled = cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA)
        frame = VideoFrame.from_ndarray(np.asarray(scaled, np.uint8), format="bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        self._container.mux(self._stream.encode(frame))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._container.mux(self._stream.encode(None))
        self._container.close()
        if kind is None:
            self._partial.replace(self._path)


def _encode(stretch: Stretch, wanted: list[tuple[Path, tuple[int, int]]]) -> None:
    encoders = [_Encoder(path, size) for path, size in wanted]
    try:
        for number, picture in enumerate(_noisy(_played(stretch), stretch.noise)):
            for encoder in encoders:
                encoder.add(picture, number)
    except BaseException as error:
        for encoder in encoders:
            encoder.__exit__(type(error))
        raise
    for encoder in encoders:
        encoder.__exit__(None)


def _played(stretch: Stretch) -> Iterator[Image]:
    """Give the pictures of a stretch, 15 a second, there and back, (720, 1280, 3) uint8."""
    there = list(_sampled(stretch))
    if not there:
        raise ValueError(f"{stretch.clip} has no picture from {stretch.from_s} to {stretch.to_s} s")
    loop = there + there[-2:0:-1]
    for number in range(round(stretch.lasts_s * FPS)):
        yield np.asarray(cv2.resize(loop[number % len(loop)], MAIN, interpolation=cv2.INTER_CUBIC), np.uint8)


def _sampled(stretch: Stretch) -> Iterator[Image]:
    number = 0
    with av.open(str(stretch.clip)) as container:
        for frame in container.decode(video=0):
            at_s = float(frame.time or 0.0)
            if at_s > stretch.to_s:
                return
            while stretch.from_s + number / FPS <= at_s + 1e-6:
                yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                number += 1


def _noisy(pictures: Iterator[Image], deviation: float) -> Iterator[Image]:
    """Add sensor noise: the same in all channels, as most of it is in luma; never the same twice."""
    random = np.random.default_rng(1)
    width, height = MAIN
    shape = (height + NOISE_MARGIN, width + NOISE_MARGIN, 1)
    field = np.rint(random.normal(0, deviation, shape)).astype(np.int16).repeat(3, axis=2)
    for picture in pictures:
        top, left = (int(value) for value in random.integers(0, NOISE_MARGIN, 2))
        noise = field[top : top + height, left : left + width]
        yield np.asarray(cv2.add(picture, noise, dtype=cv2.CV_8U), np.uint8)
