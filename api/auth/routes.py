"""`/api/v1/access`: signing in and out, and what everybody does with the own account."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from api.auth import answers, cookies, cosigns, models, sessions, totp, users
from api.auth.access import Access
from api.auth.csrf import expect_same_site
from api.auth.errors import ForbiddenError, NotThereError
from api.auth.first import is_first_needed, make_first_administrator
from api.auth.identity import principal_of
from api.auth.journal import How
from api.auth.needs import access_of, public, signed_in
from api.auth.opaque import digest
from api.auth.permissions import Grant
from api.auth.principal import Principal, Proof
from api.auth.sign_in import Claim
from api.auth.users import User
from api.web.problems import documented

router = APIRouter(prefix="/access", tags=["access"], responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY))

Who = Annotated[Principal, Depends(signed_in())]
_REFUSED = documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)


@router.get("/first", dependencies=[Depends(public())])
def first(request: Request) -> models.First:
    """Say whether the first administrator is still to be made."""
    return models.First(needed=is_first_needed(access_of(request).store))


@router.post("/first", dependencies=[Depends(public())], responses=_REFUSED)
def make_first(request: Request, response: Response, asked: models.FirstAdministrator) -> models.Me:
    """Make the first administrator, from the code that the service has printed, and sign in."""
    access = _for_a_stranger(request)
    grants = tuple(Grant(role, access.store.site) for role in asked.roles)
    wanted = User(asked.account, asked.name, access.store.now_ms(), grants=grants)
    address = cookies.client_address(request)
    made = make_first_administrator(access.store, asked.code, wanted, asked.password, address)
    return _signed_in(access, request, response, made, access.sign_in.begin_session(made, How.FIRST_CODE, address))


@router.post("/login", dependencies=[Depends(public())], responses=_REFUSED)
def login(request: Request, response: Response, asked: models.SigningIn) -> models.Me:
    """Sign in. Where only the code of the authenticator is missing, the problem's `type` ends in `code-needed`."""
    access = _for_a_stranger(request)
    user, secret = access.sign_in.with_password(_claim(request, asked))
    return _signed_in(access, request, response, user, secret)


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT, responses=_REFUSED)
def logout(request: Request, response: Response, _who: Who) -> None:
    """End the session."""
    access = access_of(request)
    session = access.identity.session(request)
    with access.store.records.write() as connection:
        sessions.end(connection, session.reference)
    cookies.take_back(request, response)


@router.get("/me", responses=_REFUSED)
def me(request: Request, who: Who) -> models.Me:
    """Say who is signed in, and what the person may do."""
    access = access_of(request)
    with access.store.records.read() as connection:
        user = users.get(connection, who.account)
    if who.proof is not Proof.SESSION:
        return answers.me(who, user, None, None)
    ends_ms = access.identity.limits.ends_at_ms(access.identity.session(request))
    return answers.me(who, user, cookies.session_secret(request), access.store.local(ends_ms))


@router.put("/me/password", status_code=HTTPStatus.NO_CONTENT, responses=_REFUSED)
def change_password(request: Request, who: Who, asked: models.NewOwnPassword) -> None:
    """Choose another password; all other sessions of the account end."""
    access = access_of(request)
    expect_person(request, who, asked)
    access.people.choose_password(who.account, asked.new, keep=who.reference)


@router.get("/me/sessions", responses=_REFUSED)
def own_sessions(request: Request, who: Who) -> list[models.HeldSession]:
    """List one's own sessions, the newest first."""
    access = access_of(request)
    with access.store.records.read() as connection:
        found = sessions.of(connection, who.account)
    now_ms = access.store.now_ms()
    living = [session for session in found if not access.identity.limits.over(session, now_ms)]
    return [answers.session_answer(access.store, session, who.reference) for session in living]


@router.delete(
    "/me/sessions/{session}",
    status_code=HTTPStatus.NO_CONTENT,
    responses=_REFUSED | documented(HTTPStatus.NOT_FOUND),
)
def end_session(request: Request, who: Who, session: str) -> None:
    """End one of one's own sessions, at another screen say."""
    with access_of(request).store.records.write() as connection:
        if session not in {found.reference for found in sessions.of(connection, who.account)}:
            raise NotThereError("you have no such session; it may be over")
        sessions.end(connection, session)


@router.post("/me/authenticator", status_code=HTTPStatus.CREATED, responses=_REFUSED)
def begin_authenticator(request: Request, who: Who, asked: models.Reauthenticating) -> models.NewAuthenticator:
    """Take up an authenticator; it is in force once it has shown a right code."""
    access = access_of(request)
    expect_person(request, who, asked)
    secret = access.people.begin_totp(who.account)
    return models.NewAuthenticator(secret=secret, address=totp.address(secret, who.account, access.store.site))


@router.post("/me/authenticator/confirm", status_code=HTTPStatus.NO_CONTENT, responses=_REFUSED)
def confirm_authenticator(request: Request, who: Who, asked: models.Proving) -> None:
    """Put the authenticator in force, by a code that it shows."""
    access_of(request).people.confirm_totp(who.account, asked.code)


@router.post("/me/authenticator/remove", status_code=HTTPStatus.NO_CONTENT, responses=_REFUSED)
def remove_authenticator(request: Request, who: Who, asked: models.Reauthenticating) -> None:
    """Take away the authenticator; it asks for password and code once more."""
    expect_person(request, who, asked)
    access_of(request).people.remove_totp((who.account,), who.account)


@router.post("/cosign", status_code=HTTPStatus.CREATED, responses=_REFUSED)
def cosign(request: Request, who: Who, asked: models.Cosigning) -> models.Cosigned:
    """Let a second person sign one act at this screen: what is answered is sent with it as X-Cosign."""
    access = access_of(request)
    secret = access.sign_in.beside(who, _claim(request, asked), asked.path)
    expires = access.store.local(access.store.now_ms() + cosigns.LASTS_MS)
    return models.Cosigned(cosign=secret, expires=expires)


def expect_person(request: Request, who: Principal, asked: models.Reauthenticating) -> None:
    """Have somebody prove once more who it is, before what could lock the person out or a stranger in.

    Raises ForbiddenError for a program, and what signing in raises.
    """
    if who.proof is not Proof.SESSION:
        raise ForbiddenError("this is done by the person at a browser, not by a program or beside somebody else")
    claim = Claim(who.account, asked.password, asked.code, cookies.client_address(request))
    access_of(request).sign_in.expect(claim)


def _for_a_stranger(request: Request) -> Access:
    """Return the access, once it is sure that a password is typed on our own page and crosses no network openly."""
    cookies.expect_private(request)
    expect_same_site(request.headers)
    return access_of(request)


def _claim(request: Request, asked: models.SigningIn) -> Claim:
    return Claim(asked.account, asked.password, asked.code, cookies.client_address(request))


def _signed_in(access: Access, request: Request, response: Response, user: User, secret: str) -> models.Me:
    """Hand out the new session; one that the browser had before ends."""
    now_ms, limits = access.store.now_ms(), access.identity.limits
    with access.store.records.write() as connection:
        if before := cookies.session_secret(request):
            sessions.end(connection, digest(before))
        sessions.prune(connection, limits, now_ms)
    cookies.give(request, response, secret)
    who = principal_of(user, access.store.site, Proof.SESSION, digest(secret))
    return answers.me(who, user, secret, access.store.local(now_ms + min(limits.idle_ms, limits.absolute_ms)))
