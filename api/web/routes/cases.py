"""`/api/v1/cases` and `/holds`: what an investigation is about, and the footage that nothing may delete for it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request

from api.auth.needs import access_of, needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.runtime.office import LiveOffice
from api.web.given import Cases, HeldFootage, Office, known_camera
from api.web.models.base import Page
from api.web.models.cases import (
    Added,
    AddedClip,
    AddedEntry,
    AddedIncident,
    Adding,
    Authorised,
    CaseAnswer,
    CaseId,
    ClosingCase,
    HoldAnswer,
    NewCase,
    NewHold,
    PartAnswer,
    Released,
    WholeCase,
)
from api.web.models.ledger import Seq
from api.web.paging import Cursor, Limit, cursor_of, page_of, values_of
from api.web.problems import NotFoundError, documented
from custody.cases import Case, Closing, Part, PartKind
from custody.holds import Hold
from custody.intervals import Interval
from custody.records import incidents

router = APIRouter(
    tags=["investigation"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

Investigator = Annotated[Principal, Depends(needs(Permission.HOLD))]
Holder = Annotated[Principal, Depends(needs(Permission.HOLD, some=True))]
Releaser = Annotated[Principal, Depends(needs(Permission.RELEASE, some=True))]

_MISSING = documented(HTTPStatus.NOT_FOUND)
_REFUSED = documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)


@router.get("/cases")
def list_cases(
    office: Office, cases: Cases, _who: Investigator, cursor: Cursor = None, limit: Limit = 50
) -> Page[CaseAnswer]:
    """List the cases, the newest first."""
    before = None if cursor is None else int(values_of(cursor, int)[0])
    older = [case for case in reversed(cases.all()) if before is None or case.number < before]
    timezone = office.site.timezone
    return page_of(
        older[: limit + 1], limit, lambda case: CaseAnswer.of(case, timezone), lambda case: cursor_of(case.number)
    )


@router.post("/cases", status_code=HTTPStatus.CREATED, responses=documented(HTTPStatus.CONFLICT))
def open_case(office: Office, cases: Cases, who: Investigator, asked: NewCase) -> CaseAnswer:
    """Open a case."""
    case = cases.open(asked.title, asked.mandate(who.account), office.now_ms())
    return CaseAnswer.of(case, office.site.timezone)


@router.get("/cases/{case}", responses=_MISSING)
def show_case(office: Office, cases: Cases, holding: HeldFootage, _who: Investigator, case: CaseId) -> WholeCase:
    """Show a case with its parts and its holds."""
    return _whole(office, cases.case(case), holding.standing(case))


@router.post("/cases/{case}/parts", status_code=HTTPStatus.CREATED, responses=_REFUSED)
def add_to_case(office: Office, cases: Cases, who: Investigator, case: CaseId, asked: Adding) -> CaseAnswer:
    """Put incidents, entries, notes and clips into a case, all or none."""
    parts = [_part(office, who, added) for added in asked.parts]
    return CaseAnswer.of(cases.add(case, parts), office.site.timezone)


@router.post("/cases/{case}/close", responses=_REFUSED)
def close_case(
    office: Office, holding: HeldFootage, who: Investigator, case: CaseId, asked: ClosingCase
) -> CaseAnswer:
    """Close a case that holds no footage any more."""
    closed = holding.close_case(case, Closing(who.account, asked.outcome, office.now_ms()))
    return CaseAnswer.of(closed, office.site.timezone)


@router.get("/holds")
def list_holds(
    office: Office,
    holding: HeldFootage,
    who: Holder,
    case: Annotated[CaseId | None, Query(description="Of this case only.")] = None,
) -> Page[HoldAnswer]:
    """List the holds that stand, of the cameras whose footage one may hold."""
    cameras = who.cameras(Permission.HOLD)
    seen = [hold for hold in holding.standing(case) if cameras is None or hold.camera in cameras]
    return Page(items=[HoldAnswer.of(hold, office.site.timezone) for hold in seen])


@router.post("/holds", status_code=HTTPStatus.CREATED, responses=_REFUSED)
def place_hold(request: Request, office: Office, holding: HeldFootage, who: Holder, asked: NewHold) -> HoldAnswer:
    """Hold the footage of a camera for a case."""
    access_of(request).gate.expect(who, Permission.HOLD, known_camera(office, asked.camera))
    mandate, at_ms = asked.mandate(who.account), office.now_ms()
    placed = holding.place(asked.case, asked.camera, asked.interval, mandate, at_ms)
    return HoldAnswer.of(placed, office.site.timezone)


@router.post("/holds/{number}/release", responses=documented(HTTPStatus.CONFLICT))
def release_hold(
    request: Request,
    office: Office,
    holding: HeldFootage,
    who: Releaser,
    number: Annotated[Seq, Path(description="The number of the hold.")],
    asked: Authorised,
) -> Released:
    """Release a hold; what other cases hold stays held."""
    access_of(request).gate.expect(who, Permission.RELEASE, holding.find(number).camera)
    others = holding.release(number, asked.mandate(who.account), office.now_ms())
    return Released(still_held=[HoldAnswer.of(hold, office.site.timezone) for hold in others])


def _whole(office: LiveOffice, case: Case, holds: tuple[Hold, ...]) -> WholeCase:
    timezone = office.site.timezone
    return WholeCase(
        **CaseAnswer.of(case, timezone).model_dump(),
        contents=[PartAnswer.of(part, timezone) for part in case.parts],
        holds=[HoldAnswer.of(hold, timezone) for hold in holds],
    )


def _part(office: LiveOffice, who: Principal, added: Added) -> Part:
    """Return a part of a case. Raises what is 404 where what it names is not there."""
    kind, what = PartKind(added.kind), _what(office, added)
    stretch: Interval | None = added.interval if isinstance(added, AddedClip) else None
    return Part(kind, what, who.account, office.now_ms(), stretch)


def _what(office: LiveOffice, added: Added) -> str:
    match added:
        case AddedIncident(incident=incident):
            with office.records.read() as connection:
                if incidents.find(connection, incident) is None:
                    raise NotFoundError(f"there is no incident {incident!r}; /api/v1/incidents has their ids")
            return incident
        case AddedEntry(entry=seq):
            if seq >= len(office.ledger):
                raise NotFoundError(f"there is no entry {seq}; the ledger has {len(office.ledger)}, from 0")
            return str(seq)
        case AddedClip(camera=camera):
            return known_camera(office, camera)
    return added.note
