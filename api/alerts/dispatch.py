"""Emptying the outbox to all destinations at once, and over to new ones when the site file changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any, Final

import structlog

from api.alerts.channels import channel_maker
from api.alerts.mirror import Mirror
from api.alerts.pictures import OfficePictures
from api.alerts.sender import Sender
from api.alerts.settings import Mqtt
from api.runtime.clock_watch import ClockWatch
from api.runtime.office import LiveOffice
from api.runtime.tasks import Run, for_ever, run_together
from api.site import Site
from custody.records import outbox

LONGEST_WAIT_S: Final = 60.0
"""How long nobody looks at the outbox at most: clocks may be set."""

KEPT_MS: Final = 30 * 24 * 3_600_000
"""How long what was delivered, withdrawn or given up is kept."""

TIDIED_EVERY_MS: Final = 24 * 3_600_000

_log = structlog.get_logger(__name__)


class Dispatch:
    """Sends what is owed in an office. site: the one that is in force at that moment."""

    def __init__(self, office: LiveOffice, site: Callable[[], Site]) -> None:
        self._office = office
        self._site = site
        self._make_channel = channel_maker(OfficePictures(office), office.now_ms)
        self._clock_watch = ClockWatch(office.now_ms)
        self._tidied_ms = 0
        self._news = asyncio.Event()

    def wake(self) -> None:
        """Have everybody look for what is due, and whether the site file is another."""
        news, self._news = self._news, asyncio.Event()
        news.set()

    async def run(self) -> None:
        """Send until cancelled."""
        await run_together(_for_ever("changes", self._listen), _for_ever("outbox", self._serve))

    async def _listen(self) -> None:
        async for _ in self._office.on_change():
            self.wake()

    async def _serve(self) -> None:
        """Send by one site file, until another is in force."""
        site = self._site()
        await asyncio.to_thread(self._tidy, site, is_fresh=True)
        senders = [_for_ever(name, run) for name, run in self._runs(site)]
        await run_together(*senders, self._until_another(site))

    async def _until_another(self, site: Site) -> None:
        """Keep the outbox tidy, until another site file is in force."""
        while True:
            news = self._news
            if self._site() is not site:
                return
            if self._office.now_ms() - self._tidied_ms >= TIDIED_EVERY_MS:
                await asyncio.to_thread(self._tidy, site, is_fresh=False)
            await _first_of(news, LONGEST_WAIT_S)

    def _runs(self, site: Site) -> Iterator[tuple[str, Run]]:
        """Give what has to run for each destination."""
        for name, settings in site.alerts.destinations.items():
            sender = Sender(name, self._make_channel(settings), self._office.records, site, self._office.now_ms)
            yield name, partial(self._follow, name, sender)
            if isinstance(settings, Mqtt):
                yield name, Mirror(name, settings, self._office, site).run

    async def _follow(self, name: str, sender: Sender) -> None:
        """Send to one destination what is due, and wait for more."""
        news = self._news
        if (step_ms := self._clock_watch.stepped_ms()) != 0:
            _log.warning("alert.clock_set", by_ms=step_ms)
            await asyncio.to_thread(self._shift, step_ms)
        await sender.send_due()
        await _first_of(news, await asyncio.to_thread(self._wait_s, name, sender.resting_until_ms))

    def _wait_s(self, name: str, resting_until_ms: int) -> float:
        """Return how long there is nothing to do for a destination, as far as is known."""
        now_ms = self._office.now_ms()
        with self._office.records.read() as connection:
            next_ms = outbox.next_at_ms(connection, name, now_ms)
        moments = [moment for moment in (next_ms, resting_until_ms) if moment is not None and moment > now_ms]
        return min([LONGEST_WAIT_S, *((moment - now_ms) / 1000 for moment in moments)])

    def _shift(self, by_ms: int) -> None:
        with self._office.records.write() as connection:
            outbox.shift(connection, by_ms)

    def _tidy(self, site: Site, *, is_fresh: bool) -> None:
        """Give up what is for destinations that the site file has no more, and remove what is long done with.

        is_fresh: the site file is new, so what has failed is tried anew at once.
        """
        now_ms = self._office.now_ms()
        with self._office.records.write() as connection:
            for destination in outbox.destinations(connection) - site.alerts.destinations.keys():
                reason = f"the site file has no destination {destination} any more"
                outbox.give_up(connection, destination, now_ms, reason)
            if is_fresh:
                outbox.hasten(connection, now_ms)
            outbox.prune(connection, now_ms - KEPT_MS)
        self._tidied_ms = now_ms


def _for_ever(name: str, run: Run) -> Coroutine[Any, Any, None]:
    return for_ever(run, lambda: _log.exception("alert.task_failed", task=name))


async def _first_of(news: asyncio.Event, wait_s: float) -> None:
    """Wait for news, and no longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(wait_s):
            await news.wait()
