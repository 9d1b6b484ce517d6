"""One SQLite file copied as it is at one moment, while others write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import cast

from custody.sqlite import expect_sound, open_file, translating


def snapshot(source: Path, target: Path) -> None:
    """Copy a database into a new file, by SQLite's own backup.

    All pages are copied in one step, under one read transaction: in parts, a busy writer would make it begin again
    for ever. With a write-ahead log, which all our files keep, nobody who writes waits for it. Raises
    AlteredLedgerError where the copy is damaged, LedgerBusyError, or OSError (a full disk).
    """
    engine = open_file(source, read_only=True)
    try:
        # Never by opening the file itself: closing that handle would give up this process's locks on the database.
        with translating(source), closing(engine.raw_connection()) as raw, closing(sqlite3.connect(target)) as copy:
            cast("sqlite3.Connection", raw.driver_connection).backup(copy)
        expect_sound(target, source)
    finally:
        engine.dispose()
