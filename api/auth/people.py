"""What administrators do to accounts, and people to their own. Each change is on the ledger before it is in force."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.engine import Connection

from api.auth import attempts, journal, sessions, tokens, totp, users
from api.auth.errors import ForbiddenError
from api.auth.permissions import Grant, Permission
from api.auth.store import Store
from api.auth.tokens import Token
from api.auth.users import User

By = tuple[str, ...]
"""Who makes a change: one account, or none where it is made on the machine itself."""

_Also = Callable[[Connection], None]


class People:
    """Changes accounts, one change at a time. Methods raise NotThereError where there is no such account."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._turn = threading.Lock()

    def add(self, by: By, account: str, name: str, password: str | None, grants: Iterable[Grant]) -> User:
        """Add an account. password: None where it signs in at the identity provider only; else it must be changed.

        Raises AccountExistsError, UnfitPasswordError, and UnknownCameraError where a role names one.
        """
        wanted = self._known(grants)
        kept = None if password is None else self._store.passwords.fit(password, account)
        made = User(account, name, self._store.now_ms(), kept, must_change=kept is not None, grants=wanted)
        with self._turn:
            with self._store.records.read() as connection:
                users.expect_free(connection, account)
            change = {"change": "added", "name": name, "roles": journal.granted_roles(made.grants)}
            self._record(by, account, change)
            with self._store.records.write() as connection:
                users.add(connection, made)
        return made

    def set_grants(self, by: By, account: str, grants: Iterable[Grant]) -> User:
        """Give an account these roles and no others. Raises ForbiddenError for the own, and the last keeper's."""
        if by == (account,):
            raise ForbiddenError("nobody changes the own roles; another administrator can")
        wanted = self._known(grants)

        def described(user: User) -> Mapping[str, Any]:
            return {
                "change": "roles",
                "from": journal.granted_roles(user.grants),
                "to": journal.granted_roles(wanted),
            }

        return self._change(by, account, lambda user: replace(user, grants=wanted), described)

    def rename(self, by: By, account: str, name: str) -> User:
        """Give an account another name of its person."""
        return self._change(
            by,
            account,
            lambda user: replace(user, name=name),
            lambda user: {"change": "name", "from": user.name, "to": name},
        )

    def link(self, account: str, subject: str) -> User:
        """Have an account be that of somebody whom the identity provider knows."""
        return self._change(
            (account,),
            account,
            lambda user: replace(user, subject=subject),
            lambda _: {"change": "identity_provider", "to": subject},
        )

    def set_active(self, by: By, account: str, *, active: bool) -> User:
        """Let an account sign in, or no more: its sessions and API tokens end. It is never removed: it has signed."""
        if by == (account,):
            raise ForbiddenError("nobody switches off the own account; another administrator can")

        def end(connection: Connection) -> None:
            sessions.end_all(connection, account)
            tokens.revoke_all(connection, account)

        return self._change(
            by,
            account,
            lambda user: replace(user, active=active),
            lambda _: {"change": "active", "to": active},
            None if active else end,
        )

    def choose_password(self, account: str, password: str, keep: str) -> User:
        """Set a password that the person has chosen. keep: the reference of the session that goes on; others end.

        Raises UnfitPasswordError.
        """
        kept = self._store.passwords.fit(password, account)
        return self._change(
            (account,),
            account,
            lambda user: replace(user, password=kept, must_change=False),
            lambda _: {"change": "password"},
            lambda connection: sessions.end_all(connection, account, but=keep),
        )

    def reset_password(self, by: By, account: str, password: str) -> User:
        """Set a password that the person must change at the next sign-in; sessions of the account end.

        Raises UnfitPasswordError.
        """
        kept = self._store.passwords.fit(password, account)
        return self._change(
            by,
            account,
            lambda user: replace(user, password=kept, must_change=True),
            lambda _: {"change": "password_reset"},
            lambda connection: sessions.end_all(connection, account),
        )

    def unlock(self, by: By, account: str) -> User:
        """Forget an account's failed sign-ins."""
        return self._change(
            by,
            account,
            lambda user: user,
            lambda _: {"change": "unlocked"},
            lambda connection: attempts.clear(connection, account),
        )

    def begin_totp(self, account: str) -> str:
        """Return a new secret for an authenticator, not yet in force. Raises ForbiddenError where one is."""
        secret = totp.new_secret()
        with self._turn, self._store.records.write() as connection:
            user = users.get(connection, account)
            if user.totp_confirmed:
                raise ForbiddenError("there is an authenticator already; remove that one first")
            users.replace(connection, replace(user, totp_secret=secret, totp_step=0))
        return secret

    def confirm_totp(self, account: str, code: str) -> User:
        """Put an authenticator in force, once it has shown a right code. Raises ForbiddenError for a wrong one."""
        now_ms = self._store.now_ms()

        def confirmed(user: User) -> User:
            step = None if user.totp_secret is None else totp.step_of(user.totp_secret, code, user.totp_step, now_ms)
            if step is None or user.totp_confirmed:
                raise ForbiddenError("the code is wrong or late; check the clock of the authenticator, and try again")
            return replace(user, totp_confirmed=True, totp_step=step)

        return self._change((account,), account, confirmed, lambda _: {"change": "authenticator", "to": True})

    def remove_totp(self, by: By, account: str) -> User:
        """Take away an account's authenticator."""
        return self._change(
            by,
            account,
            lambda user: replace(user, totp_secret=None, totp_confirmed=False, totp_step=0),
            lambda _: {"change": "authenticator", "to": False},
        )

    def issue_token(
        self, by: By, account: str, name: str, scopes: frozenset[Permission], expires_at_ms: int
    ) -> tuple[Token, str]:
        """Make an API token; return it and its secret, which is not kept. Raises ForbiddenError."""
        with self._store.records.read() as connection:
            users.get(connection, account)
        token = tokens.draft(account, name, scopes, self._store.now_ms(), expires_at_ms)
        change = {"change": "token_issued", "token": token.id, "name": name, "scopes": sorted(scopes)}
        self._record(by, account, change)
        with self._store.records.write() as connection:
            return token, tokens.keep(connection, token)

    def revoke_token(self, by: By, account: str, token_id: str) -> None:
        """Take back an API token."""
        with self._store.records.read() as connection:
            token = tokens.get(connection, account, token_id)
        self._record(by, account, {"change": "token_revoked", "token": token.id, "name": token.name})
        with self._store.records.write() as connection:
            tokens.revoke(connection, token)

    def _change(
        self,
        by: By,
        account: str,
        changed: Callable[[User], User],
        described: Callable[[User], Mapping[str, Any]],
        also: _Also | None = None,
    ) -> User:
        """Change an account: decide, write the entry, and then the database."""
        with self._turn:
            with self._store.records.read() as connection:
                before = users.get(connection, account)
                after = changed(before)
                self._expect_keeper(connection, before, after)
            self._record(by, account, described(before))
            with self._store.records.write() as connection:
                users.replace(connection, after)
                if also is not None:
                    also(connection)
            return after

    def _expect_keeper(self, connection: Connection, before: User, after: User) -> None:
        """Raise ForbiddenError where a change takes away the last one who may manage users."""
        if not self._keeps(before) or self._keeps(after):
            return
        if not any(self._keeps(user) for user in users.every(connection) if user.account != after.account):
            raise ForbiddenError(f"{after.account} is the last administrator; make another one first")

    def _keeps(self, user: User) -> bool:
        return user.active and user.may(Permission.MANAGE_USERS, self._store.site)

    def _known(self, grants: Iterable[Grant]) -> tuple[Grant, ...]:
        wanted = tuple(sorted(set(grants), key=str))
        self._store.expect_cameras(grant.camera for grant in wanted if grant.camera is not None)
        return wanted

    def _record(self, by: By, account: str, change: Mapping[str, Any]) -> None:
        self._store.journal.record(journal.user_changed(self._store.now_ms(), by, account, change))
