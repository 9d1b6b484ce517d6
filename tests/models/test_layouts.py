from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from models.errors import UnknownLayoutError
from models.graph import read_network
from models.layouts import LAYOUTS, LayoutName, Shape, Signature, recognise

SQUARE: Mapping[str, Shape] = {"images": (1, 3, 416, 416)}
FREE: Mapping[str, Shape] = {"images": ("batch", 3, "height", "width")}
ULTRALYTICS = {"names": "{0: 'person', 1: 'bag'}", "stride": "32", "task": "detect"}
RTDETR_BOXES: Mapping[str, Shape] = {"labels": ("N", 300), "boxes": ("N", 300, 4), "scores": ("N", 300)}


def signature(
    outputs: Mapping[str, Shape],
    inputs: Mapping[str, Shape] = SQUARE,
    metadata: Mapping[str, str] | None = None,
    operations: tuple[str, ...] = ("Conv",),
) -> Signature:
    return Signature(inputs, outputs, metadata or {}, frozenset(operations))


def layout_of(found: Signature) -> tuple[LayoutName, int | None]:
    recognised = recognise(found, "some.onnx")
    return recognised.layout.name, recognised.classes


def test_each_published_layout_is_recognised_from_what_the_file_shows() -> None:
    heads: dict[str, Shape] = {f"cls_pred_stride_{s}": (1, (416 // s) ** 2, 80) for s in (8, 16, 32)}
    heads |= {f"dis_pred_stride_{s}": (1, (416 // s) ** 2, 32) for s in (8, 16, 32)}
    rtmdet = signature(
        {"dets": (1, "n", 5), "labels": (1, "n")}, FREE, operations=("HardSigmoid", "NonMaxSuppression")
    )
    rtdetr = signature(RTDETR_BOXES, {"images": ("N", 3, 640, 640), "orig_target_sizes": ("N", 2)})
    assert layout_of(rtmdet) == (LayoutName.RTMDET, None)
    assert layout_of(signature({"output": (1, 3549, 85)})) == (LayoutName.YOLOX, 80)
    assert layout_of(signature(heads)) == (LayoutName.NANODET, 80)
    assert layout_of(signature({"output0": (1, 84, 3549)})) == (LayoutName.ULTRALYTICS, 80)
    assert layout_of(signature({"output0": (1, 300, 6)})) == (LayoutName.END_TO_END, None)
    assert layout_of(rtdetr) == (LayoutName.DETR_BOXES, None)
    assert layout_of(signature({"logits": (1, 300, 80), "pred_boxes": (1, 300, 4)})) == (
        LayoutName.DETR_LOGITS,
        80,
    )
    assert layout_of(signature({"dets": (1, 300, 4), "labels": (1, 300, 91)})) == (LayoutName.RF_DETR, 91)


def test_an_ultralytics_file_of_free_size_is_known_by_its_metadata() -> None:
    outputs: Mapping[str, Shape] = {"output0": ("batch", 6, "anchors")}
    assert layout_of(signature(outputs, FREE, ULTRALYTICS)) == (LayoutName.ULTRALYTICS, 2)
    with pytest.raises(UnknownLayoutError):
        recognise(signature(outputs, FREE), "some.onnx")


def test_one_class_of_yolox_is_not_taken_for_end_to_end_nor_the_other_way_round() -> None:
    assert layout_of(signature({"output": (1, 3549, 6)})) == (LayoutName.YOLOX, 1)
    assert layout_of(signature({"output": (1, 300, 6)})) == (LayoutName.END_TO_END, None)


def test_ultralytics_rt_detr_with_two_classes_is_not_taken_for_end_to_end() -> None:
    metadata = {**ULTRALYTICS, "description": "Ultralytics rtdetr-l model"}
    found = signature({"output0": (1, 300, 6)}, metadata=metadata)
    assert layout_of(found) == (LayoutName.DETR_QUERIES, 2)


@pytest.mark.parametrize(
    "found",
    [
        signature({"output": (1, 10647, 85)}),
        signature({"output": (1, 3549, 85)}, operations=("Conv", "Exp")),
        signature({"output0": (1, 56, 3549)}, metadata={**ULTRALYTICS, "task": "pose"}),
        signature({"dets": (1, "n", 5), "labels": (1, "n")}, operations=("Conv", "NonMaxSuppression")),
        signature({"output": (1, 3549, 85)}, {"images": (1, 416, 416, 3)}),
        signature({"dets": (1, 300, 4), "labels": (1, 300)}),
        signature({}, {}),
    ],
    ids=["yolov5", "yolox decoded inside", "pose", "other mmdeploy", "channels last", "no logits", "empty"],
)
def test_what_only_looks_alike_is_refused(found: Signature) -> None:
    with pytest.raises(UnknownLayoutError):
        recognise(found, "some.onnx")


@pytest.mark.footage
def test_an_unknown_layout_says_what_was_found_and_what_is_known(weights: Path) -> None:
    network = read_network(weights / "fastestdet_352.onnx")
    with pytest.raises(UnknownLayoutError) as caught:
        recognise(network.signature, "fastestdet_352.onnx")
    message = str(caught.value)
    assert "fastestdet_352.onnx" in message
    assert "(1, 85, 22, 22)" in message
    assert "input.1 (1, 3, 352, 352)" in message
    assert all(layout.looks_like in message for layout in LAYOUTS.values())


def test_every_layout_has_a_description_and_a_decoder() -> None:
    assert set(LAYOUTS) == set(LayoutName)
