"""The doctor before a real folder: what is broken on purpose is found, and all else is looked at all the same."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli import app
from api.doctor.clock import kernel_clock
from api.doctor.disk import space_of, speed_of
from api.doctor.examination import Subject, examine
from api.doctor.findings import Finding, Verdict
from api.exits import UNWELL
from api.recording import LEDGER
from api.requests import DEFAULT_BACKEND, NO_MODEL
from api.runtime.whereabouts import core_socket
from custody.ledger import KEYS, Ledger
from custody.signing import introduce_key, sign_checkpoint
from streams.errors import SourceOfflineError
from streams.records import StreamInfo
from streams.survey import Survey

NOW_MS = 1_770_000_000_000
SITE = """\
site: {id: tsurumi, timezone: Asia/Tokyo}
cameras:
  counter: {source: "rtsp://viewer:${COUNTER_PASSWORD}@10.0.0.11/main", detect: "rtsp://10.0.0.11/sub"}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in which nothing is wrong."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with Ledger.create(folder / LEDGER, "tsurumi") as ledger:
        key = introduce_key(ledger, folder / LEDGER / KEYS, NOW_MS - 1)
        sign_checkpoint(ledger, key)
    (folder / "site.yaml").write_text(SITE, encoding="utf-8")
    return folder


def look(address: str) -> Survey:
    """Be two cameras: the main stream answers, and the small one does not."""
    if address.endswith("/sub"):
        raise SourceOfflineError(address, "the connection was refused", "check that the camera is on")
    return Survey(StreamInfo(address, "h264", 1920, 1080, 15.0, None, live=True), 15.0, 40)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def found(data: Path, port: int | None = None, *, password: str = "s3cret") -> dict[str, Finding]:
    subject = Subject(
        data=data,
        site=data / "site.yaml",
        host="127.0.0.1",
        port=port or free_port(),
        model=NO_MODEL,
        backend=DEFAULT_BACKEND,
        environ={"COUNTER_PASSWORD": password},
        with_cameras=True,
    )
    return {finding.check: finding for finding in examine(subject, NOW_MS, look)}


def test_nothing_but_the_camera_is_wrong_in_a_folder_in_which_nothing_is_wrong(data: Path) -> None:
    findings = found(data)
    assert [check for check, finding in findings.items() if finding.verdict is Verdict.BAD] == [
        "camera.counter.detect"
    ]
    assert findings["camera.counter.source"].measured == {"codec": "h264", "width": 1920, "height": 1080}
    assert findings["camera.counter.detect"].remedy == "check that the camera is on"
    assert findings["ledger.checkpoint"].verdict is Verdict.GOOD
    assert findings["ledger.key"].verdict is Verdict.GOOD


def test_no_finding_has_a_password_in_it(data: Path) -> None:
    assert "s3cret" not in json.dumps([finding.as_json() for finding in found(data).values()])


def test_a_site_file_that_cannot_be_used_keeps_nothing_else_from_being_looked_at(data: Path) -> None:
    findings = found(data, password="")
    assert findings["site"].verdict is Verdict.BAD
    assert "COUNTER_PASSWORD" in str(findings["site"].remedy)
    assert findings["ledger.checkpoint"].verdict is Verdict.GOOD


def test_a_ledger_whose_end_is_gone_is_found(data: Path) -> None:
    with sqlite3.connect(data / LEDGER / "ledger.sqlite") as ledger:
        ledger.execute("DROP TRIGGER entries_no_delete")
        ledger.execute("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)")
    ledger.close()
    assert found(data)["ledger"].verdict is Verdict.BAD


def test_a_key_that_is_gone_is_found_before_it_is_needed(data: Path) -> None:
    for key in (data / LEDGER / KEYS).glob("*.pem"):
        key.unlink()
    assert found(data)["ledger.key"].verdict is Verdict.BAD


def test_a_key_that_others_may_read_is_found(data: Path) -> None:
    for key in (data / LEDGER / KEYS).glob("*.pem"):
        key.chmod(0o644)
    assert found(data)["folder.keys"].verdict is Verdict.BAD


def test_a_damaged_database_is_found(data: Path) -> None:
    (data / "records.sqlite").write_bytes(os.urandom(8192))
    assert found(data)["database.records"].verdict is Verdict.BAD


@contextmanager
def listening(address: tuple[str, int] | str) -> Iterator[int]:
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    with socket.socket(family) as server:
        server.bind(address)
        server.listen()
        yield 0 if isinstance(address, str) else int(server.getsockname()[1])


def test_a_port_is_free_or_another_programs_or_that_of_the_service_itself(data: Path) -> None:
    assert found(data)["port"].verdict is Verdict.GOOD
    with listening(("127.0.0.1", 0)) as port:
        assert found(data, port)["port"].verdict is Verdict.BAD
        core_socket(data).parent.mkdir()
        with listening(str(core_socket(data))):
            assert found(data, port)["port"].verdict is Verdict.GOOD
            assert found(data)["port"].verdict is Verdict.WARNING  # it runs and does not answer there


def test_the_kernel_says_who_keeps_its_clock() -> None:
    assert kernel_clock().error_ms >= 0


def test_a_disk_is_measured_and_nothing_of_it_left(tmp_path: Path) -> None:
    assert space_of(tmp_path).free_bytes > 0
    speed = speed_of(tmp_path)
    assert speed.mb_per_s > 0
    assert speed.sync_ms >= 0
    assert not list(tmp_path.iterdir())


Run = Callable[..., Result]


@pytest.fixture
def run(data: Path) -> Run:
    fixed = ["doctor", "--data", str(data), "--no-cameras", "--model", NO_MODEL, "--port", str(free_port())]
    environ = {"COUNTER_PASSWORD": "s3cret", "COLUMNS": "200"}
    return lambda *arguments: CliRunner().invoke(app, [*fixed, *arguments], env=environ)


def test_the_exit_status_says_whether_something_does_not_work(run: Run, data: Path) -> None:
    well = run()
    assert well.exit_code == 0
    assert "1 cameras were not connected to" in well.stdout
    (data / "records.sqlite").write_bytes(os.urandom(8192))
    ill = run()
    assert ill.exit_code == UNWELL
    assert "→ stop the service and restore a backup" in ill.stdout


def test_programs_get_json(run: Run) -> None:
    report = json.loads(run("--json").stdout)
    assert report["verdict"] in {"good", "warning"}  # whoever runs this may have no time server
    assert {"check", "verdict", "says", "remedy", "measured"} == set(report["findings"][0])
