"""Who asks, as one request knows it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from api.auth.permissions import Grant, Permission, cameras, covers


class Proof(StrEnum):
    """By what somebody is known."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105 - the kind of a proof, no secret
    COSIGN = "cosign"


ALL: frozenset[Permission] = frozenset(Permission)


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who is known.

    account, name: of the person. grants: what the account was given. scopes: to what an API token is narrowed. proof:
    by what the person is known. reference: which session (its digest) or API token (its id) that is. beside: the
    account that is signed in at the screen, where a second person acts once beside it. must_change: somebody else
    has set the password, and until it is changed nothing else can be done.
    """

    account: str
    name: str
    site: str
    grants: tuple[Grant, ...]
    proof: Proof
    reference: str
    scopes: frozenset[Permission] = ALL
    beside: str | None = None
    must_change: bool = False

    def may(self, permission: Permission, camera: str | None = None) -> bool:
        """Return whether the person may do this with a camera; with the whole site where the camera is None."""
        return permission in self.scopes and covers(self.grants, permission, self.site, camera)

    def cameras(self, permission: Permission) -> frozenset[str] | None:
        """Return for which cameras the person has a permission: None for the whole site, empty for none."""
        return cameras(self.grants, permission, self.site) if permission in self.scopes else frozenset()

    def permissions(self) -> frozenset[Permission]:
        """Return all that the person may do, if with one camera only."""
        return frozenset(permission for permission in Permission if self.cameras(permission) != frozenset())
