"""Alerts: whether what was to be told was told, and whether every destination can be reached at all."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from api.alerts.settings import AlertSettings, Apprise
from api.doctor.findings import Finding, bad, good, skipped, warning
from custody.errors import LedgerError
from custody.records import outbox
from custody.records.database import FILE, reading
from custody.records.outbox import Message, State


def examine_alerts(data: Path, alerts: AlertSettings | None) -> Iterator[Finding]:
    """Look at the destinations of a site file, None where there is none, and at the outbox of a data folder."""
    if alerts is not None:
        yield _judge_destinations(alerts)
    if (data / FILE).exists():
        yield _judge_outbox(data)


def _judge_destinations(alerts: AlertSettings) -> Finding:
    if not alerts.destinations:
        return skipped("alerts.destinations", "the site file names nobody who is told of incidents")
    needy = [name for name, settings in alerts.destinations.items() if isinstance(settings, Apprise)]
    if needy and find_spec("apprise") is None:
        says = f"{', '.join(needy)} cannot be told: Apprise is not installed"
        return bad("alerts.destinations", says, "pip install 'kuraban[apprise]'", destinations=len(needy))
    count = len(alerts.destinations)
    says = f"{count} destinations; `kuraban alerts test` shows whether messages arrive"
    return good("alerts.destinations", says, destinations=count)


def _judge_outbox(data: Path) -> Finding:
    try:
        with reading(data) as connection:
            tally = outbox.tally(connection)
            dead = outbox.search(connection, [State.DEAD], limit=1)
            waiting = [
                one for one in outbox.search(connection, [State.WAITING], limit=500) if one.failure is not None
            ]
    except (LedgerError, OSError) as error:
        return skipped("alerts.outbox", f"the outbox cannot be read: {error}")
    measured = {"waiting": tally[State.WAITING], "failing": len(waiting), "dead": tally[State.DEAD]}
    if waiting:
        says = f"{len(waiting)} messages could not be told yet, {_newest(waiting[0])}"
        return warning("alerts.outbox", says, "mend the destination; it is tried for a day", **measured)
    if dead:
        says = f"{tally[State.DEAD]} messages were given up, {_newest(dead[0])}"
        remedy = "mend the destination, try it with `kuraban alerts test`, and have them tried anew"
        return warning("alerts.outbox", says, remedy, **measured)
    return good("alerts.outbox", "all that was to be told was told", **measured)


def _newest(message: Message) -> str:
    return f"the newest to {message.owed.destination}: {message.failure}"
