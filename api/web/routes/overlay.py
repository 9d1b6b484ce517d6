"""`/api/v1/overlay`: who stands where and what is in its place, as data to be drawn over the live pictures.

A WebSocket and not server-sent events: a browser opens six connections to a host over HTTP/1.1, and `/changes` of
several tabs takes one each.
"""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import APIRouter, WebSocket

from api.auth.permissions import Permission
from api.runtime.office import LiveOffice
from api.web import forms
from api.web.following import FollowingSome, Visit, first_of, until_gone
from api.web.given import Office

router = APIRouter(tags=["cameras"])

EVERY_S: Final = 0.2
"""Nothing is drawn more often than this."""


@router.websocket("/overlay")
async def overlay(socket: WebSocket, office: Office, visit: FollowingSome) -> None:
    """Send each camera's newest observation whenever there is another, of the cameras that may be seen."""
    await socket.accept()
    await first_of(_send(socket, office, visit), until_gone(socket))


async def _send(socket: WebSocket, office: LiveOffice, visit: Visit) -> None:
    told_ms: dict[str, int] = {}
    while True:
        who = await visit.still()
        for camera, seen in office.situation().observations.items():
            if told_ms.get(camera) != seen.captured_at_ms and who.may(Permission.VIEW, camera):
                told_ms[camera] = seen.captured_at_ms
                await socket.send_text(forms.sight(office.site, seen).model_dump_json())
        await asyncio.sleep(EVERY_S)
