"""One protocol for every detector, and the one function that opens them.

Here belong the choices: weights, layout, labels, input size, back end. What happens to a frame is
network.py's.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, Protocol, get_args

from models.errors import BackendUnavailableError, ModelFileError, WeightsAlteredError
from models.graph import NetworkFile, read_network, signature_of
from models.labels import labels_beside, labels_by_count, labels_from_metadata
from models.layouts import Recognised, recognise
from models.letterbox import Fit
from models.locate import find_weights
from models.manifest import ManifestEntry, entry_of_digest, manifest
from models.network import DEFAULT_STRIDE, InputSize, NetworkDetector, Plan, Precision, Runner
from models.onnxruntime_backend import OnnxRuntimeRunner
from models.resizable import resizable
from vision.types import Detections, Frame, Image

DEFAULT_MODEL = "kuraban_office"

Backend = Literal["onnxruntime", "openvino"]

MAX_BATCH = 8
"""Pictures in one run: bounds the memory; on one thread larger batches are no faster."""

DEFAULT_LONG_SIDE = 640
"""For a network of free size that says nothing: what most are trained at."""


class Detector(Protocol):
    """Finds things in frames. Used by one thread at a time."""

    @property
    def name(self) -> str:
        """What the model is called: its name in the manifest, else the file's name."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the classes; `Detections.label` is an index into it."""

    @property
    def digest(self) -> str:
        """SHA-256 of the weights file, hexadecimal."""

    @property
    def backend(self) -> str:
        """What really runs: runtime, device and precision."""

    def input_size_for(self, width: int, height: int) -> tuple[int, int]:
        """Return the (width, height) px of the network's input for a view of that many px."""

    def detect(self, frames: Sequence[Frame], score: float) -> list[Detections]:
        """Return what is seen in each frame, of every class, at that score or above.

        Boxes are in px of their own frame and clipped to it. Frames may differ in size; the answer for one
        does not depend on the others.
        """

    def detect_images(self, images: Sequence[Image], score: float) -> list[Detections]:
        """Do the same for plain pictures: (height, width, 3) blue, green, red or (height, width) luma."""


def open_detector(
    name_or_path: str,
    *,
    search: Sequence[Path] | None = None,
    backend: Backend = "onnxruntime",
    precision: Precision = "auto",
    threads: int = 1,
    size: int | None = None,
) -> NetworkDetector:
    """Open a detector by manifest name, file name or path.

    search: folders with weights, `search_paths()` by default. precision: `auto` is bf16 where OpenVINO has
    it, else fp32. size: px of the input's longer side, a multiple of the stride, instead of the model's own.
    Raises ModelError: not found, altered, damaged, unknown layout or labels, back end not there.
    """
    if backend not in get_args(Backend):
        raise ValueError(f"backend must be one of {', '.join(get_args(Backend))}, got {backend!r}")
    if threads < 1 or (size is not None and size < 1):
        raise ValueError(f"threads and size must be at least 1, got {threads} and {size}")
    network = read_network(find_weights(name_or_path, search))
    entry = _entry(network, name_or_path)
    recognised = _recognised(network, entry)
    prepared = _freed(network, recognised)
    plan = Plan(
        name=network.path.stem if entry is None else entry.name,
        digest=network.digest,
        labels=_labels(network, entry, recognised),
        recognised=recognised,
        preprocessing=recognised.layout.preprocessing if entry is None else entry.preprocessing,
        input_size=_input_size(prepared, recognised, size or _own_size(network, entry)),
        inputs=tuple(network.signature.inputs),
    )
    return NetworkDetector(plan, _runner(prepared, backend, precision, threads))


def _entry(network: NetworkFile, asked: str) -> ManifestEntry | None:
    """Return what the manifest knows of this very file; asked for by name, it must be that very file."""
    named = manifest().get(asked)
    if named is not None and named.sha256 != network.digest:
        raise WeightsAlteredError(
            f"{network.path} is not the {asked} of the manifest: its SHA-256 is {network.digest}, not "
            f"{named.sha256}. Fetch it again from {named.origin}, or give its path to use it as it is"
        )
    return entry_of_digest(network.digest)


