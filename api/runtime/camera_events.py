"""What cameras notice by themselves, told as changes: of those whose ONVIF service the site file names."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from contextlib import aclosing
from typing import Any, Final

import structlog

from api.runtime.office import LiveOffice
from api.runtime.tasks import for_ever, run_together
from api.site import Onvif, Site
from custody.entries import utc_text
from custody.records import changes
from custody.records.changes import ChangeKind
from streams.backoff import BackoffSettings, wait_s
from streams.errors import AuthenticationFailedError, StreamError
from streams.onvif import CameraEvent, Login, events_of

SHORTEST_S: Final = 0.05
"""How far apart two events of a camera are told at least: one that trembles must not fill the database."""

LOOKS_EVERY_S: Final = 1.0
"""How often it is looked whether another site file is in force."""

WAITS: Final = BackoffSettings(first_s=5.0, longest_s=300.0)

_log = structlog.get_logger(__name__)


async def follow_cameras(office: LiveOffice) -> None:
    """Tell what cameras notice, until cancelled; goes over to another site file when the office does."""
    while True:
        site = office.site
        followed = [_follow(office, camera.id, camera.onvif) for camera in site.cameras if camera.onvif is not None]
        await run_together(*followed, _until_another(office, site))


async def _until_another(office: LiveOffice, site: Site) -> None:
    while office.site is site:  # noqa: ASYNC110 - the office says nothing when it goes over
        await asyncio.sleep(LOOKS_EVERY_S)


def _follow(office: LiveOffice, camera: str, onvif: Onvif) -> Coroutine[Any, Any, None]:
    """Follow one camera for ever, whatever it answers."""
    return for_ever(
        lambda: _hear(office, camera, onvif), lambda: _log.exception("camera.events_failed", camera=camera)
    )


async def _hear(office: LiveOffice, camera: str, onvif: Onvif) -> None:
    """Hear what a camera notices, and ask anew whenever the connection is lost."""
    login = None if onvif.login is None else Login(onvif.login.user, onvif.login.password.reveal())
    attempt = 0
    while True:
        try:
            async with aclosing(events_of(onvif.address, login)) as events:
                async for event in events:
                    attempt = 0
                    if event.operation != "Initialized":  # how things stood when we asked
                        await asyncio.to_thread(_note, office, camera, event)
                        await asyncio.sleep(SHORTEST_S)
        except StreamError as error:
            attempt += 1
            _log.warning("camera.events_lost", camera=camera, reason=error.reason, remedy=error.remedy)
            refused = isinstance(error, AuthenticationFailedError)
            await asyncio.sleep(wait_s(WAITS, attempt, random.random(), refused=refused))  # noqa: S311 - spreads attempts


def _note(office: LiveOffice, camera: str, event: CameraEvent) -> None:
    body = {
        "topic": event.topic,
        "at": utc_text(event.at_ms),
        "operation": event.operation,
        "source": dict(event.source),
        "data": dict(event.data),
    }
    with office.records.write() as connection:
        changes.note(connection, ChangeKind.CAMERA_EVENT, office.now_ms(), camera, body)
