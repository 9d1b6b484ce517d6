"""Going on from weights that were exported before, when the run that made them is gone.

An export has each convolution and the normalization behind it in one. To train on, they must be two again, and the
normalization must be given what it would have measured: it is read off some pictures, so that the network answers as
the export does and a first step does not tear it apart.
"""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from torch import nn
from ultralytics.nn.modules.conv import Conv
from ultralytics.nn.tasks import DetectionModel


def start_from(network: DetectionModel, weights: Path, pictures: torch.Tensor) -> None:
    """Give a network the weights of an export.

    weights: an ONNX file written by `models.training.export`. pictures: (n, 3, height, width) float32 in 0 to 1, some
    dozens as they are trained on. Raises ValueError where the file is of another network.
    """
    kept = {one.name: onnx.numpy_helper.to_array(one) for one in onnx.load(weights).graph.initializer}
    modules = dict(network.named_modules())
    pairs = {f"{name}.conv": module for name, module in modules.items() if isinstance(module, Conv)}
    try:
        with torch.no_grad():
            for name, pair in pairs.items():
                pair.conv.weight.copy_(torch.tensor(kept[f"{name}.weight"]))
                _as_bias(pair.bn, torch.tensor(kept[f"{name}.bias"]))
            for name, module in modules.items():
                if isinstance(module, nn.Conv2d) and module.bias is not None:
                    module.weight.copy_(torch.tensor(kept[f"{name}.weight"]))
                    module.bias.copy_(torch.tensor(kept[f"{name}.bias"]))
    except (KeyError, RuntimeError) as error:
        raise ValueError(f"{weights} is of another network than models.training.network: {error}") from error
    _measure(network, [pair.bn for pair in pairs.values()], pictures)


def _as_bias(normalization: nn.BatchNorm2d, bias: torch.Tensor) -> None:
    """Let a normalization do nothing but add what the export adds."""
    normalization.running_mean.zero_()
    normalization.running_var.fill_(1 - normalization.eps)
    normalization.weight.fill_(1)
    normalization.bias.copy_(bias)


def _measure(network: DetectionModel, normalizations: list[nn.BatchNorm2d], pictures: torch.Tensor) -> None:
    """Let each normalization know mean and variance of what it gets, and undo them again with its weights."""

    def measured(normalization: nn.BatchNorm2d, given: tuple[torch.Tensor]) -> None:
        variance, mean = torch.var_mean(given[0], dim=(0, 2, 3), correction=0)
        normalization.running_mean.copy_(mean)
        normalization.running_var.copy_(variance)
        normalization.weight.copy_((variance + normalization.eps).sqrt())
        normalization.bias.add_(mean)

    hooks = [one.register_forward_pre_hook(measured) for one in normalizations]
    with torch.no_grad():
        network.eval()(pictures)
    for hook in hooks:
        hook.remove()
