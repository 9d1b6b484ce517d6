"""Cameras on this machine: `usb:0` is the first video device (Video4Linux2)."""

from __future__ import annotations

import av

from streams.connection import CameraFeed
from streams.errors import UnreadableMediaError
from streams.live import LiveSource
from streams.records import SourceOptions
from streams.tap import Tap

PREFIX = "usb:"


def usb_source(address: str, detect_fps: float | None, options: SourceOptions, tap: Tap | None = None) -> LiveSource:
    """Return a source over `usb:N`. A device that is not plugged in is offline, not an error."""
    number = address.removeprefix(PREFIX)
    if not (number.isascii() and number.isdigit()):
        raise UnreadableMediaError(address, "a USB camera is named by its number", "write usb:0 for the first one")

    def opener() -> CameraFeed:
        limits = (options.open_timeout_s, options.read_timeout_s)
        container = av.open(f"/dev/video{number}", format="v4l2", metadata_errors="replace", timeout=limits)
        return CameraFeed(container, address)

    return LiveSource(address, opener, detect_fps, options, tap)
