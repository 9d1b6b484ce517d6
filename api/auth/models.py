"""The forms of requests and answers about people and permissions. Forms only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.auth.passwords import LONGEST
from api.auth.permissions import Permission, Role
from api.web.models.base import Answer, Asked, At, Flag, Id, Line, Moment

Password = Annotated[str, Field(min_length=1, max_length=LONGEST, json_schema_extra={"format": "password"})]
"""A password; whether it is good enough as a new one, `passwords` says."""

Code = Annotated[str | None, Field(max_length=32, examples=["492039"])]
"""The code of an authenticator, where the account has one."""

Typed = Annotated[str, Field(min_length=1, max_length=64, examples=["sato"])]
"""What somebody typed as the account: anything, so that the answer to a wrong one is always the same."""


class SigningIn(Asked):
    """Account, password and, where the account has an authenticator, its code."""

    account: Typed
    password: Password
    code: Code = None


class FirstAdministrator(Asked):
    """The code that the service has printed, and the account to be made. roles: besides administrator."""

    code: Annotated[str, Field(min_length=1, max_length=64, examples=["K7QM-29FD-XW3T-8HPA"])]
    account: Id
    name: Line
    password: Password
    roles: list[Role] = Field([], max_length=len(Role))


class Reauthenticating(Asked):
    """That it is still the same person at the screen."""

    password: Password
    code: Code = None


class NewOwnPassword(Reauthenticating):
    """The password until now, and the new one."""

    new: Password


class Cosigning(SigningIn):
    """A second person, who signs one act beside the first. path: the address that the act is sent to."""

    path: Annotated[str, Field(pattern=r"^/api/v1/[^?#\s]+$", examples=["/api/v1/counts/B-0221/second"])]


class Proving(Asked):
    """A code of the authenticator that is to be put in force."""

    code: Annotated[str, Field(min_length=6, max_length=32, examples=["492039"])]


class AskingForMandate(Asked):
    """For what footage is replayed or taken out, and the document that permits it."""

    permission: Permission
    cameras: list[Id] = Field(min_length=1, max_length=256)
    start: Moment
    end: Moment
    reason: Line
    authority: Line


class NewToken(Asked):
    """An API token. scopes: what it is narrowed to; never count or manage_users."""

    name: Line
    scopes: list[Permission] = Field(min_length=1, max_length=len(Permission))
    expires: Moment


class GivenRole(Asked):
    """A role for the site; for one camera of it, where that is named."""

    role: Role
    camera: Id | None = None


class NewUser(Asked):
    """An account. password: to be changed at the first sign-in; null for the identity provider's people."""

    account: Id
    name: Line
    password: Password | None = None
    roles: list[GivenRole] = Field([], max_length=256)


class UserChange(Asked):
    """What is to be changed of an account; what is left out stays."""

    name: Line | None = None
    active: Flag | None = None
    roles: list[GivenRole] | None = Field(None, max_length=256)


class NewPassword(Asked):
    """A password that an administrator sets, to be changed at the next sign-in."""

    password: Password


class HeldRole(Answer):
    """A role that an account has. camera: null for the whole site."""

    role: Role
    camera: str | None = Field(examples=["counter"])


class HeldPermission(Answer):
    """Something that may be done. cameras: null for the whole site."""

    permission: Permission
    cameras: list[str] | None = Field(examples=[["counter"]])


class Me(Answer):
    """Who is signed in, and what the person may do.

    csrf: to be sent as X-CSRF-Token with everything that changes something; null for API tokens.
    """

    account: str = Field(examples=["sato"])
    name: str = Field(examples=["佐藤 花子"])
    roles: list[HeldRole]
    permissions: list[HeldPermission]
    must_change_password: bool
    authenticator: bool
    csrf: str | None
    session_ends: At | None


class First(Answer):
    """Whether the first administrator is still to be made, with the code that the service has printed."""

    needed: bool


class Provider(Answer):
    """Whether people may sign in at an identity provider: at `/access/oidc/begin`, which a browser is sent to."""

    available: bool


class HeldSession(Answer):
    """A session of one's own. id: only to end it with; it is not the secret."""

    id: str
    began: At
    seen: At
    address: str = Field(examples=["10.0.0.20"])
    current: bool


class Cosigned(Answer):
    """What the act is sent with, as X-Cosign; good once."""

    cosign: str
    expires: At


class NewAuthenticator(Answer):
    """What an authenticator must be told: address is what it reads from a QR code."""

    secret: str
    address: str = Field(examples=["otpauth://totp/Kuraban%20tsurumi:sato?secret=...&issuer=Kuraban%20tsurumi"])


class HeldMandate(Answer):
    """A mandate that is in force: its id goes with each request, as X-Mandate or `mandate`."""

    id: str
    permission: Permission
    cameras: list[str]
    start: At
    end: At
    reason: str
    authority: str
    expires: At


class HeldToken(Answer):
    """An API token, without its secret."""

    id: str
    name: str
    scopes: list[Permission]
    made: At
    expires: At
    used: At | None


class IssuedToken(HeldToken):
    """A new API token. secret: shown this once."""

    secret: str


class UserAnswer(Answer):
    """An account as administrators see it."""

    account: str = Field(examples=["sato"])
    name: str = Field(examples=["佐藤 花子"])
    active: bool
    roles: list[HeldRole]
    authenticator: bool
    must_change_password: bool
    identity_provider: bool
    made: At
