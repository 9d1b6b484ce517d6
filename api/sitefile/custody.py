"""The section `custody`: deadlines and tolerances of the office's protocols, read by the fields of their records."""

from __future__ import annotations

from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Any, TypeVar

from api.sitefile.node import Node
from custody.settings import ClosingDeadlines, CustodySettings, OpeningDeadlines

LONGEST_MIN = 12 * 60
LONGEST_S = 24 * 3600.0

Deadlines = TypeVar("Deadlines", ClosingDeadlines, OpeningDeadlines)

_SECONDS = ("matching_window_s", "skew_s", "late_entry_s")


def read_custody(node: Node | None) -> CustodySettings:
    """Read the settings; defaults where the file says nothing."""
    usual = CustodySettings()
    fields = {} if node is None else node.fields((*_SECONDS, "closing", "opening"))
    values: dict[str, Any] = {
        name: field.number(0, LONGEST_S, "seconds") for name, field in fields.items() if name in _SECONDS
    }
    closing = _deadlines(fields.get("closing"), usual.closing, "a step due no earlier than the one before it")
    opening = _deadlines(fields.get("opening"), usual.opening, "a step due no longer before than the one before it")
    read = {name: value for name, value in values.items() if value is not None}
    return replace(usual, **read, closing=closing, opening=opening)


def _deadlines(node: Node | None, usual: Deadlines, expected: str) -> Deadlines:
    if node is None:
        return usual
    names = [field.name for field in dataclass_fields(usual)]
    read = {name: field.whole(0, LONGEST_MIN, "minutes") for name, field in node.fields(names).items()}
    values = {name: value for name, value in read.items() if value is not None}
    try:
        return replace(usual, **values)
    except ValueError:
        order = ", ".join(f"{name} {values.get(name, getattr(usual, name))}" for name in names)
        node.wrong(expected, f"put them in the order {', '.join(names)}", order)
        return usual
