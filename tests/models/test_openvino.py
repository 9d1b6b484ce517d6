from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest

from models.detector import open_detector
from models.errors import BackendUnavailableError, ModelFileError
from models.network import NetworkDetector
from vision.boxes import iou
from vision.types import Image

openvino = pytest.importorskip("openvino", reason="openvino (extra `fast`) is not installed")

HAS_BF16 = "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


@pytest.fixture(scope="module", params=["rtmdet_nano_person", "yolox_nano_416"])
def both(request: pytest.FixtureRequest, weights: Path) -> tuple[NetworkDetector, NetworkDetector]:
    """One network in onnxruntime and in OpenVINO, both in fp32."""
    name = str(request.param)
    return (
        open_detector(name, search=[weights]),
        open_detector(name, search=[weights], backend="openvino", precision="fp32"),
    )


@pytest.mark.footage
def test_openvino_in_fp32_sees_what_onnxruntime_sees(
    both: tuple[NetworkDetector, NetworkDetector], people: list[Image]
) -> None:
    reference, other = both
    assert other.backend == "openvino CPU fp32"
    assert other.digest == reference.digest
    for one, two in zip(reference.detect_images(people, 0.3), other.detect_images(people, 0.3), strict=True):
        assert two.score == pytest.approx(one.score, abs=1e-3)
        assert two.label.tolist() == one.label.tolist()
        assert np.abs(two.xyxy - one.xyxy).max(initial=0) < 0.1


@pytest.mark.footage
@pytest.mark.skipif(HAS_BF16, reason="this processor has bf16")
def test_bf16_on_a_processor_without_it_is_refused_and_auto_says_fp32(weights: Path) -> None:
    with pytest.raises(BackendUnavailableError, match="bf16"):
        open_detector("yolox_nano_416", search=[weights], backend="openvino", precision="bf16")
    assert open_detector("yolox_nano_416", search=[weights], backend="openvino").backend == "openvino CPU fp32"


@pytest.mark.footage
@pytest.mark.skipif(not HAS_BF16, reason="this processor has no bf16")
def test_bf16_keeps_the_boxes_of_fp32(weights: Path, people: list[Image]) -> None:
    reference = open_detector("yolox_nano_416", search=[weights])
    fast = open_detector("yolox_nano_416", search=[weights], backend="openvino", precision="bf16")
    assert fast.backend == "openvino CPU bf16"
    for one, two in zip(reference.detect_images(people, 0.5), fast.detect_images(people, 0.4), strict=True):
        kept = (iou(one.xyxy, two.xyxy) > 0.8) & (one.label[:, None] == two.label)
        assert len(one)
        assert kept.any(axis=1).all()


def test_openvino_that_is_not_installed_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, network_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(BackendUnavailableError, match="extra `fast`"):
        open_detector(str(network_path), backend="openvino")


@pytest.fixture
def network_path(network: object) -> Path:
    """Write a YOLOX that sees nothing."""
    assert callable(network)
    path = network({"output": np.zeros((1, 84, 85), np.float32)})
    assert isinstance(path, Path)
    return path


def test_a_network_that_openvino_cannot_run_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    backend = importlib.import_module("models.openvino_backend")
    with pytest.raises(ModelFileError, match="odd"):
        backend.OpenVinoRunner(b"not a network", "odd.onnx", 1, "fp32")
