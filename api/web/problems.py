"""Errors as problem details (RFC 9457): one form of answer, and one table from our errors to HTTP statuses.

A message of ours says what was found and what to do, and never holds a password; what FastAPI would quote of a
request's body is left out for that reason.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.websockets import WebSocket, WebSocketState

from api.auth import errors as auth
from api.requests import RequestError
from api.runtime.office import NoSuchCameraError, NothingSeenError
from api.settings import SiteFileError
from api.site_editor import NotWritableError, SettingsChangedError
from api.sitefile.editing import EditError
from api.trial import TrialError
from api.web.following import TooManyVisitsError
from api.web.models.base import Answer
from api.web.paging import CursorError
from custody.acts import ActError
from custody.entries import EntryError
from custody.errors import (
    EvidenceError,
    LedgerBusyError,
    LedgerError,
    LedgerUnreachableError,
    RefusedError,
    UnknownCaseError,
)
from custody.explanations import ExplanationError
from custody.fields import FieldError
from custody.investigate import InvestigationError
from custody.merkle import ProofError
from custody.note import NoteError
from custody.paper import FontError
from streams.errors import ClipUnavailableError, ForbiddenAddressError, StreamError

MEDIA_TYPE: Final = "application/problem+json"

WEBSOCKET_REFUSED: Final = 4000
"""Codes from here on are an application's own (RFC 6455, 7.4.2)."""

LONGEST_REASON: Final = 123
"""Bytes of the reason with which a WebSocket is closed (RFC 6455, 5.5)."""

_log = structlog.get_logger()


class NotFoundError(Exception):
    """What a request names is not there; the message says what there is instead."""


class Fault(Answer):
    """One thing that is wrong with a request or a file. at: where, as `body.number` or `site.yaml:12 cameras`."""

    at: str = Field(examples=["body.number"])
    says: str = Field(examples=["Input should be a valid integer"])


class Problem(Answer):
    """An error (RFC 9457). type: which one. detail: what was found and what to do about it."""

    type: str = Field(examples=["urn:kuraban:problem:not-found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no camera 'lobby'; there are counter, vault"])
    faults: list[Fault] = Field(default=[])


STATUSES: Final[Mapping[type[Exception], HTTPStatus]] = MappingProxyType(
    {
        NotFoundError: HTTPStatus.NOT_FOUND,
        NoSuchCameraError: HTTPStatus.NOT_FOUND,
        NothingSeenError: HTTPStatus.NOT_FOUND,
        ClipUnavailableError: HTTPStatus.NOT_FOUND,
        InvestigationError: HTTPStatus.NOT_FOUND,
        UnknownCaseError: HTTPStatus.NOT_FOUND,
        auth.NotThereError: HTTPStatus.NOT_FOUND,
        auth.NotSignedInError: HTTPStatus.UNAUTHORIZED,
        auth.ForbiddenError: HTTPStatus.FORBIDDEN,
        TooManyVisitsError: HTTPStatus.TOO_MANY_REQUESTS,
        auth.TooManyAttemptsError: HTTPStatus.TOO_MANY_REQUESTS,
        auth.AccountExistsError: HTTPStatus.CONFLICT,
        auth.IdentityProviderError: HTTPStatus.BAD_GATEWAY,
        ActError: HTTPStatus.CONFLICT,
        RefusedError: HTTPStatus.CONFLICT,
        ExplanationError: HTTPStatus.CONFLICT,
        EvidenceError: HTTPStatus.CONFLICT,
        RequestError: HTTPStatus.CONFLICT,
        SettingsChangedError: HTTPStatus.CONFLICT,
        NotWritableError: HTTPStatus.CONFLICT,
        auth.UnfitPasswordError: HTTPStatus.UNPROCESSABLE_ENTITY,
        auth.UnknownCameraError: HTTPStatus.UNPROCESSABLE_ENTITY,
        CursorError: HTTPStatus.UNPROCESSABLE_ENTITY,
        EntryError: HTTPStatus.UNPROCESSABLE_ENTITY,
        FieldError: HTTPStatus.UNPROCESSABLE_ENTITY,
        NoteError: HTTPStatus.UNPROCESSABLE_ENTITY,
        ProofError: HTTPStatus.UNPROCESSABLE_ENTITY,
        TrialError: HTTPStatus.UNPROCESSABLE_ENTITY,
        EditError: HTTPStatus.UNPROCESSABLE_ENTITY,
        SiteFileError: HTTPStatus.UNPROCESSABLE_ENTITY,
        ForbiddenAddressError: HTTPStatus.UNPROCESSABLE_ENTITY,
        LedgerBusyError: HTTPStatus.SERVICE_UNAVAILABLE,
        LedgerUnreachableError: HTTPStatus.SERVICE_UNAVAILABLE,
        StreamError: HTTPStatus.SERVICE_UNAVAILABLE,
        FontError: HTTPStatus.SERVICE_UNAVAILABLE,
        LedgerError: HTTPStatus.INTERNAL_SERVER_ERROR,
    }
)
"""What each error of ours is to whoever asked; of several that fit, the most particular one."""

