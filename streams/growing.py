"""The segment that is being written now, as far as it lies on the disk: what has just happened can be seen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from streams.errors import ClipUnavailableError, SegmentError
from streams.reading import open_segment
from streams.recovery import described, whole_fragments
from streams.segments import Segment, newest_part


@dataclass(frozen=True, slots=True)
class Growing:
    """A segment to its last whole fragment. segment: what its sidecar would say. content: before any encryption."""

    segment: Segment
    content: bytes


def growing(root: Path, camera: str) -> Growing | None:
    """Return the segment that a camera is being recorded into; None where there is none, or no fragment of it yet.

    root: of all footage. Raises FootageKeyError where it is encrypted and its key is not there.
    """
    part = newest_part(root, camera)
    if part is None:
        return None
    try:
        with open_segment(part) as file:
            whole = whole_fragments(file, str(part))
            if not whole:
                return None
            segment = described(file, part, whole)
            file.seek(0)
            return Growing(segment, file.read(whole[-1].offset + whole[-1].size))
    except (ClipUnavailableError, SegmentError, FileNotFoundError):
        return None  # it was finished meanwhile, and has another name
