"""`/api/v1/users`: accounts, for those who may manage them."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.auth import answers, models, tokens, users
from api.auth.needs import access_of, needs
from api.auth.permissions import Grant, Permission
from api.auth.principal import Principal
from api.web.models.base import Id, Page
from api.web.problems import documented

router = APIRouter(
    prefix="/users",
    tags=["users"],
    responses=documented(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    ),
)

Keeper = Annotated[Principal, Depends(needs(Permission.MANAGE_USERS))]


@router.get("")
def every_user(
    request: Request,
    _who: Keeper,
    cursor: Annotated[str, Query(max_length=64)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> Page[models.UserAnswer]:
    """List the accounts in the order of their names."""
    store = access_of(request).store
    with store.records.read() as connection:
        found = users.every(connection, cursor, limit + 1)
    following = found[limit - 1].account if len(found) > limit else None
    return Page(items=[answers.user_answer(store, user) for user in found[:limit]], next=following)


@router.post("", status_code=HTTPStatus.CREATED)
def add_user(request: Request, who: Keeper, asked: models.NewUser) -> models.UserAnswer:
    """Add an account."""
    access = access_of(request)
    grants = _grants(asked.roles, access.store.site)
    made = access.people.add((who.account,), asked.account, asked.name, asked.password, grants)
    return answers.user_answer(access.store, made)


@router.get("/{account}")
def one_user(request: Request, _who: Keeper, account: Id) -> models.UserAnswer:
    """Show an account."""
    store = access_of(request).store
    with store.records.read() as connection:
        return answers.user_answer(store, users.get(connection, account))


@router.patch("/{account}")
def change_user(request: Request, who: Keeper, account: Id, asked: models.UserChange) -> models.UserAnswer:
    """Change name, roles, or whether the account may sign in; who is switched off is signed out at once."""
    access, by = access_of(request), (who.account,)
    if asked.name is not None:
        access.people.rename(by, account, asked.name)
    if asked.roles is not None:
        access.people.set_grants(by, account, _grants(asked.roles, access.store.site))
    if asked.active is not None:
        access.people.set_active(by, account, active=asked.active)
    with access.store.records.read() as connection:
        return answers.user_answer(access.store, users.get(connection, account))


@router.put("/{account}/password", status_code=HTTPStatus.NO_CONTENT)
def set_password(request: Request, who: Keeper, account: Id, asked: models.NewPassword) -> None:
    """Set a password that the person must change at the next sign-in."""
    access_of(request).people.reset_password((who.account,), account, asked.password)


@router.post("/{account}/unlock", status_code=HTTPStatus.NO_CONTENT)
def unlock(request: Request, who: Keeper, account: Id) -> None:
    """Forget the account's failed sign-ins."""
    access_of(request).people.unlock((who.account,), account)


@router.delete("/{account}/authenticator", status_code=HTTPStatus.NO_CONTENT)
def remove_authenticator(request: Request, who: Keeper, account: Id) -> None:
    """Take away the authenticator of somebody who has lost it."""
    access_of(request).people.remove_totp((who.account,), account)


@router.get("/{account}/tokens")
def tokens_of(request: Request, _who: Keeper, account: Id) -> list[models.HeldToken]:
    """List the API tokens of an account."""
    store = access_of(request).store
    with store.records.read() as connection:
        users.get(connection, account)
        return [answers.token_answer(store, token) for token in tokens.of(connection, account)]


@router.delete("/{account}/tokens/{token}", status_code=HTTPStatus.NO_CONTENT)
def revoke_token(request: Request, who: Keeper, account: Id, token: str) -> None:
    """Take back an API token of an account."""
    access_of(request).people.revoke_token((who.account,), account, token)


def _grants(roles: Sequence[models.GivenRole], site: str) -> tuple[Grant, ...]:
    return tuple(Grant(given.role, site, given.camera) for given in roles)
