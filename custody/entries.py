"""One line of the ledger: its fields, its exact bytes, its hash. Pure.

An entry is canonical JSON (RFC 8785), `{"actors":[...],"at":...,"body":{...},"kind":...,"seq":...,"site":...,"v":1}`,
so that it has one form only: whoever has the fields has the bytes, and whoever changes a byte has another entry. What
a kind's body holds is not known here; where lines are kept is `ledger`, how they are hashed together is `merkle`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json.encoder import encode_basestring
from types import MappingProxyType
from typing import Any, Final

import rfc8785

from custody.merkle import leaf_hash

VERSION: Final = 1

KINDS: Final = frozenset(
    {
        "item.registered",
        "item.retired",
        "item.checked_out",
        "item.checked_in",
        "count",
        "key.handed_over",
        "vault.opened",
        "vault.locked",
        "checklist.signed",
        "incident.raised",
        "incident.closed",
        "incident.explained",
        "clip.sealed",
        "hold.placed",
        "hold.released",
        "footage.viewed",
        "footage.exported",
        "evidence.exported",
        "evidence.fetched",
        "footage.expired",
        "camera.blind",
        "camera.clear",
        "settings.changed",
        "user.changed",
        "user.signed_in",
        "user.sign_in_refused",
        "access.granted",
        "access.refused",
        "drill.started",
        "drill.ended",
    }
)

NOT_CANONICAL: Final = "it is not in canonical form (RFC 8785): it was written or changed by other means"

_TYPES: Final[Mapping[str, type]] = MappingProxyType(
    {"v": int, "seq": int, "at": str, "kind": str, "site": str, "actors": list, "body": dict}
)
_AT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
LARGEST_WHOLE: Final = 2**53 - 1
"""Larger whole numbers are doubles to JSON: another program would read another number."""


class EntryError(ValueError):
    """A line or its fields are no ledger entry; the message says what was found and expected."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before the ledger has given it its number. Fields as in `Entry`."""

    at_ms: int
    kind: str
    actors: tuple[str, ...] = ()
    body: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger.

    seq: its place, from 0, which is its leaf's index in the tree. at_ms: UTC milliseconds of what it tells of; on the
    line `at`, ISO 8601 in UTC with milliseconds and `Z`. actors: accounts of the people who signed, none where the
    system itself speaks. body: JSON values, read-only through and through. line: the exact bytes, without line end.
    Raises EntryError where a field cannot be put on the ledger.
    """

    seq: int
    at_ms: int
    kind: str
    site: str
    actors: tuple[str, ...]
    body: Mapping[str, Any]
    line: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if type(self.seq) is not int or self.seq < 0:
            raise EntryError(f"seq counts from 0, got {self.seq!r}")
        if type(self.at_ms) is not int:
            raise EntryError(f"a moment is in whole milliseconds, got {self.at_ms!r}")
        if self.kind not in KINDS:
            raise EntryError(f"kind {self.kind!r} is none of {', '.join(sorted(KINDS))}")
        if not self.site or not all(self.actors):
            raise EntryError("site and actors must not be empty: they say whose ledger it is and who signed")
        object.__setattr__(self, "line", self._canonical())
        object.__setattr__(self, "body", _frozen(self.body))

    @classmethod
    def from_line(cls, line: bytes) -> Entry:
        """Read an entry from its exact bytes; anything else than those, a space more even, is an EntryError."""
        entry = _from_fields(_object(line))
        if entry.line != line:
            raise EntryError(NOT_CANONICAL)
        return entry

    def leaf(self) -> bytes:
        """Return the entry's leaf hash, 32 bytes (RFC 9162)."""
        return leaf_hash(self.line)

    def _canonical(self) -> bytes:
        return canonical(
            {
                "v": VERSION,
                "seq": self.seq,
                "at": utc_text(self.at_ms),
                "kind": self.kind,
                "site": self.site,
                "actors": self.actors,
                "body": self.body,
            }
        )


