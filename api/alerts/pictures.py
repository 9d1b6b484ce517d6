"""The picture that goes with an alert: what the camera of an incident shows, without what is private."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np

from api.alerts.alert import Alert
from api.runtime.office import LiveOffice, NoSuchCameraError, NothingSeenError
from vision.zones import Zone, ZoneKind, to_pixels

NEAR_MS: Final = 60_000
"""How far from an incident's evidence a picture may be taken to be shown with it."""

_JPEG: Final = (cv2.IMWRITE_JPEG_QUALITY, 85)


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
    """The newest picture of the camera, where that is near the moment of the first incident that has a camera."""

    def __init__(self, office: LiveOffice) -> None:
        self._office = office

    async def of(self, alert: Alert) -> Picture | None:
        """Return what shows an alert best."""
        seen = [incident for incident in alert.incidents if incident.camera is not None]
        if not seen or seen[0].camera is None:
            return None
        camera_id = seen[0].camera
        try:
            snapshot = await self._office.snapshot(camera_id)
        except (NoSuchCameraError, NothingSeenError):
            return None
        if abs(snapshot.captured_at_ms - seen[0].evidence.frame_at_ms) > NEAR_MS:
            return None
        camera = alert.site.camera(camera_id)
        zones = () if camera is None else camera.zones
        jpeg = await asyncio.to_thread(without_private, snapshot.jpeg, zones)
        return None if jpeg is None else Picture(jpeg, camera_id, snapshot.captured_at_ms)


def without_private(jpeg: bytes, zones: Sequence[Zone]) -> bytes | None:
    """Return a picture in which private zones are black; None where that cannot be done, as it is no picture."""
    private = [zone for zone in zones if zone.kind is ZoneKind.PRIVATE]
    if not private:
        return jpeg
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return None
    height, width = image.shape[:2]
    corners = [np.rint(to_pixels(zone.polygon, width, height)).astype(np.int32) for zone in private]
    cv2.fillPoly(image, corners, (0, 0, 0))
    return cv2.imencode(".jpg", image, _JPEG)[1].tobytes()
