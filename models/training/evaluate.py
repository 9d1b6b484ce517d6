"""How good a network is while it is trained: AP50 of each class on samples, prepared as the running detector does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import nn

from models.decode import decode_ultralytics
from models.training.accuracy import matches
from models.training.composing import as_deployed, warped
from models.training.loading import collated
from models.training.samples import CLASSES, INPUT_SIZE, Sample, Truth
from vision.types import Detections

LEAST_SCORE = 0.01
BATCH = 16


def average_precisions(network: nn.Module, samples: Sequence[Sample]) -> dict[str, float]:
    """Return AP50 by name: the class, with `real` before it for pictures that were filmed."""
    real = [not sample.truth.known.all() for sample in samples]
    found = list(_found(network.eval(), samples))
    said: dict[str, float] = {}
    for prefix, wanted in (("", False), ("real ", True)):
        pairs = [pair for pair, filmed in zip(found, real, strict=True) if filmed is wanted]
        for number, name in enumerate(CLASSES):
            known = [(boxes, truth) for boxes, truth in pairs if truth.known[number]]
            if known:
                of_class = ((boxes.where(boxes.label == number), truth.of_class(number)) for boxes, truth in known)
                said[f"AP50 {prefix}{name}"] = round(matches(of_class).average_precision(), 4)
    return said


def _found(network: nn.Module, samples: Sequence[Sample]) -> Iterator[tuple[Detections, Truth]]:
    """Give what the network finds in each sample, with the truth in px of its input."""
    for first in range(0, len(samples), BATCH):
        pictures = [_prepared(sample) for sample in samples[first : first + BATCH]]
        tensor = torch.from_numpy(collated(pictures).pictures).float().div_(255)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            answers, _ = network(tensor.contiguous(memory_format=torch.channels_last))
        for answer, (_, truth) in zip(answers.float().numpy(), pictures, strict=True):
            yield decode_ultralytics([answer], INPUT_SIZE, LEAST_SCORE), truth


def _prepared(sample: Sample) -> tuple[np.ndarray[tuple[int, int, int], np.dtype[np.uint8]], Truth]:
    picture = sample.picture()
    return warped(picture, sample.truth, as_deployed(picture), (0, 0, *INPUT_SIZE))
