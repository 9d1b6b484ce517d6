"""Footage that has to go: the entries that tell of it, and how the files of a segment are deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import structlog

from custody.entries import Draft
from custody.expiry import Expiry, Why, expired
from custody.records.footage import APART_MS, Segment
from streams.retention import Reason
from streams.segments import segment_path, sidecar_path

Due = tuple[Segment, Reason]

_log = structlog.get_logger(__name__)


def expiries(due: Iterable[Due], at_ms: int) -> Iterator[Draft]:
    """Give the entries that tell of it: one for each stretch of a camera without a pause, and reason."""
    in_order = sorted(due, key=lambda one: (one[0].camera, one[1], one[0].began_ms))
    for (camera, reason), group in groupby(in_order, key=lambda one: (one[0].camera, one[1])):
        for run in _runs(segment for segment, _ in group):
            yield expired(
                Expiry(
                    camera=camera,
                    interval=(_from_ms(run[0]), run[-1].ended_ms),
                    segments=len(run),
                    size_bytes=sum(segment.bytes for segment in run),
                    why=Why(reason.value),
                ),
                at_ms,
            )


def unlink(root: Path, segment: Segment) -> bool:
    """Delete the files of a segment; tell whether it is gone. A failure is logged."""
    path = segment_path(root, segment.camera, segment.began_ms)
    try:
        path.unlink(missing_ok=True)  # first: a sidecar alone takes no room and says what there was
        sidecar_path(path).unlink(missing_ok=True)
    except OSError as error:
        _log.error("footage.cannot_delete", file=str(path), reason=error.strerror)
        return False
    return True


def _runs(segments: Iterable[Segment]) -> Iterator[list[Segment]]:
    """Give segments that follow each other, what was not recorded in between included."""
    run: list[Segment] = []
    for segment in segments:
        if run and _from_ms(segment) > run[-1].ended_ms + APART_MS:
            yield run
            run = []
        run.append(segment)
    if run:
        yield run


def _from_ms(segment: Segment) -> int:
    """Return since when nothing will tell what there was: the gap before a segment is told by that segment alone."""
    return segment.began_ms if segment.gap_before is None else segment.gap_before.interval[0]
