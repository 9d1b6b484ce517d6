"""Which detector a file is, told from the file itself: names, shapes, metadata, operations, counts of cells.

Here belong the known layouts with the preparation that each was trained with, and the tests that recognise
them. Reading a file is graph.py's, decoding is decode.py's. Two layouts that cannot be told apart are
both refused: a wrong guess would give boxes that look almost right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.decode import (
    GFL_BINS,
    STRIDES,
    Decode,
    decode_detr_boxes,
    decode_detr_logits,
    decode_detr_queries,
    decode_end_to_end,
    decode_nanodet,
    decode_rtmdet,
    decode_ultralytics,
    decode_yolox,
    places,
)
from models.errors import UnknownLayoutError
from models.letterbox import Fit, Preprocessing

Dim = int | str
"""A length that the file fixes, or the name of one that it leaves free."""

Shape = tuple[Dim, ...]

_P6_STRIDES = (*STRIDES, 64)
_MOST_QUERIES = 1000
"""No end-to-end export keeps more boxes; grids of usable inputs have more cells."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a file shows: inputs and outputs by name in order, metadata, operation types."""

    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    metadata: Mapping[str, str]
    operations: frozenset[str]

    @property
    def size(self) -> tuple[int, int] | None:
        """The fixed (width, height) of the picture in px, None where it is free."""
        shape = next(iter(self.inputs.values()), ())
        if len(shape) != 4 or isinstance(shape[2], str) or isinstance(shape[3], str):
            return None
        return shape[3], shape[2]

    def describe(self) -> str:
        """Return all of it on one line, for a message."""
        parts = {"inputs": self.inputs, "outputs": self.outputs, "metadata": self.metadata}
        return ", ".join(f"{title} {_listed(values)}" for title, values in parts.items())


def _listed(values: Mapping[str, object]) -> str:
    if not values:
        return "none"
    return "; ".join(f"{key} {str(value).replace(chr(39), '')[:60]}" for key, value in values.items())


class LayoutName(StrEnum):
    """The layouts that can be decoded."""

    RTMDET = "rtmdet"
    YOLOX = "yolox"
    NANODET = "nanodet"
    ULTRALYTICS = "ultralytics"
    END_TO_END = "end-to-end"
    DETR_BOXES = "detr-boxes"
    DETR_LOGITS = "detr-logits"
    DETR_QUERIES = "detr-queries"
    RF_DETR = "rf-detr"


