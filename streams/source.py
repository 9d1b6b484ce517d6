"""The door of the package: an address in, a source out.

Which kind of source an address means is decided here and nowhere else.
"""

from __future__ import annotations

import glob
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

from streams.errors import SourceOfflineError, UnreadableMediaError
from streams.file import PICTURE_SUFFIXES, FileSource, SequenceSource
from streams.live import LiveSource
from streams.records import Offline, Partial, Quiet, Sight, Source, SourceOptions, StreamInfo
from streams.replay import PREFIX as REPLAY_PREFIX
from streams.replay import replay_source
from streams.rtsp import http_source, rtsp_source
from streams.tap import Tap
from streams.usb import PREFIX as USB_PREFIX
from streams.usb import usb_source
from vision.types import Frame

__all__ = [
    "Offline",
    "Partial",
    "Quiet",
    "Sight",
    "Source",
    "SourceOptions",
    "StreamInfo",
    "is_live",
    "open_source",
    "open_undecoded",
    "probe",
]

_NETWORK = {"rtsp": rtsp_source, "rtsps": rtsp_source, "http": http_source, "https": http_source}


def is_live(url: str) -> bool:
    """Tell whether an address is a camera rather than a recording."""
    return url.startswith((USB_PREFIX, REPLAY_PREFIX)) or _scheme(url) in _NETWORK


def open_source(
    url: str, *, start_ms: int | None, detect_fps: float, options: SourceOptions, tap: Tap | None = None
) -> Source:
    """Open a camera or a recording.

    url: a path, a folder or pattern of jpg or png pictures, `file://`, `rtsp(s)://`, `http(s)://`, `usb:N`
    or `replay:PATH`.
    start_ms: capture time of a recording's first displayed frame, UTC milliseconds, 0 when None; cameras take
    no heed of it. detect_fps: frames a second to look at. tap: where a camera's packets go too. Raises StreamError
    for a recording that cannot be read, or an address of no known kind; a camera that cannot be reached is `Offline`
    instead.
    """
    if is_live(url):
        return _open_live(url, detect_fps, options, tap)
    scheme = _scheme(url)
    if scheme not in {"", "file"}:
        raise UnreadableMediaError(
            url,
            f"{scheme}:// is no kind of source that is known",
            "use a path, rtsp://, http://, https://, usb:N or replay:PATH",
        )
    path = Path(unquote(urlsplit(url).path)) if scheme else Path(url)
    if _is_sequence(path):
        return SequenceSource(path, start_ms or 0, detect_fps, options)
    return FileSource(path, start_ms or 0, detect_fps, options)


def open_undecoded(url: str, tap: Tap, options: SourceOptions) -> LiveSource:
    """Open a camera for its packets alone, which go to the tap; its only sights are `Offline`.

    Raises UnreadableMediaError where the address is not that of a camera.
    """
    if not is_live(url):
        raise UnreadableMediaError(
            url, "it is a recording and no camera", "write replay: before it to play it as one"
        )
    return _open_live(url, None, options, tap)


def probe(url: str, options: SourceOptions) -> tuple[StreamInfo, Frame]:
    """Return what is known of a source and one frame of it, within the time limits of the options.

    Raises StreamError, for a camera that does not answer too.
    """
    deadline = time.monotonic() + options.open_timeout_s + options.read_timeout_s
    with open_source(url, start_ms=None, detect_fps=1000, options=options) as source:
        for sight in source:
            if isinstance(sight, Frame):
                return source.info, sight
            failure = source.failure if isinstance(source, LiveSource) else None
            if failure is not None:
                break
            if time.monotonic() > deadline:
                break
    raise failure or SourceOfflineError(url, "no picture came in time", "check the camera")


def _open_live(url: str, detect_fps: float | None, options: SourceOptions, tap: Tap | None) -> LiveSource:
    if url.startswith(USB_PREFIX):
        return usb_source(url, detect_fps, options, tap)
    if url.startswith(REPLAY_PREFIX):
        return replay_source(url, detect_fps, options, tap)
    return _NETWORK[_scheme(url)](url, detect_fps, options, tap)


def _scheme(url: str) -> str:
    head, separator, _ = url.partition("://")
    return head.lower() if separator and head.isascii() and head.replace("+", "").isalnum() else ""


def _is_sequence(path: Path) -> bool:
    if path.is_dir():
        return True
    return glob.has_magic(path.name) and not path.exists() and path.suffix.lower() in PICTURE_SUFFIXES
