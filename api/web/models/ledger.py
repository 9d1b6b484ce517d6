"""The forms of answers about the ledger."""

from __future__ import annotations

import json
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from api.web.models.base import Answer, At, Json
from custody.entries import LARGEST_WHOLE, Entry
from vision.incidents import local_time

Seq = Annotated[int, Field(ge=0, le=LARGEST_WHOLE, examples=[17])]
"""The number of an entry, from 0."""


class EntryAnswer(Answer):
    """One entry. body: as it stands on the ledger, moments in UTC. actors: none where the system itself speaks."""

    seq: Seq
    at: At
    kind: str = Field(examples=["count"])
    actors: list[str] = Field(examples=[["sato", "suzuki"]])
    body: Json = Field(examples=[{"item": "B-0221", "numbers": [78, 78]}])

    @classmethod
    def of(cls, entry: Entry, timezone: ZoneInfo) -> EntryAnswer:
        """Return the form of an entry."""
        return cls(
            seq=entry.seq,
            at=local_time(entry.at_ms, timezone),
            kind=entry.kind,
            actors=list(entry.actors),
            body=json.loads(entry.line)["body"],
        )


class WholeEntry(EntryAnswer):
    """One entry, with its exact line, from which anybody can compute its hash."""

    line: str

    @classmethod
    def of(cls, entry: Entry, timezone: ZoneInfo) -> WholeEntry:
        """Return the form of an entry."""
        return cls(**EntryAnswer.of(entry, timezone).model_dump(), line=entry.line.decode())
