"""Append and read; and whatever happens to the files afterwards is found when the ledger is opened."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.entries import Draft, EntryError
from custody.errors import (
    AlteredLedgerError,
    LedgerBusyError,
    LedgerError,
    LedgerExistsError,
    NoLedgerError,
    TruncatedLedgerError,
    UnfinishedWriteError,
)
from custody.ledger import ENTRIES, HEAD, Head, Ledger, read_entries

MakeLedger = Callable[[int], Path]

EMPTY = Head(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")


def test_an_entry_is_numbered_and_belongs_to_the_site(tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger:
        first = ledger.append(5, "vault.opened", ("sato",), {"door": "vault-door"})
        second = ledger.record(Draft(4, "vault.locked", ("sato",)))
        assert (first.seq, second.seq, first.site) == (0, 1, "tsurumi")
        assert list(ledger) == [first, second]
        assert len(ledger) == ledger.head().size == 2


def test_an_empty_ledger_has_the_root_of_nothing(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, "tsurumi") as ledger:
        assert ledger.head() == EMPTY
    with Ledger.open(tmp_path) as ledger:
        assert (ledger.head(), ledger.site, list(ledger)) == (EMPTY, "tsurumi", [])


def test_a_ledger_goes_on_where_it_stopped(closed_ledger: MakeLedger) -> None:
    folder, whole = closed_ledger(3), closed_ledger(5)
    with Ledger.open(folder) as ledger:
        for entry in list(read_entries(whole / ENTRIES))[3:]:
            ledger.append(entry.at_ms, entry.kind, entry.actors, entry.body)
    assert (folder / ENTRIES).read_bytes() == (whole / ENTRIES).read_bytes()
    assert (folder / HEAD).read_bytes() == (whole / HEAD).read_bytes()


def test_an_entry_is_in_the_file_when_append_returns(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, "tsurumi") as ledger:
        entry = ledger.append(5, "drill.started")
        assert (tmp_path / ENTRIES).read_bytes() == entry.line + b"\n"
        assert ledger.head().root_hex in (tmp_path / HEAD).read_text()


def test_many_entries_wait_for_one_sync(tmp_path: Path) -> None:
    with Ledger.create(tmp_path, "tsurumi") as ledger:
        for at_ms in range(100):
            ledger.append(at_ms, "footage.expired", durable=False)
        assert '"size":0' in (tmp_path / HEAD).read_text()
        ledger.sync()
        assert '"size":100' in (tmp_path / HEAD).read_text()


def test_an_entry_that_is_refused_leaves_no_trace(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    before = (folder / ENTRIES).read_bytes()
    with Ledger.open(folder) as ledger, pytest.raises(EntryError, match="kind 'recount'"):
        ledger.append(5, "recount")
    assert (folder / ENTRIES).read_bytes() == before


def test_the_ledger_of_another_run_is_never_written_over(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(1)
    with pytest.raises(LedgerExistsError, match="name another folder or move this one away") as refused:
        Ledger.create(folder, "tsurumi")
    assert str(folder) in str(refused.value)


def test_a_run_that_came_to_no_entry_does_not_stand_in_the_way(tmp_path: Path) -> None:
    Ledger.create(tmp_path, "tsurumi").close()
    with Ledger.create(tmp_path, "midori") as ledger:
        assert ledger.append(5, "drill.started").site == "midori"


def test_a_ledger_whose_entries_vanished_is_not_taken_for_an_empty_one(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    (folder / ENTRIES).write_bytes(b"")
    with pytest.raises(LedgerExistsError):
        Ledger.create(folder, "tsurumi")


def test_a_folder_with_other_files_is_no_place_for_a_ledger(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("keep me")
    with pytest.raises(LedgerExistsError):
        Ledger.create(tmp_path, "tsurumi")


def test_a_ledger_has_one_writer(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(1)
    with Ledger.open(folder), pytest.raises(LedgerBusyError, match="stop that one first"):
        Ledger.open(folder)
    Ledger.open(folder).close()


def test_a_refused_opening_does_not_keep_the_next_one_out(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    head = (folder / HEAD).read_bytes()
    (folder / HEAD).write_bytes(b"")
    with pytest.raises(AlteredLedgerError):
        Ledger.open(folder)
    (folder / HEAD).write_bytes(head)
    Ledger.open(folder).close()


def test_a_folder_without_a_ledger_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoLedgerError, match="check the folder"):
        Ledger.open(tmp_path)
    with pytest.raises(NoLedgerError, match="check the folder"):
        Ledger.open(tmp_path / "nowhere")


def test_a_missing_head_is_told(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    (folder / HEAD).unlink()
    with pytest.raises(NoLedgerError, match=r"head\.json is missing"):
        Ledger.open(folder)


def test_a_last_write_that_was_not_finished_is_told_from_an_alteration(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    with (folder / ENTRIES).open("ab") as file:
        file.write(b'{"actors":[],"at":"2018-')
    with pytest.raises(UnfinishedWriteError, match="line 3: the last write was not finished, 24 bytes") as told:
        Ledger.open(folder)
    assert "the 2 entries before it are whole" in str(told.value)


def test_an_unfinished_write_is_set_aside_and_kept(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    whole = (folder / ENTRIES).read_bytes()
    (folder / ENTRIES).write_bytes(whole + b'{"act')
    with Ledger.open(folder, set_aside_unfinished=True) as ledger:
        assert ledger.append(5, "drill.ended").seq == 2
    assert (folder / f"{ENTRIES}.unfinished-{len(whole)}").read_bytes() == b'{"act'
    Ledger.open(folder).close()


def test_a_finished_entry_that_the_head_does_not_know_yet_is_kept(closed_ledger: MakeLedger) -> None:
    folder, longer = closed_ledger(2), closed_ledger(3)
    shutil.copy(longer / ENTRIES, folder / ENTRIES)
    with Ledger.open(folder) as ledger:
        assert len(ledger) == 3
    assert (folder / HEAD).read_bytes() == (longer / HEAD).read_bytes()


def test_missing_entries_are_told(closed_ledger: MakeLedger) -> None:
    folder, shorter = closed_ledger(3), closed_ledger(2)
    shutil.copy(shorter / ENTRIES, folder / ENTRIES)
    with pytest.raises(TruncatedLedgerError, match=r"has 2 whole entries, .* states 3"):
        Ledger.open(folder)


def test_an_entry_cut_off_behind_the_head_is_missing_and_not_merely_unfinished(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(3)
    (folder / ENTRIES).write_bytes((folder / ENTRIES).read_bytes()[:-5])
    with pytest.raises(TruncatedLedgerError):
        Ledger.open(folder, set_aside_unfinished=True)


def test_a_line_taken_out_is_told_with_its_place(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(3)
    lines = (folder / ENTRIES).read_bytes().splitlines(keepends=True)
    (folder / ENTRIES).write_bytes(lines[0] + lines[2])
    with pytest.raises(AlteredLedgerError, match="line 2: found entry 2 of tsurumi, expected entry 1 of tsurumi"):
        Ledger.open(folder)


def test_the_ledger_of_another_site_is_not_this_one(closed_ledger: MakeLedger, tmp_path: Path) -> None:
    folder = closed_ledger(1)
    with Ledger.create(tmp_path / "other", "midori") as other:
        other.append(5, "count")
    shutil.copy(folder / ENTRIES, tmp_path / "other" / ENTRIES)
    with pytest.raises(AlteredLedgerError, match="is of tsurumi"):
        Ledger.open(tmp_path / "other")


def test_a_rewritten_entry_in_good_form_is_found_by_the_root(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(3)
    altered = (folder / ENTRIES).read_bytes().replace(b'"number":77', b'"number":78')
    (folder / ENTRIES).write_bytes(altered)
    with pytest.raises(AlteredLedgerError, match="do not have the root"):
        Ledger.open(folder)


@pytest.mark.parametrize(
    "head",
    [b"", b"{}", b"[]", b'{"root":"","site":"tsurumi","size":"2","v":1}', b'{"root":"","site":1,"size":2,"v":1}'],
)
def test_a_head_of_another_form_is_told(closed_ledger: MakeLedger, head: bytes) -> None:
    folder = closed_ledger(2)
    (folder / HEAD).write_bytes(head)
    with pytest.raises(AlteredLedgerError, match=r"head\.json"):
        Ledger.open(folder)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "ledger"
    with Ledger.create(folder, "tsurumi") as ledger:
        for number in range(7):
            ledger.append(number, "count", ("sato", "suzuki"), {"number": 78 - number})
    return folder


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_any_changed_byte_of_the_entries_or_the_head_is_found(kept: Path, data: st.DataObject) -> None:
    path = kept / data.draw(st.sampled_from([ENTRIES, HEAD]))
    before = path.read_bytes()
    place = data.draw(st.integers(0, len(before) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != before[place]))
    try:
        path.write_bytes(before[:place] + bytes([byte]) + before[place + 1 :])
        with pytest.raises(LedgerError):
            Ledger.open(kept)
    finally:
        path.write_bytes(before)


@settings(deadline=None, max_examples=50)
@given(st.data())
def test_a_file_cut_anywhere_is_found(kept: Path, data: st.DataObject) -> None:
    path = kept / ENTRIES
    before = path.read_bytes()
    try:
        path.write_bytes(before[: data.draw(st.integers(0, len(before) - 1))])
        with pytest.raises(TruncatedLedgerError):
            Ledger.open(kept)
    finally:
        path.write_bytes(before)


WRITE_AND_DIE = """
import os, sys
from pathlib import Path
from custody.ledger import Ledger
ledger = Ledger.create(Path(sys.argv[1]), "tsurumi")
for at_ms in range(int(sys.argv[2])):
    ledger.append(at_ms, "drill.started")
ledger.append(0, "drill.ended", durable=False)
os._exit(9)
"""


def test_what_append_has_returned_survives_a_writer_that_dies(tmp_path: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", WRITE_AND_DIE, str(tmp_path / "ledger"), "4"]
    assert subprocess.run(command, env=os.environ | {"PYTHONPATH": str(root)}, check=False).returncode == 9
    with Ledger.open(tmp_path / "ledger") as ledger:
        assert [entry.kind for entry in ledger] == ["drill.started"] * 4
