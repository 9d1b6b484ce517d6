"""The picture that goes with an alert: of the moment, or the newest if it is near; never what is private."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import pytest

from api.alerts.alert import Alert
from api.alerts.pictures import NEAR_MS, OfficePictures, Picture
from api.footage.index import reindex
from api.runtime.office import NothingSeenError, Snapshot
from api.runtime.running import RunningOffice
from api.settings import Site
from custody.records.outbox import Kind
from tests.api.alerts.conftest import incident_at
from tests.api.footage.recorded import BACK_MS, ENDED_MS, LOST_MS, record_evening
from tests.streams.told import BEGAN_MS
from vision.incidents import Evidence, Incident
from vision.types import Image
from vision.zones import Zone, ZoneKind

RIGHT_HALF: Final = ((0.5, 0.0), (1.0, 0.0), (1.0, 1.0), (0.5, 1.0))
LATER_MS: Final = LOST_MS + 5_000
"""A moment of which there is no footage."""


class SeeingOffice(RunningOffice):
    """An office whose camera has just sent a picture that is all white, or nothing."""

    seen_at_ms: int | None = None

    async def snapshot(self, camera: str) -> Snapshot:
        if self.seen_at_ms is None:
            raise NothingSeenError(f"camera {camera} has sent nothing yet")
        white = np.full((36, 64, 3), 255, np.uint8)
        return Snapshot(cv2.imencode(".jpg", white)[1].tobytes(), self.seen_at_ms)


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an office in which the camera `counter` was recorded."""
    folder = tmp_path_factory.mktemp("evening")
    record_evening(folder / "footage", folder)
    return folder


def shown(folder: Path, site: Site, incident: Incident, seen_at_ms: int | None = None) -> Picture | None:
    """Return the picture for an incident, while the newest is of a moment."""

    async def run() -> Picture | None:
        with SeeingOffice.open(folder, site, clock=lambda: ENDED_MS) as office:
            office.seen_at_ms = seen_at_ms
            reindex(office.records, folder / "footage")
            return await OfficePictures(office).of(Alert("a", Kind.RAISED, 0, site, (incident,)))

    return asyncio.run(run())


def seen(at_ms: int, **changes: Any) -> Incident:
    return replace(incident_at(0, **changes), evidence=Evidence(at_ms, "counter"))


def pixels(picture: Picture | None) -> Image:
    assert picture is not None
    return np.asarray(cv2.imdecode(np.frombuffer(picture.jpeg, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def test_it_is_of_the_moment_where_that_was_recorded(evening: Path, site: Site) -> None:
    picture = shown(evening, site, seen(BEGAN_MS + 12_300), seen_at_ms=BEGAN_MS + 60_000)
    assert picture is not None
    assert abs(picture.captured_at_ms - (BEGAN_MS + 12_300)) <= 500


def test_it_is_the_newest_where_the_moment_is_not_footage_yet(evening: Path, site: Site) -> None:
    picture = shown(evening, site, seen(LATER_MS), seen_at_ms=LATER_MS + 400)
    assert picture is not None
    assert picture.captured_at_ms == LATER_MS + 400


def test_a_picture_of_much_later_is_not_shown_for_that_of_the_moment(evening: Path, site: Site) -> None:
    assert shown(evening, site, seen(LATER_MS), seen_at_ms=LATER_MS + NEAR_MS + 1) is None


def test_where_nothing_was_recorded_and_nothing_is_seen_there_is_none(evening: Path, site: Site) -> None:
    assert shown(evening, site, seen(LATER_MS)) is None


def test_an_incident_without_a_camera_has_none(evening: Path, site: Site) -> None:
    assert shown(evening, site, seen(BACK_MS, camera=None)) is None


@pytest.mark.parametrize("at_ms", [BEGAN_MS + 12_300, LATER_MS])
def test_what_is_private_is_black_and_nothing_else_is(evening: Path, site: Site, at_ms: int) -> None:
    private = Zone("window", ZoneKind.PRIVATE, RIGHT_HALF)
    cameras = tuple(replace(camera, zones=(*camera.zones, private)) for camera in site.cameras)
    image = pixels(shown(evening, replace(site, cameras=cameras), seen(at_ms), seen_at_ms=LATER_MS))
    middle = image.shape[1] // 2
    assert image[:, middle + 8 :].max() < 40
    assert image[:, : middle - 8].max() > 100
