"""records.sqlite: made, brought up to date, written by one and read by many."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa

from custody.errors import AlteredLedgerError
from custody.records import changes
from custody.records.changes import ChangeKind
from custody.records.database import FILE, NewerRecordsError, Records, RecordsVersionError
from custody.records.tables import metadata


def note(records: Records, number: int) -> int:
    with records.write() as connection:
        return changes.note(connection, ChangeKind.PEOPLE, number, "counter", {"number": number})


def test_a_folder_without_a_database_gets_one_with_every_table_for_its_owners_eyes_only(tmp_path: Path) -> None:
    with Records.open(tmp_path) as records, records.read() as connection:
        assert set(metadata.tables) <= set(sa.inspect(connection).get_table_names())
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


def test_what_was_written_is_there_when_the_database_is_opened_again(tmp_path: Path) -> None:
    with Records.open(tmp_path) as records:
        note(records, 1)
    with Records.open(tmp_path) as records, records.read() as connection:
        assert [change.body for change in changes.after(connection, 0, 10)] == [{"number": 1}]


def note_and_fail(records: Records) -> None:
    with records.write() as connection:
        changes.note(connection, ChangeKind.PEOPLE, 1, None, {})
        raise ZeroDivisionError


def test_a_transaction_in_which_something_is_raised_leaves_nothing(tmp_path: Path) -> None:
    with Records.open(tmp_path) as records:
        with pytest.raises(ZeroDivisionError):
            note_and_fail(records)
        note(records, 2)
        with records.read() as connection:
            assert [change.at_ms for change in changes.after(connection, 0, 10)] == [2]


def test_a_table_and_an_index_that_an_older_file_lacks_are_made_and_its_rows_stay(tmp_path: Path) -> None:
    with Records.open(tmp_path) as records:
        note(records, 1)
    with sqlite3.connect(tmp_path / FILE) as old:
        old.execute("DROP TABLE sightings")
        old.execute("DROP INDEX changes_by_age")
    with Records.open(tmp_path) as records, records.read() as connection:
        assert "sightings" in sa.inspect(connection).get_table_names()
        assert "changes_by_age" in {index["name"] for index in sa.inspect(connection).get_indexes("changes")}
        assert changes.newest_id(connection) == 1


def test_the_index_of_footage_of_the_first_version_is_made_anew(tmp_path: Path) -> None:
    Records.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as old:
        old.execute("DROP TABLE segments")
        old.execute("CREATE TABLE segments (camera TEXT PRIMARY KEY, from_ms INTEGER)")
        old.execute("PRAGMA user_version = 1")
    with Records.open(tmp_path) as records, records.read() as connection:
        assert {column["name"] for column in sa.inspect(connection).get_columns("segments")} == set(
            metadata.tables["segments"].columns.keys()
        )


def test_a_file_of_a_newer_version_is_refused_with_what_to_do_and_left_as_it_is(tmp_path: Path) -> None:
    Records.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as newer:
        newer.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerRecordsError, match=r"version 99.*install that version"):
        Records.open(tmp_path)
    with sqlite3.connect(tmp_path / FILE) as newer:
        assert newer.execute("PRAGMA user_version").fetchone() == (99,)


def test_who_only_looks_changes_nothing_and_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=FILE):
        Records.look(tmp_path)
    with Records.open(tmp_path) as records:
        note(records, 1)
    with Records.look(tmp_path) as looked:
        with looked.read() as connection:
            assert changes.newest_id(connection) == 1
        with pytest.raises(OSError, match="readonly"):
            note(looked, 2)


def test_who_only_looks_at_a_file_of_an_older_version_is_told_to_start_the_service(tmp_path: Path) -> None:
    Records.open(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE) as older:
        older.execute("PRAGMA user_version = 1")
    with pytest.raises(RecordsVersionError, match=r"version 1.*start the service once"):
        Records.look(tmp_path)


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    with pytest.raises(AlteredLedgerError, match=FILE):
        Records.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b"no database at all" * 100


def test_many_threads_may_write_and_every_change_gets_a_number_of_its_own(tmp_path: Path) -> None:
    with Records.open(tmp_path) as records:
        threads = [threading.Thread(target=note, args=(records, number)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with records.read() as connection:
            told = changes.after(connection, 0, 100)
    assert [change.id for change in told] == list(range(1, 21))
    assert {change.at_ms for change in told} == set(range(20))


def test_a_reader_sees_one_state_and_never_waits_for_a_writer(tmp_path: Path) -> None:
    with Records.open(tmp_path) as records:
        note(records, 1)
        with records.read() as reader:
            assert changes.newest_id(reader) == 1
            note(records, 2)  # would never come back if the reader held it up
            assert changes.newest_id(reader) == 1


def test_who_listens_is_told_after_each_transaction_and_not_of_one_that_was_undone(tmp_path: Path) -> None:
    told: list[int] = []
    with Records.open(tmp_path) as records:
        records.after_commit(lambda: told.append(1))
        note(records, 1)
        with pytest.raises(ZeroDivisionError):
            note_and_fail(records)
    assert told == [1]


def test_whoever_follows_the_changes_goes_on_where_they_left_off_and_old_ones_are_pruned(tmp_path: Path) -> None:
    with Records.open(tmp_path) as records:
        for number in range(10):
            note(records, number)
        with records.write() as connection:
            assert changes.prune(connection, 5) == 5
        with records.read() as connection:
            assert [change.id for change in changes.after(connection, 7, 2)] == [8, 9]
            assert (changes.oldest_id(connection), changes.newest_id(connection)) == (6, 10)
    with Records.open(tmp_path) as records:
        with records.write() as connection:
            changes.prune(connection, 1_000)
        assert note(records, 11) == 11, "a number is never given twice, or somebody would miss a change"
