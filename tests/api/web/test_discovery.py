"""Cameras that are found in the network, over HTTP."""

from __future__ import annotations

import pytest

from api.web.routes import discovery
from streams.discovery import Device
from tests.api.web.served import ServedOffice
from tests.streams.onvif_device import PASSWORD, USER, onvif_device


def test_who_answers_is_listed(office: ServedOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Device("urn:uuid:1", "http://10.0.0.11/onvif/device_service", "AXIS M3046", None)
    monkeypatch.setattr(discovery, "discover", lambda wait_s: (found,) if wait_s == 2 else ())
    answer = office.as_("administrator").post("/discovery", {"wait_s": 2})
    assert answer.json()["items"] == [
        {
            "id": "urn:uuid:1",
            "address": "http://10.0.0.11/onvif/device_service",
            "name": "AXIS M3046",
            "hardware": None,
        }
    ]


def test_the_streams_of_a_camera_are_listed_without_credentials(office: ServedOffice) -> None:
    with onvif_device() as device:
        asked = {"address": device.address, "user": USER, "password": PASSWORD}
        answer = office.as_("administrator").post("/discovery/streams", asked)
    assert [stream["width"] for stream in answer.json()["items"]] == [1920, 640]
    assert PASSWORD not in answer.text


def test_a_wrong_password_is_said_and_not_quoted(office: ServedOffice) -> None:
    with onvif_device() as device:
        asked = {"address": device.address, "user": USER, "password": "another-secret"}
        answer = office.as_("administrator").post("/discovery/streams", asked)
    assert answer.status_code == 503
    assert "refuses the user or the password" in answer.json()["detail"]
    assert "another-secret" not in answer.text


@pytest.mark.parametrize("address", ["http://169.254.169.254/latest", "http://[fd00:ec2::254]/x"])
def test_nothing_is_asked_of_what_gives_out_the_keys_of_a_cloud(office: ServedOffice, address: str) -> None:
    answer = office.as_("administrator").post("/discovery/streams", {"address": address})
    assert answer.status_code >= 400
    assert "which is not asked" in answer.json()["detail"]


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://user:word@10.0.0.11/", "10.0.0.11", ""])
def test_an_address_that_is_none_of_the_web_is_refused(office: ServedOffice, address: str) -> None:
    assert office.as_("administrator").post("/discovery/streams", {"address": address}).status_code == 422


@pytest.mark.parametrize("role", ["viewer", "counter_staff", "custodian", "investigator", "auditor"])
def test_only_who_configures_the_office_may_ask_the_network(office: ServedOffice, role: str) -> None:
    client = office.as_(role)
    answers = [client.post("/discovery", {}), client.post("/discovery/streams", {"address": "http://10.0.0.11/"})]
    assert {answer.status_code for answer in answers} == {403}
