"""The outbox as a table: what joins which message, what is told next, and what is found again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from custody.records import incidents, outbox
from custody.records.database import Records
from custody.records.outbox import Kind, Message, Owed, State
from vision.incidents import Evidence, Incident, Severity

FIRST: Final = Owed("p", 0, "duty", 1_000)


def raised(connection: Connection, name: str, at_ms: int = 1_000) -> str:
    """Keep an incident; return its id."""
    place = ("terminal_removed", "office", "counter", None, "T-01")
    told = Evidence(at_ms)
    incidents.save(
        connection,
        Incident(name, *place, at_ms, at_ms, None, Severity.ALARM, after_hours=False, tracks=(), evidence=told),
    )
    return name


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Records.open(tmp_path) as records, records.write() as writing:
        yield writing


def ready(connection: Connection, now_ms: int = 10_000) -> Message:
    message = outbox.ready(connection, "duty", now_ms)
    assert message is not None
    return message


def test_what_is_owed_alike_is_told_in_one_message_in_the_order_of_raising(connection: Connection) -> None:
    for name, at_ms in (("b", 2_000), ("a", 1_000)):
        outbox.owe(connection, FIRST, raised(connection, name, at_ms))
    assert ready(connection).incidents == ("a", "b")
    assert outbox.tally(connection)[State.WAITING] == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(FIRST, policy="q"),
        replace(FIRST, stage=1),
        replace(FIRST, destination="chief"),
        replace(FIRST, due_at_ms=2_000),
        replace(FIRST, kind=Kind.ENDED),
        replace(FIRST, if_open=True),
    ],
)
def test_what_is_owed_otherwise_is_told_apart(connection: Connection, other: Owed) -> None:
    name = raised(connection, "a")
    outbox.owe(connection, FIRST, name)
    outbox.owe(connection, other, name)
    assert outbox.tally(connection)[State.WAITING] == 2


def test_nothing_joins_a_message_that_is_being_sent(connection: Connection) -> None:
    outbox.owe(connection, FIRST, raised(connection, "a"))
    sent = outbox.begin(connection, ready(connection).id)
    assert sent is not None
    outbox.owe(connection, FIRST, raised(connection, "b"))
    outbox.finish(connection, sent, State.DELIVERED, 1_500)
    assert ready(connection).incidents == ("b",)


def test_a_message_that_is_done_with_is_not_begun_again(connection: Connection) -> None:
    outbox.owe(connection, FIRST, raised(connection, "a"))
    message = ready(connection)
    outbox.finish(connection, message, State.DELIVERED, 1_500)
    assert outbox.begin(connection, message.id) is None


def test_nothing_is_told_before_it_is_due(connection: Connection) -> None:
    outbox.owe(connection, FIRST, raised(connection, "a"))
    assert outbox.ready(connection, "duty", 999) is None
    assert outbox.next_at_ms(connection, "duty", 999) == 1_000
    assert outbox.next_at_ms(connection, "chief", 999) is None


def test_what_failed_waits_and_holds_up_only_what_is_told_of_the_same_incident(connection: Connection) -> None:
    a, b = raised(connection, "a"), raised(connection, "b")
    outbox.owe(connection, FIRST, a)
    outbox.owe(connection, replace(FIRST, stage=1, due_at_ms=2_000), a)
    outbox.owe(connection, replace(FIRST, stage=1, due_at_ms=3_000), b)
    outbox.postpone(connection, ready(connection), 60_000, "busy")
    assert ready(connection).incidents == (b,)
    assert ready(connection, 60_000).owed == FIRST


def test_messages_are_found_by_state_newest_first_page_by_page(connection: Connection) -> None:
    for number in range(5):
        outbox.owe(connection, replace(FIRST, due_at_ms=number), raised(connection, f"i{number}"))
    outbox.finish(connection, ready(connection), State.DELIVERED, 1_500)
    page = outbox.search(connection, [State.WAITING], limit=2)
    rest = outbox.search(connection, [State.WAITING], before=page[-1].id, limit=10)
    assert [message.incidents[0] for message in (*page, *rest)] == ["i4", "i3", "i2", "i1"]


def test_what_is_long_done_with_is_removed_and_what_waits_is_kept(connection: Connection) -> None:
    for number in range(3):
        outbox.owe(connection, replace(FIRST, due_at_ms=number), raised(connection, f"i{number}"))
    outbox.finish(connection, ready(connection), State.DELIVERED, 1_500)
    outbox.finish(connection, ready(connection), State.DEAD, 2_500, "no")
    assert outbox.prune(connection, 2_000) == 1
    tally = outbox.tally(connection)
    assert (tally[State.WAITING], tally[State.DELIVERED], tally[State.DEAD]) == (1, 0, 1)


def test_nothing_that_is_asked_for_each_incident_or_attempt_reads_through_a_table(connection: Connection) -> None:
    outbox.owe(connection, FIRST, raised(connection, "a"))
    raised(connection, "b", 2_000)
    asked: list[tuple[str, Any]] = []
    engine = connection.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *of: asked.append((of[2], of[3])))
    again = incidents.find(connection, "b")
    assert again is not None
    assert outbox.unanswered_ms(connection, "p", again.incident, 0) == 1_000
    outbox.newest_group_ms(connection, "p")
    outbox.told_of(connection, "a")
    outbox.ready(connection, "duty", 10_000)
    outbox.next_at_ms(connection, "duty", 0)
    outbox.owe(connection, replace(FIRST, stage=1), "a")
    statements = [(text, given) for text, given in asked if text.startswith("SELECT")]
    plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given).all() for text, given in statements]
    assert len(plans) >= 6
    assert not [row for plan in plans for row in plan if "SCAN" in row[3]]
