"""Tiny networks that answer known tensors, and real frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from vision.types import Frame, Image


def _constant_network(
    outputs: Mapping[str, NDArray[Any]],
    size: tuple[int | str, int | str],
    metadata: Mapping[str, str],
    extra_inputs: Sequence[str],
) -> onnx.ModelProto:
    """Answer `outputs` whatever comes in; `size` is (width, height), a word for a free length."""
    picture = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, size[1], size[0]])
    others = [helper.make_tensor_value_info(name, TensorProto.INT64, [1, 2]) for name in extra_inputs]
    nodes = [
        helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value))
        for name, value in outputs.items()
    ]
    values = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
        for name, value in outputs.items()
    ]
    model = helper.make_model(
        helper.make_graph(nodes, "constant", [picture, *others], values),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )
    helper.set_model_props(model, dict(metadata))
    return model


@pytest.fixture
def network(tmp_path: Path) -> Callable[..., Path]:
    """Write a network that always answers the given tensors, and return its path."""

    def write(
        outputs: Mapping[str, NDArray[Any]],
        size: tuple[int | str, int | str] = (64, 64),
        metadata: Mapping[str, str] | None = None,
        extra_inputs: Sequence[str] = (),
    ) -> Path:
        path = tmp_path / "network.onnx"
        onnx.save(_constant_network(outputs, size, metadata or {}, extra_inputs), path)
        return path

    return write


@pytest.fixture
def grey() -> Callable[[int, int], Frame]:
    """Make a grey frame of a width and height."""
    return lambda width, height: Frame.from_bgr(0, np.full((height, width, 3), 128, np.uint8))


def _pictures(clip: Path, numbers: Sequence[int]) -> list[Image]:
    capture = cv2.VideoCapture(str(clip))
    pictures = []
    for number in numbers:
        capture.set(cv2.CAP_PROP_POS_FRAMES, number)
        read, picture = capture.read()
        assert read, f"{clip.name} has no frame {number}"
        pictures.append(np.asarray(picture, np.uint8))
    capture.release()
    return pictures


@pytest.fixture(scope="session")
def people(footage: Path) -> list[Image]:
    """Real pictures of 768x432 and 320x200 px, most with somebody in view."""
    wide = _pictures(footage / "one-by-one.mp4", [120, 300, 620, 1000])
    return wide + _pictures(footage / "desk.mp4", [900, 1500])
