"""A bound for the bodies of requests, so that nobody fills the memory of the service."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.web.problems import answer

LARGEST_BODY: Final = 1 << 20
"""Bytes; what people send is forms."""

_TOO_LARGE: Final = f"the body of a request has at most {LARGEST_BODY} bytes; send less"


class BodyLimit:
    """Middleware that refuses larger ones: by what they say of themselves, and else when it shows.

    FastAPI's own limit stands outside of all other middleware, and answers without our headers and form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("Content-Length", "")
        if declared.isdecimal() and int(declared) > LARGEST_BODY:
            await answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > LARGEST_BODY:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _TOO_LARGE)
            return message

        await self._app(scope, receive_counted, send)
