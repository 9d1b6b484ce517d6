"""What has changed from one site file to the next, for the ledger: keys with their values, and no password."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml


def differences(before: str, after: str) -> list[dict[str, Any]]:
    """Return every key whose value has changed, in the order of keys, with what it was and is; None: it is not there.

    before, after: texts of valid site files, passwords taken out. A list, as a polygon is, is one value.
    """
    old, new = (dict(_values("", yaml.safe_load(text))) for text in (before, after))
    keys = sorted(old.keys() | new.keys())
    return [{"key": key, "from": old.get(key), "to": new.get(key)} for key in keys if old.get(key) != new.get(key)]


def _values(key: str, value: object) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _values(f"{key}.{name}" if key else str(name), inner)
    else:
        yield key, _plain(value)


def _plain(value: object) -> object:
    """Return a value as JSON has it."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
