"""Raw outputs of one picture to detections in pixels of the network's input. Pure.

Each function takes the outputs without their batch axis, in the order that its docstring states, the input's
(width, height) in pixels, and the least score; it returns detections sorted by falling score. Which file has
which layout is layouts.py's; the way back to the view is letterbox.py's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Boxes, Detections

Outputs = Sequence[NDArray[np.float32]]
Size = tuple[int, int]
Decode = Callable[[Outputs, Size, float], Detections]

STRIDES = (8, 16, 32)
NMS_IOU = 0.5
"""Two boxes of one class that overlap by more are one object."""

_FAR = 1e5
"""No box reaches farther, px: OpenCV keeps classes apart by shifting them by the largest coordinate."""

GFL_BINS = 8
"""NanoDet's distances are distributions over 0..reg_max, reg_max = 7."""


def decode_rtmdet(outputs: Outputs, _size: Size, score: float) -> Detections:
    """RTMDet exported by mmdeploy, suppression inside.

    outputs: dets (n, 5), left, top, right, bottom in px and score; labels (n,).
    Padding rows of a batch have score 0 and label -1.
    """
    dets, labels = outputs
    keep = np.flatnonzero(dets[:, 4] >= score)
    return _sorted(dets[keep, :4], dets[keep, 4], labels[keep])


def decode_yolox(outputs: Outputs, size: Size, score: float) -> Detections:
    """YOLOX, raw: outputs (places, 5 + classes).

    A row is the centre's offset in cells, the logarithm of width and height in cells, objectness and class
    scores (Megvii-BaseDetection/YOLOX, yolox/utils/demo_utils.py). Objectness bounds the score, so
    only rows that can pass are decoded.
    """
    (rows,) = outputs
    cells, strides = _grid(size)
    able = np.flatnonzero(rows[:, 4] >= score)
    rows = rows[able]
    best, label = _best(rows[:, 5:])
    with np.errstate(over="ignore"):
        extent = np.exp(rows[:, 2:4]) * strides[able]
    centre = (rows[:, :2] + cells[able]) * strides[able]
    return _suppressed(_corners(centre, extent), rows[:, 4] * best, label, score)


def decode_nanodet(outputs: Outputs, size: Size, score: float) -> Detections:
    """NanoDet with generalised focal loss, reg_max 7.

    outputs: class scores (places, classes) for strides 8, 16, 32, then distances (places, 32) for the same.
    Distances left, up, right, down from the cell's centre, in cells, are means of a softmax over 8 bins
    (RangiLyu/nanodet, nanodet/model/head/gfl_head.py).
    """
    scores = np.concatenate(outputs[:3])
    best = scores.max(axis=1)
    able = np.flatnonzero(best >= score)
    cells, strides = (array[able] for array in _grid(size))
    distances = _expectation(np.concatenate(outputs[3:])[able]) * strides
    centre = (cells + 0.5) * strides - 0.5
    boxes = np.concatenate([centre - distances[:, :2], centre + distances[:, 2:]], axis=1)
    return _suppressed(boxes, best[able], scores[able].argmax(axis=1), score)


def decode_ultralytics(outputs: Outputs, _size: Size, score: float) -> Detections:
    """Ultralytics' detection head: outputs (4 + classes, places).

    A column is centre x, centre y, width, height in px and the class scores.
    """
    (columns,) = outputs
    best = columns[4:].max(axis=0)
    able = np.flatnonzero(best >= score)
    rows = columns[:, able].T
    return _suppressed(_corners(rows[:, :2], rows[:, 2:4]), best[able], rows[:, 4:].argmax(axis=1), score)


def decode_end_to_end(outputs: Outputs, _size: Size, score: float) -> Detections:
    """Suppression inside or not needed (YOLOv10, YOLO26, `nms=True` exports): outputs (n, 6).

    A row is left, top, right, bottom in px, score, class.
    """
    (rows,) = outputs
    keep = rows[rows[:, 4] >= score]
    return _sorted(keep[:, :4], keep[:, 4], keep[:, 5])


def decode_detr_boxes(outputs: Outputs, _size: Size, score: float) -> Detections:
    """RT-DETR, RT-DETRv2 and D-FINE exported with their postprocessor.

    outputs: labels (n,), boxes (n, 4) corners, scores (n,). The boxes are in the unit of the input
    `orig_target_sizes` (width, height), which is given the network's own size in px
    (lyuwenyu/RT-DETR, rtdetrv2_pytorch/tools/export_onnx.py; Peterande/D-FINE,
    src/zoo/dfine/postprocessor.py).
    """
    labels, boxes, scores = outputs
    keep = np.flatnonzero(scores >= score)
    return _sorted(boxes[keep], scores[keep], labels[keep])


