"""What has changed from one site file to the next, for the ledger: keys with their values, and no password."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml


def differences(before: str, after: str) -> list[dict[str, Any]]:
    """Return every key whose value has changed, in the order of keys, with what it was and is; None: it is not there.

    before, after: texts of valid site files, passwords taken out. A list, as a polygon is, is one value.
    """
    old, new = values_of(before), values_of(after)
    keys = sorted(old.keys() | new.keys())
    return [{"key": key, "from": old.get(key), "to": new.get(key)} for key in keys if old.get(key) != new.get(key)]


def values_of(text: str) -> dict[str, Any]:
    """Return every value of a valid site file by its key, as in `cameras.counter.source`."""
    return dict(_values("", yaml.safe_load(text)))


def _values(key: str, value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _values(f"{key}.{name}" if key else str(name), inner)
    else:
        yield key, plain(value)


def plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
