"""The outbox: what is to be told of incidents, and what came of it. Filled in the transaction that keeps an incident.

state       after
waiting     it was put in; it may have failed, and will be tried again
delivered   the destination has taken it
withdrawn   it was to be told only if nobody acknowledged the incident, and somebody has
dead        it was given up: refused for good, or tried in vain for too long

Whom to tell of what, and when, is decided by whoever fills it. Who empties it sends first and marks afterwards: what
was sent just before a crash is sent again, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from custody.records.incidents import State as IncidentState
from custody.records.tables import incidents, message_incidents, messages
from vision.incidents import Incident


class Kind(StrEnum):
    """What a message says of its incidents."""

    RAISED = "raised"
    ENDED = "ended"


class State(StrEnum):
    """What has become of a message; see the table."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    WITHDRAWN = "withdrawn"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Owed:
    """That a policy has a destination told, in which of its stages (from 0), and when: UTC milliseconds.

    if_open: only of incidents that nobody has acknowledged by then.
    """

    policy: str
    stage: int
    destination: str
    due_at_ms: int
    kind: Kind = Kind.RAISED
    if_open: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands.

    incidents: their ids, in the order in which they were raised. next_at_ms: when it is tried, or tried again.
    failure: why the last attempt failed. done_at_ms: when it was delivered, withdrawn or given up.
    """

    id: int
    owed: Owed
    incidents: tuple[str, ...]
    state: State
    attempts: int
    next_at_ms: int
    failure: str | None
    done_at_ms: int | None


_WAITING: Final = messages.c.state == State.WAITING.value


def owe(connection: Connection, owed: Owed, incident: str, next_at_ms: int | None = None) -> None:
    """Have something told of an incident, in one message with what is owed alike, unless that is being sent.

    next_at_ms: when it is to be tried, by the clock of the service; when it is due, if left out.
    """
    row = asdict(owed)
    same = sa.select(messages.c.id).where(_WAITING, *(messages.c[name] == value for name, value in row.items()))
    found = connection.scalar(same.where(messages.c.attempts == 0))
    if found is None:
        new = row | {
            "next_at_ms": owed.due_at_ms if next_at_ms is None else next_at_ms,
            "state": State.WAITING.value,
            "attempts": 0,
        }
        found = connection.execute(messages.insert().returning(messages.c.id), new).scalar_one()
    told = insert(message_incidents).values(incident=incident, message=found)
    connection.execute(told.on_conflict_do_nothing())


def newest_group_ms(connection: Connection, policy: str) -> int | None:
    """Return when the first stage of a policy's newest message was or is due; None where it has told nothing."""
    first = (messages.c.policy == policy, messages.c.kind == Kind.RAISED.value, messages.c.stage == 0)
    return _moment(connection, sa.select(sa.func.max(messages.c.due_at_ms)).where(*first))


def unanswered_ms(connection: Connection, policy: str, incident: Incident, since_ms: int) -> int | None:
    """Return when the same at the same place was raised last that a policy has told and nobody has acknowledged.

    None where there is no such incident before this one, and since a moment, UTC milliseconds.
    """
    place = [incidents.c[name].is_not_distinct_from(getattr(incident, name)) for name in ("camera", "zone", "item")]
    alike = sa.select(incidents.c.id, incidents.c.raised_at_ms).where(
        incidents.c.rule == incident.rule,
        *place,
        incidents.c.id != incident.id,
        incidents.c.raised_at_ms.between(since_ms, incident.raised_at_ms),
        incidents.c.state == IncidentState.OPEN.value,
    )
    for found in connection.execute(alike.order_by(incidents.c.raised_at_ms.desc())).all():
        if policy in _policies(connection, found.id):
            return int(found.raised_at_ms)
    return None


def _policies(connection: Connection, incident: str) -> frozenset[str]:
    """Return the policies that have an incident told."""
    told = sa.select(messages.c.policy).join(message_incidents, messages.c.id == message_incidents.c.message)
    return frozenset(connection.scalars(told.where(message_incidents.c.incident == incident)))


def told_of(connection: Connection, incident: str) -> tuple[Owed, ...]:
    """Return what is owed of the beginning of an incident in the first stages of policies, once a destination."""
    first = (messages.c.kind == Kind.RAISED.value, messages.c.stage == 0)
    query = (
        sa.select(messages)
        .join(message_incidents, messages.c.id == message_incidents.c.message)
        .where(message_incidents.c.incident == incident, *first)
        .order_by(messages.c.id.desc())
    )
    return tuple({row.destination: _owed(row) for row in connection.execute(query)}.values())


def ready(connection: Connection, destination: str, now_ms: int) -> Message | None:
    """Return what a destination is to be told next, by a moment; None where nothing is.

    Of one incident nothing is told before what was due earlier has been delivered or given up.
    """
    earlier = messages.alias()
    mine, theirs = message_incidents.alias(), message_incidents.alias()
    blocked = (
        sa.select(earlier.c.id)
        .join(theirs, theirs.c.message == earlier.c.id)
        .join(mine, mine.c.incident == theirs.c.incident)
        .where(
            mine.c.message == messages.c.id,
            earlier.c.destination == messages.c.destination,
            earlier.c.state == State.WAITING.value,
            sa.tuple_(earlier.c.due_at_ms, earlier.c.id) < sa.tuple_(messages.c.due_at_ms, messages.c.id),
        )
    )
    due = (_WAITING, messages.c.destination == destination, messages.c.next_at_ms <= now_ms, ~blocked.exists())
    query = sa.select(messages).where(*due).order_by(messages.c.due_at_ms, messages.c.id).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _message(connection, row)


