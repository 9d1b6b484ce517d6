"""Faults made on purpose: whatever happens, the service is whole again in 15 s and keeps what it has promised."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.day import Day, day
from tests.faults.faults import FAULTS
from tests.faults.promises import expect_everything_kept, expect_little_lost

MANY = 200


def _can_mount() -> bool:
    if os.geteuid() != 0 or not all(map(shutil.which, ("cc", "mkfs.ext4", "fallocate"))):
        return False
    return subprocess.run(["losetup", "--find"], capture_output=True, check=False).returncode == 0


pytestmark = [
    pytest.mark.rtsp,
    pytest.mark.skipif(not _can_mount(), reason="needs root, a C compiler and a loop device for a disk to be hurt"),
]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Day]:
    """An office that is open."""
    with day(tmp_path) as opened:
        yield opened


@pytest.mark.timeout(280)
def test_a_few_faults_one_after_the_other_lose_nothing(office: Day) -> None:
    killed_at_ms = time.time_ns() // 1_000_000
    for name in ("lobby killed", "core killed", "clock an hour back"):
        with FAULTS[name](office):
            pass
        office.become_whole()
    expect_everything_kept(office)
    expect_little_lost(office, "lobby", killed_at_ms)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_alone_loses_nothing(office: Day, name: str) -> None:
    with FAULTS[name](office):
        pass
    office.become_whole()
    expect_everything_kept(office)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_a_day_of_200_faults_loses_nothing(office: Day, tmp_path: Path) -> None:
    chance = random.Random(20180221)
    took = []
    for number in range(MANY):
        name = chance.choice(sorted(FAULTS))
        with FAULTS[name](office):
            pass
        took.append((round(office.become_whole(), 1), number, name))
    (tmp_path / "took.txt").write_text("\n".join(f"{seconds} s: {number} {name}" for seconds, number, name in took))
    expect_everything_kept(office)
