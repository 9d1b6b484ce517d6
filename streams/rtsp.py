"""Network cameras: RTSP over TCP, and MJPEG over HTTP."""

from __future__ import annotations

import av

from streams.connection import CameraFeed
from streams.live import LiveSource
from streams.records import SourceOptions
from streams.tap import Tap

_HTTP_FORMATS = "mpjpeg,mjpeg,jpeg_pipe,mpegts,flv"


def rtsp_source(address: str, detect_fps: float | None, options: SourceOptions, tap: Tap | None = None) -> LiveSource:
    """Return a source over `rtsp://` or `rtsps://`, interleaved over TCP, basic and digest authentication."""

    def opener() -> CameraFeed:
        settings = {"rtsp_transport": "tcp", "allowed_media_types": "video", "fflags": "nobuffer"}
        limits = (options.open_timeout_s, options.read_timeout_s)
        return CameraFeed(av.open(address, options=settings, metadata_errors="replace", timeout=limits), address)

    return LiveSource(address, opener, detect_fps, options, tap)


def http_source(address: str, detect_fps: float | None, options: SourceOptions, tap: Tap | None = None) -> LiveSource:
    """Return a source over `http://` or `https://`: multipart MJPEG, as cameras give it."""

    def opener() -> CameraFeed:
        settings = {"format_whitelist": _HTTP_FORMATS, "protocol_whitelist": "http,https,tcp,tls,httpproxy"}
        limits = (options.open_timeout_s, options.read_timeout_s)
        return CameraFeed(av.open(address, options=settings, metadata_errors="replace", timeout=limits), address)

    return LiveSource(address, opener, detect_fps, options, tap)
