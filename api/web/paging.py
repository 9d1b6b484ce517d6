"""Cursors: where a page of a long list ended, for the next request to go on from. Pure.

A cursor is opaque to whoever asks: base64url (RFC 4648, section 5, without padding) of a JSON list of the values that
the list is ordered by. It says where to go on, and nothing that the asking account may not see.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Annotated, Final, TypeVar

from fastapi import Query

from api.web.models.base import Page

Row = TypeVar("Row")
Form = TypeVar("Form")

LARGEST_PAGE: Final = 500

Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="How many at most.", examples=[50])]
Cursor = Annotated[
    str | None, Query(max_length=400, description="`next` of the page before; the first page if left out.")
]


class CursorError(ValueError):
    """A cursor is none that was given out for this list."""

    def __init__(self) -> None:
        super().__init__("the cursor was not given out for this list: leave it out to begin anew")


def cursor_of(*values: int | str) -> str:
    """Return the cursor of an element that is ordered by these values."""
    text = json.dumps(values, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def values_of(cursor: str, *kinds: type[int | str]) -> tuple[int | str, ...]:
    """Return the values of a cursor, of these types. Raises CursorError for anything else."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True).decode())
    except (ValueError, binascii.Error, RecursionError) as error:
        raise CursorError from error
    if not isinstance(values, list) or tuple(map(type, values)) != kinds:
        raise CursorError
    if any(isinstance(value, int) and abs(value) >= 2**63 for value in values):
        raise CursorError
    return tuple(values)


def page_of(rows: Sequence[Row], limit: int, form: Callable[[Row], Form], cursor: Callable[[Row], str]) -> Page[Form]:
    """Return the first `limit` rows as a page. rows: one more than that where there are more."""
    shown = rows[:limit]
    more = cursor(shown[-1]) if len(rows) > limit else None
    return Page(items=[form(row) for row in shown], next=more)
