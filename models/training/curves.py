"""`python -m models.training.curves`: a run's loss and accuracy over its steps as a picture."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

from models.training.samples import CACHE

mpl.use("Agg")


def draw(log: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Draw what a log has into a PNG: the parts of the loss to the left, AP50 of each class to the right."""
    figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    names = dict.fromkeys(name for line in log for name in line)
    for axis, word in zip(axes, ("_loss", "AP50"), strict=True):
        for name in (name for name in names if word in name):
            points = [(line["step"], line[name]) for line in log if name in line]
            axis.plot(*zip(*points, strict=True), label=name, linewidth=1)
        axis.set_xlabel("step")
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8)
    figure.savefig(path, dpi=100)


def main() -> None:
    """Parse the command line and draw."""
    parser = argparse.ArgumentParser(prog="python -m models.training.curves", description=__doc__)
    parser.add_argument("--run", type=Path, default=CACHE / "training" / "run", help="a folder of a run")
    parser.add_argument("--out", type=Path, default=Path("curves.png"), help="the picture to write")
    options = parser.parse_args()
    lines = (options.run / "log.jsonl").read_text(encoding="utf-8").splitlines()
    draw([json.loads(line) for line in lines], options.out)


if __name__ == "__main__":
    main()
