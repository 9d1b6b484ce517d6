"""What may explain a loss, and how well: the sorts of facts, their weights, and the form of a fact. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from custody.sightings import Seen


class Clue(StrEnum):
    """What sort of thing a fact is."""

    REMOVED = "removed"
    """It left its place, and no entry says so."""

    NEIGHBOUR_REMOVED = "neighbour_removed"
    """Something else left its place unexplained while it was out."""

    UNLOGGED_OPENING = "unlogged_opening"
    """The vault was opened without an entry."""

    INTRUSION = "intrusion"
    """Somebody was where only staff may be, or after hours."""

    ALONE = "alone"
    """One person acted where two must."""

    EXPOSED = "exposed"
    """It lay on a counter that nobody attended."""

    ELSEWHERE = "elsewhere"
    """It was seen where the ledger did not have it."""

    BLIND = "blind"
    """Nobody could see where it was, while it could be reached."""

    CORRECTED = "corrected"
    """An entry about it or its vault was corrected."""

    CLOCK = "clock"
    """An entry's time cannot be true."""

    NOT_COUNTED = "not_counted"
    """The vault was locked without a count."""

    UNSUPPORTED = "unsupported"
    """An entry about it or its vault is borne out by no camera."""

    AT_VAULT = "at_vault"
    """People were at the vault while it was locked."""

    OPENING = "opening"
    """The vault was opened, with an entry."""

    HANDLED = "handled"
    """It was moved, with an entry."""


class Place(StrEnum):
    """Where an item must have been, by the ledger, for a clue to touch it."""

    OUT = "out"
    VAULT = "vault"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Weight:
    """How well a clue explains a loss, 0 to 100, if the item was where the clue is; a quarter of it elsewhere."""

    weight: int
    place: Place = Place.ANYWHERE


WEIGHTS: Final[Mapping[Clue, Weight]] = MappingProxyType(
    {
        Clue.REMOVED: Weight(100),
        Clue.NEIGHBOUR_REMOVED: Weight(90, Place.OUT),
        Clue.UNLOGGED_OPENING: Weight(80, Place.VAULT),
        Clue.INTRUSION: Weight(70, Place.OUT),
        Clue.ALONE: Weight(60),
        Clue.EXPOSED: Weight(55, Place.OUT),
        Clue.ELSEWHERE: Weight(50),
        Clue.BLIND: Weight(45),
        Clue.CORRECTED: Weight(45),
        Clue.CLOCK: Weight(40),
        Clue.NOT_COUNTED: Weight(35),
        Clue.UNSUPPORTED: Weight(30),
        Clue.AT_VAULT: Weight(25, Place.VAULT),
        Clue.OPENING: Weight(20, Place.VAULT),
        Clue.HANDLED: Weight(15),
    }
)
"""Chosen, not measured: what was seen without an entry before what was seen with one; seen before unseen."""

INCIDENTS: Final[Mapping[str, Clue]] = MappingProxyType(
    {
        "staff_only_intrusion": Clue.INTRUSION,
        "person_after_hours": Clue.INTRUSION,
        "two_person_breach": Clue.ALONE,
        "vault_alone": Clue.ALONE,
        "entry_back_dated": Clue.CLOCK,
        "clock_set_back": Clue.CLOCK,
        "vault_locked_without_count": Clue.NOT_COUNTED,
    }
)
"""Incidents that tell something which neither the sights nor the entries of an investigation tell by themselves."""

TOLD_BY: Final[Mapping[Seen, tuple[str, ...]]] = MappingProxyType(
    {
        Seen.VAULT_OPEN: ("vault_open", "unlogged_vault_access"),
        Seen.ITEM_ABSENT: ("terminal_removed", "item_not_where_ledger_says"),
        Seen.ITEM_PRESENT: ("item_not_where_ledger_says",),
    }
)
"""The incidents that tell of the same as a sight does; the clip of the first of them shows it best."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened in the window, with its time range and camera. UTC milliseconds.

    subject: the item, slot, vault, zone or camera that it is about. says: one sentence. weight: how well it explains
    the loss, 0 to 100. logged: who had signed for it. present: the tracks that were seen. entry, incident: where more
    is to be found. What left its place did so between from_ms, when it was last seen there, and to_ms, when it was
    first seen to be gone.
    """

    clue: Clue
    subject: str
    from_ms: int
    to_ms: int
    camera: str | None
    says: str
    weight: int
    logged: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    entry: int | None = None
    incident: str | None = None
