"""One-time codes from an authenticator (RFC 6238): six digits every 30 s, each good once."""

from __future__ import annotations

import hmac
from typing import Final

import pyotp

STEP_MS: Final = 30_000
ISSUER: Final = "Kuraban"
_EITHER_SIDE: Final = 1
"""RFC 6238, 5.2: one step for a clock that is a little off, and for typing."""


def new_secret() -> str:
    """Return a new secret, 160 bits in base32 (RFC 4226, 4: the recommended length)."""
    return pyotp.random_base32(32)


def address(secret: str, account: str, site: str) -> str:
    """Return the `otpauth://` address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"{ISSUER} {site}")


def step_of(secret: str, code: str, last_step: int, now_ms: int) -> int | None:
    """Return the step to which a code belongs; None where it is wrong, or no newer than the last one used."""
    now = now_ms // STEP_MS
    generator = pyotp.TOTP(secret)
    written = "".join(code.split())
    for step in range(now - _EITHER_SIDE, now + _EITHER_SIDE + 1):
        right = generator.generate_otp(step)
        if step > last_step and hmac.compare_digest(right.encode(), written.encode()):
            return step
    return None
