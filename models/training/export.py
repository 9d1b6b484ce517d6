"""`python -m models.training.export`: the averaged weights of a run as ONNX, and what the manifest says of them."""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path
from typing import Final

import onnx
import torch
from ultralytics.engine.exporter import Exporter
from ultralytics.utils import DEFAULT_CFG_DICT

from models.training.network import new_network
from models.training.samples import CACHE, INPUT_SIZE

TITLE: Final = "Kuraban's detector of people, heads, terminals and cards"
OPSET: Final = 17
UNSTEADY: Final = {"date", "docs", "version", "args"}
"""Metadata that says nothing about the network and would give each export another digest."""


def exported(run: Path, out: Path) -> None:
    """Write the averaged weights of a run's last checkpoint to `out`, of free size and batch."""
    network = new_network()
    network.load_state_dict(torch.load(run / "last.pt", weights_only=True)["average"])
    network.task, network.args = "detect", {**DEFAULT_CFG_DICT, "model": out.stem}
    exporter = Exporter(
        overrides={"format": "onnx", "imgsz": INPUT_SIZE[::-1], "dynamic": True, "simplify": True, "opset": OPSET}
    )
    with tempfile.TemporaryDirectory() as folder:
        network.pt_path = str(Path(folder) / f"{out.stem}.pt")
        made = onnx.load(exporter(model=network.eval()))
    out.write_bytes(_ours(made).SerializeToString())


def _ours(model: onnx.ModelProto) -> onnx.ModelProto:
    """Say in the file's own words what it is; keep what the running service reads."""
    said = {entry.key: entry.value for entry in model.metadata_props if entry.key not in UNSTEADY}
    said |= {"description": TITLE, "author": "The Kuraban authors", "license": "AGPL-3.0-or-later"}
    del model.metadata_props[:]
    del model.graph.value_info[:]  # shapes that a runtime infers anyway, a fifth of the file
    onnx.helper.set_model_props(model, said)
    return model


def main() -> None:
    """Parse the command line, export, and print the manifest's lines."""
    parser = argparse.ArgumentParser(prog="python -m models.training.export", description=__doc__)
    parser.add_argument("--run", type=Path, default=CACHE / "training" / "run-finished", help="a folder of a run")
    parser.add_argument("--out", type=Path, required=True, help="the ONNX file to write")
    options = parser.parse_args()
    exported(options.run, options.out)
    content = options.out.read_bytes()
    print(f'sha256 = "{hashlib.sha256(content).hexdigest()}"\nbytes = {len(content)}')


if __name__ == "__main__":
    main()
