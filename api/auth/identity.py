"""Who asks: from what a request shows to a principal."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.engine import Connection
from starlette.requests import HTTPConnection

from api.auth import cookies, cosigns, csrf, sessions, tokens, users
from api.auth.errors import NotSignedInError
from api.auth.permissions import Permission
from api.auth.principal import ALL, Principal, Proof
from api.auth.sessions import Limits, Session
from api.auth.store import Store
from api.auth.users import User

_OVER = "nobody is signed in, or the session is over; sign in"


class Identity:
    """Knows people by their sessions, programs by their tokens. Threads may share one."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self.limits = limits

    def of(self, connection: HTTPConnection) -> Principal:
        """Return who asks.

        Raises NotSignedInError where nobody is known, ForgedRequestError where it is not the person's own page that
        asks, and InsecureTransportError where a secret has come in the clear.
        """
        scheme, _, secret = connection.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            cookies.expect_private(connection)
            return self._by_token(secret.strip())
        secret, session = self._session(connection)
        csrf.expect_own_page(connection.scope, connection.headers, secret)
        if (cosign := connection.headers.get(cosigns.HEADER)) is not None:
            return self._by_cosign(session, cosign, connection.url.path)
        return self._principal(session.account, Proof.SESSION, session.reference)

    def session(self, connection: HTTPConnection) -> Session:
        """Return the session in which a person asks. Raises what `of` raises."""
        secret, session = self._session(connection)
        csrf.expect_own_page(connection.scope, connection.headers, secret)
        return session

    def again(self, principal: Principal) -> Principal:
        """Return somebody who follows something for long, with what the person may do by now.

        Following is no request and prolongs no session. Raises NotSignedInError where session or token is over.
        """
        now_ms = self._store.now_ms()
        with self._store.records.read() as reading:
            if not self._is_valid(reading, principal, now_ms):
                raise NotSignedInError(_OVER)
        return self._principal(principal.account, principal.proof, principal.reference, principal.scopes)

    def _is_valid(self, connection: Connection, principal: Principal, now_ms: int) -> bool:
        if principal.proof is Proof.TOKEN:
            held = tokens.of(connection, principal.account)
            return any(token.id == principal.reference and token.expires_at_ms > now_ms for token in held)
        session = sessions.get(connection, principal.reference)
        return session is not None and not self.limits.over(session, now_ms)

    def _session(self, connection: HTTPConnection) -> tuple[str, Session]:
        secret, now_ms = cookies.session_secret(connection), self._store.now_ms()
        if secret is None:
            raise NotSignedInError(_OVER)
        cookies.expect_private(connection)
        with self._store.records.read() as reading:
            session = sessions.find(reading, secret)
        if session is None or self.limits.over(session, now_ms):
            raise NotSignedInError(_OVER)
        if now_ms - session.seen_at_ms >= sessions.SEEN_EVERY_MS:
            with self._store.records.write() as writing:
                sessions.seen(writing, session, now_ms)
        return secret, session

    def _by_token(self, secret: str) -> Principal:
        now_ms = self._store.now_ms()
        with self._store.records.read() as reading:
            token = tokens.find(reading, secret, now_ms)
        if token is None:
            raise NotSignedInError("the API token is not valid (any more); have a new one made")
        if tokens.is_stale(token, now_ms):
            with self._store.records.write() as writing:
                tokens.used(writing, token, now_ms)
        return self._principal(token.account, Proof.TOKEN, token.id, scopes=token.scopes)

    def _by_cosign(self, session: Session, secret: str, path: str) -> Principal:
        with self._store.records.write() as writing:
            cosign = cosigns.use(writing, secret, self._store.now_ms())
        if cosign is None or (cosign.session, cosign.path) != (session.reference, path):
            raise NotSignedInError("the second person's signature is used, late or for something else; sign again")
        return self._principal(cosign.account, Proof.COSIGN, session.reference, beside=session.account)

    def _principal(
        self,
        account: str,
        proof: Proof,
        reference: str,
        scopes: frozenset[Permission] = ALL,
        beside: str | None = None,
    ) -> Principal:
        with self._store.records.read() as reading:
            user = _active(reading, account)
        return replace(principal_of(user, self._store.site, proof, reference), scopes=scopes, beside=beside)


def principal_of(user: User, site: str, proof: Proof, reference: str) -> Principal:
    """Return somebody who is known. reference: of the session or token by which that is."""
    return Principal(
        account=user.account,
        name=user.name,
        site=site,
        grants=user.grants,
        proof=proof,
        reference=reference,
        must_change=user.must_change,
    )


def _active(connection: Connection, account: str) -> User:
    user = users.find(connection, account)
    if user is None or not user.active:
        raise NotSignedInError(f"the account {account} is switched off; ask an administrator")
    return user
