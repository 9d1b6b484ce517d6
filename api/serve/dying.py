"""How the processes of the service end: when one of their threads fails, and without taking the libraries down.

Half of a process alive would look as if it worked. Taking libraries down takes seconds in which nothing is recorded.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Final, NoReturn

import structlog

FAILED: Final = 70
"""Exit status: EX_SOFTWARE of sysexits.h."""

_log = structlog.get_logger(__name__)


def end_with_any_thread() -> None:
    """From now on, end the process at once where a thread raises; the supervisor starts it anew."""
    threading.excepthook = _failed


def end_now(status: int) -> NoReturn:
    """End this process, in which everything has been closed that has to be."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _failed(args: threading.ExceptHookArgs) -> None:
    name = "" if args.thread is None else args.thread.name
    _log.error("process.thread_failed", thread=name, error=repr(args.exc_value), exc_info=args.exc_value)
    os._exit(FAILED)
