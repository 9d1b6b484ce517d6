"""Media bytes in and out: cameras and recordings in as sights, clips out. No decisions, no records kept.

Everything that is decoded, read from a network or cut from a file is so here, and nowhere else.
"""

from __future__ import annotations

from streams.clips import Cut, cut
from streams.errors import StreamError
from streams.records import Offline, Partial, Quiet, Sight, Source, SourceOptions, StreamInfo
from streams.source import is_live, open_source, open_undecoded, probe
from streams.tap import Tap

__all__ = [
    "Cut",
    "Offline",
    "Partial",
    "Quiet",
    "Sight",
    "Source",
    "SourceOptions",
    "StreamError",
    "StreamInfo",
    "Tap",
    "cut",
    "is_live",
    "open_source",
    "open_undecoded",
    "probe",
]
