"""The inventory as a file: written and read back, every fault with its line and column."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.acts import Registration
from custody.inventory import InventoryError, read_csv, read_json, write_csv, write_json
from tests.custody.office_script import INVENTORY
from vision.items import ItemKind

HEADER = "item,kind,name,expected,vault,slot\n"
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True).filter(lambda name: name != "terminals")
names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)


def _registration(item: str, kind: ItemKind, name: str, expected: int, slot: str | None) -> Registration:
    return Registration(item, kind, name, expected if kind is ItemKind.CARDS else None, None, slot)


items = st.builds(_registration, ids, st.sampled_from(ItemKind), names, st.integers(0, 1_000_000), st.none() | ids)
inventories = st.lists(items, max_size=5, unique_by=lambda item: item.item)


def faults(read: Callable[[str, str], object], text: str) -> str:
    with pytest.raises(InventoryError) as caught:
        read(text, "inventory")
    return str(caught.value)


@given(inventories)
def test_what_is_written_is_read_back_from_both_forms(inventory: list[Registration]) -> None:
    assert read_csv(write_csv(inventory), "inventory.csv") == tuple(inventory)
    assert read_json(write_json(inventory), "inventory.json") == tuple(inventory)


def test_an_office_in_csv() -> None:
    text = write_csv(INVENTORY)
    assert text.splitlines()[:3] == [
        "item,kind,name,expected,vault,slot",
        "vault-door,door,保管庫,,,vault-door",
        "T-01,terminal,交付用端末 1,,vault-door,T-01",
    ]
    assert read_csv(text, "inventory.csv") == INVENTORY


def test_a_table_saved_with_a_byte_order_mark_and_windows_line_ends_is_read() -> None:
    text = "\ufeff" + write_csv(INVENTORY).replace("\n", "\r\n")
    assert read_csv(text, "inventory.csv") == INVENTORY


def test_blank_lines_are_passed_over() -> None:
    assert read_csv(HEADER + "\n\nK-01,key,鍵,,,\n\n", "inventory.csv")[0].item == "K-01"


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("B,cards,b,true,,", "line 2, column expected: found 'true'; expected a whole number, or nothing"),
        ("B,cards,b,78.0,,", "line 2, column expected: found '78.0'; expected a whole number, or nothing"),
        ("B,cards,b,,,", "line 2, column expected: found None; expected a number for cards"),
        ("T,terminal,t,5,,", "line 2, column expected: found 5; expected a number for cards, and for cards only"),
        ("T,laptop,t,,,", "line 2, column kind: found 'laptop'; expected one of terminal, cards, key, door"),
        ("T 1,terminal,t,,,", "line 2, column item: found 'T 1'; expected an id"),
        ("T,terminal,,,,", "line 2, column name: found None; expected a text"),
        ("T,terminal,t,,safe,", "line 2, column vault: found 'safe'; expected an item of kind door in this file"),
        ("T,terminal,t", "line 2, column 4: found 3 fields; expected 6 fields"),
        ("T,terminal,t,,,,", "line 2, column 7: found 7 fields; expected 6 fields"),
        ("K,key,k,,,\nK,key,k,,,", "line 3, column item: found 'K', which stands in line 2 too"),
        ('K,key,"two\nlines",,,\nK,key,k,,,', "line 2, column name: found"),
        ('K,key,"k,,,', "no CSV"),
    ],
)
def test_a_fault_in_csv_is_named_with_line_and_column(rows: str, says: str) -> None:
    assert says in faults(read_csv, HEADER + rows)


def test_every_fault_is_told_at_once_in_the_order_of_lines() -> None:
    told = faults(read_csv, HEADER + "K,key,k,,safe,\nT,terminal,t,,nowhere,\nB,cards,b,x,,").splitlines()
    assert [line.split(":")[0] for line in told] == [
        "inventory, line 2, column vault",
        "inventory, line 3, column vault",
        "inventory, line 4, column expected",
    ]


def test_a_file_without_its_columns_says_which_they_are() -> None:
    assert "line 1, column 1: found 'id,kind'; expected the columns item,kind,name" in faults(read_csv, "id,kind\n")
    assert "line 1, column 1" in faults(read_csv, "")


KEY = '{"item": "K", "kind": "key", "name": "k", "expected": null, "vault": null, "slot": null}'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1, column 1: found ''; expected '['"),
        ('{"item": 1}', "line 1, column 1: found"),
        (f"[{KEY} {KEY}]", "expected ','"),
        (f"[\n{KEY},\n]", "line 3, column 1: no JSON"),
        (f"[{KEY}] x", "more text after the array"),
        ('[\n{"item": "K"}]', "line 2, column kind: found nothing; expected the key"),
        (f"[\n{KEY},\n{KEY}]", "line 3, column item: found 'K', which stands in line 2 too"),
        (f"[\n{KEY.replace('null', 'true', 1)}]", "line 2, column expected: found True; expected"),
        (f"[\n{KEY[:-1]}, 'x': 1}}]", "no JSON"),
        ("[5]", "line 1, column 1: found 5; expected an object"),
    ],
)
def test_a_fault_in_json_is_named_with_line_and_column(text: str, says: str) -> None:
    assert says in faults(read_json, text)


def test_an_unknown_key_in_json_is_named() -> None:
    row = json.dumps({**json.loads(KEY), "colour": "red"})
    assert "column colour: found an unknown key" in faults(read_json, f"[{row}]")
