"""Networks run by OpenVINO on the processor: an extra, faster where that has bf16 (AMX, AVX512-BF16).

A network is compiled once for each input size, because fixed shapes run faster, and runs one picture at a
time, because on one thread a batch costs as much as its pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray

from models.errors import BackendUnavailableError, ModelFileError
from models.network import Precision

DEVICE = "CPU"
_HINTS = {"fp32": "f32", "bf16": "bf16"}
_NAMES = {openvino.Type.f32: "fp32", openvino.Type.bf16: "bf16"}

_Shape = tuple[int, ...]


class OpenVinoRunner:
    """One network. `name` is what really runs, with the precision that the device reports."""

    max_batch = 1

    def __init__(self, model: bytes, file: str, threads: int, precision: Precision) -> None:
        self._core = openvino.Core()
        self._model, self._file = model, file
        wanted = _possible(self._core, precision)
        self._settings = {
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": _HINTS[wanted],
        }
        self._compiled: dict[tuple[_Shape, ...], openvino.InferRequest] = {}
        used = self._precision()
        if used != wanted:
            raise BackendUnavailableError(
                f"{file}: asked OpenVINO for {wanted}, it would run in {used}: ask for {used}"
            )
        self.name = f"openvino {DEVICE} {used}"

    def run(self, feeds: Mapping[str, NDArray[Any]], outputs: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return the named outputs, each with its batch axis first."""
        request = self._request({name: value.shape for name, value in feeds.items()})
        results = request.infer(dict(feeds), share_inputs=True)
        return [np.array(results[name]) for name in outputs]

    def _request(self, shapes: Mapping[str, _Shape]) -> openvino.InferRequest:
        key = tuple(shapes.values())
        if key not in self._compiled:
            self._compiled[key] = self._compile(shapes).create_infer_request()
        return self._compiled[key]

    def _compile(self, shapes: Mapping[str, _Shape]) -> openvino.CompiledModel:
        try:
            model = self._core.read_model(self._model)
            if shapes:
                model.reshape({name: list(shape) for name, shape in shapes.items()})
            return self._core.compile_model(model, DEVICE, self._settings)
        except RuntimeError as error:
            raise ModelFileError(f"{self._file} cannot be run by OpenVINO on inputs of {shapes}: {error}") from error

    def _precision(self) -> str:
        used = self._compile({}).get_property("INFERENCE_PRECISION_HINT")
        return _NAMES.get(used, str(used))


def _possible(core: openvino.Core, asked: Precision) -> str:
    """Return the precision to run in; bf16 that the processor lacks is refused, never emulated in silence."""
    has_bf16 = "BF16" in core.get_property(DEVICE, "OPTIMIZATION_CAPABILITIES")
    if asked == "bf16" and not has_bf16:
        processor = core.get_property(DEVICE, "FULL_DEVICE_NAME").strip()
        raise BackendUnavailableError(
            f"bf16 was asked for and this processor ({processor}) has none: ask for fp32, or auto"
        )
    if asked == "auto":
        return "bf16" if has_bf16 else "fp32"
    return asked
