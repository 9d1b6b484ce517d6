"""What is private, out of a picture that is shown or sent: zones of the kind `private` are black in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from vision.zones import Zone, ZoneKind, to_pixels

_JPEG: Final = (cv2.IMWRITE_JPEG_QUALITY, 85)


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
