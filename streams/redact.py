"""Credentials out of every text: addresses, messages, logs.

Pure text work. It hides too much rather than too little: what looks like a password is taken for one.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

HIDDEN = "***"

_NAMES = "password|passwd|pass|pwd|passphrase|secret|token|auth|apikey|api_key|key|credential"
_USER_INFO = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)(?P<user_info>[^\s'\"<>]*)@", re.IGNORECASE)
_PARAMETER = re.compile(rf"(?P<name>\b\w*(?:{_NAMES})\w*=)(?P<value>[^&\s;,'\"]+)", re.IGNORECASE)
_PLAIN_USER = re.compile(r"(?P<name>\b(?:user|username|usr|login)=)(?P<value>[^&\s;,'\"/]+)", re.IGNORECASE)


def redact(text: str, address: str = "") -> str:
    """Return the text without user names, passwords and tokens.

    `address` is the address that the text is about: whatever is secret in it is hidden in the text also
    where it stands alone, in plain or percent-encoded form.
    """
    for secret in sorted(_secrets(address), key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    text = _USER_INFO.sub(rf"\g<scheme>{HIDDEN}@", text)
    return _PLAIN_USER.sub(rf"\g<name>{HIDDEN}", _PARAMETER.sub(rf"\g<name>{HIDDEN}", text))


def _secrets(address: str) -> set[str]:
    found = {match["value"] for match in _PARAMETER.finditer(address)}
    for match in _USER_INFO.finditer(address):
        _, colon, password = match["user_info"].partition(":")
        if colon:
            found.add(password)
    forms = {form for secret in found for form in (secret, unquote(secret), quote(unquote(secret), safe=""))}
    return {form for form in forms if len(form) >= 3}  # shorter ones would blank out ordinary words
