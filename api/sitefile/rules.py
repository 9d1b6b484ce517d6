"""The section `rules`: each rule's settings, read by the fields of its own record.

Nothing here knows a rule by name: a new rule is a line in `vision.rules.SETTINGS`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from typing import Any, get_args, get_origin, get_type_hints

from api.sitefile.node import Node
from api.sitefile.problems import quoted, suggestion
from vision.rules import SETTINGS, RuleSettings

LONGEST_S = 7 * 24 * 3600.0
MOST_COUNT = 1000


def read_rules(node: Node | None) -> dict[str, RuleSettings]:
    """Return the settings of every rule that is on: defaults where the file says nothing."""
    written = node.entries("a mapping from rules to their settings") if node is not None else {}
    for name, rule in written.items():
        if name not in SETTINGS:
            rule.wrong("the name of a rule", suggestion(name, SETTINGS), f"the unknown rule {quoted(name)}")
    read = {name: _rule(written.get(name), settings) for name, settings in SETTINGS.items()}
    return {name: settings for name, settings in read.items() if settings is not None}


def _rule(node: Node | None, settings: type[RuleSettings]) -> RuleSettings | None:
    """Read one rule; None where it is switched off, by `false` or by `{off: true}`."""
    if node is None or node.is_empty or node.flag() is True:
        return settings()
    if node.flag() is False:
        return None
    hints = get_type_hints(settings)
    names = [field.name for field in dataclass_fields(settings)]
    if not node.is_mapping:
        remedy = f"write {{{names[0]}: {getattr(settings(), names[0])}}}, or false to switch the rule off"
        node.wrong("a mapping of settings", remedy)
        return settings()
    fields = node.fields((*names, "off"))
    values: dict[str, Any] = {name: _value(field, hints[name]) for name, field in fields.items() if name != "off"}
    if "off" in fields and _is_off(fields["off"]):
        return None
    return replace(settings(), **{name: value for name, value in values.items() if value is not None})


def _is_off(node: Node) -> bool:
    off = node.flag()
    if off is None:
        node.wrong("true or false", "write off: true to switch the rule off")
    return off is True


def _value(node: Node, kind: Any) -> float | int | str | None:
    """Read one setting after the type of its field."""
    if kind is float:
        return node.number(0, LONGEST_S, "seconds")
    if kind is int:
        return node.whole(1, MOST_COUNT, "a number of people")
    choices: Collection[str] = get_args(kind)
    if not choices or get_origin(kind) is None:
        raise TypeError(f"a rule's setting must be float, int or Literal, got {kind}")
    return node.choice(choices)