_IMAGENET_BGR = ((103.53, 116.28, 123.675), (57.375, 57.12, 58.395))
_IMAGENET_RGB = ((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
_PLAIN = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
_UNIT = ((0.0, 0.0, 0.0), (255.0, 255.0, 255.0))


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: how its pictures are prepared, how its outputs are decoded, and what they look like."""

    name: LayoutName
    preprocessing: Preprocessing
    decode: Decode
    looks_like: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """A layout found in a file. `outputs` are in the order that the decoder wants; `classes` if they show."""

    layout: Layout
    outputs: tuple[str, ...]
    classes: int | None = None


LAYOUTS: Mapping[LayoutName, Layout] = {
    layout.name: layout
    for layout in (
        Layout(
            LayoutName.RTMDET,
            Preprocessing("BGR", *_IMAGENET_BGR, pad=114, fit=Fit.TOP_LEFT),
            decode_rtmdet,
            "RTMDet by mmdeploy: dets (1, n, 5), labels (1, n)",
        ),
        Layout(
            LayoutName.YOLOX,
            Preprocessing("BGR", *_PLAIN, pad=114, fit=Fit.TOP_LEFT),
            decode_yolox,
            "YOLOX raw: (1, cells, 5 + classes)",
        ),
        Layout(
            LayoutName.NANODET,
            Preprocessing("BGR", *_IMAGENET_BGR, pad=114, fit=Fit.TOP_LEFT),
            decode_nanodet,
            "NanoDet: cls_pred_stride_N (1, cells, classes), dis_pred_stride_N (1, cells, 32), N 8, 16, 32",
        ),
        Layout(
            LayoutName.ULTRALYTICS,
            Preprocessing("RGB", *_UNIT, pad=114, fit=Fit.CENTRE),
            decode_ultralytics,
            "Ultralytics: (1, 4 + classes, cells)",
        ),
        Layout(
            LayoutName.END_TO_END,
            Preprocessing("RGB", *_UNIT, pad=114, fit=Fit.CENTRE),
            decode_end_to_end,
            "end-to-end: (1, n, 6)",
        ),
        Layout(
            LayoutName.DETR_BOXES,
            Preprocessing("RGB", *_UNIT, pad=114, fit=Fit.STRETCH),
            decode_detr_boxes,
            "RT-DETR and D-FINE: labels (1, n), boxes (1, n, 4), scores (1, n), input orig_target_sizes",
        ),
        Layout(
            LayoutName.DETR_LOGITS,
            Preprocessing("RGB", *_UNIT, pad=114, fit=Fit.STRETCH),
            decode_detr_logits,
            "RT-DETR and D-FINE by transformers: logits (1, n, classes), pred_boxes (1, n, 4)",
        ),
        Layout(
            LayoutName.DETR_QUERIES,
            Preprocessing("RGB", *_UNIT, pad=114, fit=Fit.STRETCH),
            decode_detr_queries,
            "RT-DETR by Ultralytics: (1, n, 4 + classes)",
        ),
        Layout(
            LayoutName.RF_DETR,
            Preprocessing("RGB", *_IMAGENET_RGB, pad=114, fit=Fit.STRETCH),
            decode_detr_logits,
            "RF-DETR: dets (1, n, 4), labels (1, n, classes)",
        ),
    )
}


def recognise(signature: Signature, file: str) -> Recognised:
    """Return the layout of a file.

    Raises UnknownLayoutError, which says what was found and what is known.
    """
    if _takes_pictures(signature) and signature.metadata.get("task", "detect") == "detect":
        for test in _TESTS:
            found = test(signature)
            if found is not None:
                return found
    known = "; ".join(layout.looks_like for layout in LAYOUTS.values())
    raise UnknownLayoutError(
        f"{file} is none of the detectors that can be decoded. "
        f"Found: {signature.describe()}. Known: {known}. "
        "Export the detector in one of these forms, for a (1, 3, height, width) float32 picture"
    )


def _takes_pictures(signature: Signature) -> bool:
    shape = next(iter(signature.inputs.values()), ())
    return len(shape) == 4 and shape[1] == 3


def _rtmdet(signature: Signature) -> Recognised | None:
    """Mmdeploy names every detector's outputs so; channel attention (HardSigmoid) is RTMDet's own."""
    dets, labels = signature.outputs.get("dets", ()), signature.outputs.get("labels", ())
    if len(dets) != 3 or len(labels) != 2 or (isinstance(dets[2], int) and dets[2] != 5):
        return None
    if not {"HardSigmoid", "NonMaxSuppression"} <= signature.operations:
        return None
    return Recognised(LAYOUTS[LayoutName.RTMDET], ("dets", "labels"))


def _rf_detr(signature: Signature) -> Recognised | None:
    return _boxes_and_logits(signature, LayoutName.RF_DETR, "dets", "labels")


def _detr_logits(signature: Signature) -> Recognised | None:
    return _boxes_and_logits(signature, LayoutName.DETR_LOGITS, "pred_boxes", "logits")


def _boxes_and_logits(signature: Signature, name: LayoutName, boxes: str, logits: str) -> Recognised | None:
    if len(signature.inputs) != 1 or set(signature.outputs) != {boxes, logits}:
        return None
    box_shape, logit_shape = signature.outputs[boxes], signature.outputs[logits]
    if len(box_shape) != 3 or len(logit_shape) != 3 or box_shape[2] != 4 or isinstance(logit_shape[2], str):
        return None
    return Recognised(LAYOUTS[name], (boxes, logits), logit_shape[2])


def _detr_boxes(signature: Signature) -> Recognised | None:
    names = ("labels", "boxes", "scores")
    if set(signature.outputs) != set(names) or list(signature.inputs)[1:] != ["orig_target_sizes"]:
        return None
    return Recognised(LAYOUTS[LayoutName.DETR_BOXES], names)


def _nanodet(signature: Signature) -> Recognised | None:
    names = [f"{kind}_pred_stride_{stride}" for kind in ("cls", "dis") for stride in STRIDES]
    if set(signature.outputs) != set(names):
        return None
    classes = signature.outputs[names[0]][-1]
    if isinstance(classes, str) or any(signature.outputs[name][-1] != 4 * GFL_BINS for name in names[3:]):
        return None
    return Recognised(LAYOUTS[LayoutName.NANODET], tuple(names), classes)


def _yolox(signature: Signature) -> Recognised | None:
    """Take raw outputs only: decoding inside shows as an Exp. YOLOv5 has three boxes a cell."""
    name, shape = _only_output(signature)
    if len(shape) != 3 or isinstance(shape[2], str) or shape[2] < 6:
        return None
    if "names" in signature.metadata or not signature.operations.isdisjoint({"Exp", "NonMaxSuppression"}):
        return None
    if signature.size is None or shape[1] != places(signature.size):
        return None
    return Recognised(LAYOUTS[LayoutName.YOLOX], (name,), shape[2] - 5)


def _ultralytics(signature: Signature) -> Recognised | None:
    name, shape = _only_output(signature)
    if len(shape) != 3 or isinstance(shape[1], str) or shape[1] < 5:
        return None
    if isinstance(shape[2], str) or signature.size is None:
        matches = "names" in signature.metadata and "stride" in signature.metadata
    else:
        matches = shape[2] in {places(signature.size), places(signature.size, _P6_STRIDES)}
    return Recognised(LAYOUTS[LayoutName.ULTRALYTICS], (name,), shape[1] - 4) if matches else None


def _detr_queries(signature: Signature) -> Recognised | None:
    name, shape = _only_output(signature)
    if len(shape) != 3 or isinstance(shape[2], str) or shape[2] < 5:
        return None
    if not re.search(r"rt-?detr", signature.metadata.get("description", ""), re.IGNORECASE):
        return None
    return Recognised(LAYOUTS[LayoutName.DETR_QUERIES], (name,), shape[2] - 4)


def _end_to_end(signature: Signature) -> Recognised | None:
    name, shape = _only_output(signature)
    if len(shape) != 3 or shape[2] != 6:
        return None
    few = isinstance(shape[1], int) and shape[1] <= _MOST_QUERIES
    if not few and "names" not in signature.metadata:
        return None
    return Recognised(LAYOUTS[LayoutName.END_TO_END], (name,))


def _only_output(signature: Signature) -> tuple[str, Shape]:
    if len(signature.outputs) != 1 or len(signature.inputs) != 1:
        return "", ()
    return next(iter(signature.outputs.items()))


_TESTS: Sequence[Callable[[Signature], Recognised | None]] = (
    _rtmdet,
    _rf_detr,
    _detr_logits,
    _detr_boxes,
    _nanodet,
    _detr_queries,
    _yolox,
    _end_to_end,
    _ultralytics,
)
"""In this order: what has names of its own before what only has a shape."""
