"""Accounts and what they were granted, as they lie in the database. Who may change them is `people`'s business."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from api.auth.errors import AccountExistsError, NotThereError
from api.auth.permissions import Grant, Permission, Role, covers
from api.auth.tables import grants as grants_table
from api.auth.tables import users
from custody.fields import FieldError, identifier

_WHOLE_SITE = ""


@dataclass(frozen=True, slots=True)
class User:
    """One account.

    account: as on the ledger. name: of the person. password: its hash, None for an account that signs in elsewhere
    only. must_change: the password was set by somebody else. totp_secret: of the authenticator, base32 (RFC 4648);
    in force once it is confirmed. totp_step: the last one used (RFC 6238, 5.2: each code once). subject: issuer and
    subject at the identity provider, one text. grants: sorted.
    """

    account: str
    name: str
    made_at_ms: int
    password: str | None = None
    active: bool = True
    must_change: bool = False
    totp_secret: str | None = None
    totp_confirmed: bool = False
    totp_step: int = 0
    subject: str | None = None
    grants: tuple[Grant, ...] = ()

    def __post_init__(self) -> None:
        try:
            identifier("account", self.account)
        except FieldError as error:
            raise NotThereError(str(error)) from error

    def may(self, permission: Permission, site: str) -> bool:
        """Return whether the account may do this with a whole site."""
        return covers(self.grants, permission, site, None)


def find(connection: Connection, account: str) -> User | None:
    """Return an account, None where there is none."""
    return _one(connection, users.c.account == account)


def find_by_subject(connection: Connection, subject: str) -> User | None:
    """Return the account of somebody whom the identity provider knows, None where there is none."""
    return _one(connection, users.c.subject == subject)


def get(connection: Connection, account: str) -> User:
    """Return an account. Raises NotThereError."""
    user = find(connection, account)
    if user is None:
        raise NotThereError(f"there is no account {account!r}; check how it is written")
    return user


def every(connection: Connection, after: str = "", limit: int = -1) -> tuple[User, ...]:
    """Return the accounts in the order of their names, those behind `after`; all where there is no limit."""
    query = sa.select(users).where(users.c.account > after).order_by(users.c.account).limit(limit)
    return tuple(_user(connection, row) for row in connection.execute(query).all())


def count(connection: Connection) -> int:
    """Return how many accounts there are."""
    return int(connection.scalar(sa.select(sa.func.count()).select_from(users)) or 0)


def add(connection: Connection, user: User) -> None:
    """Add an account with its grants. Raises AccountExistsError."""
    expect_free(connection, user.account)
    connection.execute(users.insert(), _row(user))
    _set_grants(connection, user.account, user.grants)


def expect_free(connection: Connection, account: str) -> None:
    """Raise AccountExistsError where there is an account of that name."""
    if find(connection, account) is not None:
        raise AccountExistsError(f"there is an account {account} already; choose another name")


def replace(connection: Connection, user: User) -> None:
    """Write what an account is now, with its grants."""
    connection.execute(users.update().where(users.c.account == user.account), _row(user))
    _set_grants(connection, user.account, user.grants)


def _set_grants(connection: Connection, account: str, wanted: Iterable[Grant]) -> None:
    connection.execute(grants_table.delete().where(grants_table.c.account == account))
    rows = [
        {"account": account, "role": grant.role.value, "site": grant.site, "camera": grant.camera or _WHOLE_SITE}
        for grant in set(wanted)
    ]
    if rows:
        connection.execute(grants_table.insert(), rows)


def _one(connection: Connection, condition: sa.ColumnElement[bool]) -> User | None:
    row = connection.execute(sa.select(users).where(condition)).one_or_none()
    return None if row is None else _user(connection, row)


def _user(connection: Connection, row: sa.Row[tuple[object, ...]]) -> User:
    query = sa.select(grants_table).where(grants_table.c.account == row.account)
    found = (Grant(Role(g.role), g.site, g.camera or None) for g in connection.execute(query))
    order = sorted(found, key=lambda grant: (grant.role, grant.site, grant.camera or _WHOLE_SITE))
    return User(**row._asdict(), grants=tuple(order))


def _row(user: User) -> dict[str, object]:
    return {column.name: getattr(user, column.name) for column in users.columns}
