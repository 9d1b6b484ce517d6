"""Append and read, in SQLite and in PostgreSQL; nothing else is possible, and there is one writer."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from custody.database import FILE, LOCK, metadata
from custody.entries import Draft, EntryError
from custody.errors import (
    AlteredLedgerError,
    LedgerBusyError,
    LedgerExistsError,
    LedgerUnreachableError,
    NoLedgerError,
    TruncatedLedgerError,
)
from custody.ledger import KEYS, Head, Ledger, LedgerReader
from custody.merkle import EMPTY_ROOT, verify_consistency, verify_inclusion
from custody.verify import verify_ledger
from tests.custody.conftest import MakeLedger, counts
from tests.custody.postgresql import Server

Where = Path | str


@contextmanager
def raw(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a ledger's file as somebody would who knows SQLite and not Kuraban."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        yield connection


def test_an_entry_is_numbered_and_belongs_to_the_site(where: Where) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        first = ledger.append(5, "vault.opened", ("sato",), {"door": "vault-door"})
        second = ledger.record(Draft(4, "vault.locked", ("sato",)))
        assert (first.seq, second.seq, first.site) == (0, 1, "tsurumi")
        assert list(ledger) == [first, second]
        assert len(ledger) == ledger.head().size == 2


def test_an_empty_ledger_has_the_root_of_nothing(where: Where) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        assert ledger.head() == Head(0, EMPTY_ROOT)
    with Ledger.open(where) as ledger:
        assert (ledger.head(), ledger.site, list(ledger)) == (Head(0, EMPTY_ROOT), "tsurumi", [])


def test_a_ledger_goes_on_where_it_stopped(where: Where, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "whole", "tsurumi") as whole:
        whole.record_all(counts(9))
        with Ledger.create(where, "tsurumi") as ledger:
            ledger.record_all(counts(9)[:5])
        with Ledger.open(where) as ledger:
            for draft in counts(9)[5:]:
                ledger.record(draft)
            assert list(ledger) == list(whole)
            assert ledger.head() == whole.head()


def test_what_append_has_returned_can_be_read_by_others_at_once(where: Where) -> None:
    with Ledger.create(where, "tsurumi") as ledger, LedgerReader.read(where) as reader:
        for number, draft in enumerate(counts(3)):
            entry = ledger.record(draft)
            assert len(reader) == number + 1
            assert reader.entry(number) == entry
            assert reader.head() == ledger.head()


def test_entries_can_be_read_from_anywhere_to_anywhere(where: Where) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        entries = ledger.record_all(counts(7))
        assert list(ledger.entries(2, 5)) == entries[2:5]
        assert list(ledger.entries(5)) == entries[5:]
        assert list(ledger.entries(7)) == []
        with pytest.raises(IndexError, match="has 7 entries, numbered from 0; there is no 7"):
            ledger.entry(7)


def test_a_ledger_proves_what_it_holds_at_every_size_it_ever_had(where: Where) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        entries = ledger.record_all(counts(11))
        for size in range(1, 12):
            head = ledger.head(size)
            verify_consistency(ledger.prove_consistency(size), size, 11, head.root, ledger.head().root)
            for seq in range(size):
                verify_inclusion(ledger.prove_inclusion(seq, size), entries[seq].leaf(), seq, size, head.root)


def test_an_entry_that_is_refused_takes_the_others_of_its_batch_with_it(where: Where) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        with pytest.raises(EntryError, match="kind 'recount'"):
            ledger.record_all([*counts(2), Draft(5, "recount")])
        assert list(ledger) == []
        assert ledger.append(5, "drill.started").seq == 0


def test_a_ledger_has_one_writer(where: Where) -> None:
    with (
        Ledger.create(where, "tsurumi"),
        pytest.raises(LedgerBusyError, match="written by another process; stop that one first"),
    ):
        Ledger.open(where)
    with Ledger.open(where) as ledger:
        assert ledger.append(5, "drill.started").seq == 0


def test_threads_take_turns(where: Where) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        writers = [
            threading.Thread(target=lambda: [ledger.append(1, "drill.started") for _ in range(20)]) for _ in range(4)
        ]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            head = ledger.head()
            assert ledger.head(head.size) == head
        for writer in writers:
            writer.join()
        assert [entry.seq for entry in ledger] == list(range(80))
        assert verify_ledger(ledger).findings == ()


def test_whoever_listens_hears_of_each_entry_once_and_in_order(where: Where) -> None:
    heard: list[int] = []
    with Ledger.create(where, "tsurumi") as ledger:
        ledger.append(1, "count")
        ledger.on_recorded(lambda entries: heard.extend(entry.seq for entry in entries))
        threads = [threading.Thread(target=ledger.append, args=(at_ms, "count")) for at_ms in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert heard == list(range(1, 9))


def test_the_ledger_of_another_run_is_never_written_over(where: Where) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        ledger.append(5, "drill.started")
    with pytest.raises(LedgerExistsError, match="name another folder or move this one away"):
        Ledger.create(where, "tsurumi")
    with LedgerReader.read(where) as reader:
        assert len(reader) == 1


def test_a_run_that_came_to_no_entry_does_not_stand_in_the_way(where: Where) -> None:
    Ledger.create(where, "tsurumi").close()
    with Ledger.create(where, "midori") as ledger:
        assert ledger.append(5, "drill.started").site == "midori"


def test_a_folder_with_other_files_is_no_place_for_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("keep me")
    with pytest.raises(LedgerExistsError):
        Ledger.create(tmp_path, "tsurumi")


def test_a_folder_with_nothing_but_a_key_is_a_place_for_a_ledger(tmp_path: Path) -> None:
    (tmp_path / KEYS).mkdir()
    Ledger.create(tmp_path, "tsurumi").close()


def test_a_place_without_a_ledger_says_so(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NoLedgerError, match="check the folder"):
            Ledger.open(folder)
        with pytest.raises(NoLedgerError, match="check the folder"):
            LedgerReader.read(folder)
    (tmp_path / FILE).touch()
    with pytest.raises(NoLedgerError, match="begun and not finished"):
        Ledger.open(tmp_path)


def test_a_database_that_is_none_for_a_ledger_is_refused() -> None:
    with pytest.raises(NoLedgerError, match="not in mysql"):
        LedgerReader.read("mysql://host/name")
    with pytest.raises(NoLedgerError, match="cannot be read; write postgresql://"):
        LedgerReader.read("://")


def test_a_database_out_of_reach_is_told_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(LedgerUnreachableError, match="postgresql:///ledger cannot be used") as told:
        LedgerReader.read(f"postgresql://keeper:hunter2@/ledger?host={tmp_path}")
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("table", metadata.tables)
@pytest.mark.parametrize(
    "act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "INSERT OR REPLACE INTO {} SELECT * FROM {}"]
)
def test_sqlite_itself_refuses_to_change_a_row(signed_folder: Path, table: str, act: str) -> None:
    column = next(iter(metadata.tables[table].columns.keys()))
    statement = act.format(*([table, column, column] if "SET" in act else [table, table]))
    with raw(signed_folder) as connection, pytest.raises(sqlite3.IntegrityError, match="append"):
        connection.execute(statement)
    with LedgerReader.read(signed_folder) as reader:
        assert verify_ledger(reader).findings == ()


def test_sqlite_itself_refuses_an_entry_out_of_order(signed_folder: Path) -> None:
    with raw(signed_folder) as connection:
        for seq in (0, 99):
            with pytest.raises(sqlite3.IntegrityError, match="append"):
                connection.execute("INSERT INTO entries VALUES (?, ?)", (seq, b"{}"))


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize("table", metadata.tables)
@pytest.mark.parametrize(
    "act", ["UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table} CASCADE"]
)
def test_postgresql_itself_refuses_to_change_a_row(
    signed_database: str, postgresql: Server, table: str, act: str
) -> None:
    column = next(iter(metadata.tables[table].columns.keys()))
    statement = act.format(table=table, column=column).encode()
    with postgresql.keeper(signed_database) as keeper, pytest.raises(psycopg.errors.InsufficientPrivilege):
        keeper.execute(statement)
    with (
        postgresql.administrator(signed_database) as administrator,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        administrator.execute(statement)


@pytest.mark.xdist_group("postgresql")
def test_postgresql_itself_refuses_an_entry_out_of_order(signed_database: str, postgresql: Server) -> None:
    with postgresql.keeper(signed_database) as keeper:
        for seq in (0, 99):
            with pytest.raises(psycopg.errors.RaiseException, match="appended after the last one"):
                keeper.execute("INSERT INTO entries VALUES (%s, %s)", (seq, b"{}"))


def test_a_writer_past_the_lock_cannot_make_a_second_history(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    with Ledger.open(folder) as ledger:
        ledger.append(4, "drill.started")
        (folder / LOCK).unlink()
        with Ledger.open(folder) as second:
            second.append(5, "drill.started")
        with pytest.raises(LedgerBusyError, match="past the lock"):
            ledger.append(6, "drill.ended")
        assert ledger.append(7, "drill.ended").seq == 4
        assert verify_ledger(ledger).findings == ()


def test_a_locked_database_is_waited_for_and_then_told(
    closed_ledger: MakeLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.sqlite._BUSY_MS", 50)
    folder = closed_ledger(2)
    with Ledger.open(folder) as ledger, raw(folder) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerBusyError, match="held by another process"):
            ledger.append(5, "drill.started")
        other.execute("ROLLBACK")
        assert ledger.append(5, "drill.started").seq == 2


@pytest.mark.xdist_group("postgresql")
def test_a_broken_connection_is_told_and_the_ledger_can_be_opened_again(
    signed_database: str, postgresql: Server
) -> None:
    url = postgresql.url(signed_database)
    with Ledger.open(url) as ledger:
        size = len(ledger)
        with postgresql.administrator(signed_database) as administrator:
            administrator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = 'keeper'",
                (signed_database,),
            )
        with pytest.raises(LedgerUnreachableError, match="cannot be used"):
            ledger.append(5, "drill.started")
    with Ledger.open(url) as ledger:
        assert ledger.append(5, "drill.started").seq == size


def test_an_end_that_was_cut_off_is_seen_when_the_ledger_is_opened(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(5)
    with raw(folder) as connection:
        connection.execute("DROP TRIGGER entries_no_delete")
        connection.execute("DELETE FROM entries WHERE seq > 2")
    with pytest.raises(AlteredLedgerError, match="entries_no_delete are gone"):
        Ledger.open(folder)


def test_missing_entries_are_told_when_the_ledger_is_opened(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(5)
    with raw(folder) as connection:
        (guard,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_no_delete'").fetchone()
        connection.execute("DROP TRIGGER entries_no_delete")
        connection.execute("DELETE FROM entries WHERE seq > 3")
        connection.execute(guard)
    with pytest.raises(TruncatedLedgerError, match="has 4 entries and had at least 5"):
        Ledger.open(folder)


def test_a_ledger_that_lost_its_only_entry_is_not_taken_for_an_empty_one(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(1)
    with raw(folder) as connection:
        (guard,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'entries_no_delete'").fetchone()
        connection.execute("DROP TRIGGER entries_no_delete")
        connection.execute("DELETE FROM entries")
        connection.execute(guard)
    with pytest.raises(TruncatedLedgerError, match="has 0 entries and had at least 1"):
        Ledger.open(folder)
    with pytest.raises(LedgerExistsError):
        Ledger.create(folder, "tsurumi")


def test_reading_changes_no_byte(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(3)
    before = (folder / FILE).read_bytes()
    with LedgerReader.read(folder) as reader:
        assert len(list(reader)) == 3
        assert verify_ledger(reader).findings == ()
    assert (folder / FILE).read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_read_without_a_file_more(
    closed_ledger: MakeLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = closed_ledger(3)
    monkeypatch.setattr(os, "access", lambda *_: False)  # to root, who runs the tests, every folder can be
    before = set(folder.iterdir())
    with LedgerReader.read(folder) as reader:
        assert len(list(reader)) == 3
        assert set(folder.iterdir()) == before


def test_the_same_entries_give_the_same_file(closed_ledger: MakeLedger, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "again", "tsurumi") as ledger:
        ledger.record_all(counts(20))
    assert (tmp_path / "again" / FILE).read_bytes() == (closed_ledger(20) / FILE).read_bytes()


def test_a_file_that_is_no_database_is_told(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    (folder / FILE).write_bytes(b"not a database, and long enough to be looked at" * 100)
    with pytest.raises(AlteredLedgerError, match=r"ledger\.sqlite is not what was written"):
        Ledger.open(folder)


def test_a_folder_that_cannot_be_made_is_the_disk_s_fault(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError) as told:  # noqa: PT011 - the number is looked at
        Ledger.create(tmp_path / "file" / "ledger", "tsurumi")
    assert told.value.errno == errno.ENOTDIR


def test_the_parts_of_a_url_that_are_secret_are_not_shown(postgresql: Server, signed_database: str) -> None:
    url = make_url(postgresql.url(signed_database)).set(password="hunter2").render_as_string(hide_password=False)
    with LedgerReader.read(url) as reader:
        assert str(reader.place) == f"postgresql:///{signed_database}"


def test_a_copy_of_the_folder_is_the_ledger(closed_ledger: MakeLedger, tmp_path: Path) -> None:
    shutil.copytree(closed_ledger(3), tmp_path / "copy")
    with Ledger.open(tmp_path / "copy") as ledger:
        assert ledger.record(Draft(5, "drill.started")).seq == 3
