"""Zones, slots, tracks and a grid, drawn on a copy of a frame for people to look at.

Originals are never drawn on: every function returns a new picture. What is drawn is decided elsewhere; how
a report looks is `api.report`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from shapely import Polygon as Shape
from shapely.ops import polylabel

from api.palette import SLOT_COLOUR, TRACK_COLOUR, ZONE_COLOURS, bgr
from vision.types import Image, SlotReading, Tracks
from vision.zones import Point, Polygon, Slot, Zone, ZoneKind

LEAST_WIDTH = 1280
"""px. Smaller frames are enlarged before anything is drawn, so that lines and words stay fine and legible."""

_SUBPIXEL_BITS = 4
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_TEXT_SCALE = 0.55
_PADDING = 5
_DARK = (24, 20, 18)
_LIGHT = (247, 244, 242)

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Label:
    """Words in a box of their own, centred on a point in px."""

    text: str
    centre: tuple[float, float]
    colour: Colour


def draw_layout(image: Image, zones: Sequence[Zone], slots: Sequence[Slot]) -> Image:
    """Return a picture at least 1280 px wide with each zone and slot, named.

    image: (height, width, 3) uint8 blue-green-red; it is not changed.
    """
    canvas = enlarged(image)
    # Large zones first, so that a small one inside a large one keeps its outline and its name.
    for zone in sorted(zones, key=lambda zone: -Shape(zone.polygon).area):
        _fill(
            canvas,
            zone.polygon,
            bgr(ZONE_COLOURS[zone.kind]),
            0.55 if zone.kind is ZoneKind.PRIVATE else 0.16,
        )
        _outline(canvas, zone.polygon, bgr(ZONE_COLOURS[zone.kind]))
    for slot in slots:
        _outline(canvas, slot.polygon, bgr(SLOT_COLOUR))
    labels = [_label_above(canvas, slot.polygon, slot.id, bgr(SLOT_COLOUR)) for slot in slots]
    labels += [_label_inside(canvas, zone.polygon, zone.id, bgr(ZONE_COLOURS[zone.kind])) for zone in zones]
    _write_apart(canvas, labels)
    return canvas


def draw_tracks(image: Image, tracks: Tracks, size: tuple[int, int]) -> Image:
    """Return a picture at least 1280 px wide with each track's box and `#id`.

    size: (width, height) px of the frame that the boxes refer to.
    """
    canvas = enlarged(image)
    scale = np.array([canvas.shape[1] / size[0], canvas.shape[0] / size[1]] * 2)
    labels = []
    for track_id, box in zip(tracks.ids, tracks.xyxy * scale, strict=True):
        left, top, right, bottom = (round(float(edge)) for edge in box)
        cv2.rectangle(canvas, (left, top), (right, bottom), _DARK, 4, cv2.LINE_AA)
        cv2.rectangle(canvas, (left, top), (right, bottom), bgr(TRACK_COLOUR), 2, cv2.LINE_AA)
        labels.append(_Label(f"#{track_id}", ((left + right) / 2, top), bgr(TRACK_COLOUR)))
    _write_apart(canvas, labels)
    return canvas


def draw_slot_states(image: Image, slots: Sequence[Slot], readings: Mapping[str, SlotReading]) -> Image:
    """Return a picture at least 1280 px wide with each slot and its state in a word."""
    canvas = enlarged(image)
    labels = []
    for slot in slots:
        reading = readings.get(slot.id)
        state = "unread" if reading is None else reading.state.value
        _outline(canvas, slot.polygon, bgr(SLOT_COLOUR))
        labels.append(_label_above(canvas, slot.polygon, f"{slot.id} {state}", bgr(SLOT_COLOUR)))
    _write_apart(canvas, labels)
    return canvas


def draw_grid(image: Image) -> Image:
    """Return a picture at least 1280 px wide with lines every 0.05 and their fractions every 0.1."""
    canvas = enlarged(image)
    lines = canvas.copy()
    for step in range(1, 20):
        _grid_line(lines, step / 20, strong=step % 2 == 0)
    cv2.addWeighted(lines, 0.6, canvas, 0.4, 0, dst=canvas)
    height, width = canvas.shape[:2]
    for step in range(11):
        fraction, text = step / 10, f"{step / 10:.1f}"
        _write(canvas, _Label(text, (fraction * width, 0), _LIGHT))
        _write(canvas, _Label(text, (fraction * width, height), _LIGHT))
        if 0 < step < 10:
            _write(canvas, _Label(text, (0, fraction * height), _LIGHT))
            _write(canvas, _Label(text, (width, fraction * height), _LIGHT))
    return canvas


def enlarged(image: Image) -> Image:
    """Return a copy that is at least 1280 px wide, proportions kept."""
    factor = LEAST_WIDTH / image.shape[1]
    if factor <= 1:
        return image.copy()
    size = (LEAST_WIDTH, max(1, round(image.shape[0] * factor)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def _grid_line(canvas: Image, fraction: float, *, strong: bool) -> None:
    height, width = canvas.shape[:2]
    x, y = round(fraction * width), round(fraction * height)
    for start, end in (((x, 0), (x, height)), ((0, y), (width, y))):
        cv2.line(canvas, start, end, _DARK, 3 if strong else 1, cv2.LINE_AA)
        if strong:
            cv2.line(canvas, start, end, _LIGHT, 1, cv2.LINE_AA)


def _corners(canvas: Image, polygon: Iterable[Point]) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Return corners as (n, 2) int32 in sixteenths of a pixel, as OpenCV's `shift` wants them."""
    scale = np.array([canvas.shape[1], canvas.shape[0]]) * (1 << _SUBPIXEL_BITS)
    return np.asarray(np.rint(np.array(list(polygon)) * scale), dtype=np.int32)


