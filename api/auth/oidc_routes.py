"""`/api/v1/access/oidc`: signing in at the identity provider, where the site file names one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Cookie, Depends, Query, Request
from fastapi.responses import RedirectResponse

from api.auth import cookies, models, oidc
from api.auth.journal import How
from api.auth.needs import access_of, public
from api.web.problems import documented

router = APIRouter(
    prefix="/access/oidc",
    tags=["access"],
    dependencies=[Depends(public())],
    responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY),
)

BROWSER: Final = "kuraban-sign-in"
"""The cookie by which a browser shows that it has begun a sign-in. The provider sends the browser back from another
site, so it cannot be SameSite=Strict as that of a session is."""

_REFUSED: Final = documented(
    HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_GATEWAY
)

Given = Annotated[str, Query(min_length=1, max_length=4_000)]


@router.get("")
def provider(request: Request) -> models.Provider:
    """Say whether people may sign in at an identity provider."""
    return models.Provider(available=access_of(request).store.current().identity_provider is not None)


@router.get("/begin", status_code=HTTPStatus.SEE_OTHER, response_class=RedirectResponse, responses=_REFUSED)
def begin(request: Request) -> RedirectResponse:
    """Send the browser to the identity provider."""
    cookies.expect_private(request)
    address, browser = oidc.begin(access_of(request).store, _redirect(request))
    response = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    response.set_cookie(
        BROWSER,
        browser,
        max_age=oidc.LASTS_MS // 1000,
        path=request.url.path.rpartition("/")[0],
        secure=cookies.is_secure(request),
        httponly=True,
        samesite="lax",
    )
    return response


@router.get("/done", status_code=HTTPStatus.SEE_OTHER, response_class=RedirectResponse, responses=_REFUSED)
def done(
    request: Request,
    code: Given,
    state: Given,
    browser: Annotated[str, Cookie(alias=BROWSER, max_length=200)] = "",
) -> RedirectResponse:
    """Take the browser back from the identity provider, and begin a session."""
    cookies.expect_private(request)
    access, address = access_of(request), cookies.client_address(request)
    user = oidc.finish(access, browser, state, code, _redirect(request), address)
    response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
    cookies.give(request, response, access.sign_in.begin_session(user, How.IDENTITY_PROVIDER, address))
    response.delete_cookie(BROWSER, path=request.url.path.rpartition("/")[0])
    return response


def _redirect(request: Request) -> str:
    """Return where the provider sends browsers back, as it knows it."""
    return str(request.url_for("done"))
