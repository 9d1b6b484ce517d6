"""Logs: JSON lines that several processes write into one file, which rotates by its size."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from api.logs import LogFile, begin_logging, log_file

ROOT = Path(__file__).resolve().parents[2]
WRITER = """
import sys
from pathlib import Path
from api.logs import LogFile
log = LogFile(Path(sys.argv[1]), largest_bytes=2000, kept=200)
for number in range(300):
    log.msg(f"{sys.argv[2]} {number} " + "x" * 40)
"""


@pytest.fixture
def _as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    root.handlers = before
    structlog.reset_defaults()


@pytest.mark.usefixtures("_as_it_was")
def test_a_line_is_json_with_time_process_event_and_fields(tmp_path: Path) -> None:
    begin_logging("camera.counter", tmp_path / "run.log")
    structlog.get_logger().warning("stream.offline", source="窓口", retry_in_s=2.5)
    (line,) = (tmp_path / "run.log").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert list(told)[:2] == ["at", "process"]
    assert told["at"].endswith("Z")
    assert {key: told[key] for key in ("process", "level", "event", "source", "retry_in_s")} == {
        "process": "camera.counter",
        "level": "warning",
        "event": "stream.offline",
        "source": "窓口",
        "retry_in_s": 2.5,
    }


@pytest.mark.usefixtures("_as_it_was")
def test_an_exception_is_told_on_the_same_line(tmp_path: Path) -> None:
    begin_logging("core", tmp_path / "run.log")
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        structlog.get_logger().exception("core.failed")
    (line,) = (tmp_path / "run.log").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["exception"][0]["exc_type"] == "ZeroDivisionError"


@pytest.mark.usefixtures("_as_it_was")
def test_an_exception_is_told_without_what_its_variables_held(tmp_path: Path) -> None:
    def fail(password: str) -> None:
        raise ValueError(len(password))

    begin_logging("core", tmp_path / "run.log")
    try:
        fail("hunter-2")
    except ValueError:
        structlog.get_logger().exception("core.failed")
    assert "hunter-2" not in (tmp_path / "run.log").read_text(encoding="utf-8")


def test_of_many_old_files_so_many_are_kept_and_the_newest_lines_are_there(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "run.log", largest_bytes=100, kept=3)
    for number in range(100):
        log.msg(f"line {number}")
    log.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.log", "run.log.1", "run.log.2", "run.log.3"]
    assert "line 99" in (tmp_path / "run.log").read_text()
    assert all(path.stat().st_size < 120 for path in tmp_path.iterdir())


def test_processes_that_write_at_once_lose_no_line_and_mix_none(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path / "run.log")]
    writers = [subprocess.Popen([*command, name], cwd=ROOT) for name in "abc"]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    lines = [line.split() for path in tmp_path.iterdir() for line in path.read_text().splitlines()]
    assert sorted((name, int(number)) for name, number, _ in lines) == [(n, i) for n in "abc" for i in range(300)]


def test_a_disk_that_refuses_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder").mkdir()
    log = LogFile(tmp_path / "folder" / "run.log")
    (tmp_path / "folder" / "run.log").unlink()
    (tmp_path / "folder").rmdir()
    log.msg("it goes on")
    assert "it goes on" in capsys.readouterr().err


def test_a_person_at_a_terminal_finds_the_log_in_a_file_and_a_program_on_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert log_file(tmp_path) is None
    controller, terminal = os.openpty()
    with os.fdopen(controller), os.fdopen(terminal, "w") as stream:
        monkeypatch.setattr("sys.stderr", stream)
        assert log_file(tmp_path) == tmp_path / "kuraban.log"


@pytest.mark.usefixtures("_as_it_was")
def test_what_a_library_warns_of_is_a_line_of_ours_without_a_password(tmp_path: Path) -> None:
    begin_logging("core", tmp_path / "earlier.log")
    begin_logging("core", tmp_path / "run.log")
    logging.getLogger("uvicorn.error").warning("lost %s", "rtsp://viewer:hunter2@10.0.0.11/main")
    logging.getLogger("uvicorn.error").info("not worth a line")
    (line,) = (tmp_path / "run.log").read_text(encoding="utf-8").splitlines()
    told = json.loads(line)
    assert (told["event"], told["level"], told["logger"]) == ("library.logged", "warning", "uvicorn.error")
    assert told["says"] == "lost rtsp://viewer:***@10.0.0.11/main"
    assert (tmp_path / "earlier.log").read_text(encoding="utf-8") == ""


@pytest.mark.usefixtures("_as_it_was")
def test_an_error_of_a_library_is_told_with_its_trace_and_without_what_variables_held(tmp_path: Path) -> None:
    def fail(password: str) -> None:
        raise ValueError(len(password))

    begin_logging("core", tmp_path / "run.log")
    try:
        fail("hunter-2")
    except ValueError:
        logging.getLogger("library").exception("it failed")
    (line,) = (tmp_path / "run.log").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["exception"][0]["exc_type"] == "ValueError"
    assert "hunter-2" not in line
