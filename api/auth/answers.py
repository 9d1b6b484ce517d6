"""What is answered about people: from records to forms."""

from __future__ import annotations

from api.auth import models
from api.auth.csrf import csrf_token
from api.auth.mandates import Granted
from api.auth.permissions import Grant
from api.auth.principal import Principal
from api.auth.sessions import Session
from api.auth.store import Store
from api.auth.tokens import Token
from api.auth.users import User


def me(principal: Principal, user: User, secret: str | None, ends: str | None) -> models.Me:
    """Return who is signed in. secret: of the session; ends: when that ends, as text; None for a program."""
    held = {permission: principal.cameras(permission) for permission in sorted(principal.permissions())}
    return models.Me(
        account=user.account,
        name=user.name,
        roles=_roles(user.grants),
        permissions=[
            models.HeldPermission(permission=permission, cameras=None if which is None else sorted(which))
            for permission, which in held.items()
        ],
        must_change_password=user.must_change,
        authenticator=user.totp_confirmed,
        csrf=None if secret is None else csrf_token(secret),
        session_ends=ends,
    )


def user_answer(store: Store, user: User) -> models.UserAnswer:
    """Return an account as administrators see it."""
    return models.UserAnswer(
        account=user.account,
        name=user.name,
        active=user.active,
        roles=_roles(user.grants),
        authenticator=user.totp_confirmed,
        must_change_password=user.must_change,
        identity_provider=user.subject is not None,
        made=store.local(user.made_at_ms),
    )


def session_answer(store: Store, session: Session, current: str) -> models.HeldSession:
    """Return a session of one's own. current: the reference of the one that asks."""
    return models.HeldSession(
        id=session.reference,
        began=store.local(session.began_at_ms),
        seen=store.local(session.seen_at_ms),
        address=session.address,
        current=session.reference == current,
    )


def token_answer(store: Store, token: Token) -> models.HeldToken:
    """Return an API token, without its secret."""
    return models.HeldToken(
        id=token.id,
        name=token.name,
        scopes=sorted(token.scopes),
        made=store.local(token.made_at_ms),
        expires=store.local(token.expires_at_ms),
        used=None if token.used_at_ms is None else store.local(token.used_at_ms),
    )


def mandate_answer(store: Store, granted: Granted) -> models.HeldMandate:
    """Return a mandate that is in force."""
    start_ms, end_ms = granted.interval
    return models.HeldMandate(
        id=granted.id,
        permission=granted.permission,
        cameras=list(granted.cameras),
        start=store.local(start_ms),
        end=store.local(end_ms),
        reason=granted.mandate.reason,
        authority=granted.mandate.authority,
        expires=store.local(granted.expires_at_ms),
    )


def _roles(grants: tuple[Grant, ...]) -> list[models.HeldRole]:
    return [models.HeldRole(role=grant.role, camera=grant.camera) for grant in grants]
