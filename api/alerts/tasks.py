"""Running things side by side in an event loop, and ending them for certain.

Before Python 3.12 `asyncio.wait_for`, which MQTT's library uses, may swallow a cancellation (bpo-37658). A TaskGroup
cancels once and would then wait for ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, Final

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
