"""How quickly records are found among very many: `python -m benchmarks.search FOLDER`.

Makes 10 million incidents and 50 million observations, and asks for the first page of every combination of filters,
with values that agree and with values that never occur together; and for what a camera said in a minute.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, combinations
from pathlib import Path
from statistics import median
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from sqlalchemy.engine import Connection

from custody.records import incidents, observations
from custody.records.database import FILE, Records
from custody.records.incidents import Query, State
from vision.types import Health, Observation

INCIDENTS: Final = 10_000_000
OBSERVATIONS: Final = 50_000_000
AIM_S: Final = 0.1
"""The first page, at most."""

CAMERAS: Final = 24
ZONES: Final = 4
"""Of each camera."""

ITEMS: Final = 200
RULES: Final = (
    "unattended_counter",
    "staff_only_intrusion",
    "terminal_removed",
    "vault_open",
    "vault_alone",
    "person_after_hours",
    "camera_blind",
    "item_not_returned",
)
NOON_MS: Final = 1_519_182_000_000
EVERY_MS: Final = 3_000
"""From one incident to the next."""

SEEN_EVERY_MS: Final = 200
FILTERS: Final = ("rule", "camera", "zone", "item", "state")
ASKED: Final = 5
"""So many times, each time with other values."""

_MADE: Final = f"""
WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < :count - 1),
mixed AS (SELECT i, i * 2654435761 % 4294967296 AS h, {NOON_MS} + i * {EVERY_MS} AS at_ms FROM numbers),
chosen AS (
  SELECT i, at_ms, printf('I-%010d', i) AS id, h / 7 % {CAMERAS} AS camera, h / 1009 % {ZONES} AS zone,
    CASE WHEN h / 31 % 3 = 0 THEN printf('T-%03d', h / 997 % {ITEMS}) END AS item,
    CASE h / 13 % {len(RULES)} {" ".join(f"WHEN {n} THEN '{rule}'" for n, rule in enumerate(RULES))} END AS rule,
    CASE WHEN h / 17 % 100 < 3 THEN 'open' WHEN h / 17 % 100 < 4 THEN 'acknowledged'
      WHEN h / 17 % 100 < 6 THEN 'explained' ELSE 'closed' END AS state
  FROM mixed
),
told AS (
  SELECT *, printf('camera-%02d', camera) AS camera_id, printf('zone-%02d-%d', camera, zone) AS zone_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS moment
  FROM chosen
)
INSERT INTO incidents (id, rule, camera, zone, item, severity, after_hours, began_at_ms, raised_at_ms, ended_at_ms,
  state, body)
SELECT id, rule, camera_id, zone_id, item, 'alarm', 0, at_ms - 3000, at_ms,
  CASE WHEN state = 'closed' THEN at_ms + 60000 END, state,
  json_object('id', id, 'rule', rule, 'site', 'tsurumi', 'camera', camera_id, 'zone', zone_id, 'item', item,
    'began_at', moment, 'raised_at', moment, 'ended_at', NULL, 'severity', 'alarm', 'after_hours', json('false'),
    'tracks', json('["counter:17"]'),
    'evidence', json_object('frame_at', moment, 'camera', camera_id, 'box', NULL, 'score', NULL),
    'why', json('{{"after_s": 3, "absent_s": 3.2, "model": "kuraban_office", "site_file": "9f2c"}}'))
FROM told
"""

_SEEN: Final = f"""
WITH RECURSIVE numbers(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM numbers WHERE i < :count - 1)
INSERT INTO observations SELECT :camera, {NOON_MS} + i * {SEEN_EVERY_MS}, :body FROM numbers
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One search. what: the filters. seconds: of each time. plan: how SQLite goes about it. found: in the end."""

    what: str
    seconds: tuple[float, ...]
    plan: str
    found: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the records where they are missing, ask, and show how long it took; 1 where a page took too long."""
    options = _options(arguments)
    if not (options.folder / FILE).exists():
        began = time.perf_counter()
        make(options.folder, options.incidents, options.observations)
        print(f"made in {time.perf_counter() - began:.0f} s")
    table = Table("asked for", "found", "median, ms", "worst, ms", "by")
    with Records.open(options.folder) as records, records.read() as connection:
        asked = [*searches(connection, options.incidents), minute(connection, options.observations)]
    for one in sorted(asked, key=lambda one: -max(one.seconds)):
        worst, usual = (f"{seconds * 1e3:.1f}" for seconds in (max(one.seconds), median(one.seconds)))
        table.add_row(one.what, str(one.found), usual, worst, one.plan)
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    print(f"{(options.folder / FILE).stat().st_size / 1e9:.1f} GB")
    return int(any(max(one.seconds) > AIM_S for one in asked))


