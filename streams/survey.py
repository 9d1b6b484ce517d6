"""A look at a source that takes some seconds: what is known of it, how fast frames come, how its clock goes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from streams.errors import SourceOfflineError
from streams.live import LiveSource
from streams.records import Source, SourceOptions, StreamInfo
from streams.source import is_live, open_source, probe
from vision.types import Frame

_EVERY_FRAME_FPS: Final = 1000.0
LISTEN_S: Final = 6.0
"""Cameras tell their clock with the first sender report of RTCP, some 5 s into the stream (RFC 3550, 6.2)."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a look has shown.

    frames_per_second: as they came, None of a recording or a single frame. clock_offset_ms: the camera's minus ours.
    """

    info: StreamInfo
    frames_per_second: float | None
    clock_offset_ms: int | None


def survey(url: str, options: SourceOptions, listen_s: float = LISTEN_S) -> Survey:
    """Listen to a camera for some seconds, or look at a recording. Raises StreamError where there is no picture."""
    if not is_live(url):
        return Survey(probe(url, options)[0], None, None)
    times_ms: list[int] = []
    until = time.monotonic() + options.open_timeout_s + options.read_timeout_s
    with open_source(url, start_ms=None, detect_fps=_EVERY_FRAME_FPS, options=options) as source:
        for sight in source:
            if isinstance(sight, Frame):
                until = until if times_ms else time.monotonic() + listen_s
                times_ms.append(sight.captured_at_ms)
            else:
                _expect_alive(source)
            if time.monotonic() > until:
                break
        if not times_ms:
            raise SourceOfflineError(url, "no picture came in time", "check the camera")
        return Survey(source.info, _rate(times_ms), source.clock_offset_ms)


def _expect_alive(source: Source) -> None:
    if isinstance(source, LiveSource) and source.failure is not None:
        raise source.failure


def _rate(times_ms: list[int]) -> float | None:
    lasted_ms = times_ms[-1] - times_ms[0]
    return (len(times_ms) - 1) * 1000 / lasted_ms if lasted_ms else None
