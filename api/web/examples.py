"""Examples for the description of the interface, by the name of a parameter or property that has none of its own.

A word means one thing, so that one example is enough for all the forms that have it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from api.web.models.base import Json

_DIGEST: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

EXAMPLES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "account": "sato",
        "actor": "sato",
        "after": 1042,
        "authority": "情セ第12号",
        "camera": "counter",
        "cameras": ["counter"],
        "case": "C-1",
        "code": "492039",
        "cosign": "Zm9yIG9uZSBhY3Qgb25seQ",
        "count": 12,
        "csrf": _DIGEST,
        "cursor": "WzE1MTkyMDA3MDAwMDAsIlQtMDEiXQ",
        "day": "2018-02-21",
        "detail": "there is no camera 'lobby'; there are counter, vault",
        "digest": _DIGEST,
        "disagreeing": 0,
        "dropped": 0,
        "exposed_s": 42.0,
        "exposures": 1,
        "file": "clips/20180221T081003000Z-terminal_removed-T-01.mp4",
        "id": "5f2b8c1e9a7d4036",
        "incident": "20180221T081003000Z-terminal_removed-T-01",
        "item": "T-01",
        "job": "5f2b8c1e9a7d4036",
        "kind": ["item.checked_out"],
        "kuraban-sign-in": "Zm9yIG9uZSBzaWduLWluIG9ubHk",
        "last-event-id": 1042,
        "late": 0,
        "limit": 50,
        "line": '{"at":"2018-02-21T08:10:03.000Z","kind":"count"}',
        "moved_by": "suzuki",
        "name": "佐藤 花子",
        "never": ["T-02"],
        "new": "seven cards on a desk",
        "note": "交付準備作業エリアへ移した",
        "of_s": 86400.0,
        "outcome": "B-0221は誤って別の保管箱にあった",
        "parts": 3,
        "password": "seven cards on a desk",
        "polygon": [[0.1, 0.55], [0.6, 0.4], [0.62, 0.52]],
        "reason": "交付用端末の所在不明",
        "restarts": 0,
        "secret": "kuraban_Zm9yIGEgcHJvZ3JhbSBvbmx5",
        "serves": "window-1",
        "session": _DIGEST,
        "sha256": _DIGEST,
        "sheets_answered_no": 0,
        "site": "tsurumi",
        "slot": "T-01",
        "start_ms": 1519200600000,
        "state": "Zm9yIG9uZSBzaWduLWluIG9ubHk",
        "text": "site: {id: tsurumi, timezone: Asia/Tokyo}\n",
        "title": "2月21日の交付用端末",
        "token": "5f2b8c1e9a7d4036",
        "two_person_breaches": 0,
        "unlogged_openings": 0,
        "unseen_share": 0.02,
        "user": "viewer",
        "values": {"rules": {"vault_open": {"after_s": 90}}},
        "warnings": ["line 7, cameras.counter.source: a password stands in the file itself"],
        "weight": 5,
        "what": "note",
        "width": 320,
        "zone": "window-1",
    }
)

_SPEAKING: Final = ("example", "examples", "enum", "const", "$ref")


def add_examples(described: Json) -> None:
    """Give an example to every parameter and property of a description that does not speak for itself."""
    for name, schema in _named(described):
        if name in EXAMPLES and not is_clear(schema):
            schema["examples"] = [EXAMPLES[name]]


def unclear(described: Json) -> list[str]:
    """Return the names of parameters and properties that have no example and do not speak for themselves."""
    return sorted({name for name, schema in _named(described) if not is_clear(schema)})


def is_clear(schema: Json) -> bool:
    """Tell whether a schema speaks for itself: by an example, a list of words, a date, or as true and false."""
    if any(key in schema for key in _SPEAKING):
        return True
    if schema.get("type") in {"boolean", "null"} or schema.get("format") == "date-time":
        return True
    inner: list[Json] = [one for key in ("anyOf", "oneOf", "prefixItems") for one in schema.get(key, ())]
    if "items" in schema:
        inner.append(schema["items"])
    return bool(inner) and all(map(is_clear, inner))


def _named(described: Json) -> Iterator[tuple[str, Json]]:
    for operations in described["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                yield parameter["name"], parameter["schema"]
    for schema in described["components"]["schemas"].values():
        yield from schema.get("properties", {}).items()
