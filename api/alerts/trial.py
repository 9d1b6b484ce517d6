"""Trying a destination out: a message that says that it is a test, to see whether it arrives."""

from __future__ import annotations

import asyncio

from api.alerts.alert import Alert, Channel
from api.alerts.errors import UnreachableError
from api.alerts.sender import ATTEMPT_S
from api.site import Site
from custody.records.outbox import Kind


async def try_out(channel: Channel, site: Site, now_ms: int) -> None:
    """Send a test by a channel. Raises DeliveryError where it is not taken."""
    test = Alert(f"{site.id}-test-{now_ms}", Kind.RAISED, 0, site, ())
    try:
        async with asyncio.timeout(ATTEMPT_S):
            await channel.deliver(test)
    except TimeoutError:
        raise UnreachableError(f"it did not answer within {ATTEMPT_S:g} s") from None
