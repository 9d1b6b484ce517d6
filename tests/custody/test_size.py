"""A large ledger costs no more than a small one: rows of an append, queries of a proof, and memory."""

from __future__ import annotations

import random
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from statistics import median

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from custody.ledger import Ledger, LedgerReader
from custody.lines import write_lines
from custody.merkle import verify_inclusion
from custody.verify import verify_ledger
from tests.custody.conftest import counts

LARGE = 10_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "ledger"
    with Ledger.create(folder, "tsurumi") as ledger:
        for _ in range(4):
            ledger.record_all(counts(LARGE // 4))
    return folder


@contextmanager
def statements() -> Iterator[list[tuple[str, int]]]:
    """Collect what is sent to any database meanwhile: each statement with the number of its rows of parameters."""
    sent: list[tuple[str, int]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        sent.append((statement, len(parameters) if isinstance(parameters, list) else 1))

    sa.event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(Engine, "before_cursor_execute", note)


def test_an_append_writes_an_entry_and_the_subtrees_that_it_completes_and_reads_nothing(large: Path) -> None:
    with Ledger.open(large) as ledger:
        ledger.record_all(counts(1))
        with statements() as sent:
            for draft in counts(64):
                ledger.record(draft)
    inserted = [(statement.split()[2], rows) for statement, rows in sent if statement.startswith("INSERT")]
    assert [name for name, _ in inserted] == ["entries", "nodes"] * 64
    assert sum(rows for name, rows in inserted if name == "nodes") <= 2 * 64 + 15
    assert {statement for statement, _ in sent if not statement.startswith("INSERT")} <= {"BEGIN IMMEDIATE"}


def test_a_proof_takes_one_query_at_any_size(large: Path) -> None:
    with LedgerReader.read(large) as ledger:
        for size in (LARGE, LARGE - 1, 8_192, 3):
            with statements() as sent:
                ledger.prove_inclusion(2, size)
                ledger.prove_consistency(2, size)
            assert len([statement for statement, _ in sent if "SELECT" in statement]) == 2


def test_a_proof_searches_for_its_nodes_and_does_not_scan_them(large: Path) -> None:
    with LedgerReader.read(large) as ledger, statements() as sent:
        ledger.prove_inclusion(LARGE // 3, LARGE - 1)
        (query,) = [statement for statement, _ in sent if "SELECT" in statement]
        with ledger._engine.connect() as connection:
            parameters = tuple(range(query.count("?")))
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", parameters).all()
    assert all("SCAN" not in step[3] for step in plan)


def test_a_proof_takes_less_than_five_milliseconds(large: Path) -> None:
    numbers, times = random.Random(5), []
    with LedgerReader.read(large) as ledger:
        for _ in range(200):
            size = numbers.randint(1, LARGE)
            seq = numbers.randrange(size)
            began = time.perf_counter()
            proof = ledger.prove_inclusion(seq, size)
            times.append(time.perf_counter() - began)
            verify_inclusion(proof, ledger.entry(seq).leaf(), seq, size, ledger.head(size).root)
    assert median(times) < 0.005


def peak_bytes(ledger: LedgerReader, stop: int) -> int:
    """Return how much Python held at most while entries were read and exported up to a number."""
    tracemalloc.start()
    try:
        write_lines(ledger, _Nowhere(), 0, stop)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class _Nowhere(BytesIO):
    def write(self, data: object) -> int:
        del data
        return 0


def test_reading_twice_as_many_entries_takes_no_more_memory(large: Path) -> None:
    with LedgerReader.read(large) as ledger:
        peak_bytes(ledger, 10)
        assert peak_bytes(ledger, LARGE) < 1.2 * peak_bytes(ledger, LARGE // 2)


def test_verifying_a_large_ledger_takes_little_memory(large: Path) -> None:
    tracemalloc.start()
    try:
        with LedgerReader.read(large) as ledger:
            assert verify_ledger(ledger).findings == ()
        assert tracemalloc.get_traced_memory()[1] < 30e6
    finally:
        tracemalloc.stop()


@pytest.mark.long
def test_three_hundred_durable_appends_a_second(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger:
        began = time.perf_counter()
        for draft in counts(1_000):
            ledger.record(draft)
        assert 1_000 / (time.perf_counter() - began) > 300
