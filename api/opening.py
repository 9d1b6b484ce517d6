"""One frame of a source, for the commands that only look: `kuraban check` and `kuraban zones`."""

from __future__ import annotations

from api.arguments import ArgumentError
from streams.records import SourceOptions, StreamInfo
from streams.source import is_live, open_source, probe
from vision.types import Frame

LOOKING_FPS = 10.0


def look(url: str) -> tuple[StreamInfo, Frame]:
    """Return what is known of a source and one frame of it. Raises StreamError where it cannot be read."""
    return probe(url, SourceOptions())


def frame_at(url: str, at_ms: int) -> Frame:
    """Return the frame at `at_ms` milliseconds after a recording's first one, or a camera's present frame.

    Raises StreamError where the source cannot be read, and ArgumentError where it ends before that.
    """
    if at_ms == 0 or is_live(url):
        return look(url)[1]
    last_ms = 0
    with open_source(url, start_ms=0, detect_fps=LOOKING_FPS, options=SourceOptions()) as source:
        for sight in source:
            if isinstance(sight, Frame) and sight.captured_at_ms >= at_ms:
                return sight
            last_ms = sight.captured_at_ms
    raise ArgumentError(f"--at {at_ms / 1000:g}: {url} ends after {last_ms / 1000:.1f} s; write a smaller number")
