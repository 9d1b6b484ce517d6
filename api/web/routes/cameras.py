"""`/api/v1/cameras`: how each camera fares, what is drawn into its view, and its newest picture."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from api.auth.needs import access_of, needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.private_places import without_private
from api.runtime.office import NothingSeenError
from api.web import forms
from api.web.given import Office, known_camera
from api.web.models.base import Page
from api.web.models.cameras import CameraAnswer, CameraDetail
from api.web.problems import documented
from vision.incidents import local_time

router = APIRouter(prefix="/cameras", tags=["cameras"])

SomeViewer = Annotated[Principal, Depends(needs(Permission.VIEW, some=True))]
Viewer = Annotated[Principal, Depends(needs(Permission.VIEW, camera="camera"))]

CAPTURED_AT: Final = "X-Captured-At"
_JPEG: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/jpeg": {}}, "description": f"The picture; `{CAPTURED_AT}` says of when it is."}
}


@router.get("")
def cameras(office: Office, who: SomeViewer) -> Page[CameraAnswer]:
    """List how the cameras fare that the asking person may see, in the order of the site file."""
    site, situation = office.site, office.situation()
    states = [state for state in office.cameras().values() if who.may(Permission.VIEW, state.id)]
    return Page(items=[forms.camera_answer(site, state, situation) for state in states])


@router.get("/{camera}", responses=documented(HTTPStatus.NOT_FOUND))
def camera(office: Office, _who: Viewer, camera: str) -> CameraDetail:
    """Show how a camera fares, and its zones and slots."""
    site, state = office.site, office.cameras()[known_camera(office, camera)]
    return forms.camera_detail(site, state, office.situation())


@router.get("/{camera}/snapshot", response_class=Response, responses=_JPEG | documented(HTTPStatus.NOT_FOUND))
async def snapshot(request: Request, office: Office, who: Viewer, camera: str) -> Response:
    """Return the newest picture, black where it is private; that somebody looks is on the ledger."""
    picture, site = await office.snapshot(camera), office.site
    await asyncio.to_thread(access_of(request).gate.watched, who, camera)
    zones = next(one.zones for one in site.cameras if one.id == camera)
    jpeg = await asyncio.to_thread(without_private, picture.jpeg, zones)
    if jpeg is None:
        raise NothingSeenError(f"camera {camera} has sent no picture that could be shown without what is private")
    headers = {CAPTURED_AT: local_time(picture.captured_at_ms, site.timezone)}
    return Response(jpeg, media_type="image/jpeg", headers=headers)
