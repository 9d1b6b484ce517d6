"""What every response says to the browser: what a page may load, that nobody may frame it, what may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API: Final = "/api/"
ASSETS: Final = "/assets/"
"""Where the built page has the files that carry a digest of their content in their name."""

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Scripts and styles from here only, none inline; `blob:` is what Media Source Extensions play."""

HEADERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    }
)
_ONLY_TLS: Final = "max-age=31536000"
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class ResponseHeaders:
    """Middleware that adds them to every response that has not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", _kept(scope["path"], message["status"]))
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", _ONLY_TLS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _kept(path: str, status: int) -> str:
    """Return for how long a response may be kept: nothing that tells of the office, assets for ever."""
    if path.startswith(API):
        return "no-store"
    if path.startswith(ASSETS) and status in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED}:
        return _FOR_EVER
    return "no-cache"
