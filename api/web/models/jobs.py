"""The form of a job."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import Field

from api.web.jobs import Job, JobState
from api.web.models.base import Answer, At, Json
from vision.incidents import local_time


class JobAnswer(Answer):
    """A job that one has asked for. done, total: how far it is, total null where nobody knows.

    result: of one that is done; what is in it, whatever has begun the job says. failure: why it failed.
    """

    id: str = Field(examples=["5f0c9a7be2d1340c"])
    kind: str = Field(examples=["ledger.verify"])
    state: JobState
    asked: At
    ended: At | None
    done: int = Field(examples=[12_000])
    total: int | None = Field(examples=[48_213])
    result: Json | None = Field(examples=[None])
    failure: str | None = Field(examples=[None])

    @classmethod
    def of(cls, job: Job, timezone: ZoneInfo) -> JobAnswer:
        """Return the form of a job."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            asked=local_time(job.asked_at_ms, timezone),
            ended=None if job.ended_at_ms is None else local_time(job.ended_at_ms, timezone),
            done=job.done,
            total=job.total,
            result=None if job.result is None else dict(job.result),
            failure=job.failure,
        )
