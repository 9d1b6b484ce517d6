"""The live stream to the core, as long as somebody watches."""

from __future__ import annotations

import threading
from typing import Final

from api.runtime.messages import Live
from api.runtime.office import ChunkKind, LiveChunk
from api.serve.link import Link
from streams.fragments import LivePiece, LiveView
from streams.tap import Tap

_LOOK_UP_S: Final = 0.25
MOST_WAITING: Final = 200
"""Messages that may wait for a core that is slow; live pieces are then left out up to a key frame."""


class Broadcast:
    """Sends live pieces while it is wanted."""

    def __init__(self, tap: Tap, link: Link) -> None:
        self._tap = tap
        self._link = link
        self._stop: threading.Event | None = None

    def want(self, *, wanted: bool) -> None:
        """Begin or end; begun anew, it begins with an INIT."""
        if self._stop is not None:
            self._stop.set()
            self._stop = None
        if wanted:
            self._stop = threading.Event()
            threading.Thread(target=self._run, args=(self._stop,), name="broadcast", daemon=True).start()

    def _run(self, stop: threading.Event) -> None:
        view = LiveView()
        skips = False
        self._tap.add(view.inbox)
        try:
            while not stop.is_set():
                for piece in view.next(_LOOK_UP_S):
                    skips = _skips(piece, is_late=skips, is_full=self._link.waiting > MOST_WAITING)
                    if not skips:
                        self._link.tell(Live(_chunk(piece)))
        finally:
            self._tap.remove(view.inbox)


def _skips(piece: LivePiece, *, is_late: bool, is_full: bool) -> bool:
    """Tell whether a piece is left out: while too much waits, and then up to the next key frame."""
    return piece.kind.value == ChunkKind.FRAGMENT and ((is_late and not piece.is_key) or is_full)


def _chunk(piece: LivePiece) -> LiveChunk:
    return LiveChunk(ChunkKind(piece.kind), piece.data, piece.is_key, piece.captured_at_ms, piece.codec)
