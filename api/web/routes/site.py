"""`/api/v1/site`: the office, its hours and what it keeps, without anything secret."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.site import Site
from api.web import forms
from api.web.given import Office
from api.web.models.site import Named, SiteAnswer
from vision.incidents import local_time

router = APIRouter(tags=["site"])

Viewer = Annotated[Principal, Depends(needs(Permission.VIEW, some=True))]


@router.get("/site")
def site(office: Office, who: Viewer) -> SiteAnswer:
    """Show the office; of cameras, zones and things in custody, those that the asking person may see a camera of."""
    site, now_ms = office.site, office.now_ms()
    visible = _visible_items(site, who)
    cameras = [camera for camera in site.cameras if who.may(Permission.VIEW, camera.id)]
    zones = dict.fromkeys(zone.id for camera in cameras for zone in camera.zones)
    return SiteAnswer(
        id=site.id,
        name=site.name,
        timezone=site.timezone.key,
        language=site.language,
        digest=site.digest,
        now=local_time(now_ms, site.timezone),
        today=forms.today(site, now_ms),
        items=[forms.site_item(item) for item in site.items.values() if item.id in visible],
        cameras=[Named(id=camera.id, name=site.camera_name(camera.id)) for camera in cameras],
        zones=[Named(id=zone, name=site.zone_name(zone)) for zone in zones],
    )


def _visible_items(site: Site, who: Principal) -> frozenset[str]:
    """Return the ids of all items for who may see the whole site; else of those with a place that the person sees."""
    if who.may(Permission.VIEW):
        return frozenset(site.items)
    seen = (camera for camera in site.cameras if who.may(Permission.VIEW, camera.id))
    return frozenset(slot.id for camera in seen for slot in camera.slots)
