"""The cookie of a session, and over which connections one is given out.

Over https it is `__Host-kuraban`: the prefix makes the browser refuse it from anybody but this host, over https. Over
http there is one case only, the machine itself: the cookie then has a plain name, as browsers refuse the prefix.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Final

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.auth.errors import InsecureTransportError

SECURE: Final = "__Host-kuraban"
PLAIN: Final = "kuraban"


def is_secure(connection: HTTPConnection) -> bool:
    """Return whether a request has come over TLS, as far as a trusted proxy says where there is one."""
    return connection.url.scheme in {"https", "wss"}


def expect_private(connection: HTTPConnection) -> None:
    """Raise InsecureTransportError where a password or a session would cross a network in the clear."""
    if is_secure(connection):
        return
    client = connection.client.host if connection.client else ""
    if not (_is_loopback(client) and _is_loopback(connection.url.hostname or "")):
        raise InsecureTransportError(
            "signing in over http works on the machine itself only; give the service a certificate, or put a proxy "
            "with one before it that is named as trusted"
        )


def session_secret(connection: HTTPConnection) -> str | None:
    """Return the secret of the session that a request belongs to, None where it has none."""
    return connection.cookies.get(_name(connection))


def give(connection: HTTPConnection, response: Response, secret: str) -> None:
    """Have the browser keep the secret of a session, until the browser is closed or the session ends."""
    secure = is_secure(connection)
    response.set_cookie(_name(connection), secret, path="/", secure=secure, httponly=True, samesite="strict")


def take_back(connection: HTTPConnection, response: Response) -> None:
    """Have the browser forget the secret."""
    secure = is_secure(connection)
    response.delete_cookie(_name(connection), path="/", secure=secure, httponly=True, samesite="strict")


def client_address(connection: HTTPConnection) -> str:
    """Return the network address that asks, as far as a trusted proxy says where there is one."""
    return connection.client.host if connection.client else "unknown"


def _name(connection: HTTPConnection) -> str:
    return SECURE if is_secure(connection) else PLAIN


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
