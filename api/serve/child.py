"""One process under supervision: started, listened to, and started anew when it ended, hangs or grows too large."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from api.serve.plan import surroundings
from api.serve.pulse import Beat, Ear, Told
from streams.backoff import BackoffSettings, wait_s

_log = structlog.get_logger(__name__)

CANNOT_START: Final = 71
"""In place of the status of a process that could not be started: EX_OSERR of sysexits.h."""

_BACKOFF: Final = BackoffSettings(first_s=0.5, longest_s=10.0)
_STEADY_S: Final = 60.0
"""A process that has lived this long has begun well, and the next wait is the first one again."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a process is taken for broken. largest_bytes: of its resident memory.

    begins_within_s is long: a machine that is busy loads slowly, and begins no sooner for being made to begin again.
    """

    begins_within_s: float = 180.0
    beats_within_s: float = 8.0
    largest_bytes: int = 2 << 30


Command = Callable[[int], Sequence[str]]
"""Returns the command of a process, given the descriptor of its pulse."""


class Child:
    """One process and its successors."""

    def __init__(self, name: str, command: Command, limits: Limits, held: Sequence[int]) -> None:
        """Take what is started as `name`; held: descriptors that it inherits and keeps open."""
        self.name = name
        self._command = command
        self._limits = limits
        self._held = tuple(held)
        self._process: subprocess.Popen[bytes] | None = None
        self._ear: Ear | None = None
        self._began_s = 0.0
        self._beaten_s: float | None = None
        self._attempt = 0
        self._due_s = 0.0
        self._leaves_s = 0.0
        self.has_begun = False
        self.status: int | None = None

    @property
    def ear(self) -> Ear | None:
        """Where it is listened to, while it runs."""
        return self._ear

    @property
    def is_due(self) -> bool:
        """Whether there is no process and it is time to start one."""
        return self._process is None and time.monotonic() >= self._due_s

    @property
    def is_beginning(self) -> bool:
        """Whether there is a process that has not told anything yet."""
        return self._process is not None and self._beaten_s is None

    def tend(self) -> None:
        """Note where it has ended by itself, and kill it where it hangs or is too large."""
        now_s = time.monotonic()
        if self._process is None:
            return
        if self._process.poll() is not None:
            self._ended(self._process.returncode, now_s)
        elif (fault := self._fault(now_s)) is not None:
            _log.error("supervisor.killed", process_name=self.name, pid=self._process.pid, reason=fault)
            self._process.kill()
            self._ended(self._process.wait(), now_s)

    def hear(self) -> list[Told]:
        """Return what it has told, but for that it works, which is noted."""
        told = [] if self._ear is None else self._ear.hear()
        if told:
            self._beaten_s = time.monotonic()
            self.has_begun = True
        return [one for one in told if not isinstance(one, Beat)]

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        if self._process is not None:
            self._process.send_signal(number)

    def restart(self) -> None:
        """End it in order; what is to run by now is started when it has ended."""
        self._attempt = 0
        self.signal(signal.SIGTERM)

    def leave(self, within_s: float) -> None:
        """Tell it to end for good; `has_left` kills it when it takes longer than this."""
        self._leaves_s = time.monotonic() + within_s
        self.signal(signal.SIGTERM)

    def has_left(self) -> bool:
        """Tell whether it has ended, which it was told."""
        if self._process is None:
            return True
        if self._process.poll() is None and time.monotonic() >= self._leaves_s:
            _log.error(
                "supervisor.killed", process_name=self.name, pid=self._process.pid, reason="it did not end in time"
            )
            self._process.kill()
            self._process.wait()
        if self._process.returncode is None:
            return False
        self._gone(self._process.returncode)
        return True

    def start(self, site: bytes) -> None:
        """Start it, or later where the machine has no room for it. site: the site file in force."""
        self._began_s, self._beaten_s = time.monotonic(), None
        heard, told = os.pipe()
        self._ear = Ear(heard)
        try:
            self._process = self._opened(site, told)
        except OSError as error:
            _log.error("supervisor.cannot_start", process_name=self.name, reason=str(error))
            self._ended(CANNOT_START, self._began_s)
        else:
            _log.info("supervisor.started", process_name=self.name, pid=self._process.pid)
        finally:
            os.close(told)

    def _opened(self, site: bytes, told: int) -> subprocess.Popen[bytes]:
        with os.fdopen(os.memfd_create("site"), "w+b") as content:
            content.write(site)
            content.seek(0)
            return subprocess.Popen(  # noqa: S603 - our own program
                self._command(told),
                stdin=content,
                pass_fds=(told, *self._held),
                env=surroundings(),
                process_group=0,
            )

    def _gone(self, status: int) -> None:
        """Note that there is no process any more."""
        if self._ear is not None:
            self._ear.close()
        self._process = self._ear = None
        self.status = status

    def _ended(self, status: int, now_s: float) -> None:
        """Note that it has ended by itself, and when another is due."""
        self._gone(status)
        lived_s = now_s - self._began_s
        self._attempt = 1 if lived_s >= _STEADY_S else self._attempt + 1
        delay_s = wait_s(_BACKOFF, self._attempt, random.random())  # noqa: S311 - spreads restarts, guards nothing
        self._due_s = now_s + delay_s
        _log.warning(
            "supervisor.ended",
            process_name=self.name,
            status=status,
            lived_s=round(lived_s, 1),
            restart_in_s=round(delay_s, 1),
        )

    def _fault(self, now_s: float) -> str | None:
        """Say why it must be killed, None where it works."""
        limits = self._limits
        if self._beaten_s is None:
            late = now_s - self._began_s > limits.begins_within_s
            return f"it has not begun within {limits.begins_within_s:g} s" if late else None
        if now_s - self._beaten_s > limits.beats_within_s:
            return f"it has done nothing for {limits.beats_within_s:g} s"
        if self._process is not None and _resident_bytes(self._process.pid) > limits.largest_bytes:
            return f"it takes more than {limits.largest_bytes >> 20} MiB of memory"
        return None


def _resident_bytes(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0  # it has just ended
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
