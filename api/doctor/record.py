"""The record: whether the ledger holds together at its end, its key is there, and the databases are sound."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.doctor.findings import Finding, bad, good, skipped, warning
from api.recording import LEDGER
from custody.entries import EntryError
from custody.errors import KeyFileError, LedgerError, NoLedgerError
from custody.ledger import KEYS, LedgerReader
from custody.note import NoteError
from custody.signing import current_key
from custody.sqlite import expect_sound

_RESTORE: Final = "keep the folder as it is, look at it with `kuraban ledger verify`, and compare it with a backup"
LARGE_BYTES: Final = 256 << 20
"""A database that is larger is not looked through, which would take minutes."""


def newest_entry_ms(folder: Path) -> int | None:
    """Return the moment of the newest entry of a folder's ledger, None where it has none or cannot be read."""
    try:
        with LedgerReader.read(folder / LEDGER) as ledger:
            return ledger.entry(len(ledger) - 1).at_ms if len(ledger) else None
    except (LedgerError, EntryError, OSError):
        return None  # what is wrong with it, `examine_ledger` says


def examine_ledger(folder: Path) -> Iterator[Finding]:
    """Look at the end of a ledger, which is where a crash would hurt it, and at its newest checkpoint and key."""
    try:
        with LedgerReader.read(folder / LEDGER) as ledger:
            ledger.check_end()
            yield _judge_checkpoint(ledger)
            yield _judge_key(ledger, folder / LEDGER / KEYS)
    except NoLedgerError:
        yield skipped("ledger", f"there is no ledger in {folder / LEDGER}; `kuraban serve` makes it")
    except (LedgerError, NoteError, OSError) as error:
        yield bad("ledger", str(error), _RESTORE)


def _judge_checkpoint(ledger: LedgerReader) -> Finding:
    size, given = len(ledger), ledger.checkpoint()
    measured = {"size": size, "covered": None if given is None else given.checkpoint.size}
    if given is None:
        remedy = "`kuraban ledger checkpoint` signs one: without it nobody could tell a rewritten history"
        return warning("ledger.checkpoint", f"{size} entries, and no checkpoint covers any", remedy, **measured)
    newest = given.checkpoint
    if newest.size > size or ledger.head(newest.size).root != newest.root:
        says = f"the ledger does not continue its own checkpoint of {newest.size} entries"
        return bad("ledger.checkpoint", says, _RESTORE, **measured)
    return good("ledger.checkpoint", f"{size} entries, {newest.size} of them under a checkpoint", **measured)


def _judge_key(ledger: LedgerReader, keys: Path) -> Finding:
    try:
        key = current_key(ledger, keys)
    except KeyFileError as error:
        return bad("ledger.key", "the ledger cannot be signed", str(error))
    if key is None:
        return skipped("ledger.key", "the ledger has no key yet")
    return good("ledger.key", f"the key in force is there: {key.verifier.text()}")


def examine_databases(folder: Path) -> Iterator[Finding]:
    """Look through the databases beside the ledger for damage."""
    for file in sorted([*folder.glob("*.sqlite"), *(folder / LEDGER).glob("waiting.sqlite")]):
        check = f"database.{file.stem}"
        if file.stat().st_size > LARGE_BYTES:
            says = f"{file.name} has {file.stat().st_size >> 20} MiB; a backup of it looks through all of it"
            yield skipped(check, says)
            continue
        try:
            expect_sound(file, file)
            yield good(check, f"{file.name} is sound")
        except (LedgerError, OSError) as error:
            yield bad(check, str(error), "stop the service and restore a backup into a new folder")
