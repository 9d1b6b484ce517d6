"""Telling whatever else Apprise can reach: chats, telephones, pagers. Apprise is an extra."""

from __future__ import annotations

import asyncio

from api.alerts import wording
from api.alerts.alert import Alert
from api.alerts.errors import UnreachableError
from api.alerts.settings import Apprise


class AppriseChannel:
    """Tells one address of Apprise."""

    def __init__(self, settings: Apprise) -> None:
        self._settings = settings

    async def deliver(self, alert: Alert) -> None:
        """Tell it."""
        title, body = (told(alert, self._settings.language) for told in (wording.subject, wording.text))
        await asyncio.to_thread(self._tell, title, body)

    def _tell(self, title: str, body: str) -> None:
        """Tell it, in a thread of its own: already the library takes a second to load."""
        try:
            import apprise  # noqa: PLC0415 - an extra
        except ImportError:
            raise UnreachableError("Apprise is not installed: pip install 'kuraban[apprise]'") from None
        service = apprise.Apprise()
        if not service.add(self._settings.url.reveal()):
            raise UnreachableError("Apprise does not know such an address; see its list of services")
        if not service.notify(body=body, title=title):
            raise UnreachableError("Apprise could not tell it; its warnings on standard error say why")
