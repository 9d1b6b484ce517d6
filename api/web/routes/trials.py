"""`/api/v1/cameras/try`: whether there is a camera at an address, and what it shows, before it is one of the site."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends
from pydantic import Field

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.secret import masked
from api.trial import try_address
from api.web.models.base import Answer, Asked
from api.web.problems import documented
from custody.errors import RefusedError

router = APIRouter(prefix="/cameras", tags=["settings"])

Configurer = Annotated[Principal, Depends(needs(Permission.CONFIGURE))]

AT_ONCE: Final = 2
_ADDRESS: Final = r"^((rtsps?|https?)://[^\s$]+|usb:\d{1,3})$"

_log = structlog.get_logger()
_turns: Final = asyncio.Semaphore(AT_ONCE)


class Trying(Asked):
    """An address that may be a camera's; `${NAME}` is not filled in."""

    source: Annotated[str, Field(pattern=_ADDRESS, max_length=2_000, examples=["rtsp://10.0.0.13:554/main"])]


class Tried(Answer):
    """What an address sends. picture: JPEG, base64. frames_per_second: null where the stream does not state it."""

    codec: str = Field(examples=["h264"])
    width: int = Field(examples=[1280])
    height: int = Field(examples=[720])
    frames_per_second: float | None = Field(examples=[15.0])
    picture: str = Field(examples=["/9j/4AAQSkZJRg…"], json_schema_extra={"contentEncoding": "base64"})


@router.post("/try", responses=documented(HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY))
async def try_camera(who: Configurer, asked: Trying) -> Tried:
    """Look at an address for some seconds."""
    if _turns.locked():
        raise RefusedError(f"{AT_ONCE} addresses are being looked at; wait until that is done")
    async with _turns:
        _log.info("camera.tried", source=masked(asked.source), by=who.account)
        found = await try_address(asked.source)
    return Tried(
        codec=found.codec,
        width=found.width,
        height=found.height,
        frames_per_second=found.frames_per_second,
        picture=found.jpeg,
    )
