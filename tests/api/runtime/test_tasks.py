"""Things that run side by side end for certain, also where one swallows its cancellation."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from api.runtime import tasks
from api.runtime.tasks import beside, end, for_ever, run_together


async def stubborn(ended: list[str]) -> None:
    """Swallow the first cancellation, as `asyncio.wait_for` may."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(60)
    try:
        await asyncio.sleep(60)
    finally:
        ended.append("stubborn")


async def failing() -> None:
    raise OSError("the disk is full")


def test_when_one_fails_the_others_end_and_its_error_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_AGAIN_S", 0.01)
    ended: list[str] = []

    async def run() -> None:
        with pytest.raises(OSError, match="the disk is full"):
            await run_together(stubborn(ended), failing())

    asyncio.run(run())
    assert ended == ["stubborn"]


def test_a_cancellation_reaches_what_swallows_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_AGAIN_S", 0.01)
    ended: list[str] = []

    async def run() -> None:
        together = asyncio.create_task(run_together(stubborn(ended), stubborn(ended)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await end([together])
        assert together.cancelled()

    asyncio.run(run())
    assert ended == ["stubborn", "stubborn"]


def test_what_fails_is_run_again_and_its_fault_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_RESTS_S", 0.0)
    happened: list[str] = []

    async def run_it() -> None:
        happened.append("run")
        if len(happened) < 4:
            raise OSError("the disk is full")
        await asyncio.sleep(60)

    async def run() -> None:
        async with beside(for_ever(run_it, lambda: happened.append("told"))):
            while len(happened) < 5:  # noqa: ASYNC110 - a list tells nobody
                await asyncio.sleep(0)

    asyncio.run(run())
    assert happened == ["run", "told", "run", "told", "run"]
