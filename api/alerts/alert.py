"""What is told to a destination at once, and what can tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from api.alerts.settings import Channel as Settings
from api.site import Site
from custody.records.outbox import Kind
from vision.incidents import Incident


@dataclass(frozen=True, slots=True)
class Alert:
    """One message. incidents: at least one, as they were raised; none in a test.

    id: the same at every attempt, so that who is told twice can see that it is the same. stage: from 0.
    """

    id: str
    kind: Kind
    stage: int
    site: Site
    incidents: tuple[Incident, ...]

    @property
    def is_test(self) -> bool:
        """Whether nothing has happened, and somebody wants to see whether messages arrive."""
        return not self.incidents


class Channel(Protocol):
    """A way out of the office to one destination."""

    async def deliver(self, alert: Alert) -> None:
        """Tell it. Raises a DeliveryError where it was not taken, or may not have been."""
        ...


MakeChannel = Callable[[Settings], Channel]
"""Makes what tells a destination with these settings; nothing is opened by that."""
