"""How far a long run is: bars on a terminal, a quiet line now and then elsewhere. Always on stderr."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

STEP = 0.25
"""The part of a clip between two lines where there is no terminal."""


class Bars:
    """One bar a camera, its length in seconds of capture time. For a terminal."""

    def __init__(self, console: Console, start_ms: int) -> None:
        self._start_ms = start_ms
        self._tasks: dict[str, TaskID] = {}
        self._rich = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f} s"),
            TimeRemainingColumn(),
            console=console,
        )

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rich.stop()

    def advance(self, camera: str, captured_at_ms: int, of_ms: int | None) -> None:
        """Move a camera's bar; where the end is unknown it only shows that something moves."""
        if camera not in self._tasks:
            self._tasks[camera] = self._rich.add_task(camera, total=None)
        total = None if of_ms is None else (of_ms - self._start_ms) / 1000
        self._rich.update(self._tasks[camera], completed=(captured_at_ms - self._start_ms) / 1000, total=total)


class Lines:
    """One line a quarter of each clip. For logs and pipes."""

    def __init__(self, console: Console, start_ms: int) -> None:
        self._console = console
        self._start_ms = start_ms
        self._told: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    def advance(self, camera: str, captured_at_ms: int, of_ms: int | None) -> None:
        """Write a line when a camera has passed the next quarter."""
        if of_ms is None or of_ms <= self._start_ms:
            return
        steps = int((captured_at_ms - self._start_ms) / (of_ms - self._start_ms) / STEP)
        if steps > self._told.get(camera, 0):
            self._told[camera] = steps
            self._console.print(f"{camera}: {min(1.0, steps * STEP):.0%}", highlight=False, markup=False)


def progress_on(console: Console, start_ms: int) -> Bars | Lines:
    """Return bars for a terminal and lines for anything else. start_ms: UTC ms at which the clips begin."""
    return Bars(console, start_ms) if console.is_terminal else Lines(console, start_ms)
