"""Network cameras: RTSP over TCP, and MJPEG over HTTP."""

from __future__ import annotations

from urllib.parse import urlsplit

import av
from av.container import InputContainer

from streams.addresses import pinned
from streams.connection import CameraFeed
from streams.live import LiveSource
from streams.records import SourceOptions
from streams.tap import Tap

_OVER_TLS = frozenset({"rtsps", "https"})
_HTTP_PROTOCOLS = "http,https,tcp,tls,httpproxy"
_HTTP_FORMATS = "mpjpeg,mjpeg,jpeg_pipe,mpegts,flv"


def rtsp_source(address: str, detect_fps: float | None, options: SourceOptions, tap: Tap | None = None) -> LiveSource:
    """Return a source over `rtsp://` or `rtsps://`, interleaved over TCP, basic and digest authentication."""

    def opener() -> CameraFeed:
        settings = {"rtsp_transport": "tcp", "allowed_media_types": "video", "fflags": "nobuffer"}
        limits = (options.open_timeout_s, options.read_timeout_s)
        return CameraFeed(_open(address, settings, limits), address)

    return LiveSource(address, opener, detect_fps, options, tap)


def http_source(address: str, detect_fps: float | None, options: SourceOptions, tap: Tap | None = None) -> LiveSource:
    """Return a source over `http://` or `https://`: multipart MJPEG, as cameras give it."""

    def opener() -> CameraFeed:
        settings = {"format_whitelist": _HTTP_FORMATS, "protocol_whitelist": _HTTP_PROTOCOLS, "max_redirects": "0"}
        limits = (options.open_timeout_s, options.read_timeout_s)
        return CameraFeed(_open(address, settings, limits), address)

    return LiveSource(address, opener, detect_fps, options, tap)


def _open(address: str, settings: dict[str, str], limits: tuple[float, float]) -> InputContainer:
    """Open the address that a name leads to, so that nothing else is asked than what was checked.

    Over TLS the name stays: certificates are made out for names.
    """
    target = pinned(address)
    if urlsplit(address).scheme in _OVER_TLS:
        target = address
    return av.open(target, options=settings, metadata_errors="replace", timeout=limits)
