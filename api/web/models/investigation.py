"""The forms of an investigation and of when things were last seen: those that the commands print as JSON."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from api.web.models.acts import Account
from api.web.models.base import Answer, At
from api.web.models.incidents import ExplanationAnswer
from api.web.models.ledger import Seq
from custody.clues import Clue


class _Told(Answer):
    """`from` is a word of Python's own; in JSON it is the name."""

    model_config = ConfigDict(frozen=True, serialize_by_alias=True)


class IntervalAnswer(_Told):
    """From when to when."""

    start: At = Field(alias="from")
    end: At = Field(alias="to")


class FootageAnswer(IntervalAnswer):
    """What shows it. file: the sealed clip that has it, null where it is to be played or cut from the recording."""

    camera: str
    file: str | None


class FactAnswer(IntervalAnswer):
    """One thing that may explain the loss. rank: from 1, those first that explain it best; weight: how well.

    logged: who had signed for what it is about. present: tracks that were there, as `camera#number`; no names.
    """

    rank: int = Field(examples=[1])
    clue: Clue
    weight: int
    subject: str = Field(examples=["T-01"])
    camera: str | None
    says: str = Field(examples=["entry 12 (item.checked_out) by sato, suzuki"])
    logged: list[Account]
    present: list[str] = Field(examples=[["counter#3"]])
    entry: Seq | None
    incident: str | None
    explanations: list[ExplanationAnswer]
    footage: list[FootageAnswer]


class InvestigationAnswer(IntervalAnswer):
    """What may explain a count that does not agree, in the order of time; the window is from the last that did.

    last_agreed: its number, null where none ever did. unseen_share: how much of the window nobody saw, 0 to 1.
    """

    site: str
    item: str = Field(examples=["B-0221"])
    last_agreed: Seq | None
    disagreement: Seq
    unseen_share: float
    unseen: list[IntervalAnswer]
    facts: list[FactAnswer]


class LastSeenAnswer(Answer):
    """When a camera last saw an item in its place."""

    item: str
    at: At
    camera: str | None
    slot: str
    footage: list[FootageAnswer]


class LastSights(Answer):
    """When each item was last seen, the newest first; and those that were never seen."""

    seen: list[LastSeenAnswer]
    never: list[str]
