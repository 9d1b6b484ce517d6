"""From account, password and code to a session, with everything that keeps strangers out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from api.auth import attempts, cosigns, journal, sessions, totp, users
from api.auth.errors import CodeNeededError, NotSignedInError, SignInRefusedError, TooManyAttemptsError
from api.auth.journal import How, Why
from api.auth.principal import Principal, Proof
from api.auth.store import Store
from api.auth.users import User


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says who wants to sign in. code: of the authenticator, where the account has one."""

    account: str
    password: str
    code: str | None
    address: str


class SignIn:
    """Signs people in, and counts those who fail."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def with_password(self, claim: Claim) -> tuple[User, str]:
        """Begin a session; return whose, and its secret.

        Raises SignInRefusedError, CodeNeededError where only the code is missing, and TooManyAttemptsError.
        """
        user = self.expect(claim)
        return user, self.begin_session(user, _how(user), claim.address)

    def beside(self, first: Principal, claim: Claim, path: str) -> str:
        """Let a second person do one thing beside the session of a first; return the secret for it.

        Raises what `with_password` raises; NotSignedInError where the first is no person at a screen, or the same.
        """
        if first.proof is not Proof.SESSION:
            raise NotSignedInError("a second person signs at the screen of a first one, who must be signed in there")
        if claim.account == first.account:
            raise SignInRefusedError(f"{first.account} is the first person already; another one must sign")
        user = self.expect(claim)
        now_ms = self._store.now_ms()
        self._store.journal.record(journal.signed_in(now_ms, user.account, _how(user), claim.address, first.account))
        with self._store.records.write() as connection:
            return cosigns.issue(connection, first.reference, user.account, path, now_ms)

    def begin_session(self, user: User, how: How, address: str) -> str:
        """Begin a session for somebody who has proved who it is; return its secret."""
        now_ms = self._store.now_ms()
        self._store.journal.record(journal.signed_in(now_ms, user.account, how, address))
        with self._store.records.write() as connection:
            return sessions.start(connection, user.account, address, now_ms)

    def expect(self, claim: Claim) -> User:
        """Return the user whose account, password and code these are; otherwise like `with_password`."""
        now_ms = self._store.now_ms()
        user = self._count(claim, now_ms)
        kept = user.password if user is not None and user.active else None
        if not self._store.passwords.is_right(kept, claim.password) or user is None:
            raise self._refused(claim, user, now_ms)
        if user.totp_confirmed and claim.code is None:
            with self._store.records.write() as connection:
                attempts.take_back(connection, claim.account, claim.address)
            raise CodeNeededError("the code of the authenticator is needed, too")
        settled = self._settle(claim, user, now_ms)
        if settled is None:
            raise self._refused(claim, user, now_ms)
        return settled

    def _count(self, claim: Claim, now_ms: int) -> User | None:
        """Count the attempt before it is looked at, and return the user of the account, if there is one."""
        with self._store.records.write() as connection:
            until_ms = attempts.locked_until_ms(connection, claim.account, claim.address, now_ms)
            if until_ms <= now_ms:
                attempts.count(connection, claim.account, claim.address, now_ms)
                return users.find(connection, claim.account)
        wait_s = -(-(until_ms - now_ms) // 1000)
        raise TooManyAttemptsError(f"there were too many attempts; try again in {wait_s} s", wait_s)

    def _settle(self, claim: Claim, user: User, now_ms: int) -> User | None:
        """Use the code, and note that the attempt was a good one; None where the code is none, or was used before."""
        passwords = self._store.passwords
        rehashed = passwords.hash(claim.password) if passwords.is_outdated(user.password or "") else None
        with self._store.records.write() as connection:
            settled = _with_step(users.get(connection, user.account), claim.code, now_ms)
            if settled is not None:
                settled = replace(settled, password=rehashed or settled.password)
                users.replace(connection, settled)
                attempts.take_back(connection, claim.account, claim.address)
                attempts.clear(connection, claim.account)
            return settled

    def _refused(self, claim: Claim, user: User | None, now_ms: int) -> SignInRefusedError:
        """Return the refusal, once it is on the ledger."""
        why = Why.NO_ACCOUNT if user is None else Why.WRONG if user.active else Why.INACTIVE
        with self._store.records.read() as connection:
            until_ms = attempts.locked_until_ms(connection, claim.account, claim.address, now_ms)
        account = None if user is None else user.account
        locked_until_ms = until_ms if until_ms > now_ms else None
        self._store.journal.record(journal.sign_in_refused(now_ms, account, why, claim.address, locked_until_ms))
        return SignInRefusedError("account, password or code is wrong")


def _how(user: User) -> How:
    return How.PASSWORD_AND_CODE if user.totp_confirmed else How.PASSWORD


def _with_step(user: User, code: str | None, now_ms: int) -> User | None:
    """Return the user with the code's step used; None where the code is wrong, or was used before."""
    if not user.totp_confirmed or user.totp_secret is None:
        return user
    step = totp.step_of(user.totp_secret, code or "", user.totp_step, now_ms)
    return None if step is None else replace(user, totp_step=step)