def _fill(canvas: Image, polygon: Polygon, colour: Colour, strength: float) -> None:
    filled = canvas.copy()
    cv2.fillPoly(filled, [_corners(canvas, polygon)], colour, cv2.LINE_AA, _SUBPIXEL_BITS)
    cv2.addWeighted(filled, strength, canvas, 1 - strength, 0, dst=canvas)


def _outline(canvas: Image, polygon: Polygon, colour: Colour) -> None:
    corners = [_corners(canvas, polygon)]
    cv2.polylines(canvas, corners, True, _DARK, 4, cv2.LINE_AA, _SUBPIXEL_BITS)  # noqa: FBT003 - OpenCV's order
    cv2.polylines(canvas, corners, True, colour, 2, cv2.LINE_AA, _SUBPIXEL_BITS)  # noqa: FBT003


def _label_inside(canvas: Image, polygon: Polygon, text: str, colour: Colour) -> _Label:
    """Return a label in the widest part of a polygon."""
    height, width = canvas.shape[:2]
    shape = Shape([(x * width, y * height) for x, y in polygon])
    inside = polylabel(shape, tolerance=4)
    return _Label(text, (inside.x, inside.y), colour)


def _label_above(canvas: Image, polygon: Polygon, text: str, colour: Colour) -> _Label:
    """Return a label over the top edge of a polygon, so that what lies in it can be seen."""
    height, width = canvas.shape[:2]
    left, right = (pick(x for x, _ in polygon) * width for pick in (min, max))
    top = min(y for _, y in polygon) * height
    return _Label(text, ((left + right) / 2, top - _text_size(text)[1] / 2 - _PADDING), colour)


def _text_size(text: str) -> tuple[int, int]:
    (width, height), _ = cv2.getTextSize(text, _FONT, _TEXT_SCALE, 1)
    return int(width), int(height)


def _box(canvas: Image, label: _Label) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom in px of a label, moved so that it lies inside the picture."""
    width, height = (side + 2 * _PADDING for side in _text_size(label.text))
    left = min(max(0, round(label.centre[0] - width / 2)), max(0, canvas.shape[1] - width))
    top = min(max(0, round(label.centre[1] - height / 2)), max(0, canvas.shape[0] - height))
    return left, top, left + width, top + height


def _write_apart(canvas: Image, labels: Iterable[_Label]) -> None:
    """Write labels, each moved down (at the bottom, up) until it covers none that is there already."""
    taken: list[tuple[int, int, int, int]] = []
    for label in labels:
        placed = _free_place(canvas, label, taken)
        taken.append(_box(canvas, placed))
        _write(canvas, placed)


def _free_place(canvas: Image, label: _Label, taken: Sequence[tuple[int, int, int, int]]) -> _Label:
    """Return the label moved off the boxes that are taken, or where it was if everything near is full."""
    x, y = label.centre
    step = _text_size(label.text)[1] + 2 * _PADDING + 2
    for shift in (0, 1, -1, 2, -2, 3, -3, 4, -4):
        moved = _Label(label.text, (x, y + shift * step), label.colour)
        box = _box(canvas, moved)
        if not any(_meet(box, other) for other in taken):
            return moved
    return label


def _meet(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _write(canvas: Image, label: _Label) -> None:
    left, top, right, bottom = _box(canvas, label)
    cv2.rectangle(canvas, (left, top), (right, bottom), label.colour, cv2.FILLED)
    cv2.rectangle(canvas, (left, top), (right, bottom), _DARK, 1)
    blue, green, red = label.colour
    ink = _DARK if 0.114 * blue + 0.587 * green + 0.299 * red > 120 else _LIGHT
    cv2.putText(canvas, label.text, (left + _PADDING, bottom - _PADDING), _FONT, _TEXT_SCALE, ink, 1, cv2.LINE_AA)
