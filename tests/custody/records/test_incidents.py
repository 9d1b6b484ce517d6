"""Incidents in the database: kept as they stand, found page by page, and never by reading all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from custody.records import incidents
from custody.records.database import Records
from custody.records.incidents import Cursor, Query, State
from vision.incidents import Evidence, Incident, Severity

RULES = ("vault_open", "terminal_removed")
CAMERAS = ("counter", "vault")


def incident(number: int, ended: bool = False) -> Incident:
    at_ms = 1_519_200_000_000 + number * 1000
    return Incident(
        id=f"{number:06}",
        rule=RULES[number % 2],
        site="tsurumi",
        camera=CAMERAS[number // 2 % 2],
        zone=None,
        item=f"T-{number % 3}",
        began_at_ms=at_ms - 500,
        raised_at_ms=at_ms,
        ended_at_ms=at_ms + 250 if ended else None,
        severity=Severity.ALARM,
        after_hours=True,
        tracks=("counter#1",),
        evidence=Evidence(at_ms, "counter", (0.1, 0.2, 0.3, 0.4), 0.75),
        why={"after_s": 3.0},
    )


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with Records.open(tmp_path) as opened:
        yield opened


def keep(records: Records, *kept: Incident) -> None:
    with records.write() as connection:
        for one in kept:
            incidents.save(connection, one)


def ids(records: Records, query: Query, cursor: Cursor | None = None, limit: int = 50) -> list[str]:
    with records.read() as connection:
        return [kept.incident.id for kept in incidents.search(connection, query, cursor, limit).kept]


def test_an_incident_is_read_back_as_it_was_saved(records: Records) -> None:
    saved = incident(1, ended=True)
    keep(records, saved)
    with records.read() as connection:
        found = incidents.find(connection, saved.id)
    assert found is not None
    assert found.incident == replace(saved, why=found.incident.why)
    assert dict(found.incident.why) == {"after_s": 3.0}


@given(
    at_ms=st.integers(0, 4_000_000_000_000),
    ended_after_ms=st.none() | st.integers(0, 10_000_000),
    box=st.none() | st.tuples(*[st.integers(0, 10_000).map(lambda part: part / 10_000)] * 4),
)
def test_the_json_form_keeps_every_millisecond(
    at_ms: int, ended_after_ms: int | None, box: tuple[float, float, float, float] | None
) -> None:
    written = replace(
        incident(1),
        began_at_ms=at_ms,
        raised_at_ms=at_ms,
        ended_at_ms=None if ended_after_ms is None else at_ms + ended_after_ms,
        evidence=Evidence(at_ms, None, box),
    )
    body = incidents.body_of(written)
    assert replace(incidents.read_incident(body), why=written.why) == written


def test_saving_again_tells_that_it_has_ended_and_leaves_what_people_said(records: Records) -> None:
    keep(records, incident(1))
    with records.write() as connection:
        assert incidents.set_state(connection, "000001", State.ACKNOWLEDGED)
    keep(records, incident(1, ended=True))
    with records.read() as connection:
        found = incidents.find(connection, "000001")
    assert found is not None
    assert found.state is State.ACKNOWLEDGED
    assert found.incident.ended_at_ms is not None


def test_an_explained_incident_is_closed_when_it_ends(records: Records) -> None:
    keep(records, incident(1))
    with records.write() as connection:
        incidents.set_state(connection, "000001", State.EXPLAINED)
    keep(records, incident(1, ended=True))
    assert ids(records, Query(state=State.CLOSED)) == ["000001"]


def test_the_state_of_an_incident_that_is_not_there_cannot_be_set(records: Records) -> None:
    with records.write() as connection:
        assert not incidents.set_state(connection, "nothing", State.CLOSED)


def test_those_that_last_are_found_again_after_a_restart(records: Records) -> None:
    keep(records, incident(2), incident(1), incident(3, ended=True))
    with records.read() as connection:
        assert [one.id for one in incidents.lasting(connection)] == ["000001", "000002"]


def test_pages_go_backwards_in_time_and_hold_every_incident_once(records: Records) -> None:
    keep(records, *map(incident, range(25)))
    found: list[str] = []
    cursor: Cursor | None = None
    with records.read() as connection:
        while True:
            page = incidents.search(connection, Query(), cursor, limit=10)
            found += [kept.incident.id for kept in page.kept]
            cursor = page.next
            if cursor is None:
                break
    assert found == [f"{number:06}" for number in reversed(range(25))]


def test_an_incident_that_comes_while_somebody_reads_on_moves_no_page(records: Records) -> None:
    keep(records, *map(incident, range(10)))
    with records.read() as connection:
        first = incidents.search(connection, Query(), limit=5)
    keep(records, incident(99))
    assert ids(records, Query(), first.next, 5) == ["000004", "000003", "000002", "000001", "000000"]


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_the_incidents_of_some_cameras_are_found_page_by_page_as_those_of_one_are(
    records: Records, limit: int
) -> None:
    every = [replace(incident(number), camera=("counter", "vault", "lobby")[number % 3]) for number in range(20)]
    keep(records, *every)
    found: list[str] = []
    cursor: Cursor | None = None
    with records.read() as connection:
        while not found or cursor is not None:
            page = incidents.search_cameras(connection, Query(), ("counter", "lobby"), cursor, limit)
            found += [kept.incident.id for kept in page.kept]
            cursor = page.next
    assert found == [one.id for one in reversed(every) if one.camera != "vault"]


QUERIES = {
    "rule": Query(rule="vault_open"),
    "camera": Query(camera="vault"),
    "item": Query(item="T-1"),
    "state": Query(state=State.OPEN),
    "rule and camera": Query(rule="vault_open", camera="vault"),
    "state and rule": Query(state=State.OPEN, rule="terminal_removed"),
    "state and camera": Query(state=State.OPEN, camera="vault"),
    "a stretch of time": Query(from_ms=incident(3).raised_at_ms, to_ms=incident(9).raised_at_ms),
    "a zone and time": Query(zone="lobby", from_ms=incident(3).raised_at_ms),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_search_finds_what_a_look_at_each_incident_would(records: Records, name: str) -> None:
    query, every = QUERIES[name], [incident(number) for number in range(24)]
    keep(records, *every)
    wanted = [
        one.id
        for one in reversed(every)
        if all(
            value in {None, getattr(one, field)}
            for field, value in (("rule", query.rule), ("camera", query.camera), ("item", query.item))
        )
        and (query.zone is None)
        and (query.from_ms or 0) <= one.raised_at_ms < (query.to_ms or one.raised_at_ms + 1)
    ]
    assert ids(records, query) == wanted


@pytest.mark.parametrize("name", [*QUERIES, "everything"])
def test_no_search_reads_the_whole_table_or_sorts(records: Records, name: str) -> None:
    statements: list[tuple[str, Any]] = []
    query = QUERIES.get(name, Query())
    with records.read() as connection:
        sa.event.listen(
            connection,
            "before_cursor_execute",
            lambda _c, _u, statement, given, *_: statements.append((statement, given)),
        )
        incidents.search(connection, query, Cursor(incident(20).raised_at_ms, "x"))
        statement, given = statements[0]
        plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given))
    assert "SEARCH incidents USING INDEX" in plan
    assert "B-TREE" not in plan
