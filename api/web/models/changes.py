"""The form of what has happened. Forms only."""

from __future__ import annotations

from pydantic import Field

from api.web.models.base import Answer, At, Json
from custody.records.changes import ChangeKind


class ChangeAnswer(Answer):
    """Something that has happened. body: what is told of it depends on its kind; an incident is told as it stands."""

    id: int = Field(examples=[1042])
    kind: ChangeKind
    at: At
    camera: str | None = Field(examples=["counter"])
    body: Json = Field(examples=[{"seq": 311, "kind": "item.checked_out", "actors": ["sato", "suzuki"]}])
