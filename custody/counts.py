"""Counts by two people, the second blind. Pure.

The first number is in nobody's view until the second is in: it is not on the ledger, and the record that waits for
the second person shows it in no form. Where it waits is `waiting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from custody.acts import Count, Signature, Signed
from custody.entries import utc_text
from custody.fields import pieces


@dataclass(frozen=True, slots=True)
class OpenCount:
    """One person has counted. item: a batch of cards, or `terminals`. request: the id of the request."""

    item: str
    first: Signature
    request: str
    number: int = field(repr=False)

    def __post_init__(self) -> None:
        pieces("number", self.number)

    def shown(self) -> Mapping[str, Any]:
        """Return all that anybody may see of it: not the number."""
        return {"item": self.item, "counted_by": self.first.by, "counted_at": utc_text(self.first.at_ms)}

    def is_as(self, other: OpenCount) -> bool:
        """Tell whether both are of one request, whenever it was sent."""
        mine = (self.request, self.item, self.first.by, self.number)
        return mine == (other.request, other.item, other.first.by, other.number)

    def joined(self, second: Signature, number: int) -> Signed:
        """Return the count of both, whether or not they agree. Raises ActError where the same person counts again."""
        act = Count(self.item, (self.number, number))
        return Signed(act, second.at_ms, (self.first, second), self.request)

    def lapsed(self) -> Signed:
        """Return what is recorded where no second person came: a count that one person made alone."""
        return Signed(Count(self.item, (self.number,)), self.first.at_ms, (self.first,), self.request)
