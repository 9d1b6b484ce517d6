"""What is told of a camera's stream to those who keep or show it, and how it is handed from thread to thread.

A sink never holds who reads the camera: what it does not fetch in time is thrown away, up to the next key frame, and
counted.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, replace
from typing import Final, Protocol

from streams.box_writer import TIMESCALE
from streams.parameters import TrackFormat

TICKS_A_MS: Final = TIMESCALE // 1000


def to_ms(ticks: int) -> int:
    """Return ticks as milliseconds, rounded."""
    return (ticks + TICKS_A_MS // 2) // TICKS_A_MS


@dataclass(frozen=True, slots=True)
class Sample:
    """One coded picture, packed as MP4 holds it, in decoding order.

    shown_at, decoded_at: capture time as UTC in ticks of 1/90000 s; the latter strictly increases, and lies before
    the former where pictures are sent in another order than they are shown. clock_offset_ms: the camera's clock minus
    ours, None while it has not told. dropped: pictures right before it that this sink did not fetch in time.
    """

    data: bytes
    is_key: bool
    shown_at: int
    decoded_at: int
    clock_offset_ms: int | None = None
    dropped: int = 0

    @property
    def captured_at_ms(self) -> int:
        """When it was captured, UTC milliseconds."""
        return to_ms(self.shown_at)


@dataclass(frozen=True, slots=True)
class Began:
    """The samples that follow are of this format; also said when it changes. The next sample is a key frame."""

    track: TrackFormat


@dataclass(frozen=True, slots=True)
class Ended:
    """The connection is lost. reason: in words without credentials."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """The stream is of a kind that cannot be kept or shown as it is. reason: which it is, and which can."""

    reason: str


Word = Began | Sample | Ended | Unfit


class Sink(Protocol):
    """Who is told of a stream. Called by the thread that reads the camera, so it must return at once."""

    def tell(self, word: Word) -> None:
        """Take the next word."""
        ...


class Inbox:
    """A sink that somebody empties in another thread. Holds `most_bytes` of samples at most."""

    def __init__(self, most_bytes: int = 16 << 20) -> None:
        self._most_bytes = most_bytes
        self._words: deque[Word] = deque()
        self._bytes = 0
        self._missed = 0
        self._arrived = threading.Condition()
        self.dropped = 0

    def tell(self, word: Word) -> None:
        """Take the next word, or throw it away where too much waits already."""
        with self._arrived:
            if isinstance(word, Sample):
                full = self._bytes + len(word.data) > self._most_bytes
                if full or (self._missed and not word.is_key):
                    self._missed += 1
                    self.dropped += 1
                    return
                self._bytes += len(word.data)
                word = replace(word, dropped=self._missed) if self._missed else word
                self._missed = 0
            self._words.append(word)
            self._arrived.notify()

    def next(self, timeout_s: float) -> Word | None:
        """Return the next word, None when none came in time."""
        with self._arrived:
            if not self._words:
                self._arrived.wait(timeout_s)
            if not self._words:
                return None
            word = self._words.popleft()
            if isinstance(word, Sample):
                self._bytes -= len(word.data)
            return word
