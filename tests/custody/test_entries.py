"""One form an entry: what is written is read back, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from custody.entries import KINDS, Draft, Entry, EntryError, canonical, utc_text

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
wholes = st.integers(-(2**53) + 1, 2**53 - 1)
values = st.recursive(
    st.none() | st.booleans() | wholes | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
entries = st.builds(
    Entry,
    seq=st.integers(0, 2**53 - 1),
    at_ms=st.integers(-62_135_596_800_000, 253_402_300_799_999),
    kind=st.sampled_from(sorted(KINDS)),
    site=texts.filter(bool),
    actors=st.lists(texts.filter(bool), max_size=3).map(tuple),
    body=st.dictionaries(texts, values, max_size=4),
)

LINE = (
    b'{"actors":["sato","suzuki"],"at":"2018-02-21T08:10:00.250Z","body":{"item":"B-0221","number":78},'
    b'"kind":"count","seq":3,"site":"tsurumi","v":1}'
)


def made(**fields: Any) -> Entry:
    usual: dict[str, Any] = {"seq": 0, "at_ms": 0, "kind": "count", "site": "tsurumi", "actors": (), "body": {}}
    return Entry(**usual | fields)


@given(entries)
def test_what_is_written_is_read_back(entry: Entry) -> None:
    assert Entry.from_line(entry.line) == entry


@given(entries)
def test_the_order_in_which_keys_were_given_does_not_show(entry: Entry) -> None:
    turned = dict(reversed(list(entry.body.items())))
    assert Entry(entry.seq, entry.at_ms, entry.kind, entry.site, entry.actors, turned).line == entry.line


@given(entries, st.data())
def test_any_changed_byte_gives_another_entry_or_none(entry: Entry, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(entry.line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != entry.line[place]))
    changed = entry.line[:place] + bytes([byte]) + entry.line[place + 1 :]
    try:
        other = Entry.from_line(changed)
    except EntryError:
        return
    assert other.line == changed
    assert other.leaf() != entry.leaf()


@given(st.dictionaries(texts | st.text(max_size=3).filter(lambda key: key.isprintable()), values, max_size=6))
def test_the_canonical_form_is_that_of_the_library(value: Mapping[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(dict(value))


def test_keys_are_ordered_by_their_utf_16_code_units() -> None:
    assert canonical({"\ufb33": 1, "\U0001f600": 2, "a": 3}) == '{"a":3,"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize("fields", [{"seq": True}, {"seq": 1.0}, {"at_ms": False}, {"at_ms": 0.5}])
def test_numbers_that_are_not_whole_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(EntryError, match=r"counts from 0|whole milliseconds"):
        made(**fields)


def test_a_count_has_exactly_these_bytes() -> None:
    body = {"number": 78, "item": "B-0221"}
    entry = Entry(3, 1_519_200_600_250, "count", "tsurumi", ("sato", "suzuki"), body)
    assert entry.line == LINE
    assert entry.leaf().hex() == "21b50841a17730ff09dacba9fd6b634cf2230fb278cc5d985c95e86bead7891f"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1e21, b"1e+21"),
        (1e20, b"100000000000000000000"),
        (1e-7, b"1e-7"),
        (-0.0, b"0"),
        (333333333.33333329, b"333333333.3333333"),
    ],
)
def test_numbers_are_written_as_the_canonical_form_demands(value: float, written: bytes) -> None:
    entry = made(body={"n": value})
    assert b'{"n":' + written + b"}" in entry.line
    assert Entry.from_line(entry.line).body["n"] == value


def test_the_kinds_are_those_of_the_contract() -> None:
    assert len(KINDS) == 30
    assert {"count", "clip.sealed", "camera.blind", "drill.ended", "item.checked_in"} <= KINDS


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (LINE.replace(b'"seq":3', b'"seq": 3'), "canonical"),
        (LINE.replace(b'"v":1', b'"v":2'), "version is 2"),
        (LINE.replace(b'"v":1', b'"v":true'), "v is a bool"),
        (LINE.replace(b'"v":1', b'"v":1,"w":1'), "it has the keys"),
        (LINE.replace(b'"seq":3', b'"seq":-3'), "counts from 0"),
        (LINE.replace(b'"seq":3', b'"seq":"3"'), "seq is a str"),
        (LINE.replace(b'"count"', b'"recount"'), "kind 'recount' is none of"),
        (LINE.replace(b"10:00.250Z", b"10:00Z"), "expected UTC with milliseconds"),
        (LINE.replace(b"08:10:00.250Z", b"24:00:00.000Z"), "at is"),
        (LINE.replace(b"02-21", b"02-30"), "no moment"),
        (LINE.replace(b'["sato","suzuki"]', b"[1,2]"), "each a text"),
        (LINE.replace(b'["sato","suzuki"]', b'["sato",""]'), "must not be empty"),
        (LINE.replace(b'"tsurumi"', b'""'), "must not be empty"),
        (LINE.replace(b'"item":"B-0221",', b'"item":"B-0221","item":"B-0221",'), "canonical"),
        (LINE.replace(b"B-0221", b"\\ud800"), "cannot be written as JSON"),
        (LINE.replace(b"B-0221", b"\xff"), "no JSON"),
        (LINE.replace(b'"number":78', b'"number":NaN'), "cannot be written as JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "JSON list; expected an object"),
        (b"", "no JSON"),
    ],
)
def test_a_line_that_is_no_entry_is_refused_with_the_reason(line: bytes, message: str) -> None:
    with pytest.raises(EntryError, match=message):
        Entry.from_line(line)


@pytest.mark.parametrize(
    "body", [{"n": float("nan")}, {"n": 2**53}, {"n": b""}, {"n": Path()}, {1: 2}, {"\ud800": 1}]
)
def test_what_json_has_no_form_for_stays_off_the_ledger(body: Mapping[str, object]) -> None:
    with pytest.raises(EntryError, match="cannot be written as JSON"):
        made(body=body)


def test_an_entry_does_not_change_with_what_it_was_made_from() -> None:
    body = {"gaps": [{"from": 1}]}
    entry = made(body=body)
    body["gaps"][0]["from"] = 2
    assert entry.body == made(body={"gaps": [{"from": 1}]}).body
    assert json.loads(entry.line)["body"] == {"gaps": [{"from": 1}]}
    with pytest.raises(TypeError):
        entry.body["gaps"][0]["from"] = 3


def test_a_moment_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(EntryError, match="years 1 to 9999"):
        utc_text(10**15)


def test_times_before_1970_keep_their_milliseconds() -> None:
    assert utc_text(-1) == "1969-12-31T23:59:59.999Z"


def test_a_draft_says_only_what_happened() -> None:
    assert Draft(5, "drill.started") == Draft(5, "drill.started", (), {})