def begin(connection: Connection, message: int) -> Message | None:
    """Begin an attempt, so that nothing joins the message any more; return it, None where it waits no more."""
    begun = messages.update().where(_WAITING, messages.c.id == message).values(attempts=messages.c.attempts + 1)
    return find(connection, message) if connection.execute(begun).rowcount else None


def next_at_ms(connection: Connection, destination: str, after_ms: int) -> int | None:
    """Return when a destination is told next after a moment, UTC milliseconds; None where nothing waits for later."""
    later = (_WAITING, messages.c.destination == destination, messages.c.next_at_ms > after_ms)
    return _moment(connection, sa.select(sa.func.min(messages.c.next_at_ms)).where(*later))


def destinations(connection: Connection) -> frozenset[str]:
    """Return to whom something waits to be told."""
    return frozenset(connection.scalars(sa.select(messages.c.destination).where(_WAITING).distinct()))


def finish(connection: Connection, message: Message, state: State, at_ms: int, failure: str | None = None) -> None:
    """Note what has become of a message that needs no further attempt."""
    new = {"state": state.value, "done_at_ms": at_ms, "failure": failure}
    connection.execute(messages.update().where(messages.c.id == message.id), new)


def postpone(connection: Connection, message: Message, next_at_ms: int, failure: str) -> None:
    """Note that an attempt has failed, and when the next is made."""
    new = {"next_at_ms": next_at_ms, "failure": failure}
    connection.execute(messages.update().where(messages.c.id == message.id), new)


def hasten(connection: Connection, now_ms: int) -> None:
    """Have everything that has failed tried anew at once: after a restart, or where settings have changed."""
    failed = (_WAITING, messages.c.attempts > 0, messages.c.next_at_ms > now_ms)
    connection.execute(messages.update().where(*failed), {"next_at_ms": now_ms})


def shift(connection: Connection, by_ms: int) -> None:
    """Have everything that waits tried by so much later: the clock of the service was set."""
    new = {messages.c.next_at_ms: messages.c.next_at_ms + by_ms}
    connection.execute(messages.update().where(_WAITING).values(new))


def give_up(connection: Connection, destination: str, at_ms: int, failure: str) -> None:
    """Give up all that waits for a destination."""
    new = {"state": State.DEAD.value, "done_at_ms": at_ms, "failure": failure}
    connection.execute(messages.update().where(_WAITING, messages.c.destination == destination), new)


def revive(connection: Connection, message: int, now_ms: int) -> Message | None:
    """Have a message that was given up tried anew, as if it were due now; return it, None where there is none."""
    new = {"state": State.WAITING.value, "due_at_ms": now_ms, "next_at_ms": now_ms, "done_at_ms": None}
    given_up = (messages.c.id == message, messages.c.state == State.DEAD.value)
    return find(connection, message) if connection.execute(messages.update().where(*given_up), new).rowcount else None


def find(connection: Connection, message: int) -> Message | None:
    """Return a message by its id, None where there is none."""
    row = connection.execute(sa.select(messages).where(messages.c.id == message)).first()
    return None if row is None else _message(connection, row)


def search(
    connection: Connection, states: Iterable[State], before: int | None = None, limit: int = 50
) -> tuple[Message, ...]:
    """Return the messages in some states, newest first, at most `limit`. before: only those with a smaller id."""
    query = sa.select(messages).where(messages.c.state.in_([state.value for state in states]))
    if before is not None:
        query = query.where(messages.c.id < before)
    rows = connection.execute(query.order_by(messages.c.id.desc()).limit(limit)).all()
    return tuple(_message(connection, row) for row in rows)


def tally(connection: Connection) -> Mapping[State, int]:
    """Return how many messages are in each state."""
    query = sa.select(messages.c.state, sa.func.count()).group_by(messages.c.state)
    return dict.fromkeys(State, 0) | {State(state): int(count) for state, count in connection.execute(query)}


def for_each(connection: Connection, state: State) -> Mapping[str, int]:
    """Return how many messages in a state there are for each destination that has any."""
    query = sa.select(messages.c.destination, sa.func.count()).where(messages.c.state == state.value)
    return {name: int(count) for name, count in connection.execute(query.group_by(messages.c.destination))}


def prune(connection: Connection, before_ms: int) -> int:
    """Remove what was done with before a moment, UTC milliseconds; return how many messages."""
    old = sa.select(messages.c.id).where(messages.c.done_at_ms < before_ms)
    connection.execute(message_incidents.delete().where(message_incidents.c.message.in_(old)))
    return connection.execute(messages.delete().where(messages.c.done_at_ms < before_ms)).rowcount


def _moment(connection: Connection, query: sa.Select[Any]) -> int | None:
    moment: int | None = connection.execute(query).scalar_one()
    return moment


def _message(connection: Connection, row: sa.Row[Any]) -> Message:
    told = (
        sa.select(message_incidents.c.incident)
        .join(incidents, incidents.c.id == message_incidents.c.incident)
        .where(message_incidents.c.message == row.id)
        .order_by(incidents.c.raised_at_ms, incidents.c.id)
    )
    return Message(
        id=row.id,
        owed=_owed(row),
        incidents=tuple(connection.scalars(told)),
        state=State(row.state),
        attempts=row.attempts,
        next_at_ms=row.next_at_ms,
        failure=row.failure,
        done_at_ms=row.done_at_ms,
    )


def _owed(row: sa.Row[Any]) -> Owed:
    return Owed(row.policy, row.stage, row.destination, row.due_at_ms, Kind(row.kind), row.if_open)
