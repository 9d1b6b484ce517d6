"""Things in custody, as the site file names them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    """What sort of thing an item is."""

    TERMINAL = "terminal"
    CARDS = "cards"
    KEY = "key"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `expected` is the number of cards in a batch; `states` are a door's, closed first."""

    id: str
    kind: ItemKind
    name: str
    expected: int | None = None
    states: tuple[str, ...] = ()
