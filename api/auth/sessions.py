"""Sessions of people at a browser: kept on the server, known to the browser by a secret, of limited life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from api.auth.opaque import digest, new_secret
from api.auth.tables import cosigns, sessions

SEEN_EVERY_MS: Final = 60_000
"""A session is not written at each request, but when it was last seen so long ago."""


@dataclass(frozen=True, slots=True)
class Session:
    """One session. reference: the digest of its secret. Moments are UTC milliseconds."""

    reference: str
    account: str
    began_at_ms: int
    seen_at_ms: int
    address: str


@dataclass(frozen=True, slots=True)
class Limits:
    """When a session ends by itself: idle_ms after its last request, absolute_ms after its begin.

    The screens stand at counters. A working day is one session at most, and a lunch break ends it.
    """

    idle_ms: int = 30 * 60_000
    absolute_ms: int = 12 * 3_600_000

    def over(self, session: Session, now_ms: int) -> bool:
        """Return whether a session has ended."""
        return now_ms - session.seen_at_ms >= self.idle_ms or now_ms - session.began_at_ms >= self.absolute_ms

    def ends_at_ms(self, session: Session) -> int:
        """Return when a session ends if nothing more is asked for in it."""
        return min(session.seen_at_ms + self.idle_ms, session.began_at_ms + self.absolute_ms)


def start(connection: Connection, account: str, address: str, now_ms: int) -> str:
    """Begin a session and return its secret, which is not kept here."""
    secret = new_secret()
    row = {"digest": digest(secret), "account": account, "began_at_ms": now_ms, "seen_at_ms": now_ms}
    connection.execute(sessions.insert(), row | {"address": address})
    return secret


def find(connection: Connection, secret: str) -> Session | None:
    """Return the session of a secret, also one that is over; None where there is none."""
    return get(connection, digest(secret))


def get(connection: Connection, reference: str) -> Session | None:
    """Return a session by its reference, also one that is over; None where there is none."""
    row = connection.execute(sa.select(sessions).where(sessions.c.digest == reference)).one_or_none()
    return None if row is None else Session(*row)


def of(connection: Connection, account: str) -> tuple[Session, ...]:
    """Return the sessions of an account, the newest first."""
    query = sa.select(sessions).where(sessions.c.account == account).order_by(sessions.c.began_at_ms.desc())
    return tuple(Session(*row) for row in connection.execute(query))


def seen(connection: Connection, session: Session, now_ms: int) -> None:
    """Note that something was asked for in a session."""
    mine = sessions.c.digest == session.reference
    connection.execute(sessions.update().where(mine).values(seen_at_ms=now_ms))


def end(connection: Connection, reference: str) -> None:
    """End a session, and with it what a second person might still have done beside it."""
    connection.execute(cosigns.delete().where(cosigns.c.session == reference))
    connection.execute(sessions.delete().where(sessions.c.digest == reference))


def end_all(connection: Connection, account: str, but: str | None = None) -> None:
    """End the sessions of an account, all but one where that is named by its reference."""
    for session in of(connection, account):
        if session.reference != but:
            end(connection, session.reference)
    connection.execute(cosigns.delete().where(cosigns.c.account == account))


def prune(connection: Connection, limits: Limits, now_ms: int) -> None:
    """Forget the sessions that are over."""
    idle = sessions.c.seen_at_ms <= now_ms - limits.idle_ms
    too_long = sessions.c.began_at_ms <= now_ms - limits.absolute_ms
    connection.execute(sessions.delete().where(idle | too_long))
