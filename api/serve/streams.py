"""The streams of one camera: each read once, the one that is kept with its recorder, and the one that is analysed.

They are the same where the camera has no stream of low resolution for the analysis.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from api.site import Camera
from streams.disk import DiskMarks, DiskWatch
from streams.footage_keys import FootageKey
from streams.live import LiveSource
from streams.recorder import Recorder
from streams.records import Source, SourceOptions
from streams.segments import Segment
from streams.source import open_source, open_undecoded
from streams.tap import Tap

READ_TIMEOUT_S: Final = 5.0
"""A camera that sends nothing for this long is offline, before the supervisor would take its process for hung."""


class Streams:
    """What is read of a camera while a block runs; at its end the last segment is finished."""

    def __init__(
        self,
        camera: Camera,
        footage: Path,
        finished: Callable[[Segment], None],
        key: Callable[[], FootageKey] | None = None,
    ) -> None:
        """Open the streams.

        footage: the folder of all footage. finished: hears of each segment that has its name. key: gives the key with
        which they are encrypted, where they are.
        """
        footage.mkdir(mode=0o700, parents=True, exist_ok=True)
        options = SourceOptions(packet_gate=True, read_timeout_s=READ_TIMEOUT_S)
        self.tap = Tap(options.clock_bound_ms)
        self.recorder = Recorder(footage, camera.id, DiskWatch(footage, DiskMarks()), finished, key=key)
        self._kept: LiveSource | None = None
        if camera.detect is not None:
            self._kept = open_undecoded(camera.source.reveal(), self.tap, options)
        self.analysed: Source = open_source(
            (camera.detect or camera.source).reveal(),
            start_ms=None,
            detect_fps=camera.detect_fps,
            options=options,
            tap=None if camera.detect else self.tap,
        )

    def stop(self) -> None:
        """End the sights, from any thread or a signal."""
        self.analysed.close()

    def __enter__(self) -> Self:
        self.tap.add(self.recorder.inbox)
        self.recorder.start()
        if self._kept is not None:
            threading.Thread(target=_read, args=(self._kept,), name="kept", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.analysed.close()
        if self._kept is not None:
            self._kept.close()
        self.recorder.close()


def _read(source: LiveSource) -> None:
    """Read a stream whose packets go to its tap, until it is closed."""
    for _ in source:
        pass
