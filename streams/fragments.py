"""A camera's stream for a browser: fragmented MP4 for Media Source Extensions, a fragment for each picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from streams.box_writer import TIMESCALE, Piece, fragment, initialisation
from streams.parameters import TrackFormat
from streams.samples import Began, Inbox, Sample, Word

_FIRST_GUESS: Final = TIMESCALE // 25
_LONGEST: Final = TIMESCALE
"""A picture is not said to last longer than this: the next one may come at any time."""

_WAITING_BYTES: Final = 4 << 20


class PieceKind(StrEnum):
    """What a live piece is."""

    INIT = "init"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True)
class LivePiece:
    """A piece to be appended to a SourceBuffer as it is.

    An INIT comes first, and again whenever the stream changes or begins anew; `codec` is then what MediaSource must
    be told, and `captured_at_ms` the moment, UTC milliseconds, that is time 0 of the fragments after it. A FRAGMENT
    has one picture. is_key: whether it can be shown without those before.
    """

    kind: PieceKind
    data: bytes
    is_key: bool
    captured_at_ms: int
    codec: str = ""


class Fragmenter:
    """Turns what a tap tells into live pieces."""

    def __init__(self) -> None:
        self._track: TrackFormat | None = None
        self._zero: int | None = None
        self._last: int | None = None
        self._duration = _FIRST_GUESS
        self._number = 0

    def take(self, word: Word) -> Iterator[LivePiece]:
        """Give the pieces that the next word makes."""
        match word:
            case Began(track):
                self._track, self._zero = track, None
            case Sample():
                if self._zero is None and self._track is not None and word.is_key:
                    yield self._begin(self._track, word)
                if self._zero is not None:
                    yield self._fragment(word, self._zero)

    def _begin(self, track: TrackFormat, first: Sample) -> LivePiece:
        self._zero, self._last = first.decoded_at, None
        head = initialisation(track, max(0, first.shown_at - first.decoded_at))
        return LivePiece(PieceKind.INIT, head, True, first.captured_at_ms, track.mse_codec)  # noqa: FBT003  # is_key

    def _fragment(self, sample: Sample, zero: int) -> LivePiece:
        """Make a fragment. How long its picture lasts is not known yet; as long as the last one, it is said."""
        if self._last is not None:
            self._duration = min(sample.decoded_at - self._last, _LONGEST)
        self._last = sample.decoded_at
        self._number += 1
        piece = Piece(sample.data, sample.is_key, self._duration, sample.shown_at - sample.decoded_at)
        data = fragment(self._number, sample.decoded_at - zero, [piece])
        return LivePiece(PieceKind.FRAGMENT, data, sample.is_key, sample.captured_at_ms)


class LiveView:
    """One who watches a camera live. Give `inbox` to its tap; who does not fetch in time misses up to a key frame."""

    def __init__(self) -> None:
        self.inbox = Inbox(_WAITING_BYTES)
        self._fragmenter = Fragmenter()

    def next(self, timeout_s: float) -> list[LivePiece]:
        """Return the pieces that are due, none where none came in time."""
        word = self.inbox.next(timeout_s)
        return [] if word is None else list(self._fragmenter.take(word))
