"""A scripted day on a ledger, stopped in every write that SQLite makes, or with the disk full in it.

    python -m tests.custody.crash kill|full SCRATCH ENTRIES STRIDE

Run as a program of its own, because it replaces the system calls of the SQLite library in its process, by the means
that SQLite has for its own tests (`xSetSystemCall` of its `sqlite3_vfs`). Each attempt is a child that is forked, and
whose kill is a real SIGKILL. What it finds goes to standard output as JSON: how many writes were tried, how many of
them left an unfinished write behind, and every fault.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, Final

from custody.errors import NoLedgerError
from custody.ledger import Ledger, LedgerReader
from custody.signing import current_key, introduce_key, rotate_key, sign_checkpoint
from custody.verify import State, verify_ledger

KILLED: Final = signal.SIGKILL
Fault = Callable[[int, int, int, int], int]
"""What to do instead of a write: descriptor, address, length, offset; returns what the system call would."""


class Vfs(ctypes.Structure):
    """`struct sqlite3_vfs`, version 3, as https://www.sqlite.org/c3ref/vfs.html lays it out."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("file_bytes", ctypes.c_int),
        ("path_bytes", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("methods", ctypes.c_void_p * 13),
        ("set_system_call", ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)),
    ]


LIBC: Final = ctypes.CDLL(None)
LIBC.pwrite64.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64]
LIBC.pwrite64.restype = ctypes.c_ssize_t
PWRITE: Final = ctypes.CFUNCTYPE(ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64)


def replace_writes(instead: Fault) -> Any:
    """Have SQLite call this in place of `pwrite`; what is returned must be kept for as long."""
    sqlite = ctypes.CDLL("libsqlite3.so.0")
    sqlite.sqlite3_initialize()
    sqlite.sqlite3_vfs_find.restype = ctypes.POINTER(Vfs)
    vfs = sqlite.sqlite3_vfs_find(None)
    replacement = PWRITE(instead)
    for name in (b"pwrite", b"pwrite64"):
        vfs.contents.set_system_call(vfs, name, ctypes.cast(replacement, ctypes.c_void_p))
    return replacement