TYPES: Final[Mapping[type[Exception], str]] = MappingProxyType(
    {
        auth.CodeNeededError: "code-needed",
        auth.MandateNeededError: "mandate-needed",
        NothingSeenError: "nothing-seen",
        SettingsChangedError: "settings-changed",
        auth.PasswordChangeNeededError: "password-change-needed",
    }
)
"""What a page must tell apart from others of the same status, because it can do something about it."""


def install(app: FastAPI) -> None:
    """Have an application answer every error in this form."""
    for kind in STATUSES:
        app.add_exception_handler(kind, cast("Any", _ours))  # of requests and of WebSockets
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OSError, _disk)
    app.add_exception_handler(Exception, _unknown)


def answer(status: int, detail: str, faults: list[Fault] | None = None, name: str | None = None) -> JSONResponse:
    """Return an error as a response. name: which problem it is; that of the status where it is left out."""
    known = HTTPStatus(status)
    name = name or known.phrase.lower().replace(" ", "-")
    problem = Problem(
        type=f"urn:kuraban:problem:{name}", title=known.phrase, status=status, detail=detail, faults=faults or []
    )
    # RFC 9110, 11.6.1: who is not let in is told how to show who it is.
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return JSONResponse(problem.model_dump(), status, headers, media_type=MEDIA_TYPE)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """Return how a route documents the errors that it may answer with."""
    return {
        int(status): {"model": Problem, "description": status.phrase, "content": {MEDIA_TYPE: {}}}
        for status in statuses
    }


async def _ours(connection: Request | WebSocket, error: Exception) -> JSONResponse | None:
    status = next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("http.failed", status=int(status), reason=str(error))
    if isinstance(connection, WebSocket):
        await _refuse(connection, status, str(error))
        return None
    faults = [_site_fault(problem) for problem in error.problems] if isinstance(error, SiteFileError) else []
    detail = f"the site file has {len(faults)} problems" if faults else str(error)
    response = answer(status, detail, faults, TYPES.get(type(error)))
    if isinstance(error, auth.TooManyAttemptsError):
        response.headers["Retry-After"] = str(error.retry_after_s)
    return response


async def _refuse(socket: WebSocket, status: int, reason: str) -> None:
    """Close a WebSocket with 4000 + the status; taken up before, as browsers tell pages of no other refusal."""
    if socket.application_state is WebSocketState.CONNECTING:
        await socket.accept()
    await socket.close(WEBSOCKET_REFUSED + status, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))


def _site_fault(problem: Any) -> Fault:
    place = problem.key or "the file"
    line = "" if problem.line is None else f"line {problem.line}, "
    return Fault(at=f"{line}{place}", says=f"found {problem.found}; expected {problem.expected}; {problem.remedy}")


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = [Fault(at=".".join(map(str, fault["loc"])), says=str(fault["msg"])) for fault in error.errors()]
    return answer(HTTPStatus.UNPROCESSABLE_ENTITY, "the request is not as this address needs it", faults)


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    response = answer(error.status_code, str(error.detail))
    response.headers.update(error.headers or {})
    return response


async def _disk(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OSError)
    _log.error("http.disk_failed", reason=str(error))
    status = HTTPStatus.INSUFFICIENT_STORAGE if error.errno == errno.ENOSPC else HTTPStatus.INTERNAL_SERVER_ERROR
    return answer(status, f"{error.strerror or error}: nothing was recorded; look at the disk of the service")


async def _unknown(_request: Request, error: Exception) -> JSONResponse:
    """Answer for what nobody foresaw; Starlette logs it with its trace, and raises it again."""
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR, f"{type(error).__name__}: this is a fault of Kuraban; see its log"
    )
