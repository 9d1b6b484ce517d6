"""`/api/v1/acts`: what people sign, one after the other where it takes two. What may be done is `custody.waiting`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.recording import LEDGER
from api.web.given import Office, WaitingActs
from api.web.models.acts import Signing, Taken, WaitingAct, pending_of
from api.web.models.base import Id, Page
from api.web.models.ledger import EntryAnswer
from api.web.problems import documented
from custody.acts import Signature
from custody.checklist import Checklist
from custody.ledger import KEYS
from custody.signing import seal

router = APIRouter(
    prefix="/acts",
    tags=["custody"],
    responses=documented(
        HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY
    ),
)

Signer = Annotated[Principal, Depends(needs(Permission.COUNT))]


@router.get("")
def list_waiting(office: Office, waiting: WaitingActs, _who: Signer) -> Page[WaitingAct]:
    """List the acts that wait for a second person, the oldest first."""
    return Page(items=[WaitingAct.of(pending, office.site.timezone) for pending in waiting.store.pending()])


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    responses={HTTPStatus.ACCEPTED: {"model": Taken, "description": "It waits for a second person."}},
)
def sign(office: Office, waiting: WaitingActs, who: Signer, response: Response, asked: Signing) -> Taken:
    """Sign an act; one that takes two people waits for the second."""
    timezone = office.site.timezone
    pending = pending_of(asked, Signature(who.account, office.now_ms()))
    entry = waiting.begin(pending)
    if entry is not None:
        return Taken(entry=EntryAnswer.of(entry, timezone), waiting=None)
    response.status_code = HTTPStatus.ACCEPTED
    return Taken(entry=None, waiting=WaitingAct.of(pending, timezone))


@router.post("/{request}/confirm", status_code=HTTPStatus.CREATED)
def confirm(office: Office, waiting: WaitingActs, who: Signer, request: Id) -> EntryAnswer:
    """Sign what another person has signed, which puts it on the ledger."""
    entry = waiting.confirm(request, Signature(who.account, office.now_ms()))
    if entry.kind == Checklist.KIND:  # the sheet is printed with the checkpoint that covers it
        seal(office.ledger, office.folder / LEDGER / KEYS, office.now_ms())
    return EntryAnswer.of(entry, office.site.timezone)


@router.delete("/{request}", status_code=HTTPStatus.NO_CONTENT)
def withdraw(waiting: WaitingActs, who: Signer, request: Id) -> None:
    """Take back what one has signed and nobody has confirmed yet."""
    waiting.withdraw(request, who.account)
