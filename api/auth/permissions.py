"""What may be done, by whom, where. Pure.

A permission is one thing that may be done; a role is a set of them, under the name of what people do in an office; a
grant gives a role for a site, or for one camera of it. Roles add up, and nothing takes away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Permission(StrEnum):
    """One thing that may be done (design.md, section 7)."""

    VIEW = "view"
    REPLAY = "replay"
    EXPORT = "export"
    HOLD = "hold"
    RELEASE = "release"
    COUNT = "count"
    CONFIGURE = "configure"
    AUDIT = "audit"
    MANAGE_USERS = "manage_users"


NEEDS_MANDATE: Final = frozenset({Permission.REPLAY, Permission.EXPORT})
"""What is done only with a reason and the document that permits it."""


class Role(StrEnum):
    """What somebody does in the office."""

    VIEWER = "viewer"
    COUNTER_STAFF = "counter_staff"
    CUSTODIAN = "custodian"
    INVESTIGATOR = "investigator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


# Who runs the system does not look into the past of the office by that alone, and who looks into it does not grant
# himself the right to.
PERMISSIONS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.VIEWER: frozenset({Permission.VIEW}),
        Role.COUNTER_STAFF: frozenset({Permission.VIEW, Permission.COUNT}),
        Role.CUSTODIAN: frozenset({Permission.VIEW, Permission.COUNT, Permission.REPLAY, Permission.HOLD}),
        Role.INVESTIGATOR: frozenset(
            {Permission.VIEW, Permission.REPLAY, Permission.EXPORT, Permission.HOLD, Permission.RELEASE}
        ),
        Role.AUDITOR: frozenset({Permission.VIEW, Permission.AUDIT}),
        Role.ADMINISTRATOR: frozenset({Permission.VIEW, Permission.CONFIGURE, Permission.MANAGE_USERS}),
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A role for a site. camera: for this camera of it only; None: for the whole site."""

    role: Role
    site: str
    camera: str | None = None

    def gives(self, permission: Permission, site: str) -> bool:
        """Return whether it gives a permission for a site, or for a camera of it."""
        return self.site == site and permission in PERMISSIONS[self.role]


def covers(grants: Iterable[Grant], permission: Permission, site: str, camera: str | None) -> bool:
    """Return whether grants give a permission for a camera; for the whole site where the camera is None."""
    return any(grant.gives(permission, site) and (grant.camera is None or grant.camera == camera) for grant in grants)


def cameras(grants: Iterable[Grant], permission: Permission, site: str) -> frozenset[str] | None:
    """Return for which cameras of a site grants give a permission: None for the whole site, empty for none."""
    named = {grant.camera for grant in grants if grant.gives(permission, site)}
    return None if None in named else frozenset(camera for camera in named if camera is not None)
