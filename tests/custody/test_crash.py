"""Killed in any write, or the disk full in it: what was acknowledged is there, once, and the day goes on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from custody.database import FILE
from custody.ledger import Ledger, LedgerReader
from custody.signing import current_key, introduce_key
from custody.verify import State, verify_ledger
from custody.wal import unfinished_bytes
from tests.custody import crash
from tests.custody.conftest import NOON_MS, counts

ROOT = Path(__file__).resolve().parents[2]


def lived(mode: str, scratch: Path, entries: int, stride: int = 1) -> dict[str, Any]:
    """Live the day of tests/custody/crash.py again and again, each time with a fault in another write."""
    return found_by("crash", mode, str(scratch), str(entries), str(stride))


def found_by(program: str, *arguments: str) -> dict[str, Any]:
    """Return what a program finds that replaces the writes of its own SQLite."""
    command = [sys.executable, "-m", f"tests.custody.{program}", *arguments]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    if not found["writes"]:
        pytest.skip("this Python has a SQLite of its own inside, whose writes cannot be replaced")
    return found


@pytest.mark.timeout(900)  # it starts a process for each of hundreds of writes
def test_a_kill_in_any_write_of_a_day_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    found = lived("kill", tmp_path, entries=4)
    assert found["faults"] == []
    assert found["writes"] > 50
    assert found["unfinished"] > 5  # verification has seen writes that were broken off, and named them


def test_a_disk_that_is_full_in_a_write_of_a_day_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    found = lived("full", tmp_path, entries=4, stride=3)
    assert found["faults"] == []
    assert found["writes"] > 50


@pytest.mark.timeout(900)
@pytest.mark.parametrize("stride", [11, pytest.param(1, marks=pytest.mark.long)])
def test_a_kill_in_any_write_while_two_people_sign_loses_nothing_and_doubles_nothing(
    tmp_path: Path, stride: int
) -> None:
    found = found_by("crash_of_two", str(tmp_path), str(stride))
    assert found["faults"] == []
    assert found["writes"] > 100


@pytest.mark.long
@pytest.mark.parametrize("mode", ["kill", "full"])
def test_a_whole_day_of_entries_survives_a_fault_in_any_write(tmp_path: Path, mode: str) -> None:
    found = lived(mode, tmp_path, entries=60)
    assert found["faults"] == []
    assert found["writes"] > 300


KILL_AT_FILE_WORK = """
import os, signal, sys
from pathlib import Path
from tests.custody.crash import Day
day, at, seen = Day(Path(sys.argv[1]), 2), int(sys.argv[2]), 0
EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.truncate", "fcntl.flock"}

def hook(event, arguments):
    global seen
    if event in EVENTS and any(sys.argv[1] in str(argument) for argument in arguments) or event == "fcntl.flock":
        seen += 1
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(hook)
day.live()
"""


def test_a_kill_while_keys_and_locks_are_made_leaves_a_ledger_that_can_go_on(tmp_path: Path) -> None:
    kills = 0
    for at in range(1, 60):
        (tmp_path / str(at)).mkdir()
        day = crash.Day(tmp_path / str(at), 2)
        command = [sys.executable, "-c", KILL_AT_FILE_WORK, str(tmp_path / str(at)), str(at)]
        ended = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False).returncode
        if ended == 0:
            break
        assert ended == -crash.KILLED
        kills += 1
        assert day.state() is State.INTACT
        day.live()
        assert list(crash.faults_at_the_end(day)) == []
        with LedgerReader.read(day.ledger) as ledger:
            assert current_key(ledger, day.keys) is not None
    assert kills > 5


def test_an_unfinished_write_is_named_and_the_next_write_replaces_it(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    with Ledger.create(folder, "tsurumi") as ledger:
        introduce_key(ledger, tmp_path / "keys", NOON_MS)
        ledger.record_all(counts(3))
        log = (folder / f"{FILE}-wal").read_bytes()
        copy = tmp_path / "copy"
        copy.mkdir()
        (copy / FILE).write_bytes((folder / FILE).read_bytes())
    frame_bytes = 24 + 4096
    (copy / f"{FILE}-wal").write_bytes(log[: -frame_bytes - 100])
    with LedgerReader.read(copy) as reader:
        report = verify_ledger(reader)
    assert (report.state, report.whole) == (State.UNFINISHED, True)
    assert report.findings[0].seq == report.head.size == 1
    assert "bytes of a write that was not finished lie behind the entries" in report.findings[0].says
    with Ledger.open(copy) as again:
        again.record_all(counts(3))
        assert verify_ledger(again).state is State.INTACT


def test_a_finished_log_has_nothing_unfinished(tmp_path: Path) -> None:
    assert unfinished_bytes(tmp_path / "none") == 0
    (tmp_path / "short").write_bytes(bytes(20))
    assert unfinished_bytes(tmp_path / "short") == 0
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger:
        ledger.record_all(counts(3))
        assert unfinished_bytes(tmp_path / "ledger" / f"{FILE}-wal") == 0
