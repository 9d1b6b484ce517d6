"""That a change is asked for by the person's own page, and not by another one that the browser has open. Pure.

A cookie goes along with every request, whoever made the browser send it. The page therefore also sends a header that
only it can know: a token derived from the session's secret (OWASP, HMAC-based token pattern). SameSite=Strict and the
checks of `Sec-Fetch-Site` and `Origin` stand before it; API tokens are no cookies and need none of it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from api.auth.errors import ForgedRequestError

HEADER: Final = "X-CSRF-Token"
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""RFC 9110, 9.2.1: what is not meant to change anything."""


def csrf_token(session: str) -> str:
    """Return the token of a session, from the session's secret."""
    return hmac.new(session.encode(), b"kuraban csrf", hashlib.sha256).hexdigest()


def expect_own_page(scope: Mapping[str, Any], headers: Mapping[str, str], session: str) -> None:
    """Raise ForgedRequestError where a change, or a WebSocket, is not asked for by the page that has the session.

    scope: of the request (ASGI). A browser sends no header of ours with a WebSocket, but always its `Origin`.
    """
    if scope["type"] == "websocket":
        expect_same_site(headers)
    elif scope["method"] not in SAFE_METHODS:
        expect_same_site(headers)
        if not hmac.compare_digest(headers.get(HEADER, "").encode(), csrf_token(session).encode()):
            raise ForgedRequestError(f"the header {HEADER} is missing or not this session's; load the page again")


def expect_same_site(headers: Mapping[str, str]) -> None:
    """Raise ForgedRequestError where the browser says that another site's page asks.

    By `Sec-Fetch-Site` (W3C Fetch Metadata) and `Origin` (RFC 6454, 7); a program sends neither.
    """
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    if (origin is not None and _host(origin) != headers.get("Host")) or site not in {"same-origin", "none", None}:
        raise ForgedRequestError("another site's page asks for this; open Kuraban's own page")


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
