"""The signature on a webhook, as https://www.standardwebhooks.com has it: HMAC-SHA256 over id, timestamp and body."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from api.secret import Secret

ENCODED: Final = "whsec_"
"""What a secret begins with whose key is base64; any other is taken as it stands."""


def signed(secret: Secret, message: str, at_s: int, body: bytes) -> dict[str, str]:
    """Return the headers that show who sends a body, and when: seconds since 1970."""
    content = f"{message}.{at_s}.".encode() + body
    signature = base64.b64encode(hmac.digest(key_of(secret.reveal()), content, hashlib.sha256)).decode()
    return {"webhook-id": message, "webhook-timestamp": str(at_s), "webhook-signature": f"v1,{signature}"}


def key_of(secret: str) -> bytes:
    """Return the key of a secret. Raises binascii.Error where it says that it is base64 and is not."""
    if secret.startswith(ENCODED):
        return base64.b64decode(secret.removeprefix(ENCODED), validate=True)
    return secret.encode()
