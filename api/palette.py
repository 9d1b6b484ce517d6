"""The colours, and what each means: one colour a kind of zone, in pictures and reports alike.

Chosen to stay apart for people who do not tell red from green; where it matters, a word, a shape or a hatch
says the same again.
"""

from __future__ import annotations

from types import MappingProxyType

from vision.incidents import Severity
from vision.types import SlotState
from vision.zones import ZoneKind

ZONE_COLOURS = MappingProxyType(
    {
        ZoneKind.COUNTER: "#e69f00",
        ZoneKind.STAFF_SIDE: "#009e73",
        ZoneKind.STAFF_ONLY: "#d8451f",
        ZoneKind.PUBLIC: "#2f86d6",
        ZoneKind.VAULT: "#8e5bd0",
        ZoneKind.PRIVATE: "#3a3f47",
        ZoneKind.IGNORE: "#8d949e",
    }
)

SLOT_COLOUR = "#f5d90a"
TRACK_COLOUR = "#f2f4f7"

STATE_COLOURS = MappingProxyType(
    {
        SlotState.PRESENT: "#2f7d5b",
        SlotState.OCCLUDED: "#c9a227",
        SlotState.ABSENT: "#c8371b",
        SlotState.UNKNOWN: "#9aa1ab",
    }
)

SEVERITY_COLOURS = MappingProxyType(
    {Severity.NOTICE: "#2f86d6", Severity.WARNING: "#d98200", Severity.ALARM: "#c8371b"}
)


def bgr(colour: str) -> tuple[int, int, int]:
    """Return `#rrggbb` as blue, green, red, each 0..255, the order of pictures."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return blue, green, red
