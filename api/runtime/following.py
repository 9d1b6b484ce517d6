"""Waking those who follow the changes: threads write, tasks of one event loop wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from custody.records import changes
from custody.records.database import Records


class Follower:
    """Tells tasks of one event loop that there are new rows in `changes`."""

    def __init__(self, records: Records) -> None:
        """Follow a database; to be made in the event loop whose tasks wait."""
        self._records = records
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        records.after_commit(self._tell)

    async def ids(self) -> AsyncIterator[int]:
        """Give the newest id at the beginning, and whenever it has grown."""
        last: int | None = None
        while True:
            news = self._news
            newest = await asyncio.to_thread(self._newest)
            if newest != last:
                last = newest
                yield newest
            await news.wait()

    def _newest(self) -> int:
        with self._records.read() as connection:
            return changes.newest_id(connection)

    def _tell(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        """Wake all who wait; whoever waits from now on waits for the next."""
        news, self._news = self._news, asyncio.Event()
        news.set()
