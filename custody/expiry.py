"""Footage that retention has deleted: the entry that says so. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from custody.entries import LARGEST_WHOLE, Draft, Entry, EntryError, utc_text
from custody.fields import FieldError, Fields, shown
from custody.intervals import Interval

EXPIRED: Final = "footage.expired"


class Why(StrEnum):
    """Why footage had to go."""

    AGE = "age"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Expiry:
    """What of a camera's footage was deleted at once. interval: in which it lay, UTC milliseconds."""

    camera: str
    interval: Interval
    segments: int
    size_bytes: int
    why: Why


def expired(expiry: Expiry, at_ms: int) -> Draft:
    """Return the entry of an expiry."""
    from_ms, to_ms = expiry.interval
    body = {
        "camera": expiry.camera,
        "interval": {"from": utc_text(from_ms), "to": utc_text(to_ms)},
        "segments": expiry.segments,
        "bytes": expiry.size_bytes,
        "why": expiry.why.value,
    }
    return Draft(at_ms, EXPIRED, (), body)


def read_expiry(entry: Entry) -> Expiry:
    """Return what an entry of this kind tells. Raises EntryError with its number and the key that is wrong."""
    try:
        return _read(Fields(entry.body))
    except FieldError as error:
        raise EntryError(f"entry {entry.seq} ({entry.kind}): {error}") from error


def _read(fields: Fields) -> Expiry:
    interval = fields.inner("interval")
    expiry = Expiry(
        camera=fields.text("camera"),
        interval=(interval.moment("from"), interval.moment("to")),
        segments=fields.whole("segments", LARGEST_WHOLE),
        size_bytes=fields.whole("bytes", LARGEST_WHOLE),
        why=_why(fields.text("why")),
    )
    fields.close()
    return expiry


def _why(text: str) -> Why:
    try:
        return Why(text)
    except ValueError as error:
        raise FieldError("why", shown(text), " or ".join(Why)) from error
