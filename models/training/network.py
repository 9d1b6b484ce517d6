"""The network: YOLO26's backbone and neck in a width of our own, one head, boxes regressed straight.

CARD.md has the measurements behind the choice. `reg_max` 1: without a distribution over distances the head is half
as dear and no worse at this size. `end2end` off: a second head would cost training time, and suppression costs the
running service next to nothing.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Final

from ultralytics.nn.tasks import DetectionModel

from models.training.samples import CLASSES

LOSS_GAINS: Final = {"box": 7.5, "cls": 0.5, "dfl": 1.5}
"""Ultralytics' defaults."""

_BACKBONE: Final = (
    (-1, 1, "Conv", (64, 3, 2)),
    (-1, 1, "Conv", (128, 3, 2)),
    (-1, 2, "C3k2", (256, False, 0.25)),
    (-1, 1, "Conv", (256, 3, 2)),
    (-1, 2, "C3k2", (512, False, 0.25)),
    (-1, 1, "Conv", (512, 3, 2)),
    (-1, 2, "C3k2", (512, True)),
    (-1, 1, "Conv", (1024, 3, 2)),
    (-1, 2, "C3k2", (1024, True)),
    (-1, 1, "SPPF", (1024, 5, 3, True)),
    (-1, 2, "C2PSA", (1024,)),
)
_HEAD: Final = (
    (-1, 1, "nn.Upsample", (None, 2, "nearest")),
    ((-1, 6), 1, "Concat", (1,)),
    (-1, 2, "C3k2", (512, True)),
    (-1, 1, "nn.Upsample", (None, 2, "nearest")),
    ((-1, 4), 1, "Concat", (1,)),
    (-1, 2, "C3k2", (256, True)),
    (-1, 1, "Conv", (256, 3, 2)),
    ((-1, 13), 1, "Concat", (1,)),
    (-1, 2, "C3k2", (512, True)),
    (-1, 1, "Conv", (512, 3, 2)),
    ((-1, 10), 1, "Concat", (1,)),
    (-1, 1, "C3k2", (1024, True, 0.5, True)),
    ((16, 19, 22), 1, "Detect", ("nc",)),
)
_DEPTH, _WIDTH, _MOST_CHANNELS = 0.5, 0.25, 512


def new_network() -> DetectionModel:
    """Return the network with random weights, ready for ultralytics' loss."""
    network = DetectionModel(_description(), ch=3, nc=len(CLASSES), verbose=False)
    network.names = dict(enumerate(CLASSES))
    network.args = SimpleNamespace(**LOSS_GAINS)
    return network


def _description() -> dict[str, Any]:
    return {
        "nc": len(CLASSES),
        "reg_max": 1,
        "end2end": False,
        "scale": "n",
        "scales": {"n": [_DEPTH, _WIDTH, _MOST_CHANNELS]},
        "backbone": _as_lists(_BACKBONE),
        "head": _as_lists(_HEAD),
    }


def _as_lists(layers: Any) -> Any:
    """Return what a YAML file would give: ultralytics changes its description while it reads it."""
    return [_as_lists(layer) for layer in layers] if isinstance(layers, tuple) else layers
