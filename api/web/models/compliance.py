"""The forms of oversight: how the office kept to its rules, by day or by month."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from api.web.models.base import Answer
from custody.compliance import Compliance, Tally


class By(StrEnum):
    """How long each period is."""

    DAY = "day"
    MONTH = "month"


FORMS = {By.DAY: "%Y-%m-%d", By.MONTH: "%Y-%m"}
"""How a period is named."""


class TallyAnswer(Answer):
    """What was due by now, and what became of it."""

    due: int = Field(examples=[8])
    in_time: int = Field(examples=[6])
    late: int = Field(examples=[1])
    missing: int = Field(examples=[1])

    @classmethod
    def of(cls, tally: Tally) -> TallyAnswer:
        """Return the form of a tally."""
        return cls(due=tally.due, in_time=tally.in_time, late=tally.late, missing=tally.missing)


class ComplianceAnswer(Answer):
    """One period. of_s: seconds of it that have passed.

    disagreeing: counts that did not find what should be there, or that one made alone. blind_s: by camera, seconds
    in which it could not see. unseen_s: by place, seconds in which no camera could see it.
    """

    period: str = Field(examples=["2018-02-21"])
    of_s: float
    counts: TallyAnswer
    disagreeing: int
    sheets: TallyAnswer
    sheets_answered_no: int
    unlogged_openings: int
    two_person_breaches: int
    exposures: int
    exposed_s: float
    blind_s: dict[str, float] = Field(examples=[{"counter": 12.0}])
    unseen_s: dict[str, float] = Field(examples=[{"T-01": 0.0}])

    @classmethod
    def of(cls, period: date, kept: Compliance, by: By) -> ComplianceAnswer:
        """Return the form of a period."""
        return cls(
            period=f"{period:{FORMS[by]}}",
            of_s=kept.of_ms / 1000,
            counts=TallyAnswer.of(kept.counts),
            disagreeing=kept.disagreeing,
            sheets=TallyAnswer.of(kept.sheets),
            sheets_answered_no=kept.answered_no,
            unlogged_openings=kept.unlogged_openings,
            two_person_breaches=kept.breaches,
            exposures=kept.exposures,
            exposed_s=kept.exposed_ms / 1000,
            blind_s={camera: blind_ms / 1000 for camera, blind_ms in kept.blind_ms.items()},
            unseen_s={place: unseen_ms / 1000 for place, unseen_ms in kept.unseen_ms.items()},
        )
