"""What one camera costs: `python -m benchmarks.analyze`.

Makes camera streams from a real clip, analyses them as `kuraban analyze` does, and measures beside it, in the same
run and turn by turn because machines are shared and uneven, ffmpeg's decoding and the bare inference. Needs the clips
of `shared/footage` beside the checkout. Here belong the order of measurements and the command line; what is measured
is `benchmarks.jobs`, how it is shown `benchmarks.table`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks.cases import clip_cases
from benchmarks.jobs import Case, analysing, decoding, inference, splitting
from benchmarks.own_process import in_own_process
from benchmarks.results import Comparison, Costs, Results, StreamResult
from benchmarks.streams_made import Stretch, make_streams
from benchmarks.table import comparison_table, results_table
from models.errors import ModelError

FOOTAGE: Final = Path(__file__).resolve().parents[2] / "shared" / "footage"
SITE, CAMERA, CLIP = "desk.yaml", "desk", "desk.mp4"
STRETCHES: Final[Mapping[str, tuple[float, float]]] = {"busy": (7.0, 67.0), "static": (0.0, 8.0), "idle": (0.0, 4.0)}
"""Seconds of the clip. busy: somebody sits at the desk and works. static: the desk, and somebody who comes and goes
for three of every eight seconds. idle: the desk with two things on it, and nobody."""
INFERENCES: Final = 60
WARM_UP_S: Final = 4.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status: 0 done, 1 incidents differ, 2 what it needs is missing."""
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 118)
    if not (options.footage / CLIP).exists():
        console.print(f"{options.footage / CLIP} is not there: give the folder with the clips by --footage")
        return 2
    try:
        results = _measured(options, console)
    except ModelError as error:
        console.print(str(error))
        return 2
    console.print(results_table(results))
    comparisons = [one.incidents for one in results.streams]
    if options.only is None:
        comparisons += _compared_clips(options, console)
    console.print(comparison_table(comparisons))
    if options.json is not None:
        said = {**asdict(results), "incidents": [asdict(one) for one in comparisons]}
        options.json.write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0 if all(one.same for one in comparisons) else 1


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.analyze", description="What one camera costs.")
    parser.add_argument("--model", default="yolox_nano_416", help="a detector by name, or an ONNX file")
    parser.add_argument("--seconds", type=float, default=60.0, help="length of each stream (default 60)")
    parser.add_argument("--rounds", type=int, default=2, help="how often everything is measured (default 2)")
    parser.add_argument("--only", choices=list(STRETCHES), help="one stream, and no comparison of the other clips")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there as well")
    parser.add_argument("--footage", type=Path, default=FOOTAGE, metavar="FOLDER", help="where the clips lie")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.seconds < 1:
        parser.error("--rounds and --seconds must be at least 1")
    return options


def _measured(options: argparse.Namespace, console: Console) -> Results:
    names = [options.only] if options.only else list(STRETCHES)
    streams: list[_Stream] = []
    warm_up = make_streams(Stretch(options.footage / CLIP, *STRETCHES["busy"], WARM_UP_S), with_main=False).sub
    for name in names:
        console.print(f"making the {name} stream, unless it is there already", style="dim")
        made = make_streams(Stretch(options.footage / CLIP, *STRETCHES[name], options.seconds))
        case = Case(options.footage / SITE, CAMERA, made.sub, options.model, skip=True, warm_up=warm_up)
        streams.append(_Stream(name, case, made.main, options.seconds))
    for number in range(options.rounds):
        for stream in streams:
            console.print(f"measuring {stream.name}, round {number + 1} of {options.rounds}", style="dim")
            stream.measure()
    return Results(options.model, options.seconds, tuple(stream.result() for stream in streams))


class _Stream:
    """One stream under measurement."""

    def __init__(self, name: str, case: Case, main: Path, seconds: float) -> None:
        """Measure one case; `main` is the main stream of the same camera, `seconds` the length of both."""
        self.name = name
        self._case, self._every = case, replace(case, skip=False)
        self._main = main
        self._seconds = seconds
        self._rounds: list[Costs] = []
        self._incidents = Comparison(name, (), ())

    def measure(self) -> None:
        """Measure everything once, one after another."""
        decode_sub = in_own_process(decoding, self._case.clip)
        skipping = in_own_process(analysing, self._case)
        inference_s = in_own_process(inference, self._case.model, self._case.clip, INFERENCES)
        every_frame = in_own_process(analysing, self._every)
        decode_main = in_own_process(decoding, self._main)
        self._incidents = Comparison(self.name, skipping.incidents, every_frame.incidents)
        self._rounds.append(
            Costs(
                decode_sub=decode_sub / self._seconds,
                decode_main=decode_main / self._seconds,
                inference_s=inference_s,
                skipping=skipping.cpu_s / self._seconds,
                every_frame=every_frame.cpu_s / self._seconds,
                opening_s=skipping.opening_s,
            )
        )

    def result(self) -> StreamResult:
        """Return what was measured, with where the seconds go in runs of their own."""
        split, split_every = in_own_process(splitting, self._case), in_own_process(splitting, self._every)
        return StreamResult(self.name, self._seconds, tuple(self._rounds), split, split_every, self._incidents)


def _compared_clips(options: argparse.Namespace, console: Console) -> Iterator[Comparison]:
    """Compare the incidents of all clips, encoded as a camera would send them."""
    for name, case in clip_cases(options.footage, options.model):
        console.print(f"comparing incidents in {name}", style="dim")
        with_skipping = in_own_process(analysing, case)
        without = in_own_process(analysing, replace(case, skip=False))
        yield Comparison(name, with_skipping.incidents, without.incidents)


if __name__ == "__main__":
    sys.exit(main())
