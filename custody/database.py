"""The tables of a ledger, in SQLite or PostgreSQL, and what keeps them append-only. No entry is understood here.

    ledger        one row: version of the tables, site
    entries       seq, line: the exact bytes of each entry
    nodes         position, hash: each full subtree of the tree over the entries, in the order of completion
    checkpoints   the signed notes that this site has given out, in order
    cosignatures  signature lines of other sites under those checkpoints
    witnessed     checkpoints of other sites that this one has cosigned, in order

Rows are added and never changed: triggers refuse every update and delete, and an entry that is not the next one. In
PostgreSQL the rights to update, delete and truncate are taken away from the owner, too.
"""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Self

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from custody.errors import LedgerBusyError, LedgerUnreachableError, NoLedgerError
from custody.sqlite import WRITES, altered, from_sqlite, keep_log, open_file

VERSION: Final = 1
FILE: Final = "ledger.sqlite"
LOCK: Final = "ledger.lock"
"""A file of its own: closing any other handle of the SQLite file would give up SQLite's own locks on it."""


class ExactBytes(sa.TypeDecorator[bytes]):
    """Bytes as they were written; anything else that is found in their place reads as none, and so fits nothing."""

    impl = sa.LargeBinary
    cache_ok = True

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[object], bytes]:
        """Take what the driver gives as it is; SQLAlchemy's own conversion would make bytes of a number."""
        del dialect, coltype
        return lambda value: value if isinstance(value, bytes) else b""


metadata: Final = sa.MetaData()
_ADVISORY: Final = int.from_bytes(b"kuraban")
"""The advisory lock of PostgreSQL that a ledger's writer holds; it belongs to one database of the server."""

_Big: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ledger_table: Final = sa.Table(
    "ledger",
    metadata,
    sa.Column("v", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("site", sa.Text, nullable=False),
)
entries_table: Final = sa.Table(
    "entries",
    metadata,
    sa.Column("seq", _Big, primary_key=True, autoincrement=False),
    sa.Column("line", ExactBytes, nullable=False),
)
nodes_table: Final = sa.Table(
    "nodes",
    metadata,
    sa.Column("position", _Big, primary_key=True, autoincrement=False),
    sa.Column("hash", ExactBytes, nullable=False),
)
checkpoints_table: Final = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("size", _Big, primary_key=True, autoincrement=False),
    sa.Column("note", sa.Text, nullable=False),
)
cosignatures_table: Final = sa.Table(
    "cosignatures",
    metadata,
    sa.Column("size", _Big, primary_key=True, autoincrement=False),
    sa.Column("signature", sa.Text, primary_key=True),
)
witnessed_table: Final = sa.Table(
    "witnessed",
    metadata,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("size", _Big, primary_key=True, autoincrement=False),
    sa.Column("note", sa.Text, nullable=False),
)

_NEXT_ONLY: Final = "an entry is appended after the last one, and nowhere else"


def guards(dialect: str) -> dict[str, str]:
    """Return the triggers that keep the tables append-only: name to statement, in the order to create them."""
    return _sqlite_guards() if dialect == "sqlite" else _postgresql_guards()


def _sqlite_guards() -> dict[str, str]:
    found = {
        f"{table.name}_no_{act.lower()}": (
            f'CREATE TRIGGER "{table.name}_no_{act.lower()}" BEFORE {act} ON "{table.name}" '
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no {act.lower()} of {table.name}'); END"
        )
        for table in metadata.sorted_tables
        for act in ("UPDATE", "DELETE")
    }
    found["entries_next_only"] = (
        'CREATE TRIGGER "entries_next_only" BEFORE INSERT ON "entries" '  # noqa: S608 - a constant
        "WHEN NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM entries) "
        f"BEGIN SELECT RAISE(ABORT, '{_NEXT_ONLY}'); END"
    )
    for table in metadata.sorted_tables:  # INSERT OR REPLACE deletes rows without asking the triggers against it
        same = " AND ".join(f'"{column.name}" = NEW."{column.name}"' for column in table.primary_key)
        found[f"{table.name}_no_replace"] = (
            f'CREATE TRIGGER "{table.name}_no_replace" BEFORE INSERT ON "{table.name}" '  # noqa: S608 - our own tables
            f'WHEN EXISTS (SELECT 1 FROM "{table.name}" WHERE {same}) '
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this row of {table.name} exists'); END"
        )
    return found


