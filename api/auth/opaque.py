"""Secrets that say nothing: random texts that a client keeps, and of which only a digest is stored here.

A digest needs no salt and no slow hash: 256 random bits cannot be guessed, and whoever reads the database has nothing
to show for it.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

BYTES: Final = 32
_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for another when they are read aloud or copied by hand."""


def new_secret(prefix: str = "") -> str:
    """Return 256 random bits as text that fits a cookie, a header and a URL."""
    return prefix + secrets.token_urlsafe(BYTES)


def new_code() -> str:
    """Return a code that a person copies by hand, 79 random bits: `XXXX-XXXX-XXXX-XXXX`."""
    letters = [secrets.choice(_CODE_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


def typed(code: str) -> str:
    """Return a code as it was printed, however it was typed: in small letters, with spaces, without hyphens."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def digest(secret: str) -> str:
    """Return what is stored of a secret: its SHA-256, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()
