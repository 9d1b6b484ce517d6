"""A process that records a clip until it is killed: `python -m tests.streams.recording_process ROOT CLIP`.

It prints the capture time of each picture that it has read, a line each, as soon as something is on the disk.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from streams import SourceOptions, Tap, open_undecoded
from streams.disk import DiskMarks, DiskWatch
from streams.recorder import Recorder
from streams.samples import Sample, Word


def main() -> None:
    """Record until killed."""
    root, clip = Path(sys.argv[1]), sys.argv[2]
    tap = Tap()
    recorder = Recorder(root, "counter", DiskWatch(root, DiskMarks(0, 0)), lambda _: None, segment_ms=2_000)
    tap.add(recorder.inbox)
    recorder.start()
    source = open_undecoded(f"replay:{clip}", tap, SourceOptions())
    threading.Thread(target=lambda: list(source), daemon=True).start()
    while recorder.status.written_until_ms is None:
        time.sleep(0.05)
    tap.add(Told())
    threading.Event().wait()


class Told:
    """A sink that says what it is told."""

    def tell(self, word: Word) -> None:
        """Print when a picture was captured."""
        if isinstance(word, Sample):
            print(word.captured_at_ms, flush=True)  # noqa: T201  # how the test learns it


if __name__ == "__main__":
    main()
