"""Filling the outbox: what the policies owe of an incident is put in by the transaction that keeps the incident."""

from __future__ import annotations

from typing import Final

from sqlalchemy.engine import Connection

from api.alerts.plan import Past, first_due_ms, fits, owed
from api.alerts.settings import AlertSettings, Mqtt, Webhook
from api.alerts.stretches import stretch_at
from api.site import Site
from custody.records import outbox
from custody.records.outbox import Kind, Owed
from vision.incidents import Incident

TOLD_WITHIN_MS: Final = 24 * 3_600_000
"""What was raised longer ago is not told any more: a database that is made anew from its ledger calls nobody."""


def owe_what_is_due(connection: Connection, incident: Incident, site: Site, now_ms: int) -> None:
    """Put into the outbox what is owed of an incident that was raised or has ended."""
    if now_ms - (incident.ended_at_ms or incident.raised_at_ms) > TOLD_WITHIN_MS:
        return
    if incident.ended_at_ms is None:
        _raised(connection, incident, site, now_ms)
    else:
        _ended(connection, incident.id, incident.ended_at_ms, site.alerts)


def _raised(connection: Connection, incident: Incident, site: Site, now_ms: int) -> None:
    closing_ms = site.custody.closing.sheet_signed_min * 60_000
    stretch = stretch_at(site.hours, closing_ms, incident.raised_at_ms)
    told: set[tuple[str, int]] = set()  # two policies that say the same at the same moment send one message
    for policy in site.alerts.policies:
        if not fits(policy, incident, stretch):
            continue
        group_ms = outbox.newest_group_ms(connection, policy.id)
        since_ms = incident.raised_at_ms - round(policy.repeat_s * 1000)
        past = Past(group_ms, outbox.unanswered_ms(connection, policy.id, incident, since_ms))
        due_ms = first_due_ms(policy, incident.raised_at_ms, past)
        for one in () if due_ms is None else owed(policy, due_ms):
            if (one.destination, one.due_at_ms) not in told:
                told.add((one.destination, one.due_at_ms))
                wait_ms = one.due_at_ms - incident.raised_at_ms  # cameras' clocks may be ahead of ours
                outbox.owe(connection, one, incident.id, min(one.due_at_ms, now_ms + wait_ms))


def _ended(connection: Connection, incident: str, at_ms: int, alerts: AlertSettings) -> None:
    """Owe the end of an incident to the machines that are told of its beginning, and not before that."""
    for begun in outbox.told_of(connection, incident):
        if isinstance(alerts.destinations.get(begun.destination), Mqtt | Webhook):
            due_ms = max(at_ms, begun.due_at_ms)
            outbox.owe(connection, Owed(begun.policy, 0, begun.destination, due_ms, Kind.ENDED), incident)