def _postgresql_guards() -> dict[str, str]:
    refuse = "kuraban_append_only"
    following = "kuraban_next_only"
    found = {
        refuse: (
            f"CREATE OR REPLACE FUNCTION {refuse}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'the ledger is append-only: no % of %', lower(TG_OP), TG_TABLE_NAME; END $$"
        ),
        following: (
            f"CREATE OR REPLACE FUNCTION {following}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608
            "IF NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM entries) THEN "
            f"RAISE EXCEPTION '{_NEXT_ONLY}'; END IF; RETURN NEW; END $$"
        ),
    }
    for table in metadata.sorted_tables:
        found[f"{table.name}_no_change"] = (
            f'CREATE TRIGGER "{table.name}_no_change" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table.name}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {refuse}()"
        )
    found["entries_next_only"] = (
        f'CREATE TRIGGER "entries_next_only" BEFORE INSERT ON "entries" FOR EACH ROW EXECUTE FUNCTION {following}()'
    )
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ledger lies: a folder (SQLite), or a database by its URL (PostgreSQL; then `folder` is None).

    name: what it is called in messages, without user and password.
    """

    name: str
    url: URL
    folder: Path | None

    @classmethod
    def of(cls, where: Path | str) -> Self:
        """Return the place of a folder or a URL. Raises NoLedgerError for a URL that is none, or of another kind."""
        if isinstance(where, Path) or "://" not in where:
            folder = Path(where)
            return cls(str(folder), URL.create("sqlite", database=str(folder / FILE)), folder)
        try:
            url = make_url(where)
        except ArgumentError as error:
            raise NoLedgerError("the ledger's URL cannot be read; write postgresql://user@host/name") from error
        if url.get_backend_name() != "postgresql":
            raise NoLedgerError(f"a ledger lies in a folder or in PostgreSQL, not in {url.get_backend_name()}")
        name = f"postgresql://{url.host or ''}/{url.database or ''}"
        return cls(name, url.set(drivername="postgresql+psycopg"), None)

    def __str__(self) -> str:
        return self.name


def connect(place: Place, *, read_only: bool = False) -> Engine:
    """Return the engine of a ledger; nothing is opened before it is used.

    read_only: not a byte of the SQLite file is changed, so that it stays what it was when it was found. Raises
    LedgerUnreachableError where the driver of PostgreSQL is not installed.
    """
    if place.folder is None:
        return _connect_postgresql(place)
    return open_file(place.folder / FILE, read_only=read_only)


def _connect_postgresql(place: Place) -> Engine:
    try:
        engine = sa.create_engine(place.url)
    except ModuleNotFoundError as error:
        raise LedgerUnreachableError(
            f"{place}: the driver of PostgreSQL is not installed; pip install 'kuraban[postgresql]'"
        ) from error
    sa.event.listen(engine, "connect", _on_postgresql_connect)
    return engine


def _on_postgresql_connect(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
    connection.commit()


@contextmanager
def sole_writer(place: Place, engine: Engine) -> Iterator[Connection]:
    """Give the connection of the one writer, and keep every other writer out until it is done.

    Raises LedgerBusyError where another process writes, OSError where the folder cannot be written to.
    """
    with ExitStack() as stack:
        if place.folder is not None:
            _lock_file(stack.enter_context((place.folder / LOCK).open("ab")), place)
        stack.callback(engine.dispose)  # SQLite puts its files in order when it closes them, while nobody else writes
        with translated(place):
            connection = stack.enter_context(engine.connect().execution_options(**{WRITES: True}))
            if place.folder is None:
                _lock_database(connection, place)
        yield connection


def _lock_file(lock: BinaryIO, place: Place) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise _busy(place) from error


def _lock_database(connection: Connection, place: Place) -> None:
    """Take the lock that is the session's, so that it ends with it, however that ends."""
    alone = connection.scalar(sa.select(sa.func.pg_try_advisory_lock(_ADVISORY)))
    connection.commit()
    if not alone:
        raise _busy(place)


