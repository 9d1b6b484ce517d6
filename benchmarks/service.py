"""What the whole service costs with many live cameras: `python -m benchmarks.service`.

An RTSP server on this machine plays streams made from a real clip: a main stream that is recorded, and a sub-stream
that is analysed. `kuraban serve` runs on them as it would in an office; what its processes use is read from the
kernel, the server's own part is told apart, and programs ask the interface meanwhile. Here belong the order of
measurements and the command line; what is measured is `benchmarks.served`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.rtsp import cameras_on_this_machine, prolonged
from benchmarks.served import Figures, measured, site_text
from benchmarks.streams_made import Stretch, make_streams

FOOTAGE = Path(__file__).resolve().parents[2] / "shared" / "footage"
CLIP = "desk.mp4"
STRETCHES = {"busy": (7.0, 67.0), "static": (0.0, 8.0), "idle": (0.0, 4.0)}
"""As `benchmarks.analyze` has them."""

STRETCH_S = 60.0
WARM_UP_S = 20.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 0, or 1 where a packet was lost or a frame judged late."""
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 118)
    clip = options.footage / CLIP
    if not clip.exists():
        console.print(f"{clip} is not there: give the folder with the clips by --footage")
        return 2
    lasts_s = options.seconds + WARM_UP_S + 120
    streams = {
        kind: make_streams(Stretch(clip, from_s, to_s, STRETCH_S)) for kind, (from_s, to_s) in STRETCHES.items()
    }
    kinds = [list(STRETCHES)[number % len(STRETCHES)] for number in range(options.cameras)]
    with tempfile.TemporaryDirectory(prefix="kuraban-service-") as folder:
        place = Path(folder)
        files = {
            kind: (prolonged(s.main, lasts_s, place), prolonged(s.sub, lasts_s, place)) for kind, s in streams.items()
        }
        with cameras_on_this_machine([file for kind in kinds for file in files[kind]]) as server:
            site = place / "site.yaml"
            site.write_text(site_text(kinds, server.port), encoding="utf-8")
            figures = measured(site, place / "data", options.model, kinds, server.pid, WARM_UP_S, options.seconds)
    _show(console, figures)
    if options.json is not None:
        options.json.write_text(json.dumps(asdict(figures), indent=1) + "\n", encoding="utf-8")
    return 0 if not (figures.lost or figures.late) else 1


def _show(console: Console, figures: Figures) -> None:
    table = Table("", "", title=f"{figures.cameras} cameras, {figures.seconds:.0f} s, {time.strftime('%Y-%m-%d')}")
    for kind, seconds in figures.cpu_by_kind.items():
        table.add_row(f"CPU-seconds per camera-second, {kind}", f"{seconds:.4f}")
    table.add_row("core and supervisor, per camera-second", f"{figures.core_cpu:.4f}")
    table.add_row("the RTSP server, per camera-second", f"{figures.server_cpu:.4f}")
    table.add_row("pictures recorded / lost", f"{figures.recorded} / {figures.lost}")
    table.add_row("frames judged late", str(figures.late))
    table.add_row("API p50 / p95", f"{figures.api_p50_ms:.0f} ms / {figures.api_p95_ms:.0f} ms")
    table.add_row("memory of a camera, at first / in the end", _mb(figures.camera_bytes))
    table.add_row("memory of the core, at first / in the end", _mb(figures.core_bytes))
    console.print(table)


def _mb(first_and_last: tuple[int, int]) -> str:
    first, last = first_and_last
    return f"{first / 1e6:.0f} MB / {last / 1e6:.0f} MB"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service")
    parser.add_argument("--cameras", type=int, default=24)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--model", default="kuraban_office")
    parser.add_argument("--footage", type=Path, default=FOOTAGE)
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
