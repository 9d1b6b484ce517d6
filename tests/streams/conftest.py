"""Small clips for the tests of streams, made on the spot, and a camera to read from."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

SYSTEM_PYTHON = "/usr/bin/python3"


def picture(number: int, width: int, height: int, box: bool = True) -> VideoFrame:
    """Return a grey ramp with a white box that moves two pixels a frame."""
    pixels = np.empty((height, width, 3), np.uint8)
    pixels[:] = np.linspace(30, 200, width, dtype=np.uint8)[None, :, None]
    if box:
        left = (number * 2) % max(1, width - 24)
        pixels[height // 3 : height // 3 + 24, left : left + 24] = (250, 240, 245)
    return VideoFrame.from_ndarray(pixels, format="bgr24")


@dataclass(frozen=True)
class ClipMaker:
    """Makes clips in a folder. `times` are display times in units of `tick`, one a frame."""

    folder: Path

    def __call__(
        self,
        name: str,
        *,
        frames: int = 60,
        fps: int = 15,
        size: tuple[int, int] = (160, 96),
        codec: str = "libx264",
        pixel_format: str = "yuv420p",
        times: list[int] | None = None,
        box_from: int = 0,
        **options: str,
    ) -> Path:
        path = self.folder / name
        tick = Fraction(1, 1000) if times else Fraction(1, fps)
        if codec == "libx264":
            options.setdefault("sc_threshold", "0")  # key frames where `g` says and nowhere else
        if codec == "libx265":
            options.setdefault("x265-params", "log-level=none")
        muxer = {key: options.pop(key) for key in ("movflags",) if key in options}
        with av.open(str(path), "w", options=muxer) as container:
            stream = container.add_stream(codec, rate=fps, options=options)
            assert isinstance(stream, VideoStream)
            stream.width, stream.height = size
            stream.pix_fmt = pixel_format
            stream.codec_context.time_base = tick
            for number in range(frames):
                image = picture(number, *size, box=number >= box_from).reformat(format=pixel_format)
                image.pts = times[number] if times else number
                image.time_base = tick
                for packet in stream.encode(image):
                    container.mux(packet)
            for packet in stream.encode(None):
                container.mux(packet)
        return path


@pytest.fixture
def make_clip(tmp_path: Path) -> ClipMaker:
    """Return a maker of small clips."""
    return ClipMaker(tmp_path)


class Camera:
    """A running RTSP server."""

    def __init__(self, *arguments: str, port: int = 0) -> None:
        script = Path(__file__).parent / "rtsp_server.py"
        self._process = subprocess.Popen(
            [SYSTEM_PYTHON, str(script), "--port", str(port), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], 20)
        assert ready, "the test camera did not start within 20 s"
        self.port = int(self._process.stdout.readline())

    def url(self, credentials: str = "") -> str:
        at = f"{credentials}@" if credentials else ""
        return f"rtsp://{at}127.0.0.1:{self.port}/main"

    def command(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def _has_gstreamer() -> bool:
    if shutil.which(SYSTEM_PYTHON) is None:
        return False
    code = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    return subprocess.run([SYSTEM_PYTHON, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.fixture
def start_camera() -> Iterator[Callable[..., Camera]]:
    """Start RTSP servers; they are killed at the end of the test."""
    if not _has_gstreamer():
        reason = "needs GStreamer's RTSP server and its Python bindings (see the Makefile) for a real camera"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    started: list[Camera] = []

    def start(*arguments: str, port: int = 0) -> Camera:
        camera = Camera(*arguments, port=port)
        started.append(camera)
        return camera

    yield start
    for camera in started:
        camera.kill()
