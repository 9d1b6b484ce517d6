"""What goes on the ledger about people and permissions: one function an entry. Pure.

No password, code or token is in an entry, nor what was typed in place of an account: people type passwords there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from api.auth.mandates import Granted
from api.auth.permissions import Grant, Permission
from custody.entries import Draft, utc_text
from custody.intervals import Interval


class How(StrEnum):
    """How somebody has signed in."""

    PASSWORD = "password"  # noqa: S105 - a word, no secret
    PASSWORD_AND_CODE = "password_and_code"  # noqa: S105 - likewise
    IDENTITY_PROVIDER = "identity_provider"
    FIRST_CODE = "first_code"


class Why(StrEnum):
    """Why somebody was not signed in."""

    WRONG = "wrong"
    INACTIVE = "inactive"
    NO_ACCOUNT = "no_account"


def signed_in(at_ms: int, account: str, how: How, address: str, beside: str | None = None) -> Draft:
    """Return the entry of a sign-in. beside: who is signed in at the screen where this one signs a single act."""
    return Draft(at_ms, "user.signed_in", (account,), {"how": how.value, "address": address, "beside": beside})


def sign_in_refused(at_ms: int, account: str | None, why: Why, address: str, locked_until_ms: int | None) -> Draft:
    """Return the entry of a sign-in that was refused.

    account: None where there is no such account. locked_until_ms: until when further ones are not looked at, UTC
    milliseconds; they are not on the ledger either, so that nobody can fill it.
    """
    locked_until = None if locked_until_ms is None else utc_text(locked_until_ms)
    body = {"account": account, "why": why.value, "address": address, "locked_until": locked_until}
    return Draft(at_ms, "user.sign_in_refused", (), body)


def access_granted(granted: Granted) -> Draft:
    """Return the entry of a mandate: who may replay or export what, why, and on what authority."""
    begin_ms, end_ms = granted.interval
    body = {
        "mandate": granted.id,
        "permission": granted.permission.value,
        "cameras": granted.cameras,
        "from": utc_text(begin_ms),
        "to": utc_text(end_ms),
        "reason": granted.mandate.reason,
        "authority": granted.mandate.authority,
        "until": utc_text(granted.expires_at_ms),
    }
    return Draft(granted.granted_at_ms, "access.granted", (granted.mandate.by,), body)


def access_refused(at_ms: int, account: str, permission: Permission, camera: str | None, why: str) -> Draft:
    """Return the entry of something that somebody was not let do. camera: None where it is no single camera's."""
    body = {"permission": permission.value, "camera": camera, "why": why}
    return Draft(at_ms, "access.refused", (account,), body)


def footage_viewed(at_ms: int, by: str, camera: str, interval: Interval | None, mandate: str | None) -> Draft:
    """Return the entry of footage that somebody has looked at. interval, mandate: None where it was live."""
    stretch = None if interval is None else {"from": utc_text(interval[0]), "to": utc_text(interval[1])}
    body = {"camera": camera, "interval": stretch, "mandate": mandate}
    return Draft(at_ms, "footage.viewed", (by,), body)


def footage_exported(at_ms: int, by: str, camera: str, interval: Interval, mandate: str) -> Draft:
    """Return the entry of a clip of footage that somebody takes out."""
    stretch = {"from": utc_text(interval[0]), "to": utc_text(interval[1])}
    return Draft(at_ms, "footage.exported", (by,), {"camera": camera, "interval": stretch, "mandate": mandate})


def evidence_fetched(at_ms: int, by: str, package: str) -> Draft:
    """Return the entry of a package of evidence that somebody has taken along, by its name."""
    return Draft(at_ms, "evidence.fetched", (by,), {"package": package})


def user_changed(at_ms: int, by: tuple[str, ...], account: str, change: Mapping[str, Any]) -> Draft:
    """Return the entry of a change to an account. by: who changed it, nobody where it was done on the machine."""
    return Draft(at_ms, "user.changed", by, {"account": account, **change})


def granted_roles(grants: Iterable[Grant]) -> tuple[Mapping[str, Any], ...]:
    """Return grants as an entry has them."""
    return tuple({"role": grant.role.value, "site": grant.site, "camera": grant.camera} for grant in grants)
