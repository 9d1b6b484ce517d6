"""The daily sheet: five questions at the end of the day, answered and signed by two people. Pure.

How it is printed is `checklist_pdf`; when it is due is `closing`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Self

from custody.fields import FieldError, Fields, pieces, shown

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Checklist:
    """The answers of one day. day: the local day whose closing they are about.

    terminals, cards: how many there are, over all batches and vaults.
    """

    KIND: ClassVar[str] = "checklist.signed"
    SIGNERS: ClassVar[int] = 2

    day: date
    wire_locks_attached: bool
    terminals: int
    cards: int
    vault_locked: bool
    partition_closed: bool

    def __post_init__(self) -> None:
        pieces("terminals", self.terminals)
        pieces("cards", self.cards)

    @property
    def answered_no(self) -> tuple[str, ...]:
        """The questions that were answered with no."""
        asked = {
            "wire_locks_attached": self.wire_locks_attached,
            "vault_locked": self.vault_locked,
            "partition_closed": self.partition_closed,
        }
        return tuple(question for question, answer in asked.items() if not answer)

    def fields(self) -> dict[str, Any]:
        """Return its part of the body."""
        return {
            "day": self.day.isoformat(),
            "wire_locks_attached": self.wire_locks_attached,
            "terminals": self.terminals,
            "cards": self.cards,
            "vault_locked": self.vault_locked,
            "partition_closed": self.partition_closed,
        }

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """Read its part of a body. Raises FieldError with the key."""
        return cls(
            _day("day", fields.text("day")),
            fields.flag("wire_locks_attached"),
            fields.whole("terminals"),
            fields.whole("cards"),
            fields.flag("vault_locked"),
            fields.flag("partition_closed"),
        )


def _day(key: str, text: str) -> date:
    if not _DAY.fullmatch(text):
        raise FieldError(key, shown(text), "a day, as in 2018-02-21")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FieldError(key, shown(text), "a day that there is, as in 2018-02-21") from error