def killing(at: int) -> Fault:
    """Kill the process in its write number `at`: before it, in the middle of it, or one byte before its end."""
    numbers = count(1)

    def write(descriptor: int, address: int, length: int, offset: int) -> int:
        number = next(numbers)
        if number < at:
            return int(LIBC.pwrite64(descriptor, address, length, offset))
        written = (0, length // 2, length - 1)[at % 3]
        LIBC.pwrite64(descriptor, address, written, offset)
        os.kill(os.getpid(), KILLED)
        return -1

    return write


def filling(at: int) -> Fault:
    """Find the disk full in write number `at`; every other time after half of it was written."""
    numbers = count(1)

    def write(descriptor: int, address: int, length: int, offset: int) -> int:
        number = next(numbers)
        if number == at and at % 2:
            return int(LIBC.pwrite64(descriptor, address, length // 2, offset))
        if number == at + at % 2:
            return 0  # a write of nothing is a full disk to SQLite
        return int(LIBC.pwrite64(descriptor, address, length, offset))

    return write


class Day:
    """What happens on one day: entries, each of which is acknowledged, a checkpoint, and a new key."""

    def __init__(self, folder: Path, entries: int) -> None:
        self.ledger = folder / "ledger"
        self.keys = folder / "keys"
        self.acknowledgements = folder / "acknowledged"
        self.entries = entries

    def live(self) -> None:
        """Begin the day, or go on with it from what the ledger says has happened."""
        with self._opened() as ledger, self.acknowledgements.open("ab", buffering=0) as acknowledged:
            key = introduce_key(ledger, self.keys, 0)
            for step in range(len(self.steps()), self.entries):
                if step == self.entries // 2:
                    sign_checkpoint(ledger, key)
                    key = rotate_key(ledger, self.keys, step, ("sato", "suzuki"))
                ledger.append(step, "count", ("sato", "suzuki"), {"step": step})
                acknowledged.write(b"%d\n" % step)
            sign_checkpoint(ledger, key)

    def _opened(self) -> Ledger:
        try:
            return Ledger.open(self.ledger)
        except NoLedgerError:
            return Ledger.create(self.ledger, "tsurumi")

    def steps(self) -> list[int]:
        """Return the steps that are on the ledger, in its order."""
        try:
            with LedgerReader.read(self.ledger) as ledger:
                return [entry.body["step"] for entry in ledger if "step" in entry.body]
        except NoLedgerError:
            return []

    def acknowledged(self) -> list[int]:
        """Return the steps that were acknowledged."""
        return [int(line) for line in self.acknowledgements.read_text().split()] if self.begun() else []

    def begun(self) -> bool:
        """Tell whether it came to an acknowledgement at all."""
        return self.acknowledgements.exists()

    def state(self) -> State:
        """Return what verification says; a ledger that was not even made is intact."""
        try:
            with LedgerReader.read(self.ledger) as ledger:
                current_key(ledger, self.keys)
                return verify_ledger(ledger).state
        except NoLedgerError:
            return State.INTACT


def child(work: Callable[[], None], instead: Fault | None = None) -> int:
    """Do something in a child of this process; return its exit status, negative where a signal ended it."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        kept = replace_writes(instead) if instead is not None else None
        work()
        del kept
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent is to know
        sys.stderr.write(f"{error!r}\n")
        os._exit(1)


def faults_of_kill(day: Day, at: int) -> Iterator[str]:
    """Kill the day in a write and say what that has hurt; then live the rest of it."""
    if child(day.live, killing(at)) != -KILLED:
        yield "it was not killed"
    acknowledged, steps = day.acknowledged(), day.steps()
    if steps not in (acknowledged, [*acknowledged, len(acknowledged)]):
        yield f"acknowledged {acknowledged}, on the ledger {steps}"
    if (state := day.state()) not in {State.INTACT, State.UNFINISHED}:
        yield f"verification says {state}"
    if state is State.UNFINISHED:
        (day.ledger.parent.parent / f"unfinished-{at}").touch()
    if child(day.live) != 0:
        yield "the day could not go on"


def faults_of_full_disk(day: Day, at: int) -> Iterator[str]:
    """Live the day with a disk that is full for a moment, and go on when a write has failed."""
    if child(lambda: live_on(day), filling(at)) != 0:
        yield "the day could not go on"


def live_on(day: Day) -> None:
    """Live the day, and begin again where it was stopped by a full disk, as somebody would who has made room."""
    for _ in range(3):
        try:
            return day.live()
        except OSError as error:
            if error.errno != errno.ENOSPC:
                raise
            if day.steps() != day.acknowledged():
                raise AssertionError(f"{day.steps()} are there, {day.acknowledged()} acknowledged") from error
    raise AssertionError("the disk stayed full")


def faults_at_the_end(day: Day) -> Iterator[str]:
    """Say what is wrong when the day was lived to its end."""
    if day.steps() != list(range(day.entries)):
        yield f"at the end the ledger has {day.steps()}"
    if (state := day.state()) is not State.INTACT:
        yield f"at the end verification says {state}"


def writes_of(work: Callable[[], None], tally: Path) -> int:
    """Return how many writes SQLite makes in some work; they are counted in a file."""

    def write(descriptor: int, address: int, length: int, offset: int) -> int:
        with tally.open("ab") as file:
            file.write(b".")
        return int(LIBC.pwrite64(descriptor, address, length, offset))

    assert child(work, write) == 0
    return tally.stat().st_size if tally.exists() else 0


def day_in(scratch: Path, name: str, entries: int) -> Day:
    """Return a day in a new folder."""
    (scratch / name).mkdir()
    return Day(scratch / name, entries)


def main(mode: str, scratch: Path, entries: int, stride: int) -> dict[str, Any]:
    """Try every `stride`th write of the day, each in a new folder."""
    total = writes_of(day_in(scratch, "whole", entries).live, scratch / "writes")
    attempt = {"kill": faults_of_kill, "full": faults_of_full_disk}[mode]
    faults = []
    for at in range(1, total + 1, stride):
        day = day_in(scratch, str(at), entries)
        faults += [f"write {at}: {fault}" for fault in (*attempt(day, at), *faults_at_the_end(day))]
        shutil.rmtree(day.ledger.parent)
    return {"writes": total, "unfinished": len(list(scratch.glob("unfinished-*"))), "faults": faults}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))))
