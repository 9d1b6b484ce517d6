"""What of the footage is to be deleted, and why. Pure: nothing is deleted here.

A held segment is never due. The oldest goes first, so what is kept of a camera is one stretch but for what is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol, TypeVar

from streams.disk import GB

_DAY_MS: Final = 24 * 3600 * 1000


class Stored(Protocol):
    """What must be known of a segment. began_ms, ended_ms: UTC milliseconds; bytes: on the disk."""

    @property
    def ended_ms(self) -> int:
        """When it ends."""
        ...

    @property
    def bytes(self) -> int:
        """What deleting it frees."""
        ...

    @property
    def held_by(self) -> Sequence[int]:
        """The holds that forbid to delete it."""
        ...


class Reason(StrEnum):
    """Why a segment is deleted."""

    AGE = "age"
    SPACE = "space"


@dataclass(frozen=True, slots=True)
class Keep:
    """How much footage of a camera is kept: so many days, and no more than so many GB (of 10^9 bytes)."""

    days: float = 30.0
    gb: float | None = None


@dataclass(frozen=True, slots=True)
class FootageSettings:
    """How footage is kept.

    cameras: what holds for single ones. free_gb: what is kept free on the disk. encrypt: whether new footage is
    encrypted, with the key in `key_file`, or where that is None in one that is made in the data folder.
    """

    usual: Keep = field(default_factory=Keep)
    cameras: Mapping[str, Keep] = field(default_factory=dict)
    free_gb: float = 5.0
    encrypt: bool = False
    key_file: Path | None = None

    def keep(self, camera: str) -> Keep:
        """Return how much is kept of a camera."""
        return self.cameras.get(camera, self.usual)


S = TypeVar("S", bound=Stored)


def due(oldest_first: Iterable[S], total_bytes: int, keep: Keep, now_ms: int) -> Iterator[tuple[S, Reason]]:
    """Give the segments of one camera that are to be deleted, oldest first.

    oldest_first: its segments; they are looked at no further than needed. total_bytes: what all of them take, the
    held ones included.
    """
    too_old_ms = now_ms - round(keep.days * _DAY_MS)
    surplus = 0 if keep.gb is None else total_bytes - round(keep.gb * GB)
    for segment in oldest_first:
        is_old = segment.ended_ms <= too_old_ms
        if not is_old and surplus <= 0:
            return
        if not segment.held_by:
            yield segment, Reason.AGE if is_old else Reason.SPACE
            surplus -= segment.bytes


def due_for_room(oldest_first: Iterable[S], lacking_bytes: int) -> Iterator[S]:
    """Give the segments of all cameras that are to be deleted so that the disk has as much more room, oldest first.

    They may not be enough: what is held stays, and then recording stops.
    """
    for segment in oldest_first:
        if lacking_bytes <= 0:
            return
        if not segment.held_by:
            yield segment
            lacking_bytes -= segment.bytes
