"""Who else may sign people in, as the site file says. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from api.secret import Secret


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """An OpenID provider. issuer: its address, exactly as it names itself. client: what this office is called there.

    secret: by which the provider knows this office.
    """

    issuer: str
    client: str
    secret: Secret
