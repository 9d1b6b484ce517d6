"""The forms of drills."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from api.web.models.base import Answer, Asked, At, Flag, Id
from custody.drills import LONGEST_MS

LONGEST_S: Final = LONGEST_MS / 1000


class Ordered(Asked):
    """An item is to be taken from its place. within_s: until it must be raised. tells: alert people as if real."""

    item: Id
    within_s: Annotated[float, Field(gt=0, le=LONGEST_S, allow_inf_nan=False, examples=[60.0])] = 60.0
    tells: Flag = False


class DrillState(StrEnum):
    """What has come of a drill."""

    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    BROKEN_OFF = "broken_off"


class DrillAnswer(Answer):
    """A drill. took_s: from its start until it was raised. failure: why nothing was, in a sentence."""

    id: str = Field(examples=["drill-5f0c9a7b"])
    item: str = Field(examples=["T-01"])
    by: str = Field(examples=["sato"])
    within_s: float = Field(examples=[60.0])
    tells: bool
    started: At
    state: DrillState
    incident: str | None = Field(examples=["tsurumi-0003"])
    took_s: float | None = Field(examples=[4.2])
    failure: str | None = Field(examples=[None])
