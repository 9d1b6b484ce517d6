"""`/api/v1/discovery`: which cameras of ONVIF are in the network, and which streams they offer."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends

from api.auth.needs import needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.web.models.base import Page
from api.web.models.discovery import AskingForStreams, DeviceAnswer, Discovering, StreamAnswer
from api.web.problems import documented
from streams.discovery import discover
from streams.onvif import Login, streams_of

router = APIRouter(
    prefix="/discovery",
    tags=["discovery"],
    responses=documented(
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)

Configurer = Annotated[Principal, Depends(needs(Permission.CONFIGURE))]


@router.post("")
def devices(_who: Configurer, asked: Discovering) -> Page[DeviceAnswer]:
    """Ask the network for cameras, and list who answers in time; routers do not pass the question on."""
    return Page(items=[DeviceAnswer(**asdict(device)) for device in discover(asked.wait_s)])


@router.post("/streams")
async def streams(_who: Configurer, asked: AskingForStreams) -> Page[StreamAnswer]:
    """List the streams that a camera offers, the largest first."""
    login = None if asked.user is None else Login(asked.user, asked.password or "")
    return Page(items=[StreamAnswer(**asdict(stream)) for stream in await streams_of(asked.address, login)])
