"""`/api/v1/jobs`: how far is what one has asked for, where that takes longer than an answer may."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from api.auth.needs import signed_in
from api.auth.principal import Principal
from api.web.given import Office, RunningJobs
from api.web.models.base import Page
from api.web.models.jobs import JobAnswer
from api.web.problems import NotFoundError, documented

router = APIRouter(prefix="/jobs", tags=["jobs"], responses=documented(HTTPStatus.UNAUTHORIZED))

Who = Annotated[Principal, Depends(signed_in())]


@router.get("")
def own_jobs(office: Office, jobs: RunningJobs, who: Who) -> Page[JobAnswer]:
    """List one's own jobs, the newest first; those that ended long ago are forgotten."""
    return Page(items=[JobAnswer.of(job, office.site.timezone) for job in jobs.of(who.account)])


@router.get("/{job}", responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
def own_job(
    office: Office, jobs: RunningJobs, who: Who, job: Annotated[str, Path(pattern=r"^[0-9a-f]{1,64}$")]
) -> JobAnswer:
    """Show one of one's own jobs. What follows the changes hears of it as `job.progress`."""
    found = jobs.find(who.account, job)
    if found is None:
        raise NotFoundError(f"you have no job {job}; it was forgotten, or ended with the service: ask again")
    return JobAnswer.of(found, office.site.timezone)