def entry_at(line: bytes, seq: int, site: str | None) -> Entry:
    """Return the entry of a line that must be number `seq` of a site's ledger, of any site's where that is None.

    Raises EntryError.
    """
    entry = Entry.from_line(line)
    if entry.seq != seq or entry.site != (site or entry.site):
        raise EntryError(f"found entry {entry.seq} of {entry.site}, expected entry {seq} of {site or entry.site}")
    return entry


def utc_text(at_ms: int) -> str:
    """Return a moment in UTC milliseconds as the ledger writes it: `2018-02-21T08:10:00.000Z`."""
    try:
        moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise EntryError(f"{at_ms} ms is no moment of the years 1 to 9999") from error
    return f"{moment.replace(tzinfo=None).isoformat()}.{at_ms % 1000:03d}Z"


def utc_ms(at: str) -> int:
    """Return UTC milliseconds from the form that `utc_text` gives. Raises EntryError for any other form."""
    expected = "expected UTC with milliseconds, as in 2018-02-21T08:10:00.000Z"
    if not _AT.fullmatch(at):
        raise EntryError(f"at is {at!r}; {expected}")
    try:
        moment = datetime.fromisoformat(at[:19] + "+00:00")
    except ValueError as error:
        raise EntryError(f"at is {at!r}, which is no moment; {expected}") from error
    return round(moment.timestamp()) * 1000 + int(at[20:23])


def canonical(value: Mapping[str, Any]) -> bytes:
    """Return the RFC 8785 bytes of a JSON object. Raises EntryError for what JSON has no form for."""
    try:
        return _text(value).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise EntryError(f"it cannot be written as JSON: {error}") from error


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = _DECODER.decode(line.decode())
    except (ValueError, RecursionError) as error:
        raise EntryError(f"it is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise EntryError(f"it is a JSON {type(value).__name__}; expected an object")
    return value


def _from_fields(fields: Mapping[str, Any]) -> Entry:
    if fields.keys() != _TYPES.keys():
        raise EntryError(f"it has the keys {', '.join(sorted(fields))}; expected {', '.join(sorted(_TYPES))}")
    for key, kind in _TYPES.items():
        if type(fields[key]) is not kind:
            raise EntryError(f"{key} is a {type(fields[key]).__name__}; expected a {kind.__name__}")
    if fields["v"] != VERSION:
        raise EntryError(f"its version is {fields['v']}; this program reads version {VERSION}")
    if not all(isinstance(actor, str) for actor in fields["actors"]):
        raise EntryError("actors must be accounts, each a text")
    actors = tuple(fields["actors"])
    return Entry(fields["seq"], utc_ms(fields["at"]), fields["kind"], fields["site"], actors, fields["body"])


def _number(text: str) -> int | float:
    return number if abs(number := int(text)) <= LARGEST_WHOLE else float(text)


_DECODER: Final = json.JSONDecoder(parse_int=_number)


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(member) for key, member in value.items()})
    return tuple(_frozen(member) for member in value) if isinstance(value, list | tuple) else value


def _text(value: Any) -> str:
    """Return the canonical form of a JSON value.

    What `rfc8785` would write; that library is asked for the rarer values only, because every entry is written once
    more when a ledger is verified, and it takes several times as long.
    """
    if isinstance(value, str):
        return encode_basestring(value)
    if type(value) is int and abs(value) <= LARGEST_WHOLE:
        return str(value)
    if isinstance(value, Mapping):
        return "{" + ",".join([f"{encode_basestring(key)}:{_text(value[key])}" for key in _in_order(value)]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([_text(member) for member in value]) + "]"
    return rfc8785.dumps(value).decode()


def _in_order(keys: Iterable[str]) -> list[str]:
    """Return keys in the order of their UTF-16 code units (RFC 8785, 3.2.3)."""
    return sorted(keys, key=None if all(map(str.isascii, keys)) else lambda key: key.encode("utf-16-be"))
