"""A process of the service ends when one of its threads fails: half of it alive would look as if it worked."""

from __future__ import annotations

import os
import threading
from typing import Final

import structlog

FAILED: Final = 70
"""Exit status: EX_SOFTWARE of sysexits.h."""

_log = structlog.get_logger(__name__)


def end_with_any_thread() -> None:
    """From now on, end the process at once where a thread raises; the supervisor starts it anew."""
    threading.excepthook = _failed


def _failed(args: threading.ExceptHookArgs) -> None:
    name = "" if args.thread is None else args.thread.name
    _log.error("process.thread_failed", thread=name, error=repr(args.exc_value), exc_info=args.exc_value)
    os._exit(FAILED)
