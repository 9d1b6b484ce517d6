"""Whom incidents are told to, and when: the section `alerts` of the site file as records. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from api.language import Language
from api.secret import Secret
from vision.incidents import Severity


class Tls(StrEnum):
    """How a connection to a mail server is kept private."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Login:
    """Who Kuraban is to a server."""

    user: str
    password: Secret


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter with the picture of the moment. sender, to: addresses."""

    host: str
    port: int
    tls: Tls
    login: Login | None
    sender: str
    to: tuple[str, ...]
    language: Language


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request to an address, signed with a secret that the receiver knows."""

    url: Secret
    secret: Secret


@dataclass(frozen=True, slots=True)
class Mqtt:
    """A broker. topic: before every topic. discovery: the prefix under which Home Assistant listens, None: not."""

    host: str
    port: int
    tls: bool
    login: Login | None
    topic: str
    discovery: str | None


@dataclass(frozen=True, slots=True)
class Apprise:
    """Whatever else Apprise can reach, by its address."""

    url: Secret
    language: Language


Channel = Mail | Webhook | Mqtt | Apprise


class Stretch(StrEnum):
    """A part of the office's time; every moment is in exactly one.

    window: the windows are open. closing: they have closed for the day, and its protocol is not due yet. holidays:
    days on which they stay closed. night: all other time.
    """

    WINDOW = "window"
    CLOSING = "closing"
    NIGHT = "night"
    HOLIDAYS = "holidays"


@dataclass(frozen=True, slots=True)
class Stage:
    """Who is told, by the ids of destinations, if nobody has acknowledged an incident after `after_s` seconds."""

    after_s: float
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Which incidents are told, when and to whom.

    rules, cameras: None for all. severity: the least that is told. group_s: seconds within which incidents after the
    first are told together. repeat_s: seconds within which the same at the same place is not told again, as long as
    nobody has acknowledged the one before.
    """

    id: str
    stages: tuple[Stage, ...]
    rules: frozenset[str] | None = None
    severity: Severity = Severity.NOTICE
    cameras: frozenset[str] | None = None
    when: frozenset[Stretch] = frozenset(Stretch)
    group_s: float = 60.0
    repeat_s: float = 300.0


@dataclass(frozen=True, slots=True)
class AlertSettings:
    """All of it: destinations by their ids, and policies in the order of the file."""

    destinations: Mapping[str, Channel] = field(default_factory=lambda: MappingProxyType({}))
    policies: tuple[Policy, ...] = ()
