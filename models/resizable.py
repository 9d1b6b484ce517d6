"""Free a fixed network of its input size and batch, where that changes no number.

Many exports freeze the square that they were traced with, and a 16:9 view then pays for 40 % of padding.
A network whose every operation treats each place of the picture alike computes the same values at any size;
only the frozen numbers in its Reshape targets stand in the way. Here belongs the proof that a graph is of
that kind and the rewriting of those numbers. A graph that is not provably so is left as it is: attention
over a fixed number of places, anchor grids stored as constants, plain weights as large as a feature map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import NodeProto, helper, numpy_helper

_Constants = Mapping[str, NDArray[np.generic]]

_LOCAL = frozenset(
    {
        "AveragePool", "BatchNormalization", "Cast", "Clip", "Conv", "GlobalAveragePool", "HardSigmoid",
        "HardSwish", "Identity", "LeakyRelu", "MaxPool", "Relu", "Sigmoid", "Tanh",
    }
)  # fmt: skip
"""Operations without a size of their own."""

_ARITHMETIC = frozenset({"Add", "Sub", "Mul", "Div", "PRelu"})
_CHANNEL_AXIS = 1
_SHUFFLE = [0, 2, 1, 3, 4]


@dataclass(frozen=True, slots=True)
class _Shuffle:
    """Reshape, Transpose, Reshape that interleave groups of channels (ShuffleNet)."""

    nodes: tuple[NodeProto, NodeProto, NodeProto]
    groups: int
    channels: int

    def as_gather(self) -> list[NodeProto]:
        """Return the same permutation of channels as one Gather, which knows no width or height."""
        order = np.arange(self.channels).reshape(self.groups, -1).T.ravel()
        source, target = self.nodes[0].input[0], self.nodes[2].output[0]
        return [
            helper.make_node("Constant", [], [f"{target}.order"], value=numpy_helper.from_array(order)),
            helper.make_node("Gather", [source, f"{target}.order"], [target], axis=_CHANNEL_AXIS),
        ]


def resizable(model: onnx.ModelProto) -> onnx.ModelProto | None:
    """Return the model with free batch, height and width; None where that might change its answers.

    The model given is not changed. Values at the original size stay bit for bit the same.
    """
    constants = _constants(model.graph)
    shuffles = _shuffles(model.graph, constants)
    inside = {node.output[0] for shuffle in shuffles for node in shuffle.nodes}
    if any(output.name in constants for output in model.graph.output):
        return None
    for node in model.graph.node:
        if node.output[0] not in inside and not _is_local(node, constants):
            return None
    free = onnx.ModelProto()
    free.CopyFrom(model)
    _replace_shuffles(free.graph, shuffles)
    _free_flattenings(free.graph, constants)
    _free_shapes(free.graph)
    return free


def _constants(graph: onnx.GraphProto) -> dict[str, NDArray[np.generic]]:
    found = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute[0].name == "value":
            found[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    return found


def _attribute(node: NodeProto, name: str, default: object) -> object:
    for attribute in node.attribute:
        if attribute.name == name:
            return helper.get_attribute_value(attribute)
    return default


def _is_local(node: NodeProto, constants: _Constants) -> bool:
    if node.op_type == "Constant":
        return node.output[0] in constants
    if node.domain not in {"", "ai.onnx"} or _is_computed_constant(node, constants):
        return False
    if node.op_type in _LOCAL:
        return True
    check = _CHECKS.get(node.op_type)
    return check is not None and check(node, constants)


def _is_computed_constant(node: NodeProto, constants: _Constants) -> bool:
    """Tell what would be a constant that later operations do not know for one."""
    return all(name in constants for name in node.input if name)


def _arithmetic_is_local(node: NodeProto, constants: _Constants) -> bool:
    """Let a constant operand differ from channel to channel, never from place to place."""
    operands = [constants[name] for name in node.input if name in constants]
    return all(value.size == 1 or (value.ndim >= 3 and value.shape[-2:] == (1, 1)) for value in operands)


def _concat_is_local(node: NodeProto, constants: _Constants) -> bool:
    """Let channels be joined, or flattened places; not pictures of a batch, nor a stored map."""
    return _attribute(node, "axis", 0) != 0 and not any(name in constants for name in node.input)


def _split_is_local(node: NodeProto, _: _Constants) -> bool:
    return _attribute(node, "axis", 0) == _CHANNEL_AXIS


def _slice_is_local(node: NodeProto, constants: _Constants) -> bool:
    """Let channels be chosen freely; rows and columns only by their parity, to the very end."""
    if len(node.input) < 4 or any(name not in constants for name in node.input[1:]):
        return False
    starts, ends, axes = (constants[name].tolist() for name in node.input[1:4])
    steps = constants[node.input[4]].tolist() if len(node.input) > 4 else [1] * len(axes)
    return all(
        axis == _CHANNEL_AXIS or (axis > _CHANNEL_AXIS and 0 <= start < step and end > 2**30)
        for start, end, axis, step in zip(starts, ends, axes, steps, strict=True)
    )


def _resize_is_local(node: NodeProto, constants: _Constants) -> bool:
    """Let only a stored factor scale; aligned corners would sample differently at each size."""
    if _attribute(node, "coordinate_transformation_mode", b"") in {b"align_corners", b"tf_crop_and_resize"}:
        return False
    return len(node.input) == 3 and node.input[2] in constants and constants[node.input[2]].size == 4


def _transpose_is_local(node: NodeProto, _: _Constants) -> bool:
    """Let only flattened maps be turned, (batch, channels, places) to (batch, places, channels)."""
    return _attribute(node, "perm", None) == [0, 2, 1]


def _reshape_is_local(node: NodeProto, constants: _Constants) -> bool:
    """Let only a map be flattened, to (1, channels, -1)."""
    target = _target(node, constants)
    return len(target) == 3 and target[0] in {0, 1} and target[1] > 0 and target[2] == -1


def _target(node: NodeProto, constants: _Constants) -> list[int]:
    """Return the stored shape that a Reshape makes, empty where it is computed."""
    if len(node.input) < 2 or node.input[1] not in constants:
        return []
    return [int(value) for value in constants[node.input[1]].ravel()]


_CHECKS: Mapping[str, Callable[[NodeProto, _Constants], bool]] = {
    **dict.fromkeys(_ARITHMETIC, _arithmetic_is_local),
    "Concat": _concat_is_local,
    "Reshape": _reshape_is_local,
    "Resize": _resize_is_local,
    "Slice": _slice_is_local,
    "Split": _split_is_local,
    "Transpose": _transpose_is_local,
}


def _shuffles(graph: onnx.GraphProto, constants: _Constants) -> list[_Shuffle]:
    readers = Counter(name for node in graph.node for name in node.input)
    maker = {node.output[0]: node for node in graph.node}
    found = []
    for last in graph.node:
        middle = maker.get(last.input[0]) if last.input else None
        first = maker.get(middle.input[0]) if middle is not None and middle.input else None
        if middle is None or first is None or readers[first.output[0]] + readers[middle.output[0]] != 2:
            continue
        shuffle = _as_shuffle((first, middle, last), constants)
        if shuffle is not None:
            found.append(shuffle)
    return found


def _as_shuffle(nodes: tuple[NodeProto, NodeProto, NodeProto], constants: _Constants) -> _Shuffle | None:
    if [node.op_type for node in nodes] != ["Reshape", "Transpose", "Reshape"]:
        return None
    apart, together = _target(nodes[0], constants), _target(nodes[2], constants)
    if len(apart) != 5 or len(together) != 4 or apart[3:] != together[2:]:
        return None
    groups, width = apart[1:3]
    if min(groups, width) < 1 or together[1] not in {-1, groups * width}:
        return None
    if _attribute(nodes[1], "perm", []) != _SHUFFLE:
        return None
    return _Shuffle(nodes, groups, groups * width)


def _replace_shuffles(graph: onnx.GraphProto, shuffles: Sequence[_Shuffle]) -> None:
    last = {shuffle.nodes[2].output[0]: shuffle for shuffle in shuffles}
    inside = {node.output[0] for shuffle in shuffles for node in shuffle.nodes[:2]}
    nodes: list[NodeProto] = []
    for node in graph.node:
        if node.output[0] in last:
            nodes += last[node.output[0]].as_gather()
        elif node.output[0] not in inside:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)


def _free_flattenings(graph: onnx.GraphProto, constants: _Constants) -> None:
    """Let every flattening take its batch from its input (a 0 in a Reshape target)."""
    for node in graph.node:
        if node.op_type == "Reshape":
            target = np.array([0, *_target(node, constants)[1:]], np.int64)
            node.input[1] = f"{node.output[0]}.target"
            graph.initializer.append(numpy_helper.from_array(target, node.input[1]))


def _free_shapes(graph: onnx.GraphProto) -> None:
    names = ("batch", "channels", "height", "width")
    for dim, name in zip(graph.input[0].type.tensor_type.shape.dim, names, strict=True):
        if name != "channels":
            dim.dim_param = name
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")
    del graph.value_info[:]
