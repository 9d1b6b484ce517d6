"""`/api/v1/access/mandates` and `/tokens`: why footage is looked at, and programs that ask in one's name."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.auth import answers, mandates, models, tokens
from api.auth.errors import ForbiddenError
from api.auth.needs import access_of, signed_in
from api.auth.principal import Principal, Proof
from api.web.models.base import ms_of
from api.web.problems import documented
from custody.mandate import Mandate

router = APIRouter(
    prefix="/access",
    tags=["access"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

Who = Annotated[Principal, Depends(signed_in())]


@router.post("/mandates", status_code=HTTPStatus.CREATED)
def ask_for_mandate(request: Request, who: Who, asked: models.AskingForMandate) -> models.HeldMandate:
    """Say for what footage is replayed or taken out, and which document permits it; both go on the ledger."""
    access = access_of(request)
    granted = access.gate.grant(
        who,
        asked.permission,
        tuple(asked.cameras),
        (ms_of(asked.start), ms_of(asked.end)),
        Mandate(who.account, asked.reason, asked.authority),
    )
    return answers.mandate_answer(access.store, granted)


@router.get("/mandates")
def own_mandates(request: Request, who: Who) -> list[models.HeldMandate]:
    """List one's own mandates that are in force, the newest first."""
    store = access_of(request).store
    with store.records.read() as connection:
        found = mandates.of(connection, who.account, store.now_ms())
    return [answers.mandate_answer(store, granted) for granted in found]


@router.post("/tokens", status_code=HTTPStatus.CREATED)
def issue_token(request: Request, who: Who, asked: models.NewToken) -> models.IssuedToken:
    """Make an API token for a program that asks in one's name; its secret is shown this once."""
    if who.proof is not Proof.SESSION:
        raise ForbiddenError("a token is made by the person at a browser, not by a program")
    access = access_of(request)
    scopes, expires_ms = frozenset(asked.scopes), ms_of(asked.expires)
    token, secret = access.people.issue_token((who.account,), who.account, asked.name, scopes, expires_ms)
    return models.IssuedToken(**answers.token_answer(access.store, token).model_dump(), secret=secret)


@router.get("/tokens")
def own_tokens(request: Request, who: Who) -> list[models.HeldToken]:
    """List one's own API tokens, the newest first."""
    store = access_of(request).store
    with store.records.read() as connection:
        return [answers.token_answer(store, token) for token in tokens.of(connection, who.account)]


@router.delete("/tokens/{token}", status_code=HTTPStatus.NO_CONTENT, responses=documented(HTTPStatus.NOT_FOUND))
def revoke_token(request: Request, who: Who, token: str) -> None:
    """Take back one of one's own API tokens."""
    access_of(request).people.revoke_token((who.account,), who.account, token)
