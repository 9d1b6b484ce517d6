"""Changing single values in the text of a site file: comments, order and quotes of everything else stay. Pure.

Whether the outcome is a site file that can be used is for `api.settings` to say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from api.sitefile.variables import VARIABLE

DEEPEST: Final = 12
"""How deep a value may be nested; a polygon in a zone is four deep."""

_WIDEST: Final = 1 << 16


class EditError(ValueError):
    """A change cannot be made to this file; the message names the key and says what to do."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change. path: the keys from the top to the value. value: as JSON has it; None takes the key out."""

    path: tuple[str, ...]
    value: Any

    @property
    def key(self) -> str:
        """The way to the value, as errors of site files name it."""
        return ".".join(self.path)


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return a site file's text with these changes made, one after the other. Raises EditError."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDEST
    document = yaml.load(text)
    for edit in edits:
        _expect_shallow(edit.value, edit.key)
        _make(document, edit)
    written = StringIO()
    yaml.dump(document, written)
    return written.getvalue()


def expect_no_new_variables(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Expect that no key has a `${NAME}` that it did not have: a secret could be sent elsewhere by it.

    before, after: values by their keys. Raises EditError.
    """
    for key, value in after.items():
        new = set(VARIABLE.findall(str(value))) - set(VARIABLE.findall(str(before.get(key, ""))))
        if new:
            raise EditError(
                f"{key}: ${{{min(new)}}} does not stand there yet; what takes a secret from the environment is "
                "written into the site file on the machine itself"
            )


def _make(document: Any, edit: Edit) -> None:
    parent = document
    for depth, name in enumerate(edit.path[:-1], start=1):
        if not isinstance(parent, CommentedMap):
            raise EditError(f"{'.'.join(edit.path[: depth - 1])} has no keys in it; set it as a whole")
        found = _key(parent, name)
        if parent.get(found) is None:
            if edit.value is None:
                return
            parent[found] = CommentedMap()
        parent = parent[found]
    if not isinstance(parent, CommentedMap):
        raise EditError(f"{'.'.join(edit.path[:-1])} has no keys in it; set it as a whole")
    found = _key(parent, edit.path[-1])
    if edit.value is None:
        parent.pop(found, None)
    else:
        parent[found] = _written(edit.value)


def _key(mapping: CommentedMap, name: str) -> Any:
    """Return the key of that name as it stands in the file: YAML takes 2018-02-24 for a date."""
    return next((key for key in mapping if str(key) == name), name)


def _written(value: Any) -> Any:
    """Return a value as it is to be written: on one line, and strings quoted, so that they stay strings."""
    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, Mapping):
        written = CommentedMap({str(name): _written(one) for name, one in value.items()})
        if not any(isinstance(one, Mapping) for one in value.values()):
            written.fa.set_flow_style()
        return written
    if isinstance(value, Sequence):
        members = CommentedSeq(map(_written, value))
        members.fa.set_flow_style()
        return members
    return value


def _expect_shallow(value: Any, key: str, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise EditError(f"{key}: brackets within brackets, too deep; nothing in a site file is")
    members = value.values() if isinstance(value, Mapping) else value
    if isinstance(members, str) or not hasattr(members, "__iter__"):
        return
    for member in members:
        _expect_shallow(member, key, depth + 1)
