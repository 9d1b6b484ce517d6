"""Alerts of the running office: the outbox is emptied to all destinations side by side."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Final

import structlog

from api.alerts.alert import MakeChannel
from api.alerts.mirror import Mirror
from api.alerts.sender import Sender
from api.alerts.settings import Mqtt
from api.runtime.office import LiveOffice
from api.site import Site
from custody.errors import LedgerError
from custody.records import outbox

LONGEST_WAIT_S: Final = 60.0
"""How long a sender waits at most before it looks again: clocks may be set."""

KEPT_MS: Final = 30 * 24 * 3_600_000
"""How long what was delivered, withdrawn or given up is kept."""

TIDIED_EVERY_MS: Final = 24 * 3_600_000

_log = structlog.get_logger(__name__)


class Alerting:
    """Sends what is owed, while `run` runs. It is made in the event loop in which that is."""

    def __init__(self, office: LiveOffice, make_channel: MakeChannel) -> None:
        self._office = office
        self._make_channel = make_channel
        self._served: Site | None = None
        self._tidied_ms = 0
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Send until cancelled; goes over to new settings when the office does."""
        try:
            async for _ in self._office.on_change():
                if self._office.site is not self._served:
                    await self._serve(self._office.site)
                if self._office.now_ms() - self._tidied_ms >= TIDIED_EVERY_MS:
                    await asyncio.to_thread(self._tidy, is_fresh=False)
                self.wake()
        finally:
            await self._stop()

    def wake(self) -> None:
        """Have every destination look for what is due."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def _serve(self, site: Site) -> None:
        await self._stop()
        self._served = site
        office = self._office
        await asyncio.to_thread(self._tidy, is_fresh=True)
        for name, settings in site.alerts.destinations.items():
            channel = self._make_channel(settings)
            sender = Sender(name, channel, office.records, lambda: office.site, office.now_ms)
            self._start(name, self._follow(name, sender))
            if isinstance(settings, Mqtt):
                self._start(name, Mirror(name, settings, office).run())

    def _start(self, destination: str, runs: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(runs, name=f"alerts to {destination}")
        task.add_done_callback(_log_failure)
        self._tasks.append(task)

    def _tidy(self, *, is_fresh: bool) -> None:
        """Give up what is for destinations that the site file has no more, and remove what is long done with.

        is_fresh: the settings are new, so what has failed is tried anew at once.
        """
        now_ms, known = self._office.now_ms(), self._office.site.alerts.destinations
        try:
            with self._office.records.write() as connection:
                for destination in outbox.destinations(connection) - known.keys():
                    reason = f"the site file has no destination {destination} any more"
                    outbox.give_up(connection, destination, now_ms, reason)
                if is_fresh:
                    outbox.hasten(connection, now_ms)
                outbox.prune(connection, now_ms - KEPT_MS)
        except (OSError, LedgerError) as error:
            _log.error("alert.outbox_unwritable", reason=str(error))  # tidied with the next change
        else:
            self._tidied_ms = now_ms

    async def _follow(self, name: str, sender: Sender) -> None:
        while True:
            news = self._news
            try:
                await sender.send_due()
                wait_s = await asyncio.to_thread(self._wait_s, name, sender.resting_until_ms)
            except Exception:  # noqa: BLE001  a fault of a channel, or a full disk, must not silence it for ever
                _log.exception("alert.sender_failed", destination=name)
                wait_s = LONGEST_WAIT_S
            await _first_of(news, wait_s)

    def _wait_s(self, name: str, resting_until_ms: int) -> float:
        """Return how long there is nothing to do for a destination, as far as is known."""
        now_ms = self._office.now_ms()
        with self._office.records.read() as connection:
            next_ms = outbox.next_at_ms(connection, name, now_ms)
        moments = [moment for moment in (next_ms, resting_until_ms) if moment is not None and moment > now_ms]
        return min([LONGEST_WAIT_S, *((moment - now_ms) / 1000 for moment in moments)])

    async def _stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("alert.task_failed", task=task.get_name(), exc_info=error)


async def _first_of(news: asyncio.Event, wait_s: float) -> None:
    """Wait for news, and no longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            await news.wait()
