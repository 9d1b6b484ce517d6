"""A ledger as a file of lines: what is exported is read back, and what was changed is named by its line."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.entries import Entry
from custody.errors import AlteredLedgerError, LedgerError, UnfinishedWriteError
from custody.ledger import Ledger, LedgerReader
from custody.lines import copy_lines, read_entries, write_lines
from tests.custody.conftest import MakeLedger


@pytest.fixture
def exported(closed_ledger: MakeLedger, tmp_path: Path) -> Path:
    """A file of three lines."""
    path = tmp_path / "entries.jsonl"
    with LedgerReader.read(closed_ledger(3)) as ledger, path.open("wb") as file:
        assert write_lines(ledger, file) == 3
    return path


def test_what_is_exported_is_read_back(exported: Path) -> None:
    with LedgerReader.read(exported.with_name("ledger-of-3")) as ledger:
        entries = list(ledger)
    assert list(read_entries(exported)) == entries
    assert exported.read_bytes() == b"".join(entry.line + b"\n" for entry in entries)


def test_a_part_of_a_ledger_can_be_written_too(closed_ledger: MakeLedger) -> None:
    with LedgerReader.read(closed_ledger(9)) as ledger:
        assert write_lines(ledger, part := BytesIO(), 4, 6) == 2
        assert [Entry.from_line(line).seq for line in part.getvalue().splitlines()] == [4, 5]
        assert write_lines(ledger, BytesIO(), 9) == 0


def test_a_last_line_without_an_end_is_told_from_an_alteration(exported: Path) -> None:
    with exported.open("ab") as file:
        file.write(b'{"actors":[],"at":"2018-')
    with pytest.raises(UnfinishedWriteError, match="line 4: the last write was not finished, 24 bytes") as told:
        list(read_entries(exported))
    assert "the 3 entries before it are whole" in str(told.value)


def test_a_line_taken_out_is_told_with_its_place(exported: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    exported.write_bytes(lines[0] + lines[2])
    with pytest.raises(AlteredLedgerError, match="line 2: found entry 2 of tsurumi, expected entry 1 of tsurumi"):
        list(read_entries(exported))


def test_the_lines_of_two_sites_are_not_one_ledger(exported: Path) -> None:
    lines = exported.read_bytes().splitlines(keepends=True)
    exported.write_bytes(lines[0] + lines[1].replace(b"tsurumi", b"midori") + lines[2])
    with pytest.raises(AlteredLedgerError, match="line 2: found entry 1 of midori, expected entry 1 of tsurumi"):
        list(read_entries(exported))


def test_entries_are_put_on_a_new_ledger_byte_for_byte(exported: Path, tmp_path: Path) -> None:
    with Ledger.create(tmp_path / "copy", "tsurumi") as ledger:
        copy_lines(exported, ledger)
        assert b"".join(entry.line + b"\n" for entry in ledger) == exported.read_bytes()


@pytest.mark.parametrize(("site", "more", "told"), [("midori", b"", "of tsurumi"), ("tsurumi", b"{}\n", "line 4")])
def test_of_a_file_that_cannot_be_taken_whole_nothing_is_taken(
    exported: Path, tmp_path: Path, site: str, more: bytes, told: str
) -> None:
    exported.write_bytes(exported.read_bytes() + more)
    with Ledger.create(tmp_path / "copy", site) as ledger:
        with pytest.raises(LedgerError, match=told):
            copy_lines(exported, ledger)
        assert len(ledger) == 0


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("lines") / "entries.jsonl"
    entries = [Entry(seq, seq, "count", "tsurumi", ("sato", "suzuki"), {"number": 78 - seq}) for seq in range(5)]
    path.write_bytes(b"".join(entry.line + b"\n" for entry in entries))
    return path


@settings(deadline=None)
@given(st.data())
def test_a_file_cut_anywhere_is_the_whole_entries_before_the_cut_and_nothing_else(
    whole: Path, data: st.DataObject
) -> None:
    content = whole.read_bytes()
    cut = content[: data.draw(st.integers(0, len(content)))]
    part = whole.with_name("cut.jsonl")
    part.write_bytes(cut)
    found: list[bytes] = []
    try:
        found.extend(entry.line + b"\n" for entry in read_entries(part))
    except UnfinishedWriteError:
        assert not cut.endswith(b"\n")
    else:
        assert b"".join(found) == cut
