"""What recording costs: `python -m benchmarks.recorder [FOLDER]`.

Cameras of 1280x720 at 15 frames a second are played in real time by one process, without decoding: read alone,
recorded, recorded encrypted, and watched. What is added to reading is what it costs. Each in a process of its own.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.own_process import in_own_process
from benchmarks.streams_made import Stretch, make_streams
from streams.disk import DiskMarks, DiskWatch
from streams.footage_keys import introduce_key
from streams.fragments import LiveView
from streams.recorder import Recorder
from streams.records import Source, SourceOptions
from streams.segments import walk
from streams.source import open_undecoded
from streams.tap import Tap

AIM: Final = 0.003
"""CPU-seconds per camera-second that the recorder may cost."""

CLIP: Final = Path(__file__).parents[1] / "sample_footage" / "evening-counter.mp4"
CAMERAS: Final = 8
SECONDS: Final = 20.0
_STARTING_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Load:
    """What is done with each camera beside reading it."""

    name: str
    records: bool = False
    encrypts: bool = False
    watches: bool = False


LOADS: Final = (
    Load("reading and tapping"),
    Load("and recording", records=True),
    Load("and recording encrypted", records=True, encrypts=True),
    Load("and recording, and somebody who watches", records=True, watches=True),
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a load has cost: CPU-seconds per camera-second. megabytes: written to the disk, of all cameras."""

    cpu: float
    dropped: int
    megabytes: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and show what it found."""
    options = _options(arguments)
    clip = main_stream()
    table = Table(
        title=f"{options.cameras} cameras of 1280x720 at 15 fps, {options.seconds:g} s", title_justify="left"
    )
    for column in ("CPU-seconds per camera-second", "all", "added", "dropped", "MB written"):
        table.add_column(column, justify="left" if column.startswith("CPU") else "right")
    alone: float | None = None
    for load in LOADS:
        cost = in_own_process(measure, load, clip, options.folder, options.cameras, options.seconds)
        added = "" if alone is None else f"{cost.cpu - alone:.4f}"
        table.add_row(load.name, f"{cost.cpu:.4f}", added, str(cost.dropped), f"{cost.megabytes:.1f}")
        alone = cost.cpu if alone is None else alone
    console = Console(width=None if sys.stdout.isatty() else 118)
    console.print(table)
    console.print(f"aim: recording adds {AIM} at most")
    return 0


def main_stream() -> Path:
    """Return what a camera sends, made where it is not there yet."""
    return make_streams(Stretch(CLIP, 0.0, 20.0, 40.0)).main


def measure(load: Load, clip: Path, folder: Path, cameras: int, seconds: float) -> Cost:
    """Play a clip as so many cameras for so many seconds, and return what that cost this process."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with ExitStack() as running:
        recorders = [_camera(load, clip, folder, f"camera-{number}", running) for number in range(cameras)]
        time.sleep(_STARTING_S)
        began_s, cpu_s = time.monotonic(), time.process_time()
        time.sleep(seconds)
        cpu = (time.process_time() - cpu_s) / (time.monotonic() - began_s) / cameras
        dropped = sum(recorder.status.dropped for recorder in recorders)
    return Cost(cpu, dropped, sum(segment.bytes for segment in walk(folder)) / 1e6)


def _camera(load: Load, clip: Path, folder: Path, name: str, running: ExitStack) -> Recorder:
    tap = Tap()
    source = running.enter_context(open_undecoded(f"replay:{clip}", tap, SourceOptions()))
    key = partial(introduce_key, folder, folder / ".keys" / "footage.key") if load.encrypts else None
    recorder = Recorder(folder, name, DiskWatch(folder, DiskMarks()), lambda _: None, key=key)
    if load.records:
        tap.add(recorder.inbox)
        recorder.start()
        running.callback(recorder.close)
    if load.watches:
        view = LiveView()
        tap.add(view.inbox)
        ended = threading.Event()
        _in_thread(lambda: _watch(view, ended), ended.set, running)
    _in_thread(lambda: _read(source), source.close, running)
    return recorder


def _watch(view: LiveView, ended: threading.Event) -> None:
    while not ended.is_set():
        view.next(0.2)


def _read(source: Source) -> None:
    for _ in source:
        pass


def _in_thread(work: Callable[[], None], stop: Callable[[], None], running: ExitStack) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    running.callback(thread.join)
    running.callback(stop)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recorder", description=__doc__)
    usual = Path(tempfile.gettempdir()) / "kuraban-benchmark-footage"
    parser.add_argument("folder", type=Path, nargs="?", default=usual, help="where footage is written; it is emptied")
    parser.add_argument("--cameras", type=int, default=CAMERAS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
