"""Running things side by side in an event loop, and ending them for certain.

Before Python 3.12 `asyncio.wait_for`, which MQTT's library uses, may swallow a cancellation (bpo-37658). A TaskGroup
cancels once and would then wait for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from typing import Any, Final

Run = Callable[[], Awaitable[None]]

_RESTS_S: Final = 5.0
"""How long something that has failed rests before it is run again."""

_AGAIN_S: Final = 2.0
"""How long a task has to end before it is cancelled again."""


async def run_together(*runs: Coroutine[Any, Any, None]) -> None:
    """Run things until one of them ends, or this is cancelled; then end the others. Raises what the first raised."""
    tasks = [asyncio.create_task(run) for run in runs]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        first = [task for task in tasks if task.done()]
        await end(tasks)
    for task in first:
        task.result()


@asynccontextmanager
async def beside(runs: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run something beside a block, and end it with the block."""
    task = asyncio.create_task(runs)
    try:
        yield
    finally:
        await end([task])


async def for_ever(run: Run, failed: Callable[[], object]) -> None:
    """Run something again and again: a fault of ours, or a full disk, ends nothing for good. failed: logs it."""
    while True:
        try:
            await run()
        except Exception:  # noqa: BLE001 - see above
            failed()
            await asyncio.sleep(_RESTS_S)


async def end(tasks: Iterable[asyncio.Task[None]]) -> None:
    """Cancel tasks until all of them have ended, even if this is cancelled meanwhile."""
    interruption: asyncio.CancelledError | None = None
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        try:
            await asyncio.wait(pending, timeout=_AGAIN_S)
        except asyncio.CancelledError as error:
            interruption = error
    if interruption is not None:
        raise interruption
