"""API tokens: how a program asks in the name of an account, narrowed to what it needs and to a time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from api.auth.errors import ForbiddenError, NotThereError
from api.auth.opaque import digest, new_secret
from api.auth.permissions import Permission
from api.auth.tables import tokens

PREFIX: Final = "kuraban_"
"""So that people and programs that look for lost secrets know one when they see it."""

LONGEST_MS: Final = 366 * 86_400_000
NEVER: Final = frozenset({Permission.COUNT, Permission.MANAGE_USERS})
"""What no program does in somebody's name: sign, and make accounts."""

_USED_EVERY_MS: Final = 60_000
_COLUMNS: Final = ("id", "account", "name", "made_at_ms", "expires_at_ms")


@dataclass(frozen=True, slots=True)
class Token:
    """One API token, without its secret. scopes: what it is narrowed to. Moments are UTC milliseconds."""

    id: str
    account: str
    name: str
    scopes: frozenset[Permission]
    made_at_ms: int
    expires_at_ms: int
    used_at_ms: int | None = None

    def __post_init__(self) -> None:
        if not self.scopes or self.scopes & NEVER:
            listed = ", ".join(sorted(set(Permission) - NEVER))
            raise ForbiddenError(f"a token has at least one scope, of {listed}; people sign and manage in person")
        if not 0 < self.expires_at_ms - self.made_at_ms <= LONGEST_MS:
            raise ForbiddenError("a token lasts from now to 366 days at most; name another time")


def draft(account: str, name: str, scopes: frozenset[Permission], now_ms: int, expires_at_ms: int) -> Token:
    """Return a new token that is not kept yet. Raises ForbiddenError for a scope or a time too wide."""
    return Token(secrets.token_hex(8), account, name, scopes, now_ms, expires_at_ms)


def keep(connection: Connection, token: Token) -> str:
    """Keep a token; return its secret, which is not kept."""
    secret = new_secret(PREFIX)
    row = {"digest": digest(secret), "scopes": sorted(token.scopes)}
    connection.execute(tokens.insert(), {name: getattr(token, name) for name in _COLUMNS} | row)
    return secret


def find(connection: Connection, secret: str, now_ms: int) -> Token | None:
    """Return the token of a secret; None where there is none, or it is over."""
    row = connection.execute(sa.select(tokens).where(tokens.c.digest == digest(secret))).one_or_none()
    return None if row is None or row.expires_at_ms <= now_ms else _token(row)


def of(connection: Connection, account: str) -> tuple[Token, ...]:
    """Return the tokens of an account, the newest first."""
    query = sa.select(tokens).where(tokens.c.account == account).order_by(tokens.c.made_at_ms.desc(), tokens.c.id)
    return tuple(_token(row) for row in connection.execute(query))


def is_stale(token: Token, now_ms: int) -> bool:
    """Return whether it is time to write again when a token was used last."""
    return token.used_at_ms is None or now_ms - token.used_at_ms >= _USED_EVERY_MS


def used(connection: Connection, token: Token, now_ms: int) -> None:
    """Note that a token was used."""
    connection.execute(tokens.update().where(tokens.c.id == token.id).values(used_at_ms=now_ms))


def get(connection: Connection, account: str, token_id: str) -> Token:
    """Return a token of an account. Raises NotThereError where it has none of that id."""
    for token in of(connection, account):
        if token.id == token_id:
            return token
    raise NotThereError(f"{account} has no token {token_id!r}; it may have been taken back already")


def revoke(connection: Connection, token: Token) -> None:
    """Take back a token."""
    connection.execute(tokens.delete().where(tokens.c.id == token.id))


def revoke_all(connection: Connection, account: str) -> None:
    """Take back all tokens of an account."""
    connection.execute(tokens.delete().where(tokens.c.account == account))


def _token(row: sa.Row[tuple[object, ...]]) -> Token:
    scopes = frozenset(map(Permission, row.scopes))
    return Token(row.id, row.account, row.name, scopes, row.made_at_ms, row.expires_at_ms, row.used_at_ms)