def _recognised(network: NetworkFile, entry: ManifestEntry | None) -> Recognised:
    recognised = recognise(network.signature, network.path.name)
    if entry is not None and entry.layout is not recognised.layout.name:
        raise ModelFileError(
            f"{network.path.name}: the manifest says {entry.layout}, the file looks like "
            f"{recognised.layout.name}: correct MANIFEST.toml"
        )
    return recognised


def _labels(network: NetworkFile, entry: ManifestEntry | None, recognised: Recognised) -> tuple[str, ...]:
    """Take names from the manifest, else from a file beside the weights, the metadata, the COCO tables."""
    names = network.signature.metadata.get("names")
    labels = entry.labels if entry is not None else labels_beside(network.path)
    if labels is None and names is not None:
        labels = labels_from_metadata(names, network.path.name)
    if labels is None:
        labels = labels_by_count(recognised.classes, network.path)
    if recognised.classes not in {None, len(labels)}:
        raise ModelFileError(
            f"{network.path.name} has {recognised.classes} classes and {len(labels)} names are given: "
            f"correct {network.path.with_suffix('.labels').name}, or export the model again"
        )
    return labels


def _freed(network: NetworkFile, recognised: Recognised) -> NetworkFile:
    """Return the network with free size and batch where that changes no number, else as it is."""
    if network.signature.size is None or recognised.layout.preprocessing.fit is Fit.STRETCH:
        return network
    model = resizable(network.model)
    return network if model is None else replace(network, model=model, signature=signature_of(model))


def _own_size(network: NetworkFile, entry: ManifestEntry | None) -> int:
    """Return the longer side, px, that the model is meant for."""
    if entry is not None:
        return entry.long_side
    if network.signature.size is not None:
        return max(network.signature.size)
    return _stated(network, "imgsz", DEFAULT_LONG_SIDE)


def _stated(network: NetworkFile, key: str, default: int) -> int:
    """Return a length from the metadata, px; the longest of several."""
    text = network.signature.metadata.get(key, str(default))
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if not numbers or max(numbers) < 1:
        raise ModelFileError(
            f"{network.path.name}: metadata key {key!r} states no px ({text[:40]!r}): export it again"
        )
    return max(numbers)


def _input_size(network: NetworkFile, recognised: Recognised, long_side: int) -> InputSize:
    fixed = network.signature.size
    stride = _stated(network, "stride", DEFAULT_STRIDE)
    if fixed is not None and long_side != max(fixed):
        raise ModelFileError(
            f"{network.path.name} only takes {fixed[0]}x{fixed[1]} px: leave size away, or export it with a free size"
        )
    if long_side % stride:
        raise ModelFileError(f"{network.path.name}: size {long_side} is not a multiple of {stride} px: choose one")
    if recognised.layout.preprocessing.fit is Fit.STRETCH and fixed is None:
        fixed = (long_side, long_side)
    return InputSize(long_side, stride, fixed)


def _runner(network: NetworkFile, backend: Backend, precision: Precision, threads: int) -> Runner:
    content, file = network.model.SerializeToString(), network.path.name
    if backend == "openvino":
        return _openvino(content, file, threads, precision)
    if precision == "bf16":
        raise BackendUnavailableError("onnxruntime runs in fp32 on the processor: for bf16 choose openvino")
    takes_batches = isinstance(next(iter(network.signature.inputs.values()))[0], str)
    return OnnxRuntimeRunner(content, file, threads, MAX_BATCH if takes_batches else 1)


def _openvino(content: bytes, file: str, threads: int, precision: Precision) -> Runner:
    if importlib.util.find_spec("openvino") is None:
        raise BackendUnavailableError(
            "openvino is not installed: install kuraban with the extra `fast`, or choose onnxruntime"
        )
    from models.openvino_backend import OpenVinoRunner  # noqa: PLC0415 - the extra may be missing

    return OpenVinoRunner(content, file, threads, precision)
