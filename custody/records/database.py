"""`records.sqlite`: one file, one writer at a time, any number of readers that never wait for it.

What is in a table is known to the module of that table; here is how the file is made, brought up to date and used.
"""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from custody.files import OWNER_ONLY
from custody.records.tables import metadata, segments
from custody.sqlite import WRITES, keep_log, open_file, translating

FILE: Final = "records.sqlite"

Migration = Callable[[Connection], None]


def _make_segments_anew(connection: Connection) -> None:
    """Versions 1 to 3 had other columns; the service takes up what lies on the disk at its start."""
    segments.drop(connection, checkfirst=True)


MIGRATIONS: Final[Sequence[Migration]] = (_make_segments_anew,) * 3
"""What brings a file from version N to N + 1, in order. New tables need none: what is missing is made."""


class RecordsVersionError(Exception):
    """The file was written by another version of this program; the message says what to do."""


class NewerRecordsError(RecordsVersionError):
    """The file was written by a newer version of this program."""


class Records:
    """The database, open. Threads may share one.

    Its methods raise what `from_sqlite` returns: OSError with the disk's fault, LedgerBusyError where another process
    holds the file, AlteredLedgerError where it is damaged.
    """

    def __init__(self, file: Path, engine: Engine) -> None:
        self._file = file
        self._engine = engine
        self._turn = threading.Lock()
        self._listeners: list[Callable[[], None]] = []

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the database of a folder, made where it is missing, brought up to date where it is old.

        Import every module that adds tables before. Raises NewerRecordsError as well.
        """
        file = folder / FILE
        file.touch(OWNER_ONLY)
        records = cls(file, open_file(file))
        with translating(file), records._engine.connect() as connection:
            keep_log(connection)
        with records.write() as connection:
            _bring_up_to_date(connection, file, MIGRATIONS)
        return records

    @classmethod
    def look(cls, folder: Path) -> Self:
        """Open the database of a folder to read only; not a byte of it is changed.

        Raises RecordsVersionError as well, and FileNotFoundError where there is none.
        """
        file = folder / FILE
        if not file.exists():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
        records = cls(file, open_file(file, read_only=True))
        with records.read() as connection:
            _expect_version(_version(connection), file, len(MIGRATIONS) + 1)
        return records

    @property
    def file(self) -> Path:
        """Where the database lies."""
        return self._file

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give the connection of one transaction, committed at the end; what is raised meanwhile undoes all of it.

        One thread writes at a time, and a thread must not ask for a second transaction within its first.
        """
        with (
            self._turn,
            translating(self._file),
            self._engine.connect().execution_options(**{WRITES: True}) as connection,
            connection.begin(),
        ):
            yield connection
        for tell in tuple(self._listeners):
            tell()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database, and makes no writer wait."""
        with translating(self._file), self._engine.connect() as connection, connection.begin():
            yield connection

    def after_commit(self, tell: Callable[[], None]) -> None:
        """Have something called after each transaction, in the thread that wrote; it must not take long."""
        self._listeners.append(tell)

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def reading(folder: Path) -> Iterator[Connection]:
    """Give a connection that reads the database of a folder beside a service that writes it; nothing is changed.

    Raises what the methods of `Records` raise.
    """
    file = folder / FILE
    engine = open_file(file, read_only=True)
    try:
        with translating(file), engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def _bring_up_to_date(connection: Connection, file: Path, migrations: Sequence[Migration]) -> None:
    version, newest = _version(connection), len(migrations) + 1
    if version:
        _expect_version(max(version, newest), file, newest)
        for migrate in migrations[version - 1 :]:
            migrate(connection)
    metadata.create_all(connection)
    _make_missing_indexes(connection)
    connection.exec_driver_sql(f"PRAGMA user_version = {newest}")


def _expect_version(version: int, file: Path, known: int) -> None:
    if version > known:
        raise NewerRecordsError(
            f"{file} was written by a newer version of Kuraban (its tables are of version {version}, this program "
            f"knows {known}); install that version, or restore a backup"
        )
    if version < known:
        raise RecordsVersionError(
            f"{file} was written by an older version of Kuraban (its tables are of version {version}, this program "
            f"needs {known}); start the service once, which brings it up to date"
        )


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())


def _make_missing_indexes(connection: Connection) -> None:
    """Make the indexes that tables of an older version lack; SQLAlchemy makes them with new tables only."""
    there = {name for (name,) in connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'index'"))}
    for table in metadata.sorted_tables:
        for index in table.indexes:
            if index.name not in there:
                index.create(connection)
