"""Structured logs: one JSON object a line, with a dotted event name, into the journal or a file that rotates by size.

Several processes write to one file: each line is one append, which the kernel does not mix with another's. Whoever
finds the file too large puts a new one in its place, and the others notice that theirs no longer has the name.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import sys
import threading
from pathlib import Path
from typing import Any, Final

import structlog

from api.secret import masked

LARGEST_BYTES: Final = 16 << 20
LOG: Final = "kuraban.log"
KEPT: Final = 5
"""How many older files are kept, the newest as NAME.1."""


class LogFile:
    """A file to append lines to. Threads and processes may share one."""

    def __init__(self, path: Path, largest_bytes: int = LARGEST_BYTES, kept: int = KEPT) -> None:
        self._path = path
        self._largest_bytes = largest_bytes
        self._kept = kept
        self._turn = threading.Lock()
        self._descriptor = self._open()

    def msg(self, message: str) -> None:
        """Append a line. A disk that is full loses it: what is logged never stops what is done."""
        try:
            with self._turn:
                self._follow()
                os.write(self._descriptor, f"{message}\n".encode())
        except OSError as error:
            print(f"{self._path}: {error.strerror}: {message}", file=sys.stderr)  # noqa: T201 - the last resort

    log = debug = info = warning = error = critical = exception = msg

    def close(self) -> None:
        """Close the file."""
        os.close(self._descriptor)

    def _open(self) -> int:
        return os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)

    def _follow(self) -> None:
        """Go on in the file that has the name now, after putting a new one there where it is too large."""
        if not self._is_current():
            self._reopen()
        if os.fstat(self._descriptor).st_size < self._largest_bytes:
            return
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)  # given up when the descriptor is closed
        if self._is_current():  # nobody else was quicker
            self._shift()
        self._reopen()

    def _is_current(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def _shift(self) -> None:
        for number in range(self._kept - 1, 0, -1):
            older = self._numbered(number)
            if older.exists():
                older.replace(self._numbered(number + 1))
        self._path.replace(self._numbered(1))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")

    def _reopen(self) -> None:
        before, self._descriptor = self._descriptor, self._open()
        os.close(before)


def log_file(data: Path) -> Path | None:
    """Return the log of a data folder; None where a program reads standard error, as the journal or Docker does."""
    return data / LOG if sys.stderr.isatty() else None


_WITHOUT_VALUES: Final = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
"""How a traceback is told: local variables may hold a password."""


def begin_logging(process: str, file: Path | None, level: int = logging.INFO) -> None:
    """Send what this process logs as JSON lines to a file, or to standard error where there is none.

    process: what it is called in every line, as `core` or `camera.counter`.
    """
    logger = structlog.WriteLogger(sys.stderr) if file is None else LogFile(file)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.ExceptionRenderer(_WITHOUT_VALUES),
            _named(process),
            structlog.processors.JSONRenderer(serializer=_as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: logger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, FromLibraries)]:
        root.removeHandler(handler)
    root.addHandler(FromLibraries(logging.WARNING))


class FromLibraries(logging.Handler):
    """Tells what libraries warn of as lines of ours, `library.logged`, without a password in an address."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it."""
        traceback = {} if record.exc_info is None else {"exc_info": record.exc_info}
        log = structlog.get_logger(__name__)
        log.log(record.levelno, "library.logged", logger=record.name, says=masked(record.getMessage()), **traceback)


def _named(process: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"at": event.pop("at"), "process": process, **event}

    return add


def _as_json(event: Any, default: Any) -> str:
    return json.dumps(event, ensure_ascii=False, default=default)
