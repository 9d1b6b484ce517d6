"""Networks run by onnxruntime on the processor: always there, the reference for every other back end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as state

from models.errors import BackendUnavailableError, ModelFileError

PROVIDER = "CPUExecutionProvider"

_REFUSALS = (
    state.EPFail,
    state.Fail,
    state.InvalidArgument,
    state.InvalidGraph,
    state.InvalidProtobuf,
    state.NotImplemented,
    state.RuntimeException,
)
"""What onnxruntime raises; they share no base of their own."""

_FATAL_ONLY = 4


class OnnxRuntimeRunner:
    """One network. `name` is what really runs; `max_batch` is how many pictures one run takes."""

    def __init__(self, model: bytes, file: str, threads: int, max_batch: int) -> None:
        self.max_batch = max_batch
        self._file = file
        try:
            self._session = onnxruntime.InferenceSession(
                model, _options(threads), providers=[PROVIDER], enable_fallback=0
            )
        except (*_REFUSALS, UnicodeDecodeError) as error:
            raise ModelFileError(f"{file} cannot be run by onnxruntime: {error}") from error
        provider = self._session.get_providers()[0]
        if provider != PROVIDER:
            raise BackendUnavailableError(f"{file}: asked onnxruntime for {PROVIDER}, got {provider}")
        self.name = f"onnxruntime {provider} fp32"

    def run(self, feeds: Mapping[str, NDArray[Any]], outputs: Sequence[str]) -> list[NDArray[np.float32]]:
        """Return the named outputs, each with its batch axis first."""
        try:
            return list(self._session.run(list(outputs), dict(feeds)))
        except _REFUSALS as error:
            shapes = {name: value.shape for name, value in feeds.items()}
            raise ModelFileError(f"{self._file} cannot be run on inputs of {shapes}: {error}") from error


def _options(threads: int) -> onnxruntime.SessionOptions:
    """Idle threads must sleep, not spin: cameras share the processor with recording."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = _FATAL_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options
