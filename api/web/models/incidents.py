"""The forms of incidents and of what people say of them. Forms only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from api.web.models.base import Answer, Asked, At, Id, Json, Line
from custody.explanations import Cause
from custody.records.incidents import State
from vision.incidents import Severity

IncidentId = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$", examples=["20180221T081003000Z-terminal_removed-T-01"]),
]
"""The id of an incident: when it was raised, by which rule, and where."""


class EvidenceAnswer(Answer):
    """The moment that shows an incident best. box: left, top, right, bottom as fractions."""

    frame_at: At
    camera: str | None = Field(examples=["counter"])
    box: tuple[float, float, float, float] | None = Field(examples=[(0.31, 0.48, 0.41, 0.59)])
    score: float | None = Field(examples=[0.82])


class IncidentAnswer(Answer):
    """What a rule raised, in the form of incidents.jsonl, and what people have made of it.

    ended_at: null while it lasts. tracks: `camera#id` of whoever was in it. why: the rule's version, digests,
    thresholds and measured durations.
    """

    id: str = Field(examples=["20180221T081003000Z-terminal_removed-T-01"])
    rule: str = Field(examples=["terminal_removed"])
    site: str = Field(examples=["tsurumi"])
    camera: str | None = Field(examples=["counter"])
    zone: str | None = Field(examples=["window-1"])
    item: str | None = Field(examples=["T-01"])
    began_at: At
    raised_at: At
    ended_at: At | None
    severity: Severity
    after_hours: bool
    tracks: list[str] = Field(examples=[["counter#7"]])
    evidence: EvidenceAnswer
    why: Json = Field(examples=[{"after_s": 3.0}])
    state: State


class ExplanationAnswer(Answer):
    """What somebody said of an incident."""

    cause: Cause
    by: str = Field(examples=["sato"])
    at: At
    moved_by: str | None = Field(examples=["suzuki"])
    note: str | None


class ClipAnswer(Answer):
    """The clip of an incident as it was sealed on the ledger. gaps: stretches in it without footage."""

    requested: tuple[At, At]
    delivered: tuple[At, At]
    gaps: list[tuple[At, At]]
    sha256: str


class IncidentDetail(IncidentAnswer):
    """An incident with what was said of it, the oldest first. clip: null as long as it is not cut."""

    explanations: list[ExplanationAnswer]
    clip: ClipAnswer | None


class Acknowledging(Asked):
    """Why an incident was raised. moved_by: the account of who moved it, for the cause `moved` and no other."""

    cause: Cause
    moved_by: Id | None = None
    note: Line | None = None

    @model_validator(mode="after")
    def _moved_by_somebody(self) -> Acknowledging:
        if (self.cause is Cause.MOVED) is (self.moved_by is None):
            raise ValueError(f"moved_by is named for the cause {Cause.MOVED}, and for no other")
        return self
