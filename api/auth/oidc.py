"""Signing in at the identity provider: one try, bound to the browser that began it, good once and for a while.

An account that has no password and no subject yet is the provider's person of that name, at the first sign-in; from
then on the subject alone counts, whatever people are called there later.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection

from api.auth import journal, users
from api.auth.access import Access
from api.auth.errors import IdentityProviderError, NotThereError, SignInRefusedError
from api.auth.flow import Asking, Flow
from api.auth.journal import Why
from api.auth.opaque import digest, new_secret
from api.auth.settings import IdentityProvider
from api.auth.store import Store
from api.auth.tables import oidc_flows
from api.auth.users import User

LASTS_MS: Final = 10 * 60_000


def provider_of(store: Store) -> IdentityProvider:
    """Return the identity provider of the site. Raises NotThereError where it has none."""
    provider = store.current().identity_provider
    if provider is None:
        raise NotThereError("this office has no identity provider; sign in with a password")
    return provider


def begin(store: Store, redirect: str) -> tuple[str, str]:
    """Return where the browser is sent to sign in, and a secret for it to keep. Raises IdentityProviderError."""
    asking = _library()
    flow = Flow(new_secret(), new_secret(), new_secret(), redirect)
    address = asking.sign_in_address(provider_of(store), flow)
    browser, now_ms = new_secret(), store.now_ms()
    with store.records.write() as connection:
        connection.execute(oidc_flows.delete().where(oidc_flows.c.began_at_ms <= now_ms - LASTS_MS))
        row = {"state": flow.state, "nonce": flow.nonce, "verifier": flow.verifier, "began_at_ms": now_ms}
        connection.execute(oidc_flows.insert(), row | {"browser": digest(browser)})
    return address, browser


def finish(access: Access, browser: str, state: str, code: str, redirect: str, address: str) -> User:
    """Return who has signed in. browser: the secret that the browser kept. address: of the network.

    Raises SignInRefusedError where the sign-in was not begun here, is over, or nobody has such an account, and
    IdentityProviderError.
    """
    store, asking = access.store, _library()
    now_ms, provider = store.now_ms(), provider_of(store)
    with store.records.write() as connection:
        nonce, verifier = _taken(connection, browser, state, now_ms)
    known = asking.known_by(provider, Flow(state, nonce, verifier, redirect), code, now_ms)
    user = _user(access, f"{provider.issuer} {known.subject}", known.username)
    if user is None or not user.active:
        account, why = (None, Why.NO_ACCOUNT) if user is None else (user.account, Why.INACTIVE)
        store.journal.record(journal.sign_in_refused(now_ms, account, why, address, None))
        raise SignInRefusedError(
            "the identity provider knows you, and this office has no account that is yours; ask an administrator"
        )
    return user


def _taken(connection: Connection, browser: str, state: str, now_ms: int) -> tuple[str, str]:
    """Take nonce and verifier of a sign-in that this browser has begun, once."""
    flow = oidc_flows.c
    mine = (flow.state == state) & (flow.browser == digest(browser)) & (flow.began_at_ms > now_ms - LASTS_MS)
    row = connection.execute(oidc_flows.delete().where(mine).returning(flow.nonce, flow.verifier)).one_or_none()
    if row is None:
        raise SignInRefusedError("this sign-in was not begun in this browser, or it is over; begin again")
    return str(row.nonce), str(row.verifier)


def _user(access: Access, subject: str, username: str | None) -> User | None:
    with access.store.records.read() as connection:
        user = users.find_by_subject(connection, subject)
        named = None if username is None else users.find(connection, username)
    if user is not None or named is None or not named.active:
        return user
    is_waiting = named.password is None and named.subject is None
    return access.people.link(named.account, subject) if is_waiting else None


def _library() -> Asking:
    """Return the module that asks providers. Raises IdentityProviderError where what it needs is not installed."""
    try:
        from api.auth import provider  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise IdentityProviderError(
            "signing in at an identity provider needs more than is installed: pip install 'kuraban[oidc]'"
        ) from error
    return provider
