"""The forms of the day's protocol and of its sheet."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field

from api.web.models.acts import Pieces
from api.web.models.base import Answer, At
from api.web.models.ledger import EntryAnswer
from custody.protocol import StepState

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _written_as_a_day(value: object) -> object:
    """Refuse what is no text of this form: seconds since 1970, say, which would be taken for a day, too."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("a day is written as 2018-02-21")
    return value


Day = Annotated[
    date, BeforeValidator(_written_as_a_day), Field(examples=["2018-02-21"], json_schema_extra={"format": "date"})
]
"""A local day of the site, as it is asked for."""


class StepAnswer(Answer):
    """One step. missing: by id what is missing for it, nothing where it is done."""

    step: str = Field(examples=["items_counted"])
    state: StepState
    due: At
    missing: list[str] = Field(examples=[["B-0221"]])


class ProtocolAnswer(Answer):
    """The protocol that runs. since: when its round began. day: the local day that it belongs to."""

    protocol: Literal["closing", "opening"]
    day: date
    since: At
    steps: list[StepAnswer]


class Standing(Answer):
    """The protocol that runs, null before the first has begun; the moment as of which its states are told."""

    at: At
    running: ProtocolAnswer | None


class SheetAnswer(Answer):
    """The sheet of a day. terminals, cards: how many there should be now, by the ledger. signed: null until it is."""

    day: date
    terminals: Pieces
    cards: Pieces
    signed: EntryAnswer | None
