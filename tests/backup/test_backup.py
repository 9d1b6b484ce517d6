"""Backup and restore: nothing acknowledged is lost, nothing is written over, nothing changed goes unnoticed."""

from __future__ import annotations

import io
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custody.backup.archive import MANIFEST, Contents, Part
from custody.backup.making import Origin, Target, back_up
from custody.backup.reading import read_through
from custody.backup.restoring import RESTORED, STAGING, restore
from custody.backup.snapshot import snapshot
from custody.entries import utc_text
from custody.errors import AlteredLedgerError, BackupError, NoLedgerError
from custody.ledger import KEYS, Head, Ledger, LedgerReader
from custody.signing import current_key
from custody.verify import verify_ledger
from custody.waiting_store import WaitingStore
from tests.backup.conftest import LEDGER, contents
from tests.custody.conftest import NOON_MS, counts

PASSPHRASE = "correct horse battery"
ROOT = Path(__file__).resolve().parents[2]
PROGRAM = "kuraban 0"
CHEAP = 8


def backed_up(data: Path, out: Path, passphrase: str | None = None) -> Contents:
    return back_up(data, LEDGER, Target(out, passphrase, CHEAP), Origin(PROGRAM, NOON_MS))


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_restored_folder_is_the_one_that_was_backed_up(data: Path, tmp_path: Path, passphrase: str | None) -> None:
    made = backed_up(data, tmp_path / "backup", passphrase)
    assert restore(tmp_path / "backup", tmp_path / "new", passphrase, NOON_MS + 1) == made
    assert contents(tmp_path / "new") == contents(data)
    with LedgerReader.read(data / LEDGER) as was, LedgerReader.read(tmp_path / "new" / LEDGER) as now:
        assert [entry.line for entry in now][:-1] == [entry.line for entry in was]
        assert now.checkpoint() == was.checkpoint()
        assert verify_ledger(now).whole
        assert current_key(now, tmp_path / "new" / LEDGER / KEYS) is not None


def test_a_restore_is_on_the_ledger_with_what_was_restored(data: Path, tmp_path: Path) -> None:
    made = backed_up(data, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "new", None, NOON_MS + 5)
    with LedgerReader.read(tmp_path / "new" / LEDGER) as now:
        entry = list(now)[-1]
    assert (entry.kind, entry.at_ms, entry.body["setting"]) == ("settings.changed", NOON_MS + 5, RESTORED)
    assert entry.body["to"]["size"] == made.ledger.size
    assert entry.body["to"]["backup_begun_at"] == utc_text(NOON_MS)


@contextmanager
def busy(folder: Path) -> Iterator[IO[str]]:
    """Have an office work on a ledger's folder; give the stream of its acknowledgements."""
    command = [sys.executable, "-m", "tests.backup.busy_office", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as office:
        assert office.stdin is not None
        assert office.stdout is not None
        try:
            yield office.stdout
        finally:
            office.stdin.close()
            office.stdout.read()
    assert office.returncode == 0


def requests_in(folder: Path) -> set[str]:
    """Return the requests that wait or have become an entry."""
    waiting = {count.request for count in WaitingStore(folder / LEDGER).counts()}
    with LedgerReader.read(folder / LEDGER) as ledger:
        return waiting | {str(entry.body["request"]) for entry in ledger if "request" in entry.body}


def test_nothing_that_was_acknowledged_before_a_backup_began_is_lost_though_the_office_goes_on_working(
    data: Path, tmp_path: Path
) -> None:
    acknowledged: set[str] = set()
    with busy(data / LEDGER) as said:
        for number in range(4):
            acknowledged |= {said.readline().strip() for _ in range(15)}
            backed_up(data, tmp_path / f"backup-{number}")
            restore(tmp_path / f"backup-{number}", tmp_path / f"new-{number}", None, NOON_MS)
            assert acknowledged <= requests_in(tmp_path / f"new-{number}")


def test_a_backup_is_for_its_owners_eyes_only(data: Path, tmp_path: Path) -> None:
    backed_up(data, tmp_path / "backup")
    assert stat.S_IMODE((tmp_path / "backup").stat().st_mode) == 0o600


def test_an_encrypted_backup_shows_nothing(data: Path, tmp_path: Path) -> None:
    backed_up(data, tmp_path / "backup", PASSPHRASE)
    assert b"tsurumi" not in (tmp_path / "backup").read_bytes()
    with pytest.raises(BackupError, match="--passphrase-file"):
        read_through(tmp_path / "backup", None)
    with pytest.raises(BackupError, match="the passphrase is not"):
        read_through(tmp_path / "backup", "another")


def test_footage_is_not_in_a_backup_and_may_be_there_when_one_is_restored(data: Path, tmp_path: Path) -> None:
    made = backed_up(data, tmp_path / "backup")
    assert not [part for part in made.parts if "footage" in part.name]
    (tmp_path / "new" / "footage").mkdir(parents=True)
    restore(tmp_path / "backup", tmp_path / "new", None, NOON_MS)
    assert (tmp_path / "new" / "footage").is_dir()


@pytest.mark.parametrize("there", ["site.yaml", "records.sqlite", LEDGER, "notes.txt"])
def test_a_restore_writes_over_nothing(data: Path, tmp_path: Path, there: str) -> None:
    backed_up(data, tmp_path / "backup")
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / there).write_bytes(b"mine")
    with pytest.raises(BackupError, match=there):
        restore(tmp_path / "backup", tmp_path / "new", None, NOON_MS)
    assert [path.name for path in (tmp_path / "new").iterdir()] == [there]


