"""The picture that goes with an alert: what the camera of an incident shows, without what is private."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Final, Protocol

from api.alerts.alert import Alert
from api.footage.reading import thumbnail_at
from api.private_places import without_private
from api.runtime.office import LiveOffice, NoSuchCameraError, NothingSeenError
from api.runtime.whereabouts import footage_folder
from streams.errors import StreamError

NEAR_MS: Final = 60_000
"""How far from an incident's evidence a picture may be taken to be shown with it."""

WIDTH: Final = 960
"""How wide a picture out of footage is at most, pixels."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG of a camera. captured_at_ms: UTC milliseconds."""

    jpeg: bytes
    camera: str
    captured_at_ms: int


class Pictures(Protocol):
    """Where pictures come from."""

    async def of(self, alert: Alert) -> Picture | None:
        """Return what shows an alert best, None where there is nothing."""
        ...


class NoPictures:
    """Nowhere: what is sent has no picture."""

    async def of(self, _alert: Alert) -> Picture | None:
        """Return that there is nothing."""
        return None


class OfficePictures:
    """What was recorded at the moment of the first incident that has a camera; the newest picture if that is near it.

    What is just being recorded is no footage yet, but then the newest picture is near.
    """

    def __init__(self, office: LiveOffice) -> None:
        self._office = office

    async def of(self, alert: Alert) -> Picture | None:
        """Return what shows an alert best, without what is private."""
        shown = next(((i.camera, i.evidence.frame_at_ms) for i in alert.incidents if i.camera is not None), None)
        if shown is None:
            return None
        picture = await asyncio.to_thread(self._recorded, *shown) or await self._newest(*shown)
        camera = None if picture is None else alert.site.camera(picture.camera)
        if picture is None or camera is None:
            return None
        jpeg = await asyncio.to_thread(without_private, picture.jpeg, camera.zones)
        return None if jpeg is None else replace(picture, jpeg=jpeg)

    def _recorded(self, camera: str, at_ms: int) -> Picture | None:
        root = footage_folder(self._office.folder)
        try:
            found = thumbnail_at(self._office.records, root, camera, at_ms, WIDTH)
        except StreamError:
            return None
        return Picture(found.jpeg, camera, found.captured_at_ms)

    async def _newest(self, camera: str, at_ms: int) -> Picture | None:
        try:
            snapshot = await self._office.snapshot(camera)
        except (NoSuchCameraError, NothingSeenError):
            return None
        is_near = abs(snapshot.captured_at_ms - at_ms) <= NEAR_MS
        return Picture(snapshot.jpeg, camera, snapshot.captured_at_ms) if is_near else None
