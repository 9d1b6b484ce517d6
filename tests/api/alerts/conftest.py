"""An office's outbox with a clock that is moved by hand, and destinations that keep what they are told."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pytest

from api.alerts.alert import Alert
from api.alerts.errors import DeliveryError
from api.alerts.owing import owe_what_is_due
from api.alerts.sender import Sender
from api.alerts.settings import AlertSettings, Mail, Policy, Stage, Tls, Webhook
from api.secret import Secret
from api.site import Site
from custody.records import incidents as kept
from custody.records import outbox
from custody.records.database import Records
from custody.records.incidents import State
from custody.records.outbox import Message
from vision.incidents import Evidence, Incident, Severity

OPEN_MS: Final = round(datetime.fromisoformat("2018-02-21T10:00:00+09:00").timestamp() * 1000)
"""A Wednesday morning: the windows are open."""

MAIL: Final = Mail("localhost", 25, Tls.NONE, None, "kuraban@example.jp", ("duty@example.jp",), "ja")
WEBHOOK: Final = Webhook(Secret("http://127.0.0.1/"), Secret("s", shown="***"))

Fault = Callable[[float], DeliveryError | None]
"""What goes wrong with a destination so many seconds after the beginning."""


def incident_at(second: float, name: str = "a", **changes: Any) -> Incident:
    """Return an incident that was raised so many seconds after ten o'clock."""
    at_ms = OPEN_MS + round(second * 1000)
    usual = Incident(
        id=name,
        rule="terminal_removed",
        site="tsurumi",
        camera="counter",
        zone=None,
        item=f"item-{name}",
        began_at_ms=at_ms - 3_000,
        raised_at_ms=at_ms,
        ended_at_ms=None,
        severity=Severity.ALARM,
        after_hours=False,
        tracks=(),
        evidence=Evidence(at_ms, "counter"),
    )
    return replace(usual, **changes)


def alerts_of(*policies: Policy) -> AlertSettings:
    """Return settings in which `duty` and `chief` are people, and `machine` is none."""
    return AlertSettings(MappingProxyType({"duty": MAIL, "chief": MAIL, "machine": WEBHOOK}), policies)


def policy(*stages: Stage, name: str = "p", group_s: float = 0.0, repeat_s: float = 0.0) -> Policy:
    return Policy(name, stages or (Stage(0.0, ("duty",)),), group_s=group_s, repeat_s=repeat_s)


class Outpost:
    """The outbox of an office, and what has come out of it: `told` has a line for each message that was taken."""

    def __init__(self, records: Records, site: Site, loop: asyncio.Runner) -> None:
        self._loop = loop
        self.records = records
        self.site = site
        self.now_s = 0.0
        self.told: list[str] = []
        self.alerts: list[Alert] = []
        self.attempts = 0
        self.fault: Fault = lambda _: None
        self.stop_before_marking = False
        self._senders: dict[str, Sender] = {}

    def now_ms(self) -> int:
        return OPEN_MS + round(self.now_s * 1000)

    def raised(self, incident: Incident) -> None:
        """Let time pass until an incident is raised; keep it, and have it owed, in one transaction."""
        self.until((incident.raised_at_ms - OPEN_MS) / 1000)
        self.kept(incident)

    def ended(self, incident: Incident, second: float) -> None:
        self.until(second)
        self.kept(replace(incident, ended_at_ms=OPEN_MS + round(second * 1000)))

    def kept(self, incident: Incident) -> None:
        """Keep an incident now, whenever it was raised."""
        with self.records.write() as connection:
            kept.save(connection, incident)
            owe_what_is_due(connection, incident, self.site, self.now_ms())

    def acknowledged(self, name: str) -> None:
        with self.records.write() as connection:
            kept.set_state(connection, name, State.ACKNOWLEDGED)

    def until(self, second: float) -> Sequence[str]:
        """Let time pass, sending whenever something is due; return all that was told so far."""
        self.send()
        while self.now_s < second:
            self.now_s = min(second, self._next_s())
            self.send()
        return self.told

    def send(self) -> None:
        """Send what is due now."""
        for name in self.site.alerts.destinations:
            self._loop.run(self.sender(name).send_due())

    def _next_s(self) -> float:
        """Return when there is something to do next."""
        resting = [self.sender(name).resting_until_ms for name in self.site.alerts.destinations]
        with self.records.read() as connection:
            due = [outbox.next_at_ms(connection, name, self.now_ms()) for name in self.site.alerts.destinations]
        later = [moment for moment in (*resting, *due) if moment is not None and moment > self.now_ms()]
        return (min(later) - OPEN_MS) / 1000 if later else math.inf

    def sender(self, name: str) -> Sender:
        if name not in self._senders:
            told = Destination(name, self)
            self._senders[name] = Sender(name, told, self.records, self.site, self.now_ms, lambda: 0.0)
        return self._senders[name]

    def restart(self) -> None:
        """Forget what a service that is killed forgets."""
        self._senders.clear()

    def messages(self, *states: outbox.State) -> tuple[Message, ...]:
        with self.records.read() as connection:
            return outbox.search(connection, states or tuple(outbox.State))


class KilledError(BaseException):
    """The service is killed at this moment."""


class Destination:
    """Takes what it is told, or does not, as the outpost says."""

    def __init__(self, name: str, outpost: Outpost) -> None:
        self._name = name
        self._outpost = outpost

    async def deliver(self, alert: Alert) -> None:
        self._outpost.attempts += 1
        fault = self._outpost.fault(self._outpost.now_s)
        if fault is not None:
            raise fault
        names = " ".join(incident.id for incident in alert.incidents)
        again = f" (stage {alert.stage})" if alert.stage else ""
        ended = " ended" if alert.kind is outbox.Kind.ENDED else ""
        self._outpost.told.append(f"{self._outpost.now_s:g} {self._name}: {names}{ended}{again}")
        self._outpost.alerts.append(alert)
        if self._outpost.stop_before_marking:
            raise KilledError


@pytest.fixture
def outpost(tmp_path: Path, site: Site) -> Iterator[Callable[..., Outpost]]:
    """Return what opens an outbox that is filled by some policies."""
    with Records.open(tmp_path) as records, asyncio.Runner() as loop:
        yield lambda *policies: Outpost(records, replace(site, alerts=alerts_of(*policies)), loop)
