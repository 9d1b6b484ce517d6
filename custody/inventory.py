"""The inventory as a file, CSV or JSON: what is kept, of which kind, how many, in which vault, at which slot. Pure.

Text in, registrations out, and back. All faults of a file are told at once, each with its line and its column.

    item,kind,name,expected,vault,slot
    T-01,terminal,交付用端末 1,,vault-door,T-01
    B-0221,cards,交付前カード,78,vault-door,
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from custody.acts import Registration
from custody.books import Books
from custody.fields import FieldError, Fields, shown

COLUMNS: Final = ("item", "kind", "name", "expected", "vault", "slot")

_WHOLE: Final = re.compile(r"\d{1,9}")
_SPACE: Final = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an inventory file. line: from 1. column: the column's name, or its number where it has none."""

    line: int
    column: str
    says: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.says}"


class InventoryError(ValueError):
    """An inventory file cannot be used. `faults` are all that is wrong with it, in the order of lines."""

    def __init__(self, name: str, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{name}, {fault}" for fault in self.faults))


def read_csv(text: str, name: str) -> tuple[Registration, ...]:
    """Read an inventory of comma-separated values, the names of its columns first. name: the file's, for errors.

    An empty field is one that has no value. Raises InventoryError with every fault.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), newline=""), strict=True)
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            says = f"found {shown(','.join(header))}; expected the columns {','.join(COLUMNS)}"
            raise InventoryError(name, [Fault(1, "1", says)])
        rows = [(line, row) for line, row in _csv_rows(reader) if row]
    except csv.Error as error:
        raise InventoryError(name, [Fault(reader.line_num, "1", f"no CSV ({error}); check the quotes")]) from error
    return _registrations(rows, _from_row, name)


def read_json(text: str, name: str) -> tuple[Registration, ...]:
    """Read an inventory that is a JSON array of objects with the keys of the columns. name: the file's, for errors.

    Raises InventoryError with every fault.
    """
    return _registrations(list(_json_members(text, name)), _from_object, name)


def write_csv(items: Iterable[Registration]) -> str:
    """Return the inventory as comma-separated values; `read_csv` gives the same items again."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in items:
        fields = item.fields()
        writer.writerow(["" if fields[column] is None else fields[column] for column in COLUMNS])
    return out.getvalue()


def write_json(items: Iterable[Registration]) -> str:
    """Return the inventory as a JSON array, an item a line; `read_json` gives the same items again."""
    lines = [json.dumps(item.fields(), ensure_ascii=False) for item in items]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def news_to(books: Books, items: Iterable[Registration]) -> tuple[Registration, ...]:
    """Return the items that are not registered like this; an item that a file leaves out stays registered."""
    return tuple(item for item in items if books.kept.get(item.item) != item)


def _registrations(
    rows: list[tuple[int, Any]], read: Callable[[Any], Registration], name: str
) -> tuple[Registration, ...]:
    """Read every row, note every fault, and hold the rows against each other."""
    faults: list[Fault] = []
    items: dict[str, tuple[int, Registration]] = {}
    for line, row in rows:
        try:
            item = read(row)
        except FieldError as error:
            faults.append(Fault(line, error.key, str(error).removeprefix(f"{error.key}: ")))
            continue
        other, _ = items.setdefault(item.item, (line, item))
        if other != line:
            says = f"found {shown(item.item)}, which stands in line {other} too; expected every item once"
            faults.append(Fault(line, "item", says))
    faults += _without_vault(items)
    if faults:
        raise InventoryError(name, sorted(faults, key=lambda fault: fault.line))
    return tuple(item for _, item in items.values())


def _without_vault(items: Mapping[str, tuple[int, Registration]]) -> Iterator[Fault]:
    doors = {item.item for _, item in items.values() if item.kind == "door"}
    for line, item in items.values():
        if item.vault is not None and item.vault not in doors:
            yield Fault(line, "vault", f"found {shown(item.vault)}; expected an item of kind door in this file")


def _csv_rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the line that it begins in: a quoted field may hold line ends."""
    line = reader.line_num + 1
    for row in reader:
        yield line, row
        line = reader.line_num + 1


def _from_row(row: list[str]) -> Registration:
    if len(row) != len(COLUMNS):
        raise FieldError(str(min(len(row), len(COLUMNS)) + 1), f"{len(row)} fields", f"{len(COLUMNS)} fields")
    fields: dict[str, Any] = {column: value or None for column, value in zip(COLUMNS, row, strict=True)}
    if fields["expected"] is not None:
        if not _WHOLE.fullmatch(fields["expected"]):
            raise FieldError("expected", shown(fields["expected"]), "a whole number, or nothing")
        fields["expected"] = int(fields["expected"])
    return Registration.read(Fields(fields))


def _from_object(value: Any) -> Registration:
    if not isinstance(value, dict):
        raise FieldError("1", shown(value), "an object")
    fields = Fields(value)
    item = Registration.read(fields)
    fields.close()
    return item


def _json_members(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """Give the members of a JSON array, each with the line that it begins in."""
    decoder = json.JSONDecoder()
    place = _after(text, _skip(text, 0), "[", name)
    closed = text[place : place + 1] == "]"
    while not closed:
        try:
            value, end = decoder.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError) as error:
            at = getattr(error, "pos", place)
            raise InventoryError(name, [_syntax(text, at, f"no JSON ({error})")]) from error
        yield text.count("\n", 0, place) + 1, value
        place = _skip(text, end)
        closed = text[place : place + 1] == "]"
        place = place if closed else _after(text, place, ",", name)
    if _skip(text, place + 1) < len(text):
        raise InventoryError(name, [_syntax(text, place + 1, "more text after the array; take it out")])


def _after(text: str, place: int, sign: str, name: str) -> int:
    """Return where the next value begins, behind a sign that must stand here."""
    if text[place : place + 1] != sign:
        says = f"found {shown(text[place : place + 10])}; expected {sign!r}: an array of objects in brackets"
        raise InventoryError(name, [_syntax(text, place, says)])
    return _skip(text, place + 1)


def _skip(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return place if match is None else match.end()


def _syntax(text: str, place: int, says: str) -> Fault:
    line_start = text.rfind("\n", 0, place) + 1
    return Fault(text.count("\n", 0, place) + 1, str(place - line_start + 1), says)
