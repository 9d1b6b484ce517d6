"""The supervisor: starts the core and the cameras, watches them, starts them anew, and ends them in order.

It opens no stream and no database, so there is little in it that could fail. It ends by SIGTERM or SIGINT; SIGHUP has
the core read the site file again.
"""

from __future__ import annotations

import os
import selectors
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Final

import structlog

from api.exits import BAD_INPUT
from api.serve.child import Child, Limits
from api.serve.plan import Plan
from api.serve.pulse import Wanted

LOOKS_EVERY_S: Final = 0.2
MOST_BEGINNING: Final = max(2, os.cpu_count() or 1)
"""Processes that begin side by side: more would only wait for each other, and the first camera be seen later."""

CAMERAS_END_WITHIN_S: Final = 10.0
"""To finish what they record."""

CORE_ENDS_WITHIN_S: Final = 10.0
"""To write what waits, after the cameras have told their last."""

_CAMERA: Final = Limits()
_CORE: Final = Limits(largest_bytes=4 << 30)
_log = structlog.get_logger(__name__)


class Supervisor:
    """The processes of one service."""

    def __init__(self, plan: Plan, wanted: Wanted, lock: int) -> None:
        """Take what is to run. lock: a descriptor that every child holds, until the last of them has gone."""
        self._plan = plan
        self._wanted = wanted
        self._lock = lock
        self._core = Child("core", plan.core, _CORE, (lock,))
        self._cameras: dict[str, Child] = {}
        self._leaving: list[Child] = []
        self._stopping = False

    def run(self) -> int:
        """Run until told to end; return the exit status."""
        self._arrange(self._wanted, Wanted("", {}))
        with self._signals():
            while not self._stopping:
                self._tend()
                if not self._core.has_begun and self._core.status == BAD_INPUT:
                    break  # it has said what it cannot begin with
                self._listen()
        self._end()
        return 0 if self._stopping else BAD_INPUT

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def stop(_number: int, _frame: FrameType | None) -> None:
            self._stopping = True

        def reload(_number: int, _frame: FrameType | None) -> None:
            self._core.signal(signal.SIGHUP)

        handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _children(self) -> list[Child]:
        return [self._core, *self._cameras.values(), *self._leaving]

    def _tend(self) -> None:
        site = self._wanted.site.encode()
        children = [self._core, *self._cameras.values()]
        for child in children:
            child.tend()
        self._leaving = [child for child in self._leaving if not child.has_left()]
        leaving = {child.name for child in self._leaving}
        beginning = sum(child.is_beginning for child in children)
        for child in children:
            if child.is_due and child.name not in leaving and beginning < MOST_BEGINNING:
                child.start(site)
                beginning += 1

    def _listen(self) -> None:
        """Hear what the children tell for a moment."""
        with selectors.DefaultSelector() as selector:
            for child in self._children():
                if child.ear is not None:
                    selector.register(child.ear.descriptor, selectors.EVENT_READ, child)
            for key, _ in selector.select(LOOKS_EVERY_S):
                for told in key.data.hear():
                    if isinstance(told, Wanted):
                        before, self._wanted = self._wanted, told
                        self._arrange(told, before)

    def _arrange(self, wanted: Wanted, before: Wanted) -> None:
        """Have the cameras run that are wanted by now; those that nothing has changed for are not touched."""
        for name in before.cameras.keys() - wanted.cameras.keys():
            camera = self._cameras.pop(name)
            camera.leave(CAMERAS_END_WITHIN_S)
            self._leaving.append(camera)
        for name, digest in wanted.cameras.items():
            if name not in self._cameras:
                command = partial(self._plan.camera, name)
                self._cameras[name] = Child(f"camera.{name}", command, _CAMERA, (self._lock,))
            elif digest != before.cameras[name]:
                self._cameras[name].restart()

    def _end(self) -> None:
        """End the cameras, then the core."""
        _log.info("supervisor.ending")
        for camera in self._cameras.values():
            camera.leave(CAMERAS_END_WITHIN_S)
        _await_all((*self._cameras.values(), *self._leaving))
        self._core.leave(CORE_ENDS_WITHIN_S)
        _await_all((self._core,))
        _log.info("supervisor.ended_all")


def _await_all(children: Sequence[Child]) -> None:
    """Wait until all have left; each has its own time for that."""
    while not all(child.has_left() for child in children):
        time.sleep(LOOKS_EVERY_S / 4)
