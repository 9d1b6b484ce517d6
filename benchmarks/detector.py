"""How well detectors see: `python -m benchmarks.detector`.

Looks at the same pictures with Kuraban's own detector and with two public ones of its size, in one run: frames of the
rendered sample clips; rendered offices that training never saw, with what cameras and coders do to a picture; frames
of real clips that training never saw, whose people were marked by hand (`benchmarks/people_in_real_clips.json`:
proposed by the public detectors, then corrected by eye). Here belongs the command line; which pictures there are is
`benchmarks.detector_views`'s, what is measured `benchmarks.detector_figures`'s.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks.detector_figures import Result, measured, speeds
from benchmarks.detector_table import results_table
from benchmarks.detector_views import real_clips, sample_clips, unseen_offices
from models.detector import open_detector
from models.errors import ModelError
from models.training.samples import DATA

ROOT: Final = Path(__file__).resolve().parents[1]
YOLOX_NANO: Final = "yolox_nano_416"
PEERS: Final = ("rtmdet_nano_person", YOLOX_NANO)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return the exit status: 0 done, 2 what it needs is missing."""
    options = _options(arguments)
    console = Console(width=None if sys.stdout.isatty() else 118)
    try:
        detectors = [open_detector(name) for name in (options.model, *PEERS)]
    except ModelError as error:
        console.print(str(error))
        return 2
    sets = {
        "sample clips": list(sample_clips(ROOT / "sample_footage")),
        "unseen offices": list(unseen_offices(options.data / "test")),
        "real clips": list(real_clips(options.footage)),
    }
    speed = speeds(detectors, detectors[-1])
    results = [Result(one.name, measured(one, sets), speed[one.name]) for one in detectors]
    console.print(results_table(results))
    if options.json is not None:
        said = {"sha256": detectors[0].digest, "results": [asdict(result) for result in results]}
        options.json.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detector", description="How well detectors see.")
    parser.add_argument("model", help="the detector by name, or an ONNX file")
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        default=DATA,
        help="where the rendered test pictures lie",
    )
    parser.add_argument(
        "--footage", type=Path, default=ROOT.parent / "shared" / "footage", metavar="FOLDER", help="the real clips"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there as well")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
