"""Entries of the ledger are found by what they tell of, whoever wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest

from custody.entries import Entry
from custody.records import entries
from custody.records.database import Records
from custody.records.entries import As, Query

LINES = (
    Entry(0, 1_000, "item.registered", "tsurumi", ("kato",), {"item": "T-01"}),
    Entry(1, 2_000, "vault.opened", "tsurumi", ("sato",), {"vault": "D-1"}),
    Entry(2, 1_500, "footage.viewed", "tsurumi", ("mori",), {"camera": "counter"}),
    Entry(3, 3_000, "access.granted", "tsurumi", ("mori",), {"cameras": ["counter", "vault"]}),
    Entry(4, 4_000, "count", "tsurumi", ("sato", "kato"), {"item": 5, "cameras": 7}),
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Query(), [4, 3, 2, 1, 0]),
        (Query(kinds=frozenset({"count", "vault.opened"})), [4, 1]),
        (Query(kinds=frozenset()), []),
        (Query(named={As.ACTOR: "sato"}), [4, 1]),
        (Query(named={As.ITEM: "D-1"}), [1]),
        (Query(named={As.CAMERA: "counter"}), [3, 2]),
        (Query(named={As.CAMERA: "counter", As.ACTOR: "sato"}), []),
        (Query(from_ms=1_500, to_ms=3_000), [2, 1]),
    ],
)
def test_entries_are_found_newest_first_by_all_that_is_asked(tmp_path: Path, query: Query, found: list[int]) -> None:
    with Records.open(tmp_path) as records:
        with records.write() as connection:
            for entry in LINES:
                entries.keep(connection, entry)
        with records.read() as connection:
            assert list(entries.search(connection, query)) == found
            assert list(entries.search(connection, query, before=2)) == [seq for seq in found if seq < 2]
            assert list(entries.search(connection, query, limit=1)) == found[:1]
