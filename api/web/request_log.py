"""Each request in the log, under an id that is also in the answer and in everything that is logged meanwhile."""

from __future__ import annotations

import time
import uuid
from typing import Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.auth.csrf import SAFE_METHODS

HEADER: Final = "X-Request-ID"

_log = structlog.get_logger()


class RequestLog:
    """Middleware that logs requests: what changes something or fails as information, what was only read as detail.

    The query is left out: it may name people and what was searched for.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and log it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        request_id, began_s, status = uuid.uuid4().hex, time.monotonic(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                MutableHeaders(scope=message)[HEADER] = request_id
            elif message["type"] == "websocket.close":
                status = message.get("code", 1000)
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request_id):
            try:
                await self._app(scope, receive, send_with_id)
            except Exception as error:  # the server tells its trace
                _log.error("http.fault", path=scope["path"], kind=type(error).__name__)
                raise
            finally:
                method = scope.get("method", "WEBSOCKET")
                tell = _log.debug if method in SAFE_METHODS and status < 400 else _log.info
                took_ms = round((time.monotonic() - began_s) * 1000)
                tell("http.request", method=method, path=scope["path"], status=status, took_ms=took_ms)
