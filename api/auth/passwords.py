"""Passwords: which are good enough, and how they are kept. Argon2id with the parameters of RFC 9106, section 4.

What a good password is follows NIST SP 800-63B, 5.1.1: length counts, what is well known is refused, and no rule asks
for signs of several kinds or for a new one every few months.
"""

from __future__ import annotations

import threading
import unicodedata
from typing import Final

from argon2 import Parameters, PasswordHasher
from argon2.exceptions import VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from api.auth.errors import UnfitPasswordError

SHORTEST: Final = 12
LONGEST: Final = 256
_FEWEST_LETTERS: Final = 5
_WELL_KNOWN: Final = ("password", "passw0rd", "kuraban", "qwerty", "123456", "letmein", "administrator")


def expect_fit(password: str, account: str) -> None:
    """Raise UnfitPasswordError for a password that is too short, too long, well known or made of the account."""
    plain = _normal(password).casefold()
    if not SHORTEST <= len(plain) <= LONGEST:
        raise UnfitPasswordError(
            f"the password has {len(plain)} characters; {SHORTEST} to {LONGEST} are needed: a few words will do"
        )
    rest = plain.replace(account.casefold(), "")
    for known in _WELL_KNOWN:
        rest = rest.replace(known, "")
    if len(set(rest)) < _FEWEST_LETTERS:
        raise UnfitPasswordError(
            "the password is easily guessed: it is little more than a well-known one, the account, or a few letters "
            "again and again; choose other words"
        )


class Passwords:
    """Makes hashes and compares with them. Threads may share one."""

    def __init__(self, parameters: Parameters = RFC_9106_LOW_MEMORY) -> None:
        self._hasher = PasswordHasher.from_parameters(parameters)
        # Each hash takes 64 MiB: a crowd of sign-ins must wait, and not bring down the machine that records.
        self._at_once = threading.BoundedSemaphore(2)
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        """Return an Argon2id hash with its parameters and salt, as text."""
        with self._at_once:
            return self._hasher.hash(_normal(password))

    def is_right(self, kept: str | None, password: str) -> bool:
        """Return whether a password is the one that is kept.

        Where nothing is kept, it takes as long and the answer is no: the time must not tell which accounts there are.
        """
        if self._nobodys is None:
            self._nobodys = self.hash("the password of nobody")
        with self._at_once:
            try:
                self._hasher.verify(kept or self._nobodys, _normal(password))
            except VerifyMismatchError:
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Return whether a hash was made with other parameters than are used now."""
        return self._hasher.check_needs_rehash(kept)

    def fit(self, password: str, account: str) -> str:
        """Return the hash of a new password. Raises UnfitPasswordError."""
        expect_fit(password, account)
        return self.hash(password)


def _normal(password: str) -> str:
    """Return one form of texts that look the same, whatever keyboard they were typed on (NIST SP 800-63B: NFKC)."""
    return unicodedata.normalize("NFKC", password)
