"""On whose word something is done to footage: who asks, what for, and what permits it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields

from custody.errors import RefusedError


@dataclass(frozen=True, slots=True)
class Mandate:
    """by: the account of who asks. reason: what for. authority: the document that permits it, as its number.

    Raises RefusedError where one of them is empty.
    """

    by: str
    reason: str
    authority: str

    def __post_init__(self) -> None:
        for field in fields(self):
            if not getattr(self, field.name).strip():
                raise RefusedError(f"--{field.name} is empty: write who asks, what for, and what permits it")
