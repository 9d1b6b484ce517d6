"""The whole service in its processes: it begins on nothing, survives what is done to it, and ends in order."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from custody.backup.restoring import STAGING
from custody.ledger import Ledger
from tests.serve.conftest import site_of
from tests.serve.service import KURABAN, Service, serving

CAMERAS = ("counter", "vault")


@pytest.fixture(scope="module")
def running(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service that most tests share: each leaves it whole."""
    folder = tmp_path_factory.mktemp("service")
    with serving(site_of(films, folder), folder / "data", folder / "log") as one:
        one.stands(*CAMERAS)
        yield one


@pytest.fixture
def service(running: Service, films: Path) -> Service:
    """The service with the site file that it began with, all of its processes at work."""
    text = running.site.read_text(encoding="utf-8")
    if site_of(films, running.site.parent).read_text(encoding="utf-8") != text:
        assert running.reload().returncode == 0
    running.until(running.is_whole)
    return running


def refused(*arguments: str) -> str:
    """Return what `kuraban serve` says when it refuses to begin."""
    command = [*KURABAN, "serve", "--port", "0", "--model", "none", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 2, ended.stderr
    return ended.stderr


def test_it_begins_on_nothing_raises_what_it_sees_and_goes_on_after_it_was_ended(
    site_file: Path, tmp_path: Path
) -> None:
    with serving(site_file, tmp_path / "data", tmp_path / "log") as first:
        raised = first.until(lambda: first.entries("incident.raised"), 90)
        assert raised[0].body["rule"] == "terminal_removed"
        assert first.end(signal.SIGINT) == 0
        assert re.search(r"Kuraban is at http://127.0.0.1:\d+\n.*code \w{4}-\w{4}", first.told())
    assert "replay:" in (tmp_path / "data" / "site.yaml").read_text()
    with serving(site_file, tmp_path / "data", tmp_path / "log-2") as second:
        closed = second.until(lambda: second.entries("incident.closed"), 90)
        assert closed[0].body["id"] == raised[0].body["id"]
        assert second.end() == 0


def test_its_page_answers_at_the_address_that_it_prints(service: Service) -> None:
    with urlopen(f"{service.events('core.serves')[-1]['address']}/api/v1/health") as answer:
        assert answer.status == 200


def test_whichever_process_is_killed_it_is_whole_again_and_the_others_go_on(service: Service) -> None:
    vault = service.pid("camera.vault")
    os.kill(service.pid("camera.counter"), signal.SIGKILL)
    service.until(service.is_whole)
    os.kill(service.pid("core"), signal.SIGKILL)
    service.until(service.is_whole)
    assert service.pid("camera.vault") == vault


def test_a_camera_whose_process_hangs_is_started_anew(service: Service) -> None:
    hung, vault = service.pid("camera.counter"), service.pid("camera.vault")
    os.kill(hung, signal.SIGSTOP)
    (killed,) = service.until(lambda: service.events("supervisor.killed", pid=hung))
    assert (killed["process_name"], killed["reason"]) == ("camera.counter", "it has done nothing for 8 s")
    service.until(service.is_whole)
    assert service.pid("camera.vault") == vault


def test_when_the_supervisor_is_killed_everything_ends_and_the_folder_is_free(
    site_file: Path, tmp_path: Path
) -> None:
    with serving(site_file, tmp_path / "data", tmp_path / "log") as first:
        first.stands(*CAMERAS)
        first.process.kill()
        first.process.wait()
        with serving(site_file, tmp_path / "data", tmp_path / "log-2") as second:
            second.stands(*CAMERAS)
            assert second.end() == 0


def test_a_camera_that_is_away_harms_no_other_and_is_not_taken_for_hung(site_file: Path, tmp_path: Path) -> None:
    text = site_file.read_text(encoding="utf-8")
    source = re.search(r"source: (replay:.*/vault.mp4)", text)
    assert source
    site_file.write_text(text.replace(source[1], "rtsp://127.0.0.1:9/main"), encoding="utf-8")
    with serving(site_file, tmp_path / "data", tmp_path / "log") as service:
        service.stands(*CAMERAS)
        service.until(lambda: service.events("stream.offline", process="camera.vault"))
        blind = service.until(lambda: service.entries("camera.blind"), 60)
        assert blind[0].body["camera"] == "vault"
        assert not service.events("supervisor.killed")
        assert service.connected("vault") == 1


def change(service: Service, before: str, after: str) -> str:
    """Change the site file and have it read again; return what is said to have changed."""
    text = service.site.read_text(encoding="utf-8")
    assert before in text
    service.site.write_text(text.replace(before, after), encoding="utf-8")
    answer = service.reload()
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


def test_what_is_drawn_into_a_view_changes_while_the_camera_is_recorded_on_and_is_on_the_ledger(
    service: Service,
) -> None:
    pids = {name: service.pid(f"camera.{name}") for name in CAMERAS}
    assert "cameras.counter.slots.T-01.polygon" in change(service, "[[0.6, 0.46]", "[[0.61, 0.46]")
    service.until(lambda: service.events("camera.looks_anew", process="camera.counter"))
    assert {name: service.pid(f"camera.{name}") for name in CAMERAS} == pids
    assert not service.events("camera.looks_anew", process="camera.vault")
    (changed,) = service.entries("settings.changed")[-1].body["changes"]
    told = (changed["key"], changed["from"][0], changed["to"][0])
    assert told == ("cameras.counter.slots.T-01.polygon", (0.6, 0.46), (0.61, 0.46))


def test_a_camera_that_is_read_in_another_way_is_started_anew_and_no_other(service: Service) -> None:
    counter, vault = service.pid("camera.counter"), service.pid("camera.vault")
    change(service, "counter.mp4\n", "counter.mp4\n    detect_fps: 3\n")
    service.until(lambda: service.pid("camera.counter") != counter and service.is_whole())
    assert service.pid("camera.vault") == vault


def test_cameras_come_and_go_with_the_site_file(service: Service) -> None:
    text = service.site.read_text(encoding="utf-8")
    vault = text[text.index("  vault:\n") : text.index("items:\n")]
    counter, ended = service.pid("camera.counter"), len(service.events("camera.ended", process="camera.vault"))
    change(service, vault, "")
    service.until(lambda: len(service.events("camera.ended", process="camera.vault")) > ended)
    change(service, "items:\n", vault + "items:\n")
    service.until(service.is_whole)
    assert service.pid("camera.counter") == counter


def test_a_site_file_with_a_fault_changes_nothing(service: Service) -> None:
    before, changes = service.site.read_text(encoding="utf-8"), len(service.entries("settings.changed"))
    service.site.write_text(before.replace("kind: vault", "kind: bank"), encoding="utf-8")
    answer = service.reload()
    assert answer.returncode == 2
    assert "nothing was changed" in answer.stderr
    assert "bank" in answer.stderr
    service.process.send_signal(signal.SIGHUP)
    service.until(lambda: service.events("core.site_file_refused"))
    assert len(service.entries("settings.changed")) == changes
    os.kill(service.pid("camera.vault"), signal.SIGKILL)  # what is started anew has the file in force, not this one
    service.until(service.is_whole)


def test_a_folder_has_one_service(service: Service) -> None:
    assert "is served already" in refused("--site", str(service.site), "--data", str(service.data))


def test_a_folder_of_another_site_is_refused(site_file: Path, tmp_path: Path) -> None:
    Ledger.create(tmp_path / "data" / "ledger", "izumi").close()
    assert "is of site izumi, and" in refused("--site", str(site_file), "--data", str(tmp_path / "data"))


def test_a_folder_that_is_being_restored_is_refused(site_file: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / STAGING).mkdir(parents=True)
    assert "is being restored" in refused("--site", str(site_file), "--data", str(tmp_path / "data"))


def test_a_recording_is_no_camera(site_file: Path, tmp_path: Path) -> None:
    text = site_file.read_text(encoding="utf-8")
    site_file.write_text(text.replace("replay:", ""), encoding="utf-8")
    said = refused("--site", str(site_file), "--data", str(tmp_path / "data"))
    assert "counter, vault is a recording" in said
    assert "replay:FILE" in said


def test_an_address_that_is_taken_is_told_and_nothing_is_left_running(site_file: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = refused("--site", str(site_file), "--data", str(tmp_path / "data"), "--port", port)
    assert f"127.0.0.1:{port} cannot be listened on" in said


def test_reload_without_a_service_says_so(tmp_path: Path) -> None:
    command = [*KURABAN, "reload", "--data", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, "no service runs on" in ended.stderr) == (2, True)
