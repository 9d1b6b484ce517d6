"""The forms of counts. No form of a count that waits has a place for its number."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import Field

from api.web.models.acts import Account, Pieces
from api.web.models.base import Answer, Asked, At, Id
from api.web.models.ledger import Seq
from custody.books import Counted
from custody.counts import OpenCount
from vision.incidents import local_time


class FirstCount(Asked):
    """What the first person has counted. request: an id that the asking program makes up."""

    request: Id
    number: Pieces


class SecondCount(Asked):
    """What the second person has counted."""

    number: Pieces


class WaitingCount(Answer):
    """A count that waits for the second person."""

    counted_by: Account
    counted_at: At

    @classmethod
    def of(cls, count: OpenCount, timezone: ZoneInfo) -> WaitingCount:
        """Return the form of a count that waits: not its number."""
        return cls(counted_by=count.first.by, counted_at=local_time(count.first.at_ms, timezone))


class CountedAnswer(Answer):
    """A count on the ledger. numbers: in the order of the signers. agreed: null where two differ, or one was alone.

    expected: how many there should have been when it was made.
    """

    entry: Seq
    at: At
    numbers: list[Pieces] = Field(examples=[[78, 77]])
    signers: list[Account] = Field(examples=[["sato", "suzuki"]])
    agreed: Pieces | None
    expected: Pieces | None
    right: bool

    @classmethod
    def of(cls, counted: Counted, timezone: ZoneInfo) -> CountedAnswer:
        """Return the form of a count."""
        return cls(
            entry=counted.written.seq,
            at=local_time(counted.written.at_ms, timezone),
            numbers=list(counted.count.numbers),
            signers=list(counted.written.signed.names),
            agreed=counted.count.agreed,
            expected=counted.expected,
            right=counted.is_right,
        )


class Subject(Answer):
    """Something that is counted: a batch of cards, or all terminals together as `terminals`.

    last: when it was counted last, and whether two people then found what should be there; no number, so that
    whoever counts now writes down what is there.
    """

    item: str = Field(examples=["B-0221"])
    name: str | None = Field(examples=["交付前カード"])
    waiting: WaitingCount | None
    last_at: At | None
    last_right: bool | None
