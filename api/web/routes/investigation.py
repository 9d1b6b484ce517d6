"""`/api/v1/investigation` and `/last-seen`: what may explain a wrong count, and when a thing was last seen."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.findings import Findings
from api.inquiry import investigated, last_sights
from api.web.given import Office
from api.web.models.base import Id
from api.web.models.investigation import InvestigationAnswer, LastSights
from api.web.models.ledger import Seq
from api.web.problems import documented

router = APIRouter(tags=["investigation"], responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN))

Investigator = Annotated[Principal, Depends(needs(Permission.HOLD))]
Viewer = Annotated[Principal, Depends(needs(Permission.VIEW))]


@router.get("/investigation", responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY))
def investigate(
    office: Office,
    _who: Investigator,
    item: Annotated[Id, Query(description="What is missing: an item, or `terminals`.", examples=["B-0221"])],
    start: Annotated[Seq | None, Query(description="The count to begin with; the last that agreed.")] = None,
    stop: Annotated[Seq | None, Query(description="The count that does not agree; the newest.")] = None,
) -> InvestigationAnswer:
    """Say what may explain a count that does not agree, each fact with its rank, and what nobody saw."""
    folder, found = investigated(office, item, start, stop)
    return InvestigationAnswer.model_validate(Findings(folder, office.site.language).json_of(found))


@router.get("/last-seen")
def last_seen(office: Office, _who: Viewer) -> LastSights:
    """Say when each item was last seen: the time, the camera, the place, and what shows it."""
    folder, seen = last_sights(office)
    findings = Findings(folder, office.site.language)
    never = sorted({*folder.kept()} - {one.item for one in seen})
    return LastSights.model_validate({"seen": [findings.last_seen_json(one) for one in seen], "never": never})
