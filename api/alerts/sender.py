"""Emptying the outbox: the messages of one destination, in order, again and again for a day."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, Final

import structlog

from api.alerts.alert import Alert, Channel
from api.alerts.errors import DeliveryError, NeverError, UnreachableError
from api.site import Site
from custody.records import changes, incidents, outbox
from custody.records.changes import ChangeKind
from custody.records.database import Records
from custody.records.incidents import Kept
from custody.records.incidents import State as IncidentState
from custody.records.outbox import Message, State
from streams.backoff import BackoffSettings, wait_s

TRIED_FOR_MS: Final = 24 * 3_600_000
"""How long after it was due a message is tried."""

ATTEMPT_S: Final = 30.0
"""How long an attempt may take."""

WAITS: Final = BackoffSettings(first_s=5.0, longest_s=300.0)

_log = structlog.get_logger(__name__)


class Sender:
    """Tells one destination. now_ms: the clock of the service; draw: uniform in 0..1."""

    def __init__(
        self,
        destination: str,
        channel: Channel,
        records: Records,
        site: Site,
        now_ms: Callable[[], int],
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._destination = destination
        self._channel = channel
        self._records = records
        self._site = site
        self._now_ms = now_ms
        self._draw = draw
        self._failures = 0
        self._resting_until_ms = 0

    @property
    def resting_until_ms(self) -> int:
        """Until when the destination is left alone, because it could not be reached; UTC milliseconds."""
        return self._resting_until_ms

    async def send_due(self) -> None:
        """Tell everything that is due now, until nothing is left or the destination cannot be reached."""
        while not self._is_resting():
            message = await asyncio.to_thread(self._next)
            if message is None:
                return
            await self._send(message)

    def _is_resting(self) -> bool:
        """Tell whether the destination is left alone: no longer than was meant, also if the clock was set back."""
        return 0 < self._resting_until_ms - self._now_ms() <= WAITS.longest_s * 1000

    async def _send(self, message: Message) -> None:
        told = await asyncio.to_thread(self._told, message)
        if not told:
            await asyncio.to_thread(self._finish, message, State.WITHDRAWN, None)
            return
        alert_id = f"{self._site.id}-{message.owed.due_at_ms}-{message.id}"
        raised = tuple(kept.incident for kept in told)
        alert = Alert(alert_id, message.owed.kind, message.owed.stage, self._site, raised)
        try:
            async with asyncio.timeout(ATTEMPT_S):
                await self._channel.deliver(alert)
        except DeliveryError as error:
            await asyncio.to_thread(self._failed, message, error)
        except TimeoutError:
            late = UnreachableError(f"it did not answer within {ATTEMPT_S:g} s")
            await asyncio.to_thread(self._failed, message, late)
        else:
            self._failures = 0
            await asyncio.to_thread(self._finish, message, State.DELIVERED, None)

    def _next(self) -> Message | None:
        """Return what is to be sent now, its attempt begun."""
        with self._records.read() as connection:
            found = outbox.ready(connection, self._destination, self._now_ms())
        if found is None:
            return None
        with self._records.write() as connection:
            return outbox.begin(connection, found.id)

    def _told(self, message: Message) -> tuple[Kept, ...]:
        """Return the incidents of a message that are still to be told."""
        with self._records.read() as connection:
            found = [incidents.find(connection, incident) for incident in message.incidents]
        kept = tuple(one for one in found if one is not None)
        return tuple(one for one in kept if not message.owed.if_open or one.state is IncidentState.OPEN)

    def _failed(self, message: Message, error: DeliveryError) -> None:
        now_ms = self._now_ms()
        if isinstance(error, NeverError) or now_ms - message.owed.due_at_ms >= TRIED_FOR_MS:
            self._finish(message, State.DEAD, str(error))
            return
        if isinstance(error, UnreachableError):
            self._failures += 1
            wait_ms = round(wait_s(WAITS, self._failures, self._draw()) * 1000)
            self._resting_until_ms = now_ms + wait_ms
        else:
            wait_ms = round(wait_s(WAITS, message.attempts, self._draw()) * 1000)
        _log.warning("alert.postponed", destination=self._destination, message=message.id, reason=str(error))
        with self._records.write() as connection:
            outbox.postpone(connection, message, now_ms + wait_ms, str(error))

    def _finish(self, message: Message, state: State, failure: str | None) -> None:
        now_ms = self._now_ms()
        body = {"message": message.id, "destination": self._destination, "incidents": list(message.incidents)}
        with self._records.write() as connection:
            outbox.finish(connection, message, state, now_ms, failure)
            if state is State.DELIVERED:
                changes.note(connection, ChangeKind.ALERT_DELIVERED, now_ms, None, body)
            if state is State.DEAD:
                failed: dict[str, Any] = body | {"reason": failure}
                changes.note(connection, ChangeKind.ALERT_FAILED, now_ms, None, failed)
        if state is State.DEAD:
            _log.error("alert.given_up", destination=self._destination, message=message.id, reason=failure)
