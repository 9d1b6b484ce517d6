"""A ledger as a file of lines, one entry a line: the form in which entries are exported, and read in again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final

from custody.entries import Draft, Entry, EntryError, entry_at
from custody.errors import AlteredLedgerError, LedgerError, UnfinishedWriteError
from custody.ledger import Ledger, LedgerReader

_BATCH: Final = 2_000


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Give number and exact bytes of the lines of a file, unchecked, one in memory at a time.

    Raises UnfinishedWriteError where the last line has no end, OSError where the file cannot be read.
    """
    with path.open("rb") as lines:
        for seq, line in enumerate(lines):
            if not line.endswith(b"\n"):
                raise UnfinishedWriteError(
                    f"{path}, line {seq + 1}: the last write was not finished, {len(line)} bytes without a line end; "
                    f"the {seq} entries before it are whole: take these bytes away to read the file"
                )
            yield seq, line[:-1]


def read_entries(path: Path) -> Iterator[Entry]:
    """Give the entries of a file of ledger lines.

    Raises AlteredLedgerError with the first line that is no entry or stands in the wrong place, and what `read_lines`
    raises.
    """
    site: str | None = None
    for seq, line in read_lines(path):
        try:
            entry = entry_at(line, seq, site)
        except EntryError as error:
            raise AlteredLedgerError(f"{path}, line {seq + 1}: {error}; compare the file with a copy") from error
        site = entry.site
        yield entry


def copy_lines(path: Path, ledger: Ledger) -> None:
    """Put the entries of a file on an empty ledger of the same site, many at a time; the bytes stay the same.

    The whole file is read before the first of them is written. Raises what `read_entries` raises, and LedgerError
    where they are another site's; then the ledger is still empty.
    """
    for entry in read_entries(path):
        if entry.site != ledger.site:
            raise LedgerError(f"{path} has entries of {entry.site}, and the ledger is of {ledger.site}")
    entries = read_entries(path)
    while batch := list(islice(entries, _BATCH)):
        ledger.record_all(Draft(entry.at_ms, entry.kind, entry.actors, entry.body) for entry in batch)


def write_lines(ledger: LedgerReader, file: BinaryIO, start: int = 0, stop: int | None = None) -> int:
    """Write entries as lines; return how many. Raises AlteredLedgerError where one is not what was written."""
    count = 0
    for count, entry in enumerate(ledger.entries(start, stop), start=1):  # noqa: B007 - counted behind the loop
        file.write(entry.line + b"\n")
    return count
