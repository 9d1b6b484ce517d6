"""`/api/v1/closing` and `/checklists`: how far the day's protocol is, and its sheet. Signing it is an act."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Response

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.runtime.office import LiveOffice
from api.sheet import sheet_of
from api.web.given import Office
from api.web.models.closing import Day, ProtocolAnswer, SheetAnswer, Standing, StepAnswer
from api.web.models.ledger import EntryAnswer
from api.web.problems import NotFoundError, documented
from custody.checklist_pdf import checklist_pdf
from custody.paper import find_font
from vision.incidents import local_time

router = APIRouter(tags=["custody"], responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN))

Viewer = Annotated[Principal, Depends(needs(Permission.VIEW))]

_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/closing")
def show_closing(office: Office, _who: Viewer) -> Standing:
    """Show which steps of the protocol that runs, closing or opening, are done, due and late."""
    return Standing(at=local_time(office.now_ms(), office.site.timezone), running=running(office))


@router.get("/checklists/{day}", responses=documented(HTTPStatus.UNPROCESSABLE_ENTITY))
def show_sheet(office: Office, _who: Viewer, day: Day) -> SheetAnswer:
    """Show the sheet of a day, signed or not."""
    written, expected = office.books.sheet(day), office.books.expected_on_sheet
    signed = None if written is None else EntryAnswer.of(office.ledger.entry(written.seq), office.site.timezone)
    return SheetAnswer(day=day, terminals=expected.terminals, cards=expected.cards, signed=signed)


@router.get(
    "/checklists/{day}/pdf",
    response_class=Response,
    responses=_PDF
    | documented(
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
def print_sheet(office: Office, _who: Viewer, day: Day) -> Response:
    """Give the signed sheet of a day as a Japanese PDF, with the newest checkpoint of the ledger."""
    if office.books.sheet(day) is None:
        raise NotFoundError(f"nobody has signed the sheet of {day}; two people sign it: POST /api/v1/acts")
    page = checklist_pdf(sheet_of(office.site, office.ledger, office.books, day), find_font())
    headers = {"Content-Disposition": f'inline; filename="sheet-{day}.pdf"'}
    return Response(page, media_type="application/pdf", headers=headers)


def running(office: LiveOffice) -> ProtocolAnswer | None:
    """Return the protocol that runs, with its steps as they stand now."""
    found, at_ms, timezone = office.protocol, office.now_ms(), office.site.timezone
    if found is None:
        return None
    return ProtocolAnswer(
        protocol="closing" if found.is_closing else "opening",
        day=found.round.since.day,
        since=local_time(found.round.since.at_ms, timezone),
        steps=[
            StepAnswer(
                step=step.step,
                state=step.state(at_ms),
                due=local_time(step.due_ms, timezone),
                missing=list(step.missing),
            )
            for step in found.round.standing()
        ],
    )
