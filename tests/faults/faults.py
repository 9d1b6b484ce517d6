"""What can happen to an office. Each fault lasts for a block; when it is over, the service has 15 s to be whole."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Final

from tests.faults.day import CAMERAS, Day

Fault = Callable[[Day], AbstractContextManager[None]]
LASTS_S: Final = 6.0


@contextlib.contextmanager
def killed(name: str, day: Day) -> Iterator[None]:
    """Kill a process of the service, as the kernel does when there is no memory left."""
    os.kill(day.service.pid(name), signal.SIGKILL)
    yield


@contextlib.contextmanager
def supervisor_killed(day: Day) -> Iterator[None]:
    """Kill the supervisor; who keeps it running starts it anew."""
    day.service.process.kill()
    day.service.process.wait()
    time.sleep(2)  # as RestartSec= of the unit
    day.start()
    yield


@contextlib.contextmanager
def hung(name: str, day: Day) -> Iterator[None]:
    """Have a process do nothing, until the supervisor has noticed."""
    pid, before = day.service.pid(name), len(day.service.events("supervisor.killed"))
    os.kill(pid, signal.SIGSTOP)
    day.service.until(lambda: len(day.service.events("supervisor.killed")) > before, 20)
    yield


@contextlib.contextmanager
def camera_away(day: Day) -> Iterator[None]:
    """Switch a camera off and on."""
    day.camera.go_away()
    time.sleep(LASTS_S)
    day.camera.come_back()
    yield


@contextlib.contextmanager
def camera_stalled(day: Day) -> Iterator[None]:
    """Have a camera keep its connection and send nothing, until somebody switches it off and on."""
    day.camera.stall()
    time.sleep(LASTS_S)
    day.camera.go_away()
    day.camera.come_back()
    yield


@contextlib.contextmanager
def camera_garbage(day: Day) -> Iterator[None]:
    """Have something else answer at a camera's address."""
    with day.camera.garbage():
        time.sleep(LASTS_S)
    yield


@contextlib.contextmanager
def disk_full(day: Day) -> Iterator[None]:
    """Leave no room on the disk."""
    day.disk.fill()
    try:
        time.sleep(LASTS_S)
    finally:
        day.disk.empty()
    yield


@contextlib.contextmanager
def disk_read_only(day: Day) -> Iterator[None]:
    """Have the disk refuse new files, longer than a segment lasts."""
    day.disk.forbid_writing()
    try:
        time.sleep(2 * LASTS_S)
    finally:
        day.disk.allow_writing()
    yield


@contextlib.contextmanager
def database_locked(day: Day) -> Iterator[None]:
    """Hold the database, as a tool that somebody has left open does."""
    connection = sqlite3.connect(day.data / "records.sqlite", isolation_level=None)
    with contextlib.closing(connection):
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("BEGIN IMMEDIATE")
        time.sleep(2 * LASTS_S)
        connection.execute("ROLLBACK")
    yield


@contextlib.contextmanager
def clock_set(by_s: int, day: Day) -> Iterator[None]:
    """Set the clock, and after a while set it right."""
    day.clock.set(by_s)
    time.sleep(LASTS_S)
    day.clock.set(0)
    yield


@contextlib.contextmanager
def nobody_listens(day: Day) -> Iterator[None]:
    """Have nobody take what the office has to tell."""
    day.guard.status, day.duty.refusal = 503, "451 try again later"
    time.sleep(LASTS_S)
    day.guard.status, day.duty.refusal = 204, None
    yield


FAULTS: Final[dict[str, Fault]] = {
    **{f"{name} killed": partial(killed, f"camera.{name}") for name in CAMERAS},
    "core killed": partial(killed, "core"),
    "supervisor killed": supervisor_killed,
    "camera hung": partial(hung, "camera.counter"),
    "core hung": partial(hung, "core"),
    "camera away": camera_away,
    "camera stalled": camera_stalled,
    "camera garbage": camera_garbage,
    "disk full": disk_full,
    "disk read-only": disk_read_only,
    "database locked": database_locked,
    "clock an hour ahead": partial(clock_set, 3_600),
    "clock an hour back": partial(clock_set, -3_600),
    "nobody listens": nobody_listens,
}
