"""What a large ledger costs: `python -m benchmarks.ledger FOLDER`.

Fills a ledger to a million entries and measures, each in its own process: durable appends to an empty ledger
and to the full one, proofs of random entries at random sizes, verification of all, and how much memory each
takes. Beside the appends stand as many bare commits to the same disk, because disks are shared and uneven.
"""

from __future__ import annotations

import argparse
import random
import resource
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final, TypeVar

from rich.console import Console
from rich.table import Table

from benchmarks.own_process import in_own_process
from custody.database import FILE
from custody.entries import Draft
from custody.ledger import Ledger, LedgerReader
from custody.merkle import verify_consistency, verify_inclusion
from custody.signing import introduce_key, sign_checkpoint
from custody.verify import verify_ledger

Item = TypeVar("Item")

ENTRIES: Final = 1_000_000
APPENDS: Final = 2_000
PROOFS: Final = 1_000
BATCH: Final = 5_000
NOON_MS: Final = 1_519_182_000_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What one measurement took.

    median_s, worst_s: seconds of an item. all_s: of all. cpu_s: of the processor for all, which a busy machine does
    not change. memory_mb: what the largest size of the process grew by meanwhile.
    """

    items: int
    median_s: float
    worst_s: float
    all_s: float
    cpu_s: float
    memory_mb: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and show what it found; the folder is left as it is filled."""
    options = _options(arguments)
    folder: Path = options.folder / "ledger"
    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    table = Table(title=f"a ledger of {options.entries} entries", title_justify="left")
    for column in ("", "items", "median, ms", "worst, ms", "a second", "seconds", "CPU seconds", "memory +MB"):
        table.add_column(column, justify="right" if column else "left")
    jobs: list[tuple[str, Callable[[], Taken]]] = [
        ("bare durable commits", lambda: in_own_process(bare_commits, options.folder / "bare.sqlite")),
        ("durable appends, empty ledger", lambda: in_own_process(appends_to_new, folder)),
        ("filling, in batches", lambda: in_own_process(filling, folder, options.entries)),
        ("durable appends, full ledger", lambda: in_own_process(appends, folder)),
        ("proofs of inclusion", lambda: in_own_process(inclusions, folder)),
        ("proofs of consistency", lambda: in_own_process(consistencies, folder)),
        ("opening to write", lambda: in_own_process(opening, folder)),
        ("verification", lambda: in_own_process(verification, folder)),
    ]
    for name, job in jobs:
        table.add_row(name, *_cells(job()))
    console = Console(width=None if sys.stdout.isatty() else 118)
    console.print(table)
    console.print(f"{(folder / FILE).stat().st_size / 1e6:.0f} MB on the disk")
    return 0


def bare_commits(path: Path) -> Taken:
    """Commit rows of an entry's size to a SQLite file of nothing else."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, line BLOB)")
        return _each(
            lambda number: connection.execute("INSERT INTO rows VALUES (?, ?)", (number, bytes(170))), range(APPENDS)
        )


def appends_to_new(folder: Path) -> Taken:
    """Make a ledger and append to it, one entry a transaction."""
    Ledger.create(folder, "tsurumi").close()
    return appends(folder)


def appends(folder: Path) -> Taken:
    """Append to a ledger, one entry a transaction."""
    with Ledger.open(folder) as ledger:
        return _each(lambda number: ledger.record(_draft(number)), range(APPENDS))


def filling(folder: Path, entries: int) -> Taken:
    """Append until the ledger has that many entries, many in a transaction; then sign it."""
    with Ledger.open(folder) as ledger:
        starts = range(len(ledger), entries, BATCH)
        taken = _each(lambda start: ledger.record_all(map(_draft, range(start, min(start + BATCH, entries)))), starts)
        sign_checkpoint(ledger, introduce_key(ledger, folder.parent / "keys", NOON_MS))
    return taken


def inclusions(folder: Path) -> Taken:
    """Prove random entries in the tree of random sizes, and check each proof."""
    with LedgerReader.read(folder) as ledger:
        taken = _each(lambda pair: ledger.prove_inclusion(*pair), _pairs(len(ledger)))
        for seq, size in islice(_pairs(len(ledger)), 50):
            leaf, root = ledger.entry(seq).leaf(), ledger.head(size).root
            verify_inclusion(ledger.prove_inclusion(seq, size), leaf, seq, size, root)
    return taken


def consistencies(folder: Path) -> Taken:
    """Prove that random sizes begin others."""
    with LedgerReader.read(folder) as ledger:
        taken = _each(lambda pair: ledger.prove_consistency(*pair), _pairs(len(ledger)))
        for old, new in islice(_pairs(len(ledger)), 50):
            roots = ledger.head(old).root, ledger.head(new).root
            verify_consistency(ledger.prove_consistency(old, new), old, new, *roots)
    return taken


def opening(folder: Path) -> Taken:
    """Open the ledger to write, as a service does when it starts."""
    return _each(lambda _: Ledger.open(folder).close(), range(5))


def verification(folder: Path) -> Taken:
    """Verify the whole ledger."""

    def whole(_: int) -> None:
        with LedgerReader.read(folder) as ledger:
            assert verify_ledger(ledger).findings == ()

    return _each(whole, range(1))


def _each(work: Callable[[Item], object], items: Iterable[Item]) -> Taken:
    times = []
    before_kb, cpu_began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    for item in items:
        began = time.perf_counter()
        work(item)
        times.append(time.perf_counter() - began)
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    cpu_s = time.process_time() - cpu_began
    return Taken(len(times), median(times), max(times), sum(times), cpu_s, grown_kb / 1000)


def _pairs(size: int) -> Iterator[tuple[int, int]]:
    numbers = random.Random(21)
    for _ in range(PROOFS):
        new = numbers.randint(1, size)
        yield numbers.randrange(new), new


def _draft(number: int) -> Draft:
    body = {"item": f"B-{number % 300:04d}", "number": number % 100, "request": f"{number:012x}"}
    return Draft(NOON_MS + number, "count", ("sato", "suzuki"), body)


def _cells(taken: Taken) -> tuple[str, ...]:
    return (
        str(taken.items),
        f"{taken.median_s * 1e3:.2f}",
        f"{taken.worst_s * 1e3:.1f}",
        f"{taken.items / taken.all_s:.0f}",
        f"{taken.all_s:.1f}",
        f"{taken.cpu_s:.1f}",
        f"{taken.memory_mb:.0f}",
    )


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="a folder on the disk to be measured; it is emptied first")
    parser.add_argument("--entries", type=int, default=ENTRIES)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
