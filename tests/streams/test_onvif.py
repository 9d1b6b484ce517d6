"""What a camera of ONVIF offers and notices, asked of a real SOAP server by the real library."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import aclosing
from typing import Final

import pytest

from streams.errors import (
    AuthenticationFailedError,
    ForbiddenAddressError,
    NoVideoError,
    SourceOfflineError,
    StreamError,
)
from streams.onvif import CameraEvent, Login, OfferedStream, events_of, streams_of
from tests.streams.onvif_device import PASSWORD, USER, OnvifDevice, onvif_device

LOGIN: Final = Login(USER, PASSWORD)


@pytest.fixture
def device() -> Iterator[OnvifDevice]:
    with onvif_device() as running:
        yield running


def offered(address: str, login: Login | None = LOGIN) -> tuple[OfferedStream, ...]:
    async def run() -> tuple[OfferedStream, ...]:
        try:
            return await streams_of(address, login)
        finally:
            await asyncio.sleep(0.01)  # the library's sockets close in the next round of the loop

    return asyncio.run(run())


def test_streams_are_told_the_largest_first_at_the_host_that_was_asked_without_credentials(
    device: OnvifDevice,
) -> None:
    main, sub = offered(device.address)
    source = "rtsp://127.0.0.1:554/onvif/main?unicast=true&proto=Onvif"
    assert main == OfferedStream("main", "main", source, "H264", 1920, 1080, 15.0)
    assert (sub.profile, sub.width, sub.height) == ("sub", 640, 360)
    assert PASSWORD not in main.source + sub.source


@pytest.mark.parametrize("login", [None, Login(USER, "wrong"), Login("nobody", PASSWORD)])
def test_who_does_not_know_the_password_is_refused(device: OnvifDevice, login: Login | None) -> None:
    with pytest.raises(AuthenticationFailedError) as caught:
        offered(device.address, login)
    assert PASSWORD not in str(caught.value)


def test_a_device_without_video_is_said(device: OnvifDevice) -> None:
    device.profiles = ()
    with pytest.raises(NoVideoError, match="it offers no stream of video"):
        offered(device.address)


def test_a_device_that_is_not_there_is_offline() -> None:
    with onvif_device() as gone:
        address = gone.address
    with pytest.raises(SourceOfflineError, match="cannot be reached"):
        offered(address)


def test_a_camera_cannot_send_us_elsewhere(device: OnvifDevice) -> None:
    with onvif_device() as other:
        device.redirects_to = other.address
        with pytest.raises(SourceOfflineError):
            offered(device.address)
        assert other.asked == []


def test_an_address_that_no_camera_has_is_not_asked() -> None:
    with pytest.raises(ForbiddenAddressError):
        offered("http://169.254.169.254/onvif/device_service")


def test_without_the_library_the_remedy_is_said(device: OnvifDevice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onvif", None)
    with pytest.raises(StreamError, match=r"pip install 'kuraban\[onvif\]'"):
        offered(device.address)


def test_what_a_camera_notices_is_told_and_it_is_no_longer_asked_afterwards(device: OnvifDevice) -> None:
    device.topics = ["tns1:VideoSource/tns1:GlobalSceneChange/ImagingService", "tns1:Device/tnsaxis:IO/VirtualPort"]

    async def run() -> list[CameraEvent]:
        seen: list[CameraEvent] = []
        async with aclosing(events_of(device.address, LOGIN)) as events:
            async for event in events:
                seen.append(event)
                if len(seen) == 2:
                    break
        await asyncio.sleep(0.01)
        return seen

    changed, port = asyncio.run(run())
    assert changed == CameraEvent(
        "VideoSource/GlobalSceneChange/ImagingService",
        1_519_200_600_500,
        "Changed",
        {"Source": "VideoSource_1"},
        {"State": "true"},
    )
    assert port.topic == "Device/IO/VirtualPort"
    assert device.asked[-1] == "Unsubscribe"


@pytest.mark.parametrize("host", ["h:99999", "[::1", "a\0b", "a" * 300, "", "%"])
def test_an_address_that_is_none_is_said(host: str) -> None:
    with pytest.raises(StreamError):
        offered(f"http://{host}/onvif/device_service")