def decode_detr_logits(outputs: Outputs, size: Size, score: float) -> Detections:
    """DETR descendants without postprocessor: RF-DETR, and RT-DETR and D-FINE as transformers exports them.

    outputs: boxes (queries, 4), centre and extent as fractions of the input; logits (queries, classes).
    Sigmoid, not softmax, and a query may stand for several classes, as the top-k over all pairs
    in the postprocessors has it (roboflow/rf-detr, rfdetr/deploy/export.py names `dets`, `labels`;
    huggingface/transformers, RTDetrImageProcessor.post_process_object_detection).
    """
    boxes, logits = outputs
    scores = 0.5 * (1 + np.tanh(logits / 2))
    query, label = np.nonzero(scores >= score)
    return _sorted(_from_fractions(boxes[query], size), scores[query, label], label)


def decode_detr_queries(outputs: Outputs, size: Size, score: float) -> Detections:
    """RT-DETR as Ultralytics exports it: outputs (queries, 4 + classes).

    A row is centre and extent as fractions of the input, and class scores after the sigmoid
    (ultralytics/ultralytics, ultralytics/models/rtdetr/predict.py).
    """
    (rows,) = outputs
    best, label = _best(rows[:, 4:])
    keep = np.flatnonzero(best >= score)
    return _sorted(_from_fractions(rows[keep, :4], size), best[keep], label[keep])


def places(size: Size, strides: Sequence[int] = STRIDES) -> int:
    """Return how many cells the grids of an input of (width, height) px have together."""
    return sum((size[0] // stride) * (size[1] // stride) for stride in strides)


@lru_cache(maxsize=32)
def _grid(size: Size) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return each cell's column and row (places, 2), and its stride in px (places, 1)."""
    cells = [
        np.stack(np.meshgrid(np.arange(size[0] // stride), np.arange(size[1] // stride)), axis=2).reshape(-1, 2)
        for stride in STRIDES
    ]
    strides = np.repeat(STRIDES, [len(part) for part in cells])[:, None]
    grid = np.concatenate(cells).astype(np.float32), strides.astype(np.float32)
    for array in grid:
        array.flags.writeable = False
    return grid


def _expectation(distances: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean bin (n, 4) of each of four distributions over GFL_BINS logits (n, 4 * GFL_BINS)."""
    logits = distances.reshape(-1, 4, GFL_BINS)
    weight = np.exp(logits - logits.max(axis=2, keepdims=True))
    bins = np.arange(GFL_BINS, dtype=np.float32)
    return np.asarray((weight @ bins) / weight.sum(axis=2), dtype=np.float32)


def _best(scores: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    label = scores.argmax(axis=1)
    return scores[np.arange(len(scores)), label], label


def _corners(centre: NDArray[np.float32], extent: NDArray[np.float32]) -> Boxes:
    half = extent / 2
    return np.concatenate([centre - half, centre + half], axis=1)


def _from_fractions(boxes: NDArray[np.float32], size: Size) -> Boxes:
    return _corners(boxes[:, :2], boxes[:, 2:]) * np.array(size * 2, np.float32)


def _sorted(boxes: NDArray[np.generic], score: NDArray[np.generic], label: NDArray[np.generic]) -> Detections:
    """Put rows of whatever type the network chose in the project's types, by falling score."""
    order = np.argsort(-score.astype(np.float32), kind="stable")
    return Detections(boxes[order].astype(np.float32), score[order].astype(np.float32), label[order].astype(np.int32))


def _suppressed(boxes: Boxes, score: NDArray[np.float32], label: NDArray[np.intp], least: float) -> Detections:
    """Keep the best of boxes of one class that overlap; what is not a number is left out."""
    able = np.flatnonzero((score >= least) & ~np.isnan(boxes).any(axis=1))
    if not len(able):
        return Detections.empty()
    boxes, score, label = boxes[able].clip(-_FAR, _FAR), score[able], label[able]
    extent = boxes[:, 2:] - boxes[:, :2]
    rectangles = np.concatenate([boxes[:, :2], extent], axis=1).tolist()
    chosen = cv2.dnn.NMSBoxesBatched(rectangles, score.tolist(), label.tolist(), 0.0, NMS_IOU)
    keep = np.asarray(chosen, np.intp).reshape(-1)
    return _sorted(boxes[keep], score[keep], label[keep])
