"""`/api/v1/cameras/{camera}/live`: a camera's stream as it comes, for Media Source Extensions.

    text     {"codec": "avc1.64001f", "captured_at": "…"}    before each initialisation segment
    binary   the initialisation segment, then fragments

Who is too slow to take them loses whole fragments, and goes on at a key frame: the office sees to that, and keeps no
more than it must for anybody.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, WebSocket

from api.auth.needs import access_of
from api.runtime.office import ChunkKind, LiveOffice
from api.web.following import FollowingOne, first_of, until_gone
from api.web.given import Office, known_camera
from vision.incidents import local_time

router = APIRouter(prefix="/cameras", tags=["cameras"])


@router.websocket("/{camera}/live")
async def live(socket: WebSocket, office: Office, visit: FollowingOne, camera: str) -> None:
    """Show a camera live for as long as somebody watches and may; that somebody does is on the ledger."""
    await asyncio.to_thread(access_of(socket).gate.watched, visit.who, known_camera(office, camera))
    await socket.accept()
    await first_of(_send(socket, office, camera), until_gone(socket), visit.until_refused())


async def _send(socket: WebSocket, office: LiveOffice, camera: str) -> None:
    async for chunk in office.live(camera):
        if chunk.kind is ChunkKind.INIT:
            captured_at = local_time(chunk.captured_at_ms, office.site.timezone)
            await socket.send_json({"codec": chunk.codec, "captured_at": captured_at})
        await socket.send_bytes(chunk.data)