def test_a_restore_that_was_broken_off_is_not_gone_on_with(data: Path, tmp_path: Path) -> None:
    backed_up(data, tmp_path / "backup")
    (tmp_path / "new" / STAGING).mkdir(parents=True)
    with pytest.raises(BackupError, match="broken off"):
        restore(tmp_path / "backup", tmp_path / "new", None, NOON_MS)


def test_a_backup_writes_over_nothing(data: Path, tmp_path: Path) -> None:
    (tmp_path / "backup").write_bytes(b"mine")
    with pytest.raises(BackupError, match="exists"):
        backed_up(data, tmp_path / "backup")
    assert (tmp_path / "backup").read_bytes() == b"mine"


def test_a_folder_without_a_ledger_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoLedgerError):
        backed_up(tmp_path, tmp_path / "backup")


def test_a_damaged_database_is_told_of_when_it_is_backed_up_and_no_backup_is_left(data: Path, tmp_path: Path) -> None:
    with sqlite3.connect(data / "records.sqlite") as records:
        records.execute("CREATE TABLE incidents (id TEXT)")
        records.executemany("INSERT INTO incidents VALUES (?)", [("x" * 100,)] * 1000)
    records.close()
    with (data / "records.sqlite").open("r+b") as file:
        file.seek(3 * 4096)
        file.write(os.urandom(4096))
    with pytest.raises(AlteredLedgerError, match=r"records\.sqlite"):
        backed_up(data, tmp_path / "backup")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data"]


def test_a_snapshot_is_of_one_moment_while_a_writer_is_in_the_middle_of_something(data: Path, tmp_path: Path) -> None:
    with Ledger.open(data / LEDGER) as ledger:
        snapshot(data / LEDGER / "ledger.sqlite", tmp_path / "copy.sqlite")
        ledger.record_all(counts(3))
    with sqlite3.connect(tmp_path / "copy.sqlite") as copy:
        assert copy.execute("SELECT count(*) FROM entries").fetchone() == (21,)
    copy.close()


@pytest.fixture(scope="module")
def small_backup(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("small")
    with Ledger.create(folder / "data" / LEDGER, "tsurumi") as ledger:
        ledger.record_all(counts(3))
    backed_up(folder / "data", folder / "backup")
    return (folder / "backup").read_bytes()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_backup_with_a_changed_bit_restores_as_it_was_or_not_at_all(
    small_backup: bytes, tmp_path_factory: pytest.TempPathFactory, place: float, bit: int
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    changed = bytearray(small_backup)
    changed[int(place * len(changed))] ^= 1 << bit
    (folder / "backup").write_bytes(changed)
    try:
        restore(folder / "backup", folder / "new", None, NOON_MS)
    except BackupError:
        assert not (folder / "new").exists() or not list((folder / "new").iterdir())
    else:  # a bit of the padding between members, or of their times
        with LedgerReader.read(folder / "new" / LEDGER) as ledger:
            assert len(ledger) == 4


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", ".", "a//b", MANIFEST])
def test_a_part_never_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match="no name below"):
        Part(name, 0, "", 0o600)


def test_a_member_that_the_manifest_does_not_name_is_refused(data: Path, tmp_path: Path) -> None:
    backed_up(data, tmp_path / "backup")
    with tarfile.open(tmp_path / "backup", "a") as tar:
        member = tarfile.TarInfo("more")
        member.size = 4
        tar.addfile(member, io.BytesIO(b"more"))
    with pytest.raises(BackupError, match="a part more"):
        read_through(tmp_path / "backup", None)


names = st.from_regex(r"[a-z]{1,8}(/[a-z.]{1,8}[a-z]){0,2}", fullmatch=True)
parts = st.builds(Part, names, st.integers(0, 2**40), st.just("0" * 64), st.sampled_from([0o600, 0o644]))


@given(
    parts=st.lists(parts, max_size=5, unique_by=lambda part: part.name),
    size=st.integers(0, 2**50),
    at_ms=st.integers(0, 4_000_000_000_000),
)
def test_a_manifest_survives_write_and_read(parts: list[Part], size: int, at_ms: int) -> None:
    made = Contents(PROGRAM, "鶴見", at_ms, Head(size, bytes(32)), tuple(parts))
    assert Contents.read(made.text().encode()) == made
