"""What a source says, and how it is told to behave: frozen records and the protocol.

Nothing here opens or reads anything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from streams.backoff import BackoffSettings
from streams.gate import GateSettings
from vision.types import Frame


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What is known of a stream. `source` has no credentials in it.

    width, height: px as displayed, rotation applied. For a live source that has not been reached yet codec is
    empty and both are 0. frames_per_second: as the stream states it. duration_ms: of recordings.
    """

    source: str
    codec: str
    width: int
    height: int
    frames_per_second: float | None
    duration_ms: int | None
    live: bool


@dataclass(frozen=True, slots=True)
class Quiet:
    """Nothing was decoded: the packets say that nothing has changed since the last frame."""

    captured_at_ms: int


@dataclass(frozen=True, slots=True)
class Offline:
    """A live source is away. `reason` has no credentials in it; `retry_in_s`: seconds to the next attempt."""

    captured_at_ms: int
    reason: str
    retry_in_s: float


@dataclass(frozen=True, slots=True)
class Partial:
    """The last sight of a recording that could not be read whole: what came before it is all there is."""

    captured_at_ms: int
    reason: str


Sight = Frame | Quiet | Offline | Partial
"""One step of a source. `captured_at_ms` is strictly increasing over the sights of one source,
but for `Partial`, which repeats the time of the last frame."""


def utc_ms() -> int:
    """Return the wall clock of this machine, UTC milliseconds."""
    return time.time_ns() // 1_000_000


def wait_or_stop(stop: threading.Event, seconds: float) -> bool:
    """Wait; return True at once when `stop` is set."""
    return stop.wait(seconds)


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How sources behave.

    open_timeout_s, read_timeout_s: a live source that takes longer is offline.
    packet_gate: decode key frames only while the caller says that the view is calm; see `streams.gate`.
    decoder_threads: 1 by default, because many cameras share the cores.
    sequence_fps: frames a second of picture folders and other media that do not state it.
    clock_bound_ms: a camera clock that is further off than this is not believed.
    clock, wait, seed: for live sources; tests put their own time and chance here.
    """

    open_timeout_s: float = 10.0
    read_timeout_s: float = 10.0
    packet_gate: bool = False
    gate: GateSettings = field(default_factory=GateSettings)
    decoder_threads: int = 1
    sequence_fps: float | None = None
    clock_bound_ms: int = 10_000
    queue_packets: int = 256
    backoff: BackoffSettings = field(default_factory=BackoffSettings)
    clock: Callable[[], int] = utc_ms
    wait: Callable[[threading.Event, float], bool] = wait_or_stop
    seed: int | None = None


class Source(Protocol):
    """One camera or recording: a context manager, and an iterable of sights that is gone through once."""

    @property
    def info(self) -> StreamInfo:
        """What is known of the stream now."""
        ...

    @property
    def clock_offset_ms(self) -> int | None:
        """The camera's clock minus ours; None where it is not known."""
        ...

    def calm(self, is_calm: bool) -> None:  # noqa: FBT001  # it answers the question in its name
        """Tell the source whether the view is calm, so that it may skip decoding. Not calm until said."""
        ...

    def close(self) -> None:
        """End the iteration, from any thread, within a second."""
        ...

    def __iter__(self) -> Iterator[Sight]: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
