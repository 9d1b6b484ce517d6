"""Detectors opened from files: small made ones of every layout, and the real ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest

from models.detector import Detector, open_detector
from models.errors import (
    BackendUnavailableError,
    ModelFileError,
    UnknownLabelsError,
    UnknownLayoutError,
    WeightsAlteredError,
)
from models.labels import COCO_80, COCO_91
from models.layouts import LayoutName
from models.network import NetworkDetector
from vision.types import Detections, Frame, Image

Network = Callable[..., Path]
Grey = Callable[[int, int], Frame]

PEOPLE = {"names": "{0: 'person', 1: 'bag'}", "stride": "32"}


def same(left: Detections, right: Detections) -> bool:
    return (
        np.array_equal(left.xyxy, right.xyxy)
        and np.array_equal(left.score, right.score)
        and np.array_equal(left.label, right.label)
    )


def named(detector: Detector, found: Detections) -> list[str]:
    return [detector.labels[label] for label in found.label]


def tensor(
    values: Sequence[object], dtype: type[np.generic] = np.float32
) -> np.ndarray[tuple[int, ...], np.dtype[np.generic]]:
    return np.array(values, dtype)


def test_rt_detr_and_d_fine_with_their_postprocessor(network: Network, grey: Grey) -> None:
    outputs = {
        "labels": tensor([[0, 63]], np.int64),
        "boxes": tensor([[[16, 32, 32, 64], [0, 0, 64, 64]]]),
        "scores": tensor([[0.9, 0.2]]),
    }
    path = network(outputs, extra_inputs=["orig_target_sizes"])
    path.with_suffix(".labels").write_text("\n".join(COCO_80))
    detector = open_detector(str(path))
    seen = detector.detect([grey(640, 320)], 0.5)[0]
    assert detector.layout is LayoutName.DETR_BOXES
    assert seen.xyxy.tolist() == [[160, 160, 320, 320]]
    assert named(detector, seen) == ["person"]


def test_rf_detr_numbers_classes_by_coco_category(network: Network, grey: Grey) -> None:
    logits = np.full((1, 2, 91), -9, np.float32)
    logits[0, 0, COCO_91.index("person")] = 2
    logits[0, 1, COCO_91.index("laptop")] = 1
    boxes = tensor([[[0.5, 0.5, 0.5, 1.0], [0.25, 0.75, 0.1, 0.1]]])
    detector = open_detector(str(network({"dets": boxes, "labels": logits})))
    seen = detector.detect([grey(200, 100)], 0.5)[0]
    assert detector.layout is LayoutName.RF_DETR
    assert named(detector, seen) == ["person", "laptop"]
    assert seen.xyxy[0] == pytest.approx([50, 0, 150, 100])
    assert seen.xyxy[1] == pytest.approx([40, 70, 60, 80], abs=1e-4)


def test_rt_detr_as_transformers_exports_it(network: Network, grey: Grey) -> None:
    logits = np.full((1, 1, 80), -9, np.float32)
    logits[0, 0, 0] = 3
    detector = open_detector(str(network({"logits": logits, "pred_boxes": tensor([[[0.5, 0.5, 1, 1]]])})))
    seen = detector.detect([grey(90, 60)], 0.5)[0]
    assert detector.layout is LayoutName.DETR_LOGITS
    assert seen.xyxy[0] == pytest.approx([0, 0, 90, 60])
    assert named(detector, seen) == ["person"]


def test_rt_detr_as_ultralytics_exports_it(network: Network, grey: Grey) -> None:
    rows = tensor([[[0.5, 0.5, 0.5, 0.5, 0.1, 0.8]]])
    detector = open_detector(str(network({"output0": rows}, metadata={**PEOPLE, "description": "rtdetr-l"})))
    seen = detector.detect([grey(80, 40)], 0.5)[0]
    assert detector.layout is LayoutName.DETR_QUERIES
    assert seen.xyxy.tolist() == [[20, 10, 60, 30]]
    assert named(detector, seen) == ["bag"]


def test_end_to_end_boxes_are_taken_out_of_centred_padding(network: Network, grey: Grey) -> None:
    rows = tensor([[[16, 16, 48, 48, 0.9, 0], [0, 0, 64, 15, 0.9, 1]]])
    detector = open_detector(str(network({"output0": rows}, metadata=PEOPLE)))
    seen = detector.detect([grey(128, 64)], 0.5)[0]
    assert detector.layout is LayoutName.END_TO_END
    assert seen.xyxy.tolist() == [[32, 0, 96, 64]]
    assert named(detector, seen) == ["person"]


def test_ultralytics_names_and_stride_come_from_the_metadata(network: Network, grey: Grey) -> None:
    columns = np.zeros((1, 6, 84), np.float32)
    columns[0, :, 3] = 32, 32, 16, 16, 0.7, 0
    detector = open_detector(str(network({"output0": columns}, metadata=PEOPLE)))
    assert detector.labels == ("person", "bag")
    assert detector.detect([grey(64, 64)], 0.5)[0].xyxy.tolist() == [[24, 24, 40, 40]]


def test_a_yolox_of_eighty_classes_that_says_nothing_is_named_by_coco(network: Network) -> None:
    detector = open_detector(str(network({"output": np.zeros((1, 84, 85), np.float32)})))
    assert detector.labels == COCO_80
    assert detector.name == "network"


def test_names_beside_the_weights_win_over_those_inside(network: Network) -> None:
    path = network({"output0": np.zeros((1, 6, 84), np.float32)}, metadata=PEOPLE)
    path.with_suffix(".labels").write_text("staff\n\nvisitor\n", encoding="utf-8")
    assert open_detector(str(path)).labels == ("staff", "visitor")


def test_classes_without_names_are_refused_with_the_remedy(network: Network) -> None:
    path = network({"output": np.zeros((1, 84, 8), np.float32)})
    with pytest.raises(UnknownLabelsError, match=r"3 classes.*network\.labels"):
        open_detector(str(path))


def test_too_few_names_are_refused_when_opened_or_when_a_nameless_class_is_found(
    network: Network, grey: Grey
) -> None:
    path = network({"output": np.zeros((1, 84, 8), np.float32)})
    path.with_suffix(".labels").write_text("person\n")
    with pytest.raises(ModelFileError, match="3 classes and 1 names"):
        open_detector(str(path))
    detector = open_detector(str(network({"output0": tensor([[[0, 0, 9, 9, 0.9, 4]]])})))
    with pytest.raises(ModelFileError, match="class 4"):
        detector.detect([grey(64, 64)], 0.5)


@pytest.mark.parametrize(
    ("metadata", "key"),
    [
        ({"names": "person"}, "names"),
        ({"names": "{1: 'person'}"}, "number the classes"),
        ({**PEOPLE, "stride": "none"}, "stride"),
    ],
)
def test_unreadable_metadata_is_an_error_that_names_the_key(
    network: Network, metadata: dict[str, str], key: str
) -> None:
    path = network({"output0": np.zeros((1, 6, 84), np.float32)}, metadata=metadata)
    with pytest.raises(ModelFileError, match=key):
        open_detector(str(path))


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x08" * 50], ids=["empty", "text", "bytes"])
def test_a_file_that_is_no_network_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=r"broken\.onnx"):
        open_detector(str(path))


def test_a_size_that_a_fixed_network_cannot_take_is_refused(network: Network) -> None:
    path = network({"output": np.zeros((1, 84, 85), np.float32)})
    assert open_detector(str(path), size=64).input_size_for(1280, 720) == (64, 64)
    with pytest.raises(ModelFileError, match="only takes 64x64"):
        open_detector(str(path), size=96)


def test_a_network_of_free_size_takes_the_size_that_its_metadata_states(network: Network) -> None:
    metadata = {**PEOPLE, "imgsz": "[320, 320]"}
    path = str(network({"output0": np.zeros((1, 6, 84), np.float32)}, ("width", "height"), metadata))
    assert open_detector(path).input_size_for(640, 360) == (320, 192)
    assert open_detector(path, size=416).input_size_for(640, 360) == (416, 256)
    with pytest.raises(ModelFileError, match="multiple of 32"):
        open_detector(path, size=100)


def test_a_network_that_was_trained_on_stretched_squares_gets_a_square(network: Network) -> None:
    outputs = {"logits": np.zeros((1, 1, 80), np.float32), "pred_boxes": np.zeros((1, 1, 4), np.float32)}
    detector = open_detector(str(network(outputs, ("width", "height"))))
    assert detector.input_size_for(1280, 720) == (640, 640)


def test_an_input_that_is_not_float32_is_refused(network: Network) -> None:
    path = network({"output": np.zeros((1, 84, 85), np.float32)})
    model = onnx.load(path)
    model.graph.input[0].type.tensor_type.elem_type = onnx.TensorProto.FLOAT16
    onnx.save(model, path)
    with pytest.raises(ModelFileError, match="FLOAT16"):
        open_detector(str(path))


def test_weights_in_a_second_file_are_refused_because_the_digest_would_not_cover_them(
    network: Network,
) -> None:
    path = network({"output": np.zeros((1, 84, 85), np.float32)})
    model = onnx.load(path)
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.zeros(4000, np.float32), "weight"))
    onnx.save(model, path, save_as_external_data=True, location="weights.bin")
    with pytest.raises(ModelFileError, match="second file"):
        open_detector(str(path))


def _no_output(node: onnx.NodeProto) -> None:
    del node.output[:]


def _no_value(node: onnx.NodeProto) -> None:
    del node.attribute[:]


def _half_a_value(node: onnx.NodeProto) -> None:
    node.attribute[0].t.raw_data = node.attribute[0].t.raw_data[:7]


@pytest.mark.parametrize("harm", [_no_output, _no_value, _half_a_value])
def test_a_file_that_parses_but_holds_no_whole_graph_is_called_damaged(
    network: Network, harm: Callable[[onnx.NodeProto], None]
) -> None:
    path = network({"output": np.zeros((1, 84, 85), np.float32)})
    model = onnx.load(path)
    harm(model.graph.node[0])
    onnx.save(model, path)
    with pytest.raises(ModelFileError, match=r"network\.onnx is damaged"):
        open_detector(str(path))


def test_a_damaged_network_is_refused_with_what_the_runtime_says(network: Network) -> None:
    path = network({"output": np.zeros((1, 84, 85), np.float32)})
    model = onnx.load(path)
    model.graph.node[0].op_type = "NoSuchOperation"
    onnx.save(model, path)
    with pytest.raises(ModelFileError, match="NoSuchOperation"):
        open_detector(str(path))


def test_wrong_arguments_are_refused(network: Network, grey: Grey) -> None:
    path = str(network({"output": np.zeros((1, 84, 85), np.float32)}))
    with pytest.raises(ValueError, match="a picture must be"):
        open_detector(path).detect_images([np.zeros((4, 4, 4), np.uint8)], 0.5)
    with pytest.raises(ValueError, match="score"):
        open_detector(path).detect([grey(64, 64)], 0)
    with pytest.raises(ValueError, match="threads"):
        open_detector(path, threads=0)
    with pytest.raises(ValueError, match="size"):
        open_detector(path, size=-32)
    with pytest.raises(ValueError, match="backend must be one of onnxruntime, openvino"):
        open_detector(path, backend="tpu")  # type: ignore[arg-type]
    with pytest.raises(BackendUnavailableError, match="bf16"):
        open_detector(path, precision="bf16")


def test_weights_that_are_not_those_of_the_manifest_are_refused_by_name_and_taken_by_path(
    network: Network, tmp_path: Path
) -> None:
    path = network({"output": np.zeros((1, 84, 85), np.float32)}).rename(tmp_path / "yolox_nano_416.onnx")
    with pytest.raises(WeightsAlteredError, match="SHA-256"):
        open_detector("yolox_nano_416", search=[tmp_path])
    assert open_detector(str(path)).name == "yolox_nano_416"


@pytest.fixture(scope="module")
def real(weights: Path) -> Iterator[Callable[[str], NetworkDetector]]:
    """Open each real detector once."""
    opened: dict[str, NetworkDetector] = {}

    def detector(name: str) -> NetworkDetector:
        if name not in opened:
            opened[name] = open_detector(name, search=[weights])
        return opened[name]

    yield detector
    opened.clear()


Real = Callable[[str], NetworkDetector]


@pytest.mark.footage
def test_a_detector_says_what_it_is_and_what_really_runs(weights: Path, real: Real) -> None:
    detector = real("rtmdet_nano_person")
    assert detector.labels == ("person",)
    assert detector.backend == "onnxruntime CPUExecutionProvider fp32"
    content = (weights / "rtmdet_nano_person.onnx").read_bytes()
    assert detector.digest == hashlib.sha256(content).hexdigest()


@pytest.mark.footage
@pytest.mark.parametrize("name", ["rtmdet_nano_person", "yolox_nano_416", "nanodet_m_416"])
def test_a_wide_view_is_not_padded_to_a_square(real: Real, name: str) -> None:
    assert real(name).input_size_for(1280, 720) == (416, 256)
    assert real(name).input_size_for(720, 1280) == (256, 416)


@pytest.mark.footage
@pytest.mark.parametrize("name", ["rtmdet_nano_person", "yolox_nano_416", "nanodet_m_416", "yolo11n_int8_320"])
def test_a_batch_of_cameras_gives_what_each_gives_alone(real: Real, people: list[Image], name: str) -> None:
    frames = [Frame.from_bgr(0, picture) for picture in people]
    alone = [real(name).detect([frame], 0.3)[0] for frame in frames]
    together = real(name).detect(frames, 0.3)
    assert sum(len(found) for found in alone) >= 3
    assert all(same(one, other) for one, other in zip(alone, together, strict=True))


@pytest.mark.footage
@pytest.mark.parametrize("name", ["rtmdet_nano_person", "yolox_nano_416", "nanodet_m_416"])
def test_a_rectangular_input_finds_the_people_that_the_square_finds(
    real: Real, people: list[Image], name: str
) -> None:
    overlaps: list[float] = []
    for picture in people:
        height, width = picture.shape[:2]
        square = np.full((width, width, 3), 114, np.uint8)
        square[:height] = picture
        wide, padded = (real(name).detect_images([one], 0.5)[0] for one in (picture, square))
        wide, padded = (found.where(found.label == 0) for found in (wide, padded))
        assert len(wide) == len(padded)
        overlaps += [overlap(one, padded) for one in wide.xyxy]
    assert len(overlaps) >= 3
    assert np.mean(overlaps) > 0.95
    assert min(overlaps) > 0.8


def overlap(box: np.ndarray[tuple[int], np.dtype[np.float32]], found: Detections) -> float:
    """Return the largest intersection over union of a box with any of the others."""
    extent = np.minimum(box[2:], found.xyxy[:, 2:]) - np.maximum(box[:2], found.xyxy[:, :2])
    inside = extent.clip(0).prod(axis=1)
    areas = (found.xyxy[:, 2:] - found.xyxy[:, :2]).prod(axis=1)
    return float((inside / (areas + (box[2:] - box[:2]).prod() - inside)).max())


@pytest.mark.footage
def test_a_crop_is_looked_at_like_a_frame_and_luma_like_colour(real: Real, people: list[Image]) -> None:
    detector, picture = real("rtmdet_nano_person"), people[1]
    frame = Frame.from_bgr(0, picture)
    assert same(detector.detect([frame], 0.3)[0], detector.detect_images([picture], 0.3)[0])
    assert len(detector.detect_images([np.asarray(frame.luma)], 0.3)[0]) >= 1
    assert detector.detect_images([], 0.3) == []


@pytest.mark.footage
def test_boxes_stay_inside_their_own_frame(real: Real, people: list[Image]) -> None:
    found = real("nanodet_m_416").detect_images(people, 0.05)
    for picture, one in zip(people, found, strict=True):
        height, width = picture.shape[:2]
        assert len(one) > 0
        assert one.xyxy.min() >= 0
        assert (one.xyxy[:, 2] <= width).all()
        assert (one.xyxy[:, 3] <= height).all()
        assert (one.xyxy[:, 2:] > one.xyxy[:, :2]).all()
        assert (np.diff(one.score) <= 0).all()


@pytest.mark.footage
def test_a_real_file_of_unknown_layout_is_refused(weights: Path) -> None:
    with pytest.raises(UnknownLayoutError, match="fastestdet_352"):
        open_detector("fastestdet_352", search=[weights])
