"""What routes are given of the application that they belong to."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.runtime.office import LiveOffice
from api.web.jobs import Jobs
from custody.waiting import Waiting


def office_of(connection: HTTPConnection) -> LiveOffice:
    """Return the office of the application that a request came to."""
    return cast("LiveOffice", connection.app.state.office)


def waiting_of(connection: HTTPConnection) -> Waiting:
    """Return the acts that wait for a second person."""
    return cast("Waiting", connection.app.state.waiting)


def jobs_of(connection: HTTPConnection) -> Jobs:
    """Return the jobs of the office."""
    return cast("Jobs", connection.app.state.jobs)


Office = Annotated[LiveOffice, Depends(office_of)]
WaitingActs = Annotated[Waiting, Depends(waiting_of)]
RunningJobs = Annotated[Jobs, Depends(jobs_of)]
