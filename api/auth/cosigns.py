"""The second of two people, at the screen where the first one is signed in: signs one act, and is gone again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from api.auth.opaque import digest, new_secret
from api.auth.tables import cosigns

HEADER: Final = "X-Cosign"
LASTS_MS: Final = 2 * 60_000


@dataclass(frozen=True, slots=True)
class Cosign:
    """What a second person may do once. session: beside which one. path: of the act."""

    session: str
    account: str
    path: str
    expires_at_ms: int


def issue(connection: Connection, session: str, account: str, path: str, now_ms: int) -> str:
    """Let a second person do one thing beside a session; return the secret for it, which is not kept."""
    secret = new_secret()
    row = {"digest": digest(secret), "session": session, "account": account, "path": path}
    connection.execute(cosigns.insert(), row | {"expires_at_ms": now_ms + LASTS_MS})
    return secret


def use(connection: Connection, secret: str, now_ms: int) -> Cosign | None:
    """Take what a secret stands for, once; None where there is nothing (left), or it is over."""
    connection.execute(cosigns.delete().where(cosigns.c.expires_at_ms <= now_ms))
    mine = cosigns.c.digest == digest(secret)
    row = connection.execute(
        cosigns.delete()
        .where(mine)
        .returning(cosigns.c.session, cosigns.c.account, cosigns.c.path, cosigns.c.expires_at_ms)
    ).one_or_none()
    return None if row is None else Cosign(*row)


def waiting(connection: Connection, session: str) -> int:
    """Return how many are waiting to be used beside a session."""
    counted = sa.select(sa.func.count()).where(cosigns.c.session == session)
    return int(connection.scalar(counted) or 0)
