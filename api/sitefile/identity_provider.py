"""The section `identity_provider`: who else may sign people in (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from api.auth.settings import IdentityProvider
from api.sitefile.node import Node
from api.sitefile.variables import read_secret
from streams.addresses import is_forbidden, literal

_FIELDS: Final = ("issuer", "client", "secret")
_EXPECTED: Final = "an https:// address, as the provider's own description names it"


def read_identity_provider(node: Node | None, environ: Mapping[str, str]) -> IdentityProvider | None:
    """Read the section; None without it, and where it cannot be used, which is noted."""
    if node is None:
        return None
    fields = node.fields(_FIELDS, required=_FIELDS)
    issuer = _issuer(fields["issuer"]) if "issuer" in fields else None
    client = fields["client"].text("what this office is called there") if "client" in fields else None
    secret = read_secret(fields["secret"], environ) if "secret" in fields else None
    return None if issuer is None or client is None or secret is None else IdentityProvider(issuer, client, secret)


def _issuer(node: Node) -> str | None:
    written = node.text(_EXPECTED)
    if written is None:
        return None
    try:
        parts = urlsplit(written)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    is_private = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))
    if not host or not is_private or parts.query or parts.fragment or "@" in parts.netloc:
        node.wrong(_EXPECTED, "copy `issuer` out of its .well-known/openid-configuration")
        return None
    address = literal(host)
    if address is not None and is_forbidden(address):
        node.wrong(_EXPECTED, "name the provider's own host", f"{host}, to which nothing here connects")
        return None
    return written


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
