"""What a camera of ONVIF notices, in a running office, and what the site file says of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from api.alerts.settings import Login
from api.runtime.camera_events import follow_cameras
from api.runtime.running import RunningOffice
from api.runtime.tasks import beside
from api.secret import Secret
from api.settings import SiteFileError, load_site
from api.site import Onvif, Site
from custody.records import changes
from custody.records.changes import Change, ChangeKind
from tests.streams.onvif_device import PASSWORD, USER, OnvifDevice, onvif_device

SITE: Final = "site: {id: a, timezone: Asia/Tokyo}\ncameras:\n  c: {source: c.mp4, onvif: %s}\n"


def noticing(site: Site, device: OnvifDevice, password: str = PASSWORD) -> Site:
    """Return the site with a device as its first camera."""
    first, *others = site.cameras
    onvif = Onvif(device.address, Login(USER, Secret(password, shown="***")))
    return replace(site, cameras=(replace(first, onvif=onvif), *others))


async def told(office: RunningOffice) -> Change:
    """Wait for the first event of a camera."""
    async for _ in office.on_change():
        with office.records.read() as connection:
            for change in changes.after(connection, 0, 100):
                if change.kind is ChangeKind.CAMERA_EVENT:
                    return change
    raise AssertionError("an office tells changes for ever")


def test_what_a_camera_notices_is_a_change_of_that_camera(tmp_path: Path, site: Site) -> None:
    async def run(device: OnvifDevice) -> Change:
        with RunningOffice.open(tmp_path, noticing(site, device)) as office:
            async with beside(follow_cameras(office)), asyncio.timeout(20):
                return await told(office)

    with onvif_device() as device:
        device.topics = ["tns1:VideoSource/GlobalSceneChange/ImagingService"]
        change = asyncio.run(run(device))
    assert change.camera == "counter"
    assert change.body == {
        "topic": "VideoSource/GlobalSceneChange/ImagingService",
        "at": "2018-02-21T08:10:00.500Z",
        "operation": "Changed",
        "source": {"Source": "VideoSource_1"},
        "data": {"State": "true"},
    }


def test_a_camera_that_refuses_us_is_logged_without_the_password(tmp_path: Path, site: Site) -> None:
    async def run(device: OnvifDevice) -> None:
        with RunningOffice.open(tmp_path, noticing(site, device, "another-secret")) as office:
            async with beside(follow_cameras(office)), asyncio.timeout(20):
                while not logged:  # noqa: ASYNC110 - a log tells nobody
                    await asyncio.sleep(0.05)

    with onvif_device() as device, capture_logs() as logged:
        asyncio.run(run(device))
    assert logged[0]["event"] == "camera.events_lost"
    assert logged[0]["reason"] == "it refuses the user or the password"
    assert "another-secret" not in str(logged)


def load(folder: Path, onvif: str) -> Site:
    (path := folder / "site.yaml").write_text(SITE % onvif, encoding="utf-8")
    return load_site(path, {"PW": PASSWORD})


def test_the_site_file_says_where_and_who_we_are(tmp_path: Path) -> None:
    site = load(tmp_path, '{address: "http://10.0.0.11/onvif/device_service", user: viewer, password: "${PW}"}')
    login = Login("viewer", Secret(PASSWORD, shown="***"))
    assert site.cameras[0].onvif == Onvif("http://10.0.0.11/onvif/device_service", login)
    assert PASSWORD not in repr(site)


@pytest.mark.parametrize(
    ("onvif", "says"),
    [
        ("{}", "expected the key address"),
        ('{address: "rtsp://10.0.0.11/"}', "an address of another kind"),
        ('{address: "http://viewer:secret-word@10.0.0.11/"}', "a user or password in it"),
        ('{address: "http://10.0.0.11/", user: viewer}', "user and password, or neither"),
        ('{address: "http://10.0.0.11/", user: viewer, password: secret-word}', "stands in the file itself"),
    ],
)
def test_a_fault_of_it_is_named_and_nothing_secret_is(tmp_path: Path, onvif: str, says: str) -> None:
    with pytest.raises(SiteFileError, match=says) as caught:
        load(tmp_path, onvif)
    assert "secret-word" not in str(caught.value)
