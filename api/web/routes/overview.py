"""`/api/v1/overview`: the office at one glance, in one answer, from which on `/changes` is followed."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.web import forms
from api.web.given import Office
from api.web.models.overview import Overview
from api.web.overview import Glance
from api.web.routes.closing import running
from api.web.routes.incidents import find_visible, incident_answer
from custody.records import changes
from custody.records.incidents import Query, State
from vision.incidents import local_time

router = APIRouter(tags=["overview"])

SomeViewer = Annotated[Principal, Depends(needs(Permission.VIEW, some=True))]

SHOWN: Final = 20
"""Incidents that an overview shows at most."""


@router.get("/overview")
def overview(office: Office, who: SomeViewer) -> Overview:
    """Show the office at one glance, as far as the asking person may see it."""

    def sees(camera: str) -> bool:
        return who.may(Permission.VIEW, camera)

    site, now_ms, is_for_all = office.site, office.now_ms(), who.may(Permission.VIEW)
    with office.records.read() as connection:
        glance = Glance.at(office, connection)
        counters = glance.counters(connection, sees)
        change = changes.newest_id(connection)
        found = find_visible(connection, who, Query(state=State.OPEN), None, SHOWN)
    return Overview(
        at=local_time(now_ms, site.timezone),
        change=change,
        after_hours=site.hours.after_hours(now_ms),
        cameras=[
            forms.camera_answer(site, state, glance.situation)
            for state in office.cameras().values()
            if sees(state.id)
        ],
        counters=counters,
        items=glance.items() if is_for_all else [],
        vaults=glance.vaults() if is_for_all else [],
        protocol=running(office) if is_for_all else None,
        incidents=[incident_answer(site, kept) for kept in found.kept],
        more=found.next is not None,
    )
