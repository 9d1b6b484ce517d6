"""Alerts of the running office: what is owed is put into the outbox, and sent to all destinations side by side."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from sqlalchemy.engine import Connection

from api.alerts.dispatch import Dispatch
from api.alerts.owing import owe_what_is_due
from api.runtime.office import LiveOffice
from api.runtime.tasks import beside
from api.site import Site
from vision.incidents import Incident


class Alerting:
    """Alerts by the site file in force. Made before the office is opened, so that it hears of every incident."""

    def __init__(self, site: Site, now_ms: Callable[[], int]) -> None:
        self._site = site
        self._now_ms = now_ms
        self._wake: Callable[[], object] = lambda: None

    def hear(self, connection: Connection, incident: Incident) -> None:
        """Put into the outbox what is owed of an incident; a Hook of `projection`."""
        owe_what_is_due(connection, incident, self._site, self._now_ms())

    def put_in_force(self, site: Site) -> None:
        """Go by another site file from now on; from any thread."""
        self._site = site
        self._wake()

    @contextlib.asynccontextmanager
    async def sending(self, office: LiveOffice) -> AsyncIterator[None]:
        """Send what is owed, while a block runs."""
        dispatch, loop = Dispatch(office, lambda: self._site), asyncio.get_running_loop()
        self._wake = lambda: loop.call_soon_threadsafe(dispatch.wake)
        try:
            async with beside(dispatch.run()):
                yield
        finally:
            self._wake = lambda: None
