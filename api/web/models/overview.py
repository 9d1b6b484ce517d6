"""The forms of the office at one glance: counters, things in custody and vaults as cards. Forms only."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from api.web.models.base import Answer, At
from api.web.models.cameras import CameraAnswer
from api.web.models.closing import ProtocolAnswer
from api.web.models.incidents import IncidentAnswer
from api.web.models.items import ItemAnswer


class Staffing(StrEnum):
    """Whether somebody is on the staff side of a counter."""

    ATTENDED = "attended"
    UNATTENDED = "unattended"
    UNSEEN = "unseen"


class Door(StrEnum):
    """How the door of a vault is seen to be."""

    OPEN = "open"
    CLOSED = "closed"
    UNSEEN = "unseen"


class Match(StrEnum):
    """Whether what cameras see at this moment is what the ledger says."""

    AGREES = "agrees"
    DIFFERS = "differs"
    """Which of the two is wrong, or whether the entry is still to come, is for reconciliation to say."""

    UNSEEN = "unseen"


class CounterCard(Answer):
    """A counter. since: of its state, null where that is not known. people: on its staff side, null where unseen.

    exposed: what lies on it, seen or hidden just now.
    """

    counter: str = Field(examples=["window-1"])
    cameras: list[str] = Field(examples=[["counter"]])
    state: Staffing
    since: At | None
    people: int | None = Field(examples=[1])
    exposed: list[str] = Field(examples=[["T-01", "B-0221"]])


class CustodyCard(ItemAnswer):
    """A thing in custody. seen_since: of what is seen. match: null where there is nothing to compare."""

    seen_since: At | None
    match: Match | None


class VaultCard(CustodyCard):
    """A vault, by its door. people: before it, null where nobody can see that place. people_since: since when any."""

    door: Door
    people: int | None = Field(examples=[2])
    people_since: At | None


class Overview(Answer):
    """The office at one glance. change: the id after which to follow `/changes` from here.

    incidents: the newest that nobody has explained; `more` tells that there are others. items, vaults, protocol: for
    those who may see the whole site.
    """

    at: At
    change: int = Field(examples=[1042])
    after_hours: bool
    cameras: list[CameraAnswer]
    counters: list[CounterCard]
    items: list[CustodyCard]
    vaults: list[VaultCard]
    protocol: ProtocolAnswer | None
    incidents: list[IncidentAnswer]
    more: bool
