"""A network file in hand: its bytes checked, its digest taken, its signature read.

Here belongs all that touches the ONNX format but runs nothing. Rewriting for other sizes is resizable.py's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, numpy_helper

from models.errors import ModelFileError
from models.layouts import Dim, Shape, Signature


@dataclass(frozen=True, slots=True, eq=False)
class NetworkFile:
    """One ONNX file. digest: SHA-256 of its bytes, hexadecimal."""

    path: Path
    digest: str
    model: onnx.ModelProto
    signature: Signature


def read_network(path: Path) -> NetworkFile:
    """Read a network.

    Raises ModelFileError where the file is not ONNX, is damaged, or wants another input than float32.
    """
    model = onnx.ModelProto()
    try:
        content = path.read_bytes()
        model.ParseFromString(content)
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror}") from error
    except DecodeError as error:
        raise ModelFileError(f"{path.name} is not an ONNX file or is damaged: fetch or export it again") from error
    if not model.graph.node or not model.graph.output:
        raise ModelFileError(f"{path.name} is an ONNX file without a network: fetch or export it again")
    if any(tensor.data_location == TensorProto.EXTERNAL for tensor in model.graph.initializer):
        raise ModelFileError(f"{path.name} keeps weights in a second file: save it as one, so that its digest holds")
    _refuse_damage(model.graph, path)
    _drop_weights_from_inputs(model.graph)
    _refuse_other_types(model.graph, path)
    return NetworkFile(path, hashlib.sha256(content).hexdigest(), model, signature_of(model))


def _refuse_damage(graph: onnx.GraphProto, path: Path) -> None:
    """Refuse bytes that parse but are no graph: later code trusts outputs and tensors to be there."""
    try:
        stated = [node.attribute[0] for node in graph.node if node.op_type == "Constant"]
        for tensor in (*graph.initializer, *(value.t for value in stated if value.name == "value")):
            numpy_helper.to_array(tensor)
    except (IndexError, TypeError, ValueError) as error:
        raise ModelFileError(f"{path.name} is damaged ({error}): fetch or export it again") from error
    if not all(node.output for node in graph.node):
        raise ModelFileError(f"{path.name} is damaged (an operation without output): fetch or export it again")


def _drop_weights_from_inputs(graph: onnx.GraphProto) -> None:
    """Old exports list weights as inputs too, which keeps a runtime from folding constants."""
    weights = {tensor.name for tensor in graph.initializer}
    inputs = [value for value in graph.input if value.name not in weights]
    del graph.input[:]
    graph.input.extend(inputs)


def _refuse_other_types(graph: onnx.GraphProto, path: Path) -> None:
    kind = graph.input[0].type.tensor_type.elem_type if graph.input else TensorProto.UNDEFINED
    if kind != TensorProto.FLOAT:
        raise ModelFileError(
            f"{path.name} wants a {TensorProto.DataType.Name(kind)} input: export it with a float32 input"
        )


def signature_of(model: onnx.ModelProto) -> Signature:
    """Return what the network shows of itself."""
    graph = model.graph
    return Signature(
        inputs={value.name: _shape(value) for value in graph.input},
        outputs={value.name: _shape(value) for value in graph.output},
        metadata={entry.key: entry.value for entry in model.metadata_props},
        operations=frozenset(node.op_type for node in graph.node),
    )


def _shape(value: onnx.ValueInfoProto) -> Shape:
    return tuple(_dim(dim) for dim in value.type.tensor_type.shape.dim)


def _dim(dim: onnx.TensorShapeProto.Dimension) -> Dim:
    return int(dim.dim_value) if dim.dim_value > 0 else str(dim.dim_param) or "?"
