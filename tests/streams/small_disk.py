"""Recording to a disk of one megabyte until it is full: `python -m tests.streams.small_disk CLIP FOLDER`.

It prints what came of it as JSON. The disk is a tmpfs over FOLDER; in a mount namespace nobody else sees it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from streams.disk import DiskMarks, DiskWatch
from streams.files import sha256_of
from streams.recording import RecorderState, Recording
from streams.segments import Segment, segment_path, sidecar_path, walk
from tests.streams.told import BEGAN_MS, told


def main() -> None:
    """Fill the disk, make room, and go on."""
    clip, root = Path(sys.argv[1]), Path(sys.argv[2])
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(root)], check=True)
    now_s = 0.0
    done: list[Segment] = []
    disk = DiskWatch(root, DiskMarks(0, 0))
    recording = Recording(root, "counter", disk, done.append, segment_ms=1_000, monotonic=lambda: now_s)
    recording.begin()
    began_ms = BEGAN_MS
    while not is_full(recording):
        for word in told(clip, began_ms=began_ms)[:-1]:
            if not is_full(recording):
                recording.take(word)
        began_ms += 8_000
    reason = recording.reason
    for segment in done[:3]:
        path = segment_path(root, "counter", segment.began_ms)
        path.unlink()
        sidecar_path(path).unlink()
    before, now_s = len(done), 60.0
    for word in told(clip, began_ms=began_ms)[:16]:
        recording.take(word)
    recording.end()
    gap = done[before].gap_before
    said = {"reason": reason, "gap": gap and gap.cause, "whole": [*map(whole, walk(root))]}
    print(json.dumps(said))  # noqa: T201  # how the test learns it


def is_full(recording: Recording) -> bool:
    """Tell whether the recorder has stopped."""
    return recording.state is RecorderState.STOPPED


def whole(segment: Segment) -> bool:
    """Tell whether a segment is what its sidecar says."""
    return sha256_of(segment_path(Path(sys.argv[2]), "counter", segment.began_ms)) == segment.sha256


if __name__ == "__main__":
    main()
