"""`/api/v1/incidents`: what was raised, searched; and what people say of it, each in the own name."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from sqlalchemy.engine import Connection

from api import incidents as standing
from api.auth.needs import access_of, mandate_of, needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.incidents import Found
from api.recording import CLIPS
from api.runtime.office import LiveOffice
from api.site import Site
from api.web.given import Office
from api.web.models.base import Id, Moment, Page, ms_of
from api.web.models.incidents import (
    Acknowledging,
    ClipAnswer,
    ExplanationAnswer,
    IncidentAnswer,
    IncidentDetail,
    IncidentId,
)
from api.web.paging import Cursor, Limit, cursor_of, values_of
from api.web.problems import NotFoundError, documented
from custody.explanations import Explanation
from custody.incidents import SealedClip
from custody.records import incidents
from custody.records.incidents import Kept, State
from vision.incidents import incident_json, local_time

router = APIRouter(
    prefix="/incidents",
    tags=["incidents"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

SomeViewer = Annotated[Principal, Depends(needs(Permission.VIEW, some=True))]
SomeSigner = Annotated[Principal, Depends(needs(Permission.COUNT, some=True))]
SomeReplayer = Annotated[Principal, Depends(needs(Permission.REPLAY, some=True, mandate=False))]

WRITTEN_WITHIN_S: Final = 5.0
"""What was said is on the ledger at once; the answer waits this long for the database to know it, too."""

_MISSING: Final = documented(HTTPStatus.NOT_FOUND)
_SAID: Final = documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
_MP4: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"video/mp4": {"schema": {"type": "string", "format": "binary"}}}, "description": "The clip."}
}


@router.get("")
def search(  # noqa: PLR0913 - one parameter a filter
    request: Request,
    office: Office,
    who: SomeViewer,
    *,
    start: Annotated[Moment | None, Query(description="Raised at this moment or later.")] = None,
    end: Annotated[Moment | None, Query(description="Raised before this moment.")] = None,
    rule: Annotated[Id | None, Query(examples=["terminal_removed"])] = None,
    camera: Annotated[Id | None, Query(examples=["counter"])] = None,
    zone: Annotated[Id | None, Query(examples=["window-1"])] = None,
    item: Annotated[Id | None, Query(examples=["T-01"])] = None,
    state: Annotated[State | None, Query(description="What people have made of it.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[IncidentAnswer]:
    """Search incidents, the newest first, of the cameras that the asking person may see."""
    asked = incidents.Query(
        from_ms=None if start is None else ms_of(start),
        to_ms=None if end is None else ms_of(end),
        rule=rule,
        camera=camera,
        zone=zone,
        item=item,
        state=state,
    )
    if camera is not None:
        access_of(request).gate.expect(who, Permission.VIEW, camera)
    after = None if cursor is None else incidents.Cursor(*_place(cursor))
    with office.records.read() as connection:
        page = find_visible(connection, who, asked, after, limit)
    following = None if page.next is None else cursor_of(page.next.raised_at_ms, page.next.id)
    return Page(items=[incident_answer(office.site, kept) for kept in page.kept], next=following)


@router.get("/{incident}", responses=_MISSING)
def show(request: Request, office: Office, who: SomeViewer, incident: IncidentId) -> IncidentDetail:
    """Show an incident, and what was said of it."""
    return _detail(office.site, _found(request, office, who, Permission.VIEW, incident))


@router.post("/{incident}/acknowledge", responses=_SAID)
def acknowledge(
    request: Request, office: Office, who: SomeSigner, incident: IncidentId, asked: Acknowledging
) -> IncidentDetail:
    """Say why an incident was raised; it goes on the ledger. More may be said later, and by others."""
    found = _found(request, office, who, Permission.COUNT, incident)
    standing.acknowledge(office, found, who.account, asked.cause, asked.moved_by, asked.note)
    return _as_it_stands_now(request, office, who, incident)


@router.post("/{incident}/close", responses=_SAID)
def close(request: Request, office: Office, who: SomeSigner, incident: IncidentId) -> IncidentDetail:
    """Close an incident that lasts, after somebody has said why it was raised."""
    found = _found(request, office, who, Permission.COUNT, incident)
    standing.end(office, found, who.account)
    return _as_it_stands_now(request, office, who, incident)


@router.get("/{incident}/clip", response_class=FileResponse, responses=_MISSING | _MP4)
def clip(request: Request, office: Office, who: SomeReplayer, incident: IncidentId) -> FileResponse:
    """Play the clip of an incident under a mandate for its camera and time; that is on the ledger as a replay."""
    sealed = _found(request, office, who, Permission.REPLAY, incident).clip
    if sealed is None:
        raise NotFoundError(f"the clip of {incident} is not cut; it is when the incident has ended and is recorded")
    access_of(request).gate.replayed(who, sealed.camera, sealed.delivered, mandate_of(request))
    return FileResponse(_file(office, sealed), media_type="video/mp4", filename=f"{incident}.mp4")


def _file(office: LiveOffice, sealed: SealedClip) -> Path:
    """Return where a clip lies. Raises NotFoundError where it is gone, or its name leads out of the clips."""
    file = (office.folder / sealed.file).resolve()
    if not file.is_relative_to((office.folder / CLIPS).resolve()) or not file.is_file():
        raise NotFoundError("the clip is not there any more; its time of keeping may be over")
    return file


def _found(request: Request, office: LiveOffice, who: Principal, permission: Permission, incident: str) -> Found:
    """Return an incident, where somebody may do this with its camera; with the whole site where it has none."""
    found = standing.find(office, incident)
    if found is None:
        raise NotFoundError(f"there is no incident {incident!r}; search for it")
    access_of(request).gate.expect(who, permission, found.standing.incident.camera)
    return found


def _as_it_stands_now(request: Request, office: LiveOffice, who: Principal, incident: str) -> IncidentDetail:
    office.flush(WRITTEN_WITHIN_S)
    return _detail(office.site, _found(request, office, who, Permission.COUNT, incident))


def _place(cursor: str) -> tuple[int, str]:
    raised_at_ms, incident = values_of(cursor, int, str)
    return int(raised_at_ms), str(incident)


def find_visible(
    connection: Connection, who: Principal, asked: incidents.Query, after: incidents.Cursor | None, limit: int
) -> incidents.Page:
    """Return a page of what was asked for, of the cameras that somebody may see, or the one asked for."""
    visible = who.cameras(Permission.VIEW)
    if visible is None or asked.camera is not None:
        return incidents.search(connection, asked, after, limit)
    return incidents.search_cameras(connection, asked, visible, after, limit)


def incident_answer(site: Site, kept: Kept) -> IncidentAnswer:
    """Return an incident, and what people have made of it."""
    return IncidentAnswer(**incident_json(kept.incident, site.timezone), state=kept.state)


def _detail(site: Site, found: Found) -> IncidentDetail:
    return IncidentDetail(
        **incident_json(found.standing.incident, site.timezone),
        state=found.state,
        explanations=[_said(site, said) for said in found.standing.explanations],
        clip=None if found.clip is None else _clip(site, found.clip),
    )


def _said(site: Site, said: Explanation) -> ExplanationAnswer:
    at = local_time(said.at_ms, site.timezone)
    return ExplanationAnswer(cause=said.cause, by=said.by, at=at, moved_by=said.moved_by, note=said.note)


def _clip(site: Site, sealed: SealedClip) -> ClipAnswer:
    def stretch(interval: tuple[int, int]) -> tuple[str, str]:
        return local_time(interval[0], site.timezone), local_time(interval[1], site.timezone)

    return ClipAnswer(
        requested=stretch(sealed.requested),
        delivered=stretch(sealed.delivered),
        gaps=[stretch(gap) for gap in sealed.gaps],
        sha256=sealed.sha256,
    )
