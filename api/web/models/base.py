"""What all forms share: what is asked is read strictly, what is answered has times of the site's own zone.

Requests come as JSON: whole numbers must be written as such, and a key that nobody knows is an error. Moments are
ISO 8601 with an offset, `captured_at_ms` and its like never leave this edge.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

Item = TypeVar("Item")

_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
"""Moments beyond cannot be told in every time zone."""


class Asked(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """The body of an answer, or a part of it."""

    model_config = ConfigDict(frozen=True)


class Page(Answer, Generic[Item]):
    """Some of a long list. next: what to send as `cursor` for what follows, null where this is the end."""

    items: list[Item]
    next: str | None = Field(default=None, examples=["WzE1MTkyMDA3MDAwMDAsIlQtMDEiXQ"])


def _within(moment: datetime) -> datetime:
    if not _FIRST <= moment <= _LAST:
        raise ValueError("a moment of the years 1970 to 9999 is expected")
    return moment


Moment = Annotated[
    AwareDatetime, AfterValidator(_within), Field(examples=["2018-02-21T17:10:00+09:00"], strict=False)
]
"""A moment as it is asked for: ISO 8601 with its offset."""

At = Annotated[str, Field(examples=["2018-02-21T17:10:00.000+09:00"], json_schema_extra={"format": "date-time"})]
"""A moment as it is answered: ISO 8601 with the site's offset, to the millisecond."""

Whole = Annotated[int, Field(strict=True, ge=0, le=2**53 - 1, examples=[78])]
"""A whole number, written as one."""

Flag = Annotated[bool, Field(strict=True)]
"""True or false, written as such."""

Text = Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"\S")]
"""A text that says something."""

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*\S[^\x00-\x1f\x7f]*$")]
"""A text on one line."""

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", examples=["T-01"])]
"""An id as the site file and the ledger have them."""

Json = dict[str, Any]
"""A JSON object whose keys depend on what it tells of."""


def ms_of(moment: datetime) -> int:
    """Return a moment as UTC milliseconds."""
    return round((moment - _FIRST).total_seconds() * 1000)
