"""Cursors say where to go on, and only those that were given out are taken."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.paging import CursorError, cursor_of, page_of, values_of


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.text())
def test_a_cursor_gives_back_what_it_was_made_of(at_ms: int, name: str) -> None:
    assert values_of(cursor_of(at_ms, name), int, str) == (at_ms, name)


@given(st.text(max_size=60))
def test_any_text_that_is_no_cursor_is_refused_as_one(text: str) -> None:
    try:
        values = values_of(text, int, str)
    except CursorError:
        return
    assert [type(value) for value in values] == [int, str]


@pytest.mark.parametrize("values", [[1], ["a", 1], [True, "a"], [1.0, "a"], {"a": 1}, [2**63, "a"], [1, "a", 2]])
def test_a_cursor_of_another_list_is_refused(values: Any) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    with pytest.raises(CursorError, match="begin anew"):
        values_of(cursor, int, str)


@given(st.integers(0, 30), st.integers(1, 10))
def test_pages_put_together_are_the_list(length: int, limit: int) -> None:
    found: list[int] = []
    start: int | None = 0
    while start is not None:
        page = page_of(list(range(start, length))[: limit + 1], limit, lambda row: row, cursor_of)
        found += page.items
        start = None if page.next is None else int(values_of(page.next, int)[0]) + 1
    assert found == list(range(length))
