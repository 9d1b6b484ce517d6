"""The forms of acts: what people sign, a form for each kind, with the fields that its entry has."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from api.web.models.base import Answer, Asked, At, Flag, Id, Json, Line, Moment, ms_of
from api.web.models.ledger import EntryAnswer, Seq
from custody.acts import ACTS, Act, Correction, Pending, Signature
from custody.fields import MOST_PIECES, Fields
from vision.incidents import local_time
from vision.items import ItemKind

Pieces = Annotated[int, Field(strict=True, ge=0, le=MOST_PIECES, examples=[78])]
"""A number of cards or terminals."""

Account = Annotated[str, Field(min_length=1, max_length=64, examples=["sato"])]


class Correcting(Asked):
    """The entry that this one takes the place of, and why that one was wrong."""

    seq: Annotated[Seq, Field(strict=True)]
    reason: Line

    def read(self) -> Correction:
        """Return what it says."""
        return Correction(self.seq, self.reason)


class Registering(Asked):
    """An item, as it is known from now on."""

    item: Id
    kind: ItemKind
    name: Line
    expected: Pieces | None = None
    vault: Id | None = None
    slot: Id | None = None


class Retiring(Asked):
    """An item is kept no longer, and why."""

    item: Id
    reason: Line


class CheckingOut(Asked):
    """An item was taken out of its vault. slot: to which place, null where no camera looks at it."""

    item: Id
    slot: Id | None = None


class CheckingIn(Asked):
    """An item was put back into a vault, known by its door."""

    item: Id
    vault: Id


class HandingOver(Asked):
    """A key went from one signer to the other."""

    item: Id
    giver: Account = Field(alias="from")
    receiver: Account = Field(alias="to")


class TouchingVault(Asked):
    """A vault, known by its door."""

    vault: Id


class AnsweringSheet(Asked):
    """The daily sheet."""

    day: date = Field(strict=False, examples=["2018-02-21"])
    wire_locks_attached: Flag
    terminals: Pieces
    cards: Pieces
    vault_locked: Flag
    partition_closed: Flag


class _Signing(Asked):
    """An act, signed by who sends it.

    request: an id that the asking program makes up; sent again with the same one, it is still one entry. at: when it
    happened, now where it is left out.
    """

    request: Id
    at: Moment | None = None
    corrects: Correcting | None = None


class Registered(_Signing):
    """An item is registered."""

    kind: Literal["item.registered"]
    body: Registering


class Retired(_Signing):
    """An item is kept no longer; two people sign."""

    kind: Literal["item.retired"]
    body: Retiring


class CheckedOut(_Signing):
    """An item was taken out; two people sign."""

    kind: Literal["item.checked_out"]
    body: CheckingOut


class CheckedIn(_Signing):
    """An item was put back; two people sign."""

    kind: Literal["item.checked_in"]
    body: CheckingIn


class HandedOver(_Signing):
    """A key was handed over; both people sign."""

    kind: Literal["key.handed_over"]
    body: HandingOver


class Opened(_Signing):
    """A vault was opened."""

    kind: Literal["vault.opened"]
    body: TouchingVault


class Locked(_Signing):
    """A vault was locked."""

    kind: Literal["vault.locked"]
    body: TouchingVault


class SheetAnswered(_Signing):
    """The daily sheet is signed; by two people."""

    kind: Literal["checklist.signed"]
    body: AnsweringSheet


Signing = Annotated[
    Registered | Retired | CheckedOut | CheckedIn | HandedOver | Opened | Locked | SheetAnswered,
    Field(discriminator="kind"),
]
"""An act of any kind but a count, which is blind and goes another way."""


class WaitingAct(Answer):
    """An act that one person has signed, and that waits for the second."""

    request: str = Field(examples=["7b0c6d1e"])
    kind: str = Field(examples=["item.checked_out"])
    body: Json = Field(examples=[{"item": "T-01", "slot": "T-01"}])
    at: At
    signed_by: Account
    signed_at: At

    @classmethod
    def of(cls, pending: Pending, timezone: ZoneInfo) -> WaitingAct:
        """Return the form of an act that waits."""
        return cls(
            request=pending.request,
            kind=pending.act.KIND,
            body=pending.act.fields(),
            at=local_time(pending.at_ms, timezone),
            signed_by=pending.first.by,
            signed_at=local_time(pending.first.at_ms, timezone),
        )


class Taken(Answer):
    """What has become of an act: the entry that it is, or what waits for another person's signature."""

    entry: EntryAnswer | None
    waiting: WaitingAct | None


def pending_of(asked: Signing, first: Signature) -> Pending:
    """Return an act with its first signature. Raises FieldError where a field contradicts another."""
    values: dict[str, Any] = asked.body.model_dump(mode="json", by_alias=True)
    act: Act = ACTS[asked.kind].read(Fields(values))
    at_ms = first.at_ms if asked.at is None else ms_of(asked.at)
    corrects = None if asked.corrects is None else asked.corrects.read()
    return Pending(act, at_ms, first, asked.request, corrects)
