from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from models.graph import read_network
from models.resizable import resizable

Array = NDArray[np.float32]


def constant(name: str, value: Sequence[float] | NDArray[np.generic], dtype: type[np.generic]) -> NodeProto:
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(np.array(value, dtype)))


def model(*nodes: NodeProto) -> onnx.ModelProto:
    """Take (1, 4, 8, 8) pictures; the last node's output is the answer."""
    picture = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, 8, 8])
    answer = helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)
    graph = helper.make_graph(list(nodes), "small", [picture], [answer])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def answers(network: onnx.ModelProto, picture: Array) -> list[Array]:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    content = network.SerializeToString()
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return list(session.run(None, {session.get_inputs()[0].name: picture}))


def noise(*shape: int) -> Array:
    return np.random.default_rng(7).uniform(0, 255, shape).astype(np.float32)


def shuffle_and_flatten() -> onnx.ModelProto:
    return model(
        constant("apart", [1, 2, 2, 8, 8], np.int64),
        constant("together", [1, -1, 8, 8], np.int64),
        constant("flat", [1, 4, -1], np.int64),
        helper.make_node("Reshape", ["x", "apart"], ["a"]),
        helper.make_node("Transpose", ["a"], ["b"], perm=[0, 2, 1, 3, 4]),
        helper.make_node("Reshape", ["b", "together"], ["c"]),
        helper.make_node("Reshape", ["c", "flat"], ["d"]),
        helper.make_node("Transpose", ["d"], ["y"], perm=[0, 2, 1]),
    )


def test_a_channel_shuffle_and_a_flattening_are_freed_of_their_frozen_size() -> None:
    frozen = shuffle_and_flatten()
    free = resizable(frozen)
    assert free is not None
    picture = noise(1, 4, 8, 8)
    assert np.array_equal(answers(frozen, picture)[0], answers(free, picture)[0])
    wide = noise(2, 4, 6, 10)
    swapped = wide[:, [0, 2, 1, 3]].reshape(2, 4, 60).transpose(0, 2, 1)
    assert np.array_equal(answers(free, wide)[0], swapped)


def test_the_model_given_stays_as_it_was() -> None:
    frozen = shuffle_and_flatten()
    before = frozen.SerializeToString(deterministic=True)
    assert resizable(frozen) is not None
    assert frozen.SerializeToString(deterministic=True) == before


@pytest.mark.parametrize(
    "frozen",
    [
        model(
            constant("grid", np.zeros((1, 1, 8, 8)), np.float32),
            helper.make_node("Add", ["x", "grid"], ["y"]),
        ),
        model(constant("s", [1, 8, 32], np.int64), helper.make_node("Reshape", ["x", "s"], ["y"])),
        model(
            constant("slope", np.ones((4, 8, 8)), np.float32),
            helper.make_node("PRelu", ["x", "slope"], ["y"]),
        ),
        model(
            constant("grid", np.zeros((1, 1, 8, 8)), np.float32),
            helper.make_node("Identity", ["grid"], ["same"]),
            helper.make_node("Add", ["x", "same"], ["y"]),
        ),
        model(
            helper.make_node("Constant", [], ["row"], value_floats=[0.0] * 8),
            helper.make_node("Add", ["x", "row"], ["y"]),
        ),
        model(
            constant("scale", [1, 1, 2, 2], np.float32),
            helper.make_node(
                "Resize",
                ["x", "", "scale"],
                ["y"],
                mode="linear",
                coordinate_transformation_mode="align_corners",
            ),
        ),
        model(constant("y", np.zeros((1, 4)), np.float32)),
        model(helper.make_node("Softmax", ["x"], ["y"])),
        model(helper.make_node("Transpose", ["x"], ["y"], perm=[0, 1, 3, 2])),
        model(helper.make_node("Concat", ["x", "x"], ["y"], axis=0)),
        model(
            constant("size", [1, 4, 16, 16], np.int64),
            helper.make_node("Resize", ["x", "", "", "size"], ["y"], mode="nearest"),
        ),
        model(
            *(constant(name, [value], np.int64) for name, value in (("from", 0), ("to", 4), ("axis", 2))),
            helper.make_node("Slice", ["x", "from", "to", "axis"], ["y"]),
        ),
        model(helper.make_node("Conv", ["x", "x"], ["y"], domain="vendor")),
    ],
    ids=[
        "stored grid",
        "frozen places",
        "stored slopes",
        "copied grid",
        "stored row",
        "aligned corners",
        "constant answer",
        "attention",
        "turned",
        "batch joined",
        "frozen size",
        "cut",
        "foreign",
    ],
)
def test_what_may_depend_on_the_size_is_left_alone(frozen: onnx.ModelProto) -> None:
    assert resizable(frozen) is None


@pytest.mark.footage
@pytest.mark.parametrize("file", ["yolox_nano_416.onnx", "nanodet_m_416.onnx"])
def test_a_freed_real_network_answers_bit_for_bit_the_same_at_its_own_size(weights: Path, file: str) -> None:
    frozen = read_network(weights / file).model
    free = resizable(frozen)
    assert free is not None
    picture = noise(1, 3, 416, 416)
    for old, new in zip(answers(frozen, picture), answers(free, picture), strict=True):
        assert np.array_equal(old, new)


@pytest.mark.footage
def test_a_network_with_attention_over_a_fixed_number_of_places_stays_fixed(weights: Path) -> None:
    assert resizable(read_network(weights / "yolo11n_int8_320.onnx").model) is None
