"""A sign-in at the identity provider, from its begin to who it was. Pure; who asks the provider is `provider`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from api.auth.settings import IdentityProvider


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-in that is under way. state, nonce, verifier: its secrets. redirect: where the browser comes back."""

    state: str
    nonce: str
    verifier: str
    redirect: str


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom the provider knows. subject: never anybody else's there. username: what the account is called."""

    subject: str
    username: str | None


class Asking(Protocol):
    """What asks a provider. Both raise IdentityProviderError."""

    def sign_in_address(self, provider: IdentityProvider, flow: Flow) -> str:
        """Return where a browser is sent to sign in."""

    def known_by(self, provider: IdentityProvider, flow: Flow, code: str, now_ms: int) -> Known:
        """Return who has signed in, from the code that the browser has brought."""
