"""Addresses of the web in a site file: where they lead stands there, and nothing secret does."""

from __future__ import annotations

from urllib.parse import urlsplit

from api.secret import without_literals
from api.sitefile.variables import VARIABLE


def web_address_fault(written: str) -> str | None:
    """Return what is wrong with an http:// or https:// address, in words that do not quote it; None where it is good.

    `${NAME}` may stand anywhere but in its host.
    """
    if any(letter.isspace() or not letter.isprintable() for letter in written):
        return "an address with a space or a character that cannot be printed"
    try:
        parts = urlsplit(written)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "an address whose host or port cannot be read"
    if parts.scheme not in {"http", "https"} or not host or port == 0 or VARIABLE.search(parts.netloc):
        return "an address of another kind, or one whose host does not stand there"
    if "@" in parts.netloc or without_literals(written) != written:
        return "an address with a user or password in it"
    return None
