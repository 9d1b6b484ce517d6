"""Backups and restores that are killed in the middle, by SIGKILL: whole, or not there."""

from __future__ import annotations

import fcntl
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from custody.backup.making import SCRATCH, Origin, Target, back_up
from custody.backup.reading import read_through
from custody.backup.restoring import STAGING, restore
from custody.errors import BackupError
from custody.ledger import Ledger, LedgerReader
from custody.verify import verify_ledger
from tests.backup.conftest import LEDGER
from tests.custody.conftest import NOON_MS, counts

ROOT = Path(__file__).resolve().parents[2]
BACK_UP = """
from custody.backup.making import *; import sys
print("begun", flush=True)
back_up(Path(sys.argv[1]), "ledger", Target(Path(sys.argv[2]), None), Origin("kuraban 0", 0))
"""
RESTORE = """
from custody.backup.restoring import *; import sys
print("begun", flush=True)
restore(Path(sys.argv[1]), Path(sys.argv[2]), None, 0)
"""
ORIGIN = Origin("kuraban 0", NOON_MS)
TIMES = [3, pytest.param(60, marks=pytest.mark.long)]


def killed(code: str, source: Path, target: Path, after_s: float) -> None:
    """Run a program and kill it some time after it has begun with its work, unless it was done before."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(source), str(target)], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        time.sleep(after_s)
        process.kill()


@pytest.fixture
def large(data: Path) -> Path:
    """A data folder whose backup takes long enough to be killed in."""
    with Ledger.open(data / LEDGER) as ledger:
        ledger.record_all(counts(20_000))
    return data


def duration_s(large: Path, folder: Path) -> tuple[float, float]:
    """Return how long a backup and a restore take."""
    began = time.monotonic()
    back_up(large, LEDGER, Target(folder / "whole", None), ORIGIN)
    backed_up = time.monotonic()
    restore(folder / "whole", folder / "restored", None, NOON_MS)
    return backed_up - began, time.monotonic() - backed_up


@pytest.mark.parametrize("times", TIMES)
def test_a_backup_or_restore_that_is_killed_is_whole_or_not_there(large: Path, tmp_path: Path, times: int) -> None:
    backup_s, restore_s = duration_s(large, tmp_path)
    draw = random.Random(times)
    for number in range(times):
        target = tmp_path / f"backup-{number}"
        killed(BACK_UP, large, target, draw.uniform(0, backup_s))
        assert not target.exists() or read_through(target, None).ledger.size == 20_021
        folder = tmp_path / f"restored-{number}"
        killed(RESTORE, tmp_path / "whole", folder, draw.uniform(0, restore_s))
        if folder.exists() and (folder / STAGING).exists():
            with pytest.raises(BackupError, match="broken off"):
                restore(tmp_path / "whole", folder, None, NOON_MS)
        elif folder.exists() and any(folder.iterdir()):
            with LedgerReader.read(folder / LEDGER) as ledger:
                assert verify_ledger(ledger).whole
                assert len(ledger) == 20_022


def test_what_a_killed_backup_has_left_is_gone_after_the_next_one(data: Path, tmp_path: Path) -> None:
    (tmp_path / SCRATCH / LEDGER).mkdir(parents=True)
    (tmp_path / SCRATCH / LEDGER / "ledger.sqlite").write_bytes(b"half of a copy")
    (tmp_path / SCRATCH / "backup").write_bytes(b"the beginning of one")
    back_up(data, LEDGER, Target(tmp_path / "backup", None), ORIGIN)
    assert read_through(tmp_path / "backup", None).site == "tsurumi"
    assert not (tmp_path / SCRATCH).exists()


def test_two_backups_into_one_folder_do_not_work_at_once(data: Path, tmp_path: Path) -> None:
    (tmp_path / SCRATCH).mkdir()
    other = os.open(tmp_path / SCRATCH, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(BackupError, match="under way"):
        back_up(data, LEDGER, Target(tmp_path / "backup", None), ORIGIN)
    os.close(other)
