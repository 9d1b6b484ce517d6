"""`/api/v1/compliance`: for those who oversee an office, how it kept to its rules, as JSON, as CSV and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.oversight import csv_of, kept_by_day
from api.runtime.office import LiveOffice
from api.web.given import Office
from api.web.models.base import Page
from api.web.models.closing import Day
from api.web.models.compliance import FORMS, By, ComplianceAnswer
from api.web.problems import documented
from custody.compliance import Compliance, by_month
from custody.compliance_pdf import ComplianceReport, compliance_pdf
from custody.fields import FieldError
from custody.paper import find_font

router = APIRouter(
    prefix="/compliance",
    tags=["oversight"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

Overseer = Annotated[Principal, Depends(needs(Permission.AUDIT))]
First = Annotated[Day, Query(description="The first local day.")]
Last = Annotated[Day, Query(description="The last local day.")]
Periods = Annotated[By, Query(description="Of which length.")]

LONGEST: Final = timedelta(days=366)
_YEARS: Final = range(1970, 9000)
"""Of whose days the moments can be told."""

_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}
_CSV: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}


@router.get("")
def show_compliance(
    office: Office, _who: Overseer, first: First, last: Last, by: Periods = By.DAY
) -> Page[ComplianceAnswer]:
    """Say of each day or month what was due and done, what was raised, and what nobody could see."""
    periods = _periods(office, first, last, by)
    return Page(items=[ComplianceAnswer.of(period, kept, by) for period, kept in periods.items()])


@router.get("/csv", response_class=Response, responses=_CSV)
def export_compliance(office: Office, _who: Overseer, first: First, last: Last, by: Periods = By.DAY) -> Response:
    """Give the same as comma-separated values, durations in hours."""
    text = csv_of(_periods(office, first, last, by), FORMS[by])
    headers = {"Content-Disposition": f'attachment; filename="compliance-{first}-{last}.csv"'}
    return Response(text, media_type="text/csv", headers=headers)


@router.get("/pdf", response_class=Response, responses=_PDF | documented(HTTPStatus.SERVICE_UNAVAILABLE))
def print_compliance(office: Office, _who: Overseer, first: First, last: Last, by: Periods = By.DAY) -> Response:
    """Give the same on paper, in the language of the site."""
    site, periods = office.site, _periods(office, first, last, by)
    report = ComplianceReport(
        site_name=site.name,
        timezone=site.timezone,
        language=site.language,
        periods=[(f"{period:{FORMS[by]}}", kept) for period, kept in periods.items()],
        made_at_ms=office.now_ms(),
    )
    headers = {"Content-Disposition": f'inline; filename="compliance-{first}-{last}.pdf"'}
    return Response(compliance_pdf(report, find_font()), media_type="application/pdf", headers=headers)


def _periods(office: LiveOffice, first: date, last: date, by: By) -> Mapping[date, Compliance]:
    """Return what was asked for. Raises FieldError where that is no stretch of time, or too long a one."""
    if first.year not in _YEARS or not first <= last <= first + LONGEST:
        raise FieldError("last", str(last), f"a day from {first} on, at most {LONGEST.days} days later")
    days = kept_by_day(office, first, last)
    return days if by is By.DAY else by_month(days)
