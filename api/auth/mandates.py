"""Why footage is looked at or taken out, and what permits it: said once, before, and then good for a while.

A player fetches a recording in hundreds of requests. So the reason and the document are given once, for cameras and a
stretch of time, put on the ledger, and each request names the mandate.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from api.auth.errors import ForbiddenError
from api.auth.permissions import NEEDS_MANDATE, Permission
from api.auth.tables import mandates
from custody.intervals import Interval
from custody.mandate import Mandate

HEADER: Final = "X-Mandate"
PARAMETER: Final = "mandate"
"""A video element cannot send headers; it is no secret, as it is bound to the account."""

LASTS_MS: Final = 2 * 3_600_000


@dataclass(frozen=True, slots=True)
class Granted:
    """A mandate that is in force. cameras: sorted. interval: of the footage, UTC milliseconds."""

    id: str
    mandate: Mandate
    permission: Permission
    cameras: tuple[str, ...]
    interval: Interval
    granted_at_ms: int
    expires_at_ms: int

    def __post_init__(self) -> None:
        if self.permission not in NEEDS_MANDATE:
            raise ForbiddenError(f"{self.permission} needs no mandate; ask for it without")
        if not self.cameras or self.interval[0] >= self.interval[1]:
            raise ForbiddenError("a mandate names at least one camera, and a time that begins before it ends")

    def covers(self, permission: Permission, camera: str) -> bool:
        """Return whether it permits this with a camera."""
        return self.permission is permission and camera in self.cameras

    def holds(self, interval: Interval) -> bool:
        """Return whether a stretch of footage lies within what it permits."""
        return self.interval[0] <= interval[0] and interval[1] <= self.interval[1]


def new_id() -> str:
    """Return a new mandate's id."""
    return secrets.token_hex(12)


def keep(connection: Connection, granted: Granted) -> None:
    """Keep a mandate."""
    start_ms, end_ms = granted.interval
    connection.execute(
        mandates.insert(),
        {
            "id": granted.id,
            "account": granted.mandate.by,
            "permission": granted.permission.value,
            "cameras": list(granted.cameras),
            "start_ms": start_ms,
            "end_ms": end_ms,
            "reason": granted.mandate.reason,
            "authority": granted.mandate.authority,
            "granted_at_ms": granted.granted_at_ms,
            "expires_at_ms": granted.expires_at_ms,
        },
    )


def find(connection: Connection, mandate_id: str, account: str, now_ms: int) -> Granted | None:
    """Return a mandate of an account; None where it has none of that id, or it is over."""
    c = mandates.c
    query = sa.select(mandates).where(c.id == mandate_id, c.account == account, c.expires_at_ms > now_ms)
    row = connection.execute(query).one_or_none()
    return None if row is None else _granted(row)


def of(connection: Connection, account: str, now_ms: int) -> tuple[Granted, ...]:
    """Return the mandates of an account that are in force, the newest first."""
    c = mandates.c
    query = sa.select(mandates).where(c.account == account, c.expires_at_ms > now_ms)
    return tuple(_granted(row) for row in connection.execute(query.order_by(c.granted_at_ms.desc(), c.id)))


def _granted(row: sa.Row[tuple[object, ...]]) -> Granted:
    return Granted(
        id=row.id,
        mandate=Mandate(row.account, row.reason, row.authority),
        permission=Permission(row.permission),
        cameras=tuple(row.cameras),
        interval=(row.start_ms, row.end_ms),
        granted_at_ms=row.granted_at_ms,
        expires_at_ms=row.expires_at_ms,
    )
