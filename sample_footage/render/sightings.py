"""What a camera could see of one thing in one frame, read off masks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from sample_footage.render.geometry import Flags

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Sighting:
    """One thing in one frame. Boxes are x0, y0, x1, y1 in pixels, ends excluded."""

    name: str
    kind: str
    full_box: Box
    visible_box: Box | None
    visible_share: float


def sighting(name: str, kind: str, alone: Flags, seen: Flags) -> Sighting | None:
    """Read the boxes off two masks (height, width): of the thing alone, and of what is seen of it.

    None when the thing is wholly outside the picture.
    """
    if not alone.any():
        return None
    share = float(seen.sum() / alone.sum())
    return Sighting(name, kind, _box(alone), _box(seen) if seen.any() else None, share)


def _box(mask: Flags) -> Box:
    columns, rows = np.flatnonzero(mask.any(0)), np.flatnonzero(mask.any(1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def as_json(seen: Sighting) -> dict[str, Any]:
    """Return a sighting in the form of the lines."""
    return {
        "name": seen.name,
        "kind": seen.kind,
        "full": seen.full_box,
        "visible": seen.visible_box,
        "share": round(seen.visible_share, 3),
    }


def sighting_of(entry: Mapping[str, Any]) -> Sighting:
    """Return the sighting that an entry of a line tells."""
    visible = tuple(entry["visible"]) if entry["visible"] else None
    return Sighting(entry["name"], entry["kind"], tuple(entry["full"]), visible, entry["share"])
