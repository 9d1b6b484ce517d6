"""One process under supervision: what it is killed for, and when another one is started."""

from __future__ import annotations

import select
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from api.serve.child import CANNOT_START, Child, Limits
from api.serve.pulse import Told, Wanted

T = TypeVar("T")

BEATS = 'import os, sys, time; beat = lambda: os.write(int(sys.argv[1]), b\'{"type": "Beat"}\\n\'); '
WITHIN_S = 10


@contextmanager
def child(script: str, limits: Limits | None = None) -> Iterator[Child]:
    """Start a script under supervision."""

    def command(pulse: int) -> list[str]:
        return [sys.executable, "-c", BEATS + script, str(pulse)]

    one = Child("camera.test", command, limits or Limits(), ())
    one.start(b"site: {}")
    try:
        yield one
    finally:
        one.leave(0)
        until(one.has_left)


def until(condition: Callable[[], T]) -> T:
    """Wait until something is true; return that."""
    deadline = time.monotonic() + WITHIN_S
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found


def told(one: Child) -> list[Told]:
    """Return what it has told by now."""
    is_readable = one.ear is not None and select.select([one.ear.descriptor], [], [], 0)[0]
    return one.hear() if is_readable else []


def has_begun(one: Child) -> bool:
    """Listen once; tell whether it has told something."""
    told(one)
    return one.has_begun


def ended(one: Child) -> bool:
    """Look after it once; tell whether it has ended."""
    told(one)
    one.tend()
    return one.ear is None


def test_what_works_is_left_alone_and_has_begun_when_it_has_told_something() -> None:
    with child("beat(); time.sleep(60)") as one:
        assert one.is_beginning
        until(lambda: has_begun(one))
        one.tend()
        assert (one.is_beginning, one.is_due, one.status) == (False, False, None)


def test_it_has_the_site_file_in_force_on_standard_input() -> None:
    with child("beat(); sys.exit(len(sys.stdin.read()))") as one:
        until(lambda: ended(one))
        assert one.status == len("site: {}")


def test_one_that_ends_is_due_again_after_a_wait_that_grows_while_it_keeps_dying() -> None:
    with child("sys.exit(3)") as one:
        waits = []
        for _ in range(3):
            until(lambda: ended(one))
            began_s = time.monotonic()
            until(lambda: one.is_due)
            waits.append(time.monotonic() - began_s)
            one.start(b"")
        assert one.status == 3
        assert waits[0] < 0.6 < waits[2]


def test_one_that_cannot_be_started_is_tried_again() -> None:
    one = Child("camera.test", lambda _pulse: ["/nowhere/python"], Limits(), ())
    one.start(b"")
    assert (one.ear, one.status, one.is_due) == (None, CANNOT_START, False)
    until(lambda: one.is_due)


def test_one_that_does_nothing_is_killed() -> None:
    with child("beat(); time.sleep(60)", Limits(beats_within_s=0.3)) as one:
        until(lambda: ended(one))
        assert (one.status, one.has_begun) == (-9, True)


def test_one_that_does_not_begin_is_killed() -> None:
    with child("time.sleep(60)", Limits(begins_within_s=0.3)) as one:
        until(lambda: ended(one))
        assert (one.status, one.has_begun) == (-9, False)


def test_one_that_takes_too_much_memory_is_killed() -> None:
    script = "beat(); kept = []\nwhile True: beat(); kept.append(b'x' * 10_000_000); time.sleep(0.02)"
    with child(script, Limits(largest_bytes=100 << 20)) as one:
        until(lambda: ended(one))
        assert one.status == -9


def test_one_that_does_not_leave_in_time_is_killed() -> None:
    with child("import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); beat(); time.sleep(60)") as one:
        until(lambda: has_begun(one))
        one.leave(0.3)
        assert not one.has_left()
        until(one.has_left)
        assert one.status == -9


def test_what_is_wanted_is_heard_however_long_it_is() -> None:
    wanted = 'b\'{"type": "Wanted", "site": "\' + b"x" * 30_000 + b\'", "cameras": {}}\\n\''
    with child(f"os.write(int(sys.argv[1]), {wanted}); beat(); time.sleep(60)") as one:
        assert until(lambda: told(one)) == [Wanted("x" * 30_000, {})]
