"""`kuraban cameras` as it is typed, with a real SOAP server."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner, Result

from api import camera_commands
from api.cli import app
from api.exits import BAD_INPUT, UNREADABLE
from streams import discovery
from streams.discovery import Device
from tests.streams.onvif_device import PASSWORD, USER, onvif_device


def run(*arguments: str, password: str | None = PASSWORD) -> Result:
    environ = {"COLUMNS": "200", camera_commands.PASSWORD: password}
    return CliRunner().invoke(app, ["cameras", *arguments], env=environ)


def test_streams_are_shown_as_a_site_file_takes_them() -> None:
    with onvif_device() as device:
        result = run("streams", device.address, "--user", USER)
    assert result.exit_code == 0, result.output
    assert (
        "rtsp://viewer:${KURABAN_CAMERA_PASSWORD}@127.0.0.1:554/onvif/main?unicast=true&proto=Onvif" in result.stdout
    )
    assert result.stdout.index("1920x1080") < result.stdout.index("640x360")
    assert PASSWORD not in result.output


def test_a_wrong_password_is_said() -> None:
    with onvif_device() as device:
        result = run("streams", device.address, "--user", USER, password="wrong")
    assert result.exit_code == UNREADABLE
    assert "refuses the user or the password" in result.stderr


def test_a_user_without_a_password_is_said_with_the_variable() -> None:
    result = run("streams", "http://127.0.0.1/onvif/device_service", "--user", USER, password=None)
    assert result.exit_code == BAD_INPUT
    assert "the environment has no KURABAN_CAMERA_PASSWORD" in result.stderr


def test_who_answers_is_listed_and_silence_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([(Device("urn:uuid:1", "http://10.0.0.11/onvif", "AXIS M3046", None),), ()])
    monkeypatch.setattr(discovery, "discover", lambda _wait_s, _interface: next(answers))
    found, silent = run("discover"), run("discover")
    assert "http://10.0.0.11/onvif" in found.stdout
    assert "AXIS M3046" in found.stdout
    assert "nobody has answered: is ONVIF on" in silent.stderr


def test_a_network_that_cannot_be_asked_is_said() -> None:
    result = run("discover", "--wait", "0.1", "--interface", "10.255.255.254")
    assert result.exit_code == UNREADABLE
    assert "the network: it cannot be asked" in result.stderr


def test_events_are_printed_as_they_come() -> None:
    with onvif_device() as device:
        device.topics = ["tns1:VideoSource/GlobalSceneChange/ImagingService"]
        command = [sys.executable, "-c", "from api.cli import main; main()", "cameras", "events", device.address]
        environ = os.environ | {camera_commands.PASSWORD: PASSWORD, "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen([*command, "--user", USER], stdout=subprocess.PIPE, text=True, env=environ) as process:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            process.terminate()  # not SIGINT, which whoever starts the tests in the background has ignored
            process.wait(20)
    assert told == {
        "topic": "VideoSource/GlobalSceneChange/ImagingService",
        "operation": "Changed",
        "source": {"Source": "VideoSource_1"},
        "data": {"State": "true"},
        "at": "2018-02-21T08:10:00.500Z",
    }
