"""HLS playlists (RFC 8216): a stretch of footage as whole segments, one after the other. Pure.

Each segment is a file of its own whose time begins at zero, so each has its own init section and begins a
discontinuity; its date says when it was captured. Gaps are date ranges with their cause, and are jumped over.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from custody.intervals import Interval
from custody.records.footage import Gap, Segment

MEDIA_TYPE: Final = "application/vnd.apple.mpegurl"

_VERSION: Final = 7
"""From which on a segment of fragmented MP4 may have its init section in a range of bytes."""


def playlist(stretch: Interval, found: Sequence[Segment], gaps: Sequence[Gap], uri: Callable[[Segment], str]) -> str:
    """Return the playlist of a stretch, UTC milliseconds: found and gaps in their order. uri: where a segment is."""
    return "\n".join([*_head(stretch, found), *map(_date_range, gaps), *_segments(found, uri), "#EXT-X-ENDLIST", ""])


def _head(stretch: Interval, found: Sequence[Segment]) -> Iterator[str]:
    longest_ms = max((segment.ended_ms - segment.began_ms for segment in found), default=1_000)
    yield "#EXTM3U"
    yield f"#EXT-X-VERSION:{_VERSION}"
    yield "#EXT-X-PLAYLIST-TYPE:VOD"
    yield "#EXT-X-INDEPENDENT-SEGMENTS"
    yield f"#EXT-X-TARGETDURATION:{math.ceil(longest_ms / 1000)}"
    if found and found[0].began_ms < stretch[0]:
        yield f"#EXT-X-START:TIME-OFFSET={_seconds(stretch[0] - found[0].began_ms)},PRECISE=YES"


def _date_range(gap: Gap) -> str:
    began_ms, ended_ms = gap.interval
    attributes = (
        f'ID="gap-{began_ms}"',
        'CLASS="kuraban.gap"',
        f'START-DATE="{_date(began_ms)}"',
        f'END-DATE="{_date(ended_ms)}"',
        f'X-CAUSE="{gap.cause}"',
    )
    return f"#EXT-X-DATERANGE:{','.join(attributes)}"


def _segments(found: Sequence[Segment], uri: Callable[[Segment], str]) -> Iterator[str]:
    for place, segment in enumerate(found):
        where = uri(segment)
        if place:
            yield "#EXT-X-DISCONTINUITY"
        yield f'#EXT-X-MAP:URI="{where}",BYTERANGE="{segment.init_bytes}@0"'
        yield f"#EXT-X-PROGRAM-DATE-TIME:{_date(segment.began_ms)}"
        yield f"#EXTINF:{_seconds(segment.ended_ms - segment.began_ms)},"
        yield f"#EXT-X-BYTERANGE:{segment.plain_bytes - segment.init_bytes}@{segment.init_bytes}"
        yield where


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.3f}"


def _date(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
