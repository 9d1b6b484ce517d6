"""Failed sign-ins as they are counted in the database: a restart makes nobody's wait shorter."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from api.auth.lockout import BY_ACCOUNT, BY_ADDRESS, Attempts, Backoff, by_account, by_address
from api.auth.tables import attempts


def locked_until_ms(connection: Connection, account: str, address: str, now_ms: int) -> int:
    """Return until when no attempt with this account from this address is looked at (UTC milliseconds)."""
    counted = ((_find(connection, key), backoff) for key, backoff in _counted(account, address))
    return max(found.locked_until_ms(now_ms, backoff) for found, backoff in counted)


def count(connection: Connection, account: str, address: str, now_ms: int) -> None:
    """Count an attempt, before it is looked at: many at once are no way around the wait."""
    for key, backoff in _counted(account, address):
        _keep(connection, key, _find(connection, key).failed(now_ms, backoff))
    oldest = now_ms - max(BY_ACCOUNT.forget_ms, BY_ADDRESS.forget_ms)
    connection.execute(attempts.delete().where(attempts.c.last_ms < oldest))


def take_back(connection: Connection, account: str, address: str) -> None:
    """Take back one attempt that was counted and was right.

    What was wrong before stays counted for the address: one right password among many wrong ones is no pardon.
    """
    for key, _ in _counted(account, address):
        found = _find(connection, key)
        _keep(connection, key, Attempts(max(0, found.failures - 1), found.last_ms))


def clear(connection: Connection, account: str) -> None:
    """Forget an account's failures."""
    connection.execute(attempts.delete().where(attempts.c.key == by_account(account)))


def failures(connection: Connection, account: str, now_ms: int) -> int:
    """Return how many failures of an account still count."""
    return _find(connection, by_account(account)).counted(now_ms, BY_ACCOUNT)


def _counted(account: str, address: str) -> tuple[tuple[str, Backoff], ...]:
    return ((by_account(account), BY_ACCOUNT), (by_address(address), BY_ADDRESS))


def _find(connection: Connection, key: str) -> Attempts:
    row = connection.execute(sa.select(attempts).where(attempts.c.key == key)).one_or_none()
    return Attempts() if row is None else Attempts(row.failures, row.last_ms)


def _keep(connection: Connection, key: str, found: Attempts) -> None:
    row = {"key": key, "failures": found.failures, "last_ms": found.last_ms}
    connection.execute(insert(attempts).values(row).on_conflict_do_update(["key"], set_=row))