def _busy(place: Place) -> LedgerBusyError:
    return LedgerBusyError(f"{place} is being written by another process; stop that one first")


def has_tables(connection: Connection) -> bool:
    """Tell whether the tables of a ledger are there."""
    return set(metadata.tables) <= set(sa.inspect(connection).get_table_names())


def is_vacant(connection: Connection) -> bool:
    """Tell whether nothing would be lost: there is no ledger, or one that came to no entry and witnessed nothing."""
    there = set(sa.inspect(connection).get_table_names())
    filled = [
        table.name
        for name, table in metadata.tables.items()
        if name in there and name != ledger_table.name and connection.execute(sa.select(table).limit(1)).first()
    ]
    connection.rollback()
    return not filled


def create_tables(connection: Connection, site: str) -> None:
    """Make the tables of an empty ledger, with their guards, in place of vacant ones, all or nothing."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        keep_log(connection)
    with connection.begin():
        metadata.drop_all(connection)
        metadata.create_all(connection, checkfirst=False)
        for statement in guards(connection.dialect.name).values():
            connection.exec_driver_sql(statement.replace("%", "%%"))
        if not sqlite:
            names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
            connection.exec_driver_sql(f"REVOKE UPDATE, DELETE, TRUNCATE ON {names} FROM PUBLIC, CURRENT_USER")
        connection.execute(ledger_table.insert().values(v=VERSION, site=site))


def missing_guards(connection: Connection) -> list[str]:
    """Return the names of the guards that are gone, switched off or altered."""
    wanted = guards(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = {(name, sql) for name, sql in rows}
        return [name for name, statement in wanted.items() if (name, statement) not in there]
    there = _postgresql_triggers(connection) | _postgresql_functions(connection)
    return [name for name, statement in wanted.items() if (name, _body(statement)) not in there]


def _postgresql_triggers(connection: Connection) -> set[tuple[str, str]]:
    on = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    return {(name, "") for (name,) in connection.exec_driver_sql(on)}


def _postgresql_functions(connection: Connection) -> set[tuple[str, str]]:
    bodies = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
    return {(name, body) for name, body in connection.exec_driver_sql(bodies)}


def _body(statement: str) -> str:
    """Return the body of the function that a statement makes, nothing for a trigger."""
    return statement.split("$$")[1] if "$$" in statement else ""


@contextmanager
def translated(place: Place) -> Iterator[None]:
    """Turn what a database reports into what it means for a ledger: busy, altered, out of reach, or the disk's fault.

    Raises LedgerBusyError, AlteredLedgerError, LedgerUnreachableError, or OSError (a full disk, no permission).
    """
    try:
        yield
    except DBAPIError as error:
        original = error.orig
        if isinstance(original, sqlite3.Error):
            raise from_sqlite(f"{place}/{FILE}", original) from error
        raise _from_postgresql(place, original) from error
    except sqlite3.Error as error:  # from where SQLAlchemy is gone around
        raise from_sqlite(f"{place}/{FILE}", error) from error
    except UnicodeDecodeError as error:  # SQLite quotes a damaged schema, byte for byte, when it says so
        raise altered(place, "its schema is damaged") from error


_REFUSED: Final = {"53100": errno.ENOSPC, "42501": errno.EACCES}


def _from_postgresql(place: Place, error: BaseException | None) -> Exception:
    state = getattr(error, "sqlstate", None) or ""
    said = str(error).strip().partition("\n")[0]
    if state in _REFUSED:
        return OSError(_REFUSED[state], f"{os.strerror(_REFUSED[state])} ({said})", str(place))
    if state == "23505":
        return LedgerBusyError(f"{place} was written to by another process, past the lock; open the ledger again")
    if state[:2] in {"42", "P0", "XX"}:
        return altered(place, said)
    return LedgerUnreachableError(f"{place} cannot be used: {said or 'the connection broke'}; check the database")
