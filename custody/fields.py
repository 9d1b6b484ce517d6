"""Strict reading of JSON objects: every key there, of the type that it must have, and none that nobody knows. Pure.

JSON's `true` is no number here and `"5"` is none either: a count that was meant is written as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from custody.entries import EntryError, utc_ms

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MOST_PIECES: Final = 1_000_000
"""No office has more cards in one place; a larger number is a slip of the finger."""

Read = TypeVar("Read")


class FieldError(ValueError):
    """A value is not what its key needs: the message names the key, what was found and what was expected."""

    def __init__(self, key: str, found: str, expected: str) -> None:
        super().__init__(f"{key}: found {found}; expected {expected}")
        self.key = key
        self.found = found
        self.expected = expected


class Fields:
    """The keys of one JSON object, each read once; `close` refuses those that nobody asked for."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._read: set[str] = set()

    def identifier(self, key: str) -> str:
        """Return an id: letters, digits, `.`, `_` and `-`, 64 at most, as in the site file."""
        return identifier(key, self._value(key))

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        return text(key, self._value(key))

    def moment(self, key: str) -> int:
        """Return UTC milliseconds from the ledger's own form of a moment."""
        return moment_ms(key, self._value(key))

    def whole(self, key: str, most: int = MOST_PIECES) -> int:
        """Return a whole number from 0: of pieces, unless `most` says otherwise."""
        return pieces(key, self._value(key), most)

    def number(self, key: str) -> float:
        """Return a number, whole or not."""
        return number(key, self._value(key))

    def flag(self, key: str) -> bool:
        """Return true or false."""
        value = self._value(key)
        if type(value) is not bool:
            raise FieldError(key, shown(value), "true or false")
        return value

    def members(self, key: str, read: Callable[[str, Any], Read]) -> tuple[Read, ...]:
        """Return the members of a list, each read by `read(key, value)`."""
        value = self._value(key)
        if not isinstance(value, list | tuple):
            raise FieldError(key, shown(value), "a list")
        return tuple(read(f"{key}[{place}]", member) for place, member in enumerate(value))

    def objects(self, key: str, read: Callable[[Fields], Read]) -> tuple[Read, ...]:
        """Return the members of a list of objects, each read by `read(fields)`, with no key left over."""
        return self.members(key, lambda place, value: _object(place, value, read))

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return the object that stands under a key as it is, whatever it holds."""
        return _mapping(key, self._value(key))

    def inner(self, key: str) -> Fields:
        """Return the object that stands under a key."""
        return Fields(self.mapping(key))

    def optional(self, key: str, read: Callable[[str], Read]) -> Read | None:
        """Return what `read(key)` makes of a value, or None where it is null."""
        if self._value(key) is None:
            return None
        return read(key)

    def close(self) -> None:
        """Raise FieldError for a key that was never read."""
        for key in self._values:
            if key not in self._read:
                raise FieldError(key, "an unknown key", f"none but {', '.join(sorted(self._read))}")

    def _value(self, key: str) -> Any:
        self._read.add(key)
        if key not in self._values:
            raise FieldError(key, "nothing", "the key, with null where there is no value")
        return self._values[key]


def _mapping(key: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise FieldError(key, shown(value), "an object")
    return value


def _object(place: str, value: Any, read: Callable[[Fields], Read]) -> Read:
    fields = Fields(_mapping(place, value))
    try:
        found = read(fields)
        fields.close()
    except FieldError as error:
        raise FieldError(f"{place}.{error.key}", error.found, error.expected) from error
    return found


def text(key: str, value: Any) -> str:
    """Return a text that is not empty. Raises FieldError for anything else."""
    if type(value) is not str or not value.strip():
        raise FieldError(key, shown(value), "a text")
    return value


def identifier(key: str, value: Any) -> str:
    """Return an id. Raises FieldError for anything else."""
    if type(value) is not str or not _ID.fullmatch(value):
        raise FieldError(key, shown(value), "an id of letters a-z, digits, '-', '_' and '.', at most 64")
    return value


def pieces(key: str, value: Any, most: int = MOST_PIECES) -> int:
    """Return a number of pieces. Raises FieldError for anything else, for true and 78.0 as well."""
    if type(value) is not int or not 0 <= value <= most:
        raise FieldError(key, shown(value), f"a whole number from 0 to {most}")
    return value


def number(key: str, value: Any) -> float:
    """Return a number, whole or not. Raises FieldError for anything else, for true as well."""
    if type(value) not in {int, float}:
        raise FieldError(key, shown(value), "a number")
    return float(value)


def moment_ms(key: str, value: Any) -> int:
    """Return UTC milliseconds. Raises FieldError for anything but the ledger's own form of a moment."""
    try:
        return utc_ms(value)
    except (EntryError, TypeError) as error:
        raise FieldError(key, shown(value), "UTC with milliseconds, as in 2018-02-21T08:10:00.000Z") from error


def shown(value: Any) -> str:
    """Return a value as an error quotes it: on one line and short."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"
