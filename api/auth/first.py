"""The first administrator: made by whoever can read what the service prints at its first start.

There is no default password. As long as there is no account, each start prints a new code, which is good once.
"""

from __future__ import annotations

import hmac
from typing import Final

import sqlalchemy as sa

from api.auth import attempts, journal, opaque, users
from api.auth.errors import ForbiddenError, SignInRefusedError, TooManyAttemptsError
from api.auth.permissions import Grant, Role
from api.auth.store import Store
from api.auth.tables import first_code
from api.auth.users import User

_COUNTED_AS: Final = "(first code)"
"""What wrong codes are counted under; no account can be called so."""


def new_first_code(store: Store) -> str | None:
    """Return the code for the first administrator, to be printed once; None where there are accounts already."""
    with store.records.write() as connection:
        connection.execute(first_code.delete())
        if users.count(connection):
            return None
        code = opaque.new_code()
        connection.execute(first_code.insert(), {"digest": opaque.digest(code)})
        return code


def is_first_needed(store: Store) -> bool:
    """Return whether there is no account yet."""
    with store.records.read() as connection:
        return users.count(connection) == 0


def make_first_administrator(store: Store, code: str, user: User, password: str, address: str) -> User:
    """Make the first account, from the code that was printed. user: account, name and the roles it takes.

    Raises ForbiddenError where there are accounts, SignInRefusedError for a wrong code, TooManyAttemptsError, and
    UnfitPasswordError.
    """
    now_ms = store.now_ms()
    _expect_code(store, code, address, now_ms)
    kept = store.passwords.fit(password, user.account)
    grants = tuple({*user.grants, Grant(Role.ADMINISTRATOR, store.site)})
    made = User(user.account, user.name, now_ms, kept, grants=grants)
    change = {"change": "added", "name": made.name, "roles": journal.granted_roles(sorted(grants, key=str))}
    store.journal.record(journal.user_changed(now_ms, (made.account,), made.account, change))
    with store.records.write() as connection:
        _expect_none_yet(users.count(connection))
        users.add(connection, made)
        connection.execute(first_code.delete())
    return made


def _expect_code(store: Store, code: str, address: str, now_ms: int) -> None:
    with store.records.write() as connection:
        _expect_none_yet(users.count(connection))
        until_ms = attempts.locked_until_ms(connection, _COUNTED_AS, address, now_ms)
        if until_ms > now_ms:
            wait_s = -(-(until_ms - now_ms) // 1000)
            raise TooManyAttemptsError(f"there were too many attempts; try again in {wait_s} s", wait_s)
        attempts.count(connection, _COUNTED_AS, address, now_ms)
        kept = connection.scalar(sa.select(first_code.c.digest)) or ""
    if not hmac.compare_digest(kept, opaque.digest(opaque.typed(code))):
        raise SignInRefusedError("this is not the code; it stands in what the service printed when it started last")


def _expect_none_yet(accounts: int) -> None:
    if accounts:
        raise ForbiddenError(
            "there is an account already; ask an administrator, or `kuraban user add` on the machine"
        )
