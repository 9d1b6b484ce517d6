"""SQLite files that are durable and shared by processes: how one is opened, and what its errors mean.

A write-ahead log with full synchronisation: what was committed is on the disk. What the tables are is not known here.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from custody.errors import AlteredLedgerError, LedgerBusyError
from custody.files import OWNER_ONLY

WRITES: Final = "kuraban_writes"
"""Execution option of connections that are going to write: SQLite then locks when a transaction begins."""

_BUSY_MS: Final = 5_000
"""How long a statement waits for another process, a backup say, that holds the file."""

_DISK: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
}


def open_file(file: Path, *, read_only: bool = False) -> Engine:
    """Return the engine of a file; nothing is opened before it is used.

    read_only: not a byte of the file is changed, so that it stays what it was when it was found.
    """
    engine = _read_only(file) if read_only else sa.create_engine(URL.create("sqlite", database=str(file)))
    sa.event.listen(engine, "connect", _on_connect)
    sa.event.listen(engine, "begin", _on_begin)
    return engine


def keep_log(connection: Connection) -> None:
    """Have the file keep a write-ahead log; it stays so, and cannot be set inside a transaction."""
    connection.connection.cursor().execute("PRAGMA journal_mode = WAL")


def from_sqlite(file: str, error: sqlite3.Error) -> Exception:
    """Return what an error of SQLite means: LedgerBusyError, OSError with the disk's fault, or AlteredLedgerError."""
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    # What a full disk says when not even the index of the write-ahead log finds room.
    code = sqlite3.SQLITE_FULL if extended == sqlite3.SQLITE_IOERR_SHMSIZE else extended & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return LedgerBusyError(f"{file} is held by another process for more than {_BUSY_MS // 1000} s; stop that one")
    if code in _DISK:
        return OSError(_DISK[code], f"{os.strerror(_DISK[code])} ({error})", file)
    if code == sqlite3.SQLITE_CONSTRAINT:
        return LedgerBusyError(f"{file} was written to by another process, past the lock: {error}; open it again")
    return altered(file, error)


@contextmanager
def translating(file: Path) -> Iterator[None]:
    """Turn what SQLite reports of a file into what `from_sqlite` returns."""
    try:
        yield
    except DBAPIError as error:
        raise from_sqlite(str(file), cast("sqlite3.Error", error.orig)) from error
    except sqlite3.Error as error:  # from where SQLAlchemy is gone around
        raise from_sqlite(str(file), error) from error


def altered(what: object, said: object) -> AlteredLedgerError:
    """Return the error of a database that is not what was written."""
    return AlteredLedgerError(f"{what} is not what was written: {said}; keep it as it is and compare it with a copy")


def _read_only(file: Path) -> Engine:
    # On a medium that cannot be written to there is no place for the files that readers and a writer share; where
    # they are missing there is no writer either.
    alone = not os.access(file.parent, os.W_OK) and not list(file.parent.glob(f"{file.name}-*"))
    uri = f"{file.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    return sa.create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(uri, uri=True, check_same_thread=False),
        poolclass=sa.pool.QueuePool,
    )


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin transactions by itself, and too late
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute("PRAGMA synchronous = FULL")


def _on_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")


def expect_sound(file: Path, name: Path) -> None:
    """Look through a file for damage, and change nothing in it; that takes as long as reading all of it.

    Raises AlteredLedgerError, which calls the file by the name.
    """
    engine = open_file(file, read_only=True)
    try:
        with translating(name), engine.connect() as connection:
            said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA quick_check(3)")]
    finally:
        engine.dispose()
    if said != ["ok"]:
        raise altered(name, "; ".join(said))


Rows = Callable[[sa.Select[Any]], Sequence[Any]]
"""Runs a query and returns its rows."""


class Tables:
    """A SQLite file with tables of one kind, for its owner's eyes only, made when something is first written.

    Its methods raise what `from_sqlite` returns.
    """

    def __init__(self, file: Path, metadata: sa.MetaData) -> None:
        self._file = file
        self._metadata = metadata

    def rows(self, query: sa.Select[Any]) -> Sequence[Any]:
        """Return the rows of a query, none where nothing was ever written."""
        if not self._file.exists():
            return ()
        with self._engine() as engine, engine.connect() as connection:
            return connection.execute(query).all() if sa.inspect(connection).get_table_names() else ()

    @contextmanager
    def writing(self) -> Iterator[tuple[Connection, Rows]]:
        """Give the connection of one transaction, and what it reads; what is raised meanwhile undoes all of it.

        Nobody else writes until it is done, so that what was read can be decided upon.
        """
        self._file.touch(OWNER_ONLY)
        with self._engine() as engine, engine.connect().execution_options(**{WRITES: True}) as connection:
            keep_log(connection)
            with connection.begin():
                self._metadata.create_all(connection)
                yield connection, lambda query: connection.execute(query).all()

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        engine = open_file(self._file)
        try:
            with translating(self._file):
                yield engine
        finally:
            engine.dispose()
