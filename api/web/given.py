"""What routes are given of the application that they belong to."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, FastAPI
from starlette.requests import HTTPConnection

from api.holding import Holding, sealed_media
from api.recording import LEDGER
from api.runtime.office import LiveOffice, NoSuchCameraError
from api.site_editor import SiteEditor
from api.web import problems
from api.web.following import Visits
from api.web.jobs import Jobs
from custody.case_store import CaseStore
from custody.waiting import Waiting


def give(app: FastAPI, office: LiveOffice) -> None:
    """Give an application the office that its routes answer for, and what they keep beside it."""
    cases = CaseStore(office.folder)
    app.state.office = office
    app.state.visits = Visits()
    app.state.waiting = Waiting.over(office.ledger, office.folder / LEDGER, office.books)
    app.state.jobs = Jobs(office, tuple(problems.STATUSES))
    app.state.cases = cases
    app.state.editor = SiteEditor(office)
    app.state.holding = Holding(office.ledger, cases, lambda: sealed_media(office))


def office_of(connection: HTTPConnection) -> LiveOffice:
    """Return the office of the application that a request came to."""
    return cast("LiveOffice", connection.app.state.office)


def waiting_of(connection: HTTPConnection) -> Waiting:
    """Return the acts that wait for a second person."""
    return cast("Waiting", connection.app.state.waiting)


def jobs_of(connection: HTTPConnection) -> Jobs:
    """Return the jobs of the office."""
    return cast("Jobs", connection.app.state.jobs)


def cases_of(connection: HTTPConnection) -> CaseStore:
    """Return the cases of the office."""
    return cast("CaseStore", connection.app.state.cases)


def holding_of(connection: HTTPConnection) -> Holding:
    """Return the holds of the office."""
    return cast("Holding", connection.app.state.holding)


def editor_of(connection: HTTPConnection) -> SiteEditor:
    """Return what changes the site file of the office."""
    return cast("SiteEditor", connection.app.state.editor)


def known_camera(office: LiveOffice, camera: str) -> str:
    """Return the id of a camera of the site. Raises NoSuchCameraError."""
    if office.site.camera(camera) is None:
        known = ", ".join(one.id for one in office.site.cameras)
        raise NoSuchCameraError(f"there is no camera {camera!r}; there are {known}")
    return camera


Office = Annotated[LiveOffice, Depends(office_of)]
WaitingActs = Annotated[Waiting, Depends(waiting_of)]
RunningJobs = Annotated[Jobs, Depends(jobs_of)]
Cases = Annotated[CaseStore, Depends(cases_of)]
Editor = Annotated[SiteEditor, Depends(editor_of)]
HeldFootage = Annotated[Holding, Depends(holding_of)]
