"""The recorder: a thread that puts on the disk what the tap of a camera tells it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from streams.disk import DiskWatch
from streams.footage_keys import FootageKey
from streams.recording import SEGMENT_MS, RecorderState, Recording
from streams.samples import Inbox
from streams.segments import Segment

_LOOK_UP_S: Final = 0.25


@dataclass(frozen=True, slots=True)
class RecorderStatus:
    """How a recorder fares.

    reason: why it does not record, None while it does. dropped: pictures that were thrown away because the disk was
    too slow. written_until_ms: capture time of what is on the disk, UTC; None while that is nothing.
    """

    state: RecorderState
    reason: str | None = None
    dropped: int = 0
    written_until_ms: int | None = None


class Recorder:
    """A thread that records what its inbox is told. Give `inbox` to the tap of the camera."""

    def __init__(
        self,
        root: Path,
        camera: str,
        disk: DiskWatch,
        finished: Callable[[Segment], None],
        *,
        key: Callable[[], FootageKey] | None = None,
        segment_ms: int = SEGMENT_MS,
    ) -> None:
        """Make a recorder; see `Recording`. segment_ms: after what time a segment ends."""
        self.inbox = Inbox()
        self._recording = Recording(root, camera, disk, finished, key=key, segment_ms=segment_ms)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"recorder {camera}", daemon=True)

    @property
    def status(self) -> RecorderStatus:
        """How it fares now."""
        recording = self._recording
        return RecorderStatus(recording.state, recording.reason, self.inbox.dropped, recording.written_until_ms)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """Write what has been told, finish the segment, and return when it has its name."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        self._recording.begin()
        while True:
            stopping = self._stop.is_set()
            word = self.inbox.next(0.0 if stopping else _LOOK_UP_S)
            if word is not None:
                self._recording.take(word)
            elif stopping:
                break
        self._recording.end()