def make(folder: Path, count: int, seen: int) -> None:
    """Fill the database of a folder; indexes are made afterwards, in one go each."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    Records.open(folder).close()
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA cache_size = -1000000")
        indexes = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'incidents' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(_MADE, {"count": count})
        for number in range(CAMERAS):
            body = json.dumps(observations.observation_body(Observation("", 0, Health.CLEAR, (640, 360))))
            connection.execute(_SEEN, {"camera": _camera(number), "count": seen // CAMERAS, "body": body})
        for _, statement in indexes:
            connection.execute(statement)


def searches(connection: Connection, count: int) -> Iterator[Asked]:
    """Ask for the first page of each combination of filters, with values that agree, and with some that do not."""
    middle = (NOON_MS + count * EVERY_MS // 3, NOON_MS + count * EVERY_MS * 2 // 3)
    for names in chain.from_iterable(combinations(FILTERS, size) for size in range(len(FILTERS) + 1)):
        for kind, values in (("", _agreeing), (", never together", _contradicting)):
            if kind and not {"camera", "zone"} <= set(names):
                continue
            for when, stretch in (("", (None, None)), (", within months", middle)):
                queries = [
                    Query(stretch[0], stretch[1], **{name: values(name, number) for name in names})
                    for number in range(ASKED)
                ]
                yield _ask(connection, f"{' '.join(names) or 'all'}{kind}{when}", queries)


def minute(connection: Connection, seen: int) -> Asked:
    """Ask what a camera said in a minute somewhere."""
    seconds, found = [], 0
    for number in range(ASKED):
        from_ms = NOON_MS + seen // CAMERAS * SEEN_EVERY_MS * number // ASKED
        began = time.perf_counter()
        found = sum(1 for _ in observations.between(connection, _camera(number), from_ms, from_ms + 60_000))
        seconds.append(time.perf_counter() - began)
    return Asked("a minute of observations", tuple(seconds), "primary key", found)


def _ask(connection: Connection, what: str, queries: Sequence[Query]) -> Asked:
    seconds, found = [], 0
    for query in queries:
        began = time.perf_counter()
        found = len(incidents.search(connection, query).kept)
        seconds.append(time.perf_counter() - began)
    return Asked(what, tuple(seconds), plan(connection, queries[0]), found)


def plan(connection: Connection, query: Query) -> str:
    """Return how SQLite goes about a search."""
    compiled = incidents.newest_first(query, None, 50).compile(connection, compile_kwargs={"literal_binds": True})
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
    return "; ".join(str(row.detail) for row in rows)


def _agreeing(name: str, number: int) -> Any:
    values: dict[str, Callable[[], Any]] = {
        "rule": lambda: RULES[number % len(RULES)],
        "camera": lambda: _camera(number),
        "zone": lambda: f"zone-{number:02d}-1",
        "item": lambda: f"T-{number:03d}",
        "state": lambda: list(State)[number % len(State)],
    }
    return values[name]()


def _contradicting(name: str, number: int) -> Any:
    return f"zone-{number + 1:02d}-1" if name == "zone" else _agreeing(name, number)


def _camera(number: int) -> str:
    return f"camera-{number:02d}"


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a folder on the disk to be measured; made where it is missing")
    parser.add_argument("--incidents", type=int, default=INCIDENTS)
    parser.add_argument("--observations", type=int, default=OBSERVATIONS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
