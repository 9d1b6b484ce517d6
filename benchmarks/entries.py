"""How quickly entries of a long ledger are found: `python -m benchmarks.entries FOLDER`.

Makes the index of a million entries, some ten years of an office, and asks for a page by filters alone and together,
and by what never occurs together. The folder must be new; it takes about 150 MB.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Final

from custody.records import entries
from custody.records.database import Records
from custody.records.entries import As, Query
from custody.records.tables import entries as entries_table
from custody.records.tables import named as named_table

ENTRIES: Final = 1_000_000
EVERY_MS: Final = 300_000
ASKED: Final = 5
_BATCH: Final = 50_000
_KINDS: Final = {
    "incident.raised": 30,
    "incident.closed": 30,
    "user.signed_in": 20,
    "footage.viewed": 8,
    "item.checked_out": 5,
    "item.checked_in": 5,
    "count": 1,
    "vault.opened": 1,
}
YEAR_MS: Final = 105_000 * EVERY_MS
QUERIES: Final[Mapping[str, Query]] = {
    "all": Query(),
    "a rare kind": Query(kinds=frozenset({"vault.opened"})),
    "what people sign": Query(kinds=frozenset({"count", "item.checked_out", "item.checked_in", "vault.opened"})),
    "a person": Query(named={As.ACTOR: "p3"}),
    "a person and an item": Query(named={As.ACTOR: "p3", As.ITEM: "T-7"}),
    "a person and a rare kind": Query(kinds=frozenset({"vault.opened"}), named={As.ACTOR: "p3"}),
    "a kind that the person never signs": Query(kinds=frozenset({"count"}), named={As.ACTOR: "auditor"}),
    "a year long ago": Query(from_ms=YEAR_MS, to_ms=2 * YEAR_MS),
    "a kind in a year long ago": Query(kinds=frozenset({"count"}), from_ms=YEAR_MS, to_ms=2 * YEAR_MS),
    "nobody": Query(named={As.ACTOR: "nobody"}),
}


def make(records: Records) -> None:
    """Fill the index, in some batches."""
    chance = random.Random(1)
    for start in range(0, ENTRIES, _BATCH):
        rows, names = [], []
        for seq in range(start, start + _BATCH):
            (kind,) = chance.choices(list(_KINDS), list(_KINDS.values()))
            rows.append({"seq": seq, "kind": kind, "at_ms": seq * EVERY_MS + chance.randrange(EVERY_MS)})
            signs = kind.startswith(("item", "count", "vault"))
            actor = f"p{chance.randrange(20)}" if signs or chance.random() < 0.8 else "auditor"
            names.append({"as_what": As.ACTOR.value, "name": actor, "seq": seq})
            if signs:
                names.append({"as_what": As.ITEM.value, "name": f"T-{chance.randrange(50)}", "seq": seq})
        with records.write() as connection:
            connection.execute(entries_table.insert(), rows)
            connection.execute(named_table.insert(), names)


def took_ms(records: Records, query: Query, before: int | None) -> float:
    """Return how long a page takes, the median of some times."""
    took = []
    for _ in range(ASKED):
        with records.read() as connection:
            began = time.perf_counter()
            entries.search(connection, query, before)
            took.append(time.perf_counter() - began)
    return median(took) * 1000


def main(folder: Path) -> None:
    """Make the index in a new folder and print what each search takes."""
    folder.mkdir(parents=True)
    with Records.open(folder) as records:
        make(records)
        print(f"{'searched for':36} first page  page in the middle")
        for name, query in QUERIES.items():
            first, deep = took_ms(records, query, None), took_ms(records, query, ENTRIES // 2)
            print(f"{name:36} {first:7.1f} ms {deep:14.1f} ms")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
