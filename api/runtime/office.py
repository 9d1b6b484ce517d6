"""The office as it is now: what routes, alerts and the page are given of the running service.

`LiveOffice` is the seam: whoever answers questions about the office needs this, and nothing of the processes behind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from api.site import Site
from custody.books import Books
from custody.closing import Running
from custody.drills import Drill
from custody.ledger import Ledger
from custody.records.database import Records
from streams.recording import RecorderState
from vision.situation import Situation


@dataclass(frozen=True, slots=True)
class CameraState:
    """How one camera fares.

    reason: why it is not online, or how its process ended, in words without credentials. fps: frames that arrived a
    second, over the last seconds. last_frame_at_ms: capture time, UTC milliseconds. dropped: packets that were thrown
    away because something was too slow; late: frames that were judged later than they should have been; both since
    the service began. clock_offset_ms: the camera's clock minus ours. codec: as for Media Source Extensions, None
    until the first live chunk. restarts: how often its process was started anew.
    """

    id: str
    online: bool = False
    reason: str | None = None
    fps: float = 0.0
    width: int = 0
    height: int = 0
    codec: str | None = None
    last_frame_at_ms: int | None = None
    dropped: int = 0
    late: int = 0
    recorder: RecorderState = RecorderState.WAITING
    recorder_reason: str | None = None
    clock_offset_ms: int | None = None
    restarts: int = 0


class ChunkKind(StrEnum):
    """What a live chunk is."""

    INIT = "init"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True)
class LiveChunk:
    """A piece of a camera's live stream, fragmented MP4, to be appended to a SourceBuffer as it is.

    An INIT comes first, and again whenever the stream changes; `codec` is then what MediaSource must be told. After a
    piece was left out for a slow reader the next FRAGMENT is a key frame. captured_at_ms: UTC milliseconds.
    """

    kind: ChunkKind
    data: bytes
    key: bool
    captured_at_ms: int
    codec: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest picture of a camera, JPEG, without anything drawn on it. captured_at_ms: UTC milliseconds."""

    jpeg: bytes
    captured_at_ms: int


class NoSuchCameraError(LookupError):
    """The site has no camera of that id; the message says which it has."""


class NothingSeenError(LookupError):
    """A camera has sent nothing yet, or nothing that could be shown; the message says why."""


class LiveOffice(Protocol):
    """One office, running. Its methods may be called from any thread but for the asynchronous ones."""

    @property
    def folder(self) -> Path:
        """Where everything lies."""
        ...

    @property
    def site(self) -> Site:
        """The site file in force."""
        ...

    @property
    def records(self) -> Records:
        """The database."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The ledger, open to write. What is put on it, by whomever, is taken into the books and told as a change."""
        ...

    @property
    def books(self) -> Books:
        """Where everything is by the ledger, always up to date; to be read only."""
        ...

    @property
    def protocol(self) -> Running | None:
        """The protocol of the day that runs, with its steps; None before the first has begun."""
        ...

    def situation(self) -> Situation:
        """Return the newest observation of every camera that has reported."""
        ...

    def cameras(self) -> Mapping[str, CameraState]:
        """Return how each camera fares, in the order of the site file."""
        ...

    def live(self, camera: str) -> AsyncIterator[LiveChunk]:
        """Give a camera's live stream from now on, for ever. Raises NoSuchCameraError."""
        ...

    async def snapshot(self, camera: str) -> Snapshot:
        """Return the newest picture of a camera. Raises NoSuchCameraError, NothingSeenError."""
        ...

    async def begin_drill(self, drill: Drill) -> None:
        """Begin a drill; the ledger says how it ends.

        Raises RefusedError, and begins nothing, where another is under way or this one could not succeed.
        """
        ...

    async def reload(self, actor: str | None = None) -> Mapping[str, Any]:
        """Read the site file again and put it in force; return what has changed, as the ledger tells it.

        actor: the account of who asked for it. Raises SiteFileError, and changes nothing, where the file is wrong.
        """
        ...

    def on_change(self) -> AsyncIterator[int]:
        """Give the id of the newest row of `changes` whenever there are new ones, and once at the beginning."""
        ...

    def flush(self, timeout_s: float) -> bool:
        """Wait until the database knows all that is on the ledger; tell whether it was in time."""
        ...

    def now_ms(self) -> int:
        """Return the time by the clock of the service, UTC milliseconds."""
        ...
