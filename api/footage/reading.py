"""Footage found by camera and time: what a clip is cut from, and small pictures of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from custody.intervals import Interval
from custody.records import footage
from custody.records.database import Records
from streams.errors import ClipUnavailableError
from streams.joining import Wanted
from streams.segments import read_sidecar, segment_path
from streams.thumbnails import key_picture, nearest_key_frame, thumbnail
from vision.types import Image

MOST_THUMBNAILS: Final = 2_000
"""So many are kept in memory; not on the disk, where they would outlive the footage and its encryption."""

_NOTHING: Final = 40
"""The grey of a place on a strip of which nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture, JPEG. captured_at_ms: of the key frame that it shows, UTC milliseconds."""

    jpeg: bytes
    captured_at_ms: int


def wanted(records: Records, root: Path, camera: str, stretch: Interval, around_ms: int | None = None) -> Wanted:
    """Return what a clip of a stretch is cut from.

    around_ms: where the coding changes within the stretch, only what is coded as at this moment is wanted. Raises
    StreamError where nothing was recorded, where it is damaged, and for a change of coding with no such moment.
    """
    with records.read() as connection:
        found = list(footage.between(connection, camera, stretch))
    if around_ms is not None:
        found = _coded_alike(found, around_ms)
    segments = [read_sidecar(segment_path(root, camera, segment.began_ms)) for segment in found]
    return Wanted(root, segments, stretch[0], stretch[1] - 1)


def _coded_alike(found: Iterable[footage.Segment], around_ms: int) -> list[footage.Segment]:
    """Return the segments that follow each other in one coding and are nearest to a moment."""
    alike = [list(group) for _, group in groupby(found, key=lambda one: (one.mse_codec, one.width, one.height))]
    return min(
        alike, key=lambda group: max(group[0].began_ms - around_ms, around_ms - group[-1].ended_ms, 0), default=[]
    )


def thumbnail_at(records: Records, root: Path, camera: str, at_ms: int, width: int) -> Thumbnail:
    """Return the key frame nearest to a moment, of the segment in which it lies, so many pixels wide.

    Raises ClipUnavailableError where nothing was recorded then, StreamError where the segment is damaged.
    """
    with records.read() as connection:
        found = next(footage.between(connection, camera, (at_ms, at_ms + 1)), None)
    if found is None:
        remedy = "ask for the coverage of the camera"
        raise ClipUnavailableError(camera, f"nothing was recorded at {at_ms}", remedy)
    path = segment_path(root, camera, found.began_ms)
    segment = read_sidecar(path)
    key_ms = nearest_key_frame(segment, at_ms)
    return Thumbnail(_small(path, key_ms, width), key_ms)


def strip(records: Records, root: Path, camera: str, moments: Iterable[int], width: int) -> bytes:
    """Return the thumbnails of moments beside each other, JPEG, each so many pixels wide; grey where there is none.

    Raises ClipUnavailableError where nothing was recorded at any of them.
    """
    cells: list[Image | None] = []
    for at_ms in moments:
        try:
            jpeg = thumbnail_at(records, root, camera, at_ms, width).jpeg
        except ClipUnavailableError:
            cells.append(None)
        else:
            cells.append(np.asarray(cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8))
    height = max((cell.shape[0] for cell in cells if cell is not None), default=0)
    if not height:
        raise ClipUnavailableError(camera, "nothing was recorded at any of these moments", "ask for its coverage")
    return thumbnail(np.hstack([_fitted(cell, width, height) for cell in cells]), width * len(cells))


def _fitted(cell: Image | None, width: int, height: int) -> Image:
    """Return a cell of a strip in its size, beside grey where its picture is smaller."""
    fitted = np.full((height, width, 3), _NOTHING, np.uint8)
    if cell is not None:
        fitted[: cell.shape[0], : cell.shape[1]] = cell
    return fitted


@lru_cache(maxsize=MOST_THUMBNAILS)
def _small(path: Path, key_ms: int, width: int) -> bytes:
    return thumbnail(key_picture(path, read_sidecar(path), key_ms), width)
