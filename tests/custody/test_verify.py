"""Whatever is done to a ledger behind its back is found, and named with the entry where it begins."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.checkpoint import Checkpoint, SignedCheckpoint
from custody.database import FILE
from custody.entries import Draft, Entry
from custody.errors import LedgerError
from custody.keys import make_key
from custody.ledger import Head, Ledger, LedgerReader
from custody.lines import write_lines
from custody.merkle import CompactRange, Subtree
from custody.note import SigningKey, VerifierKey
from custody.signing import introduce_key, rotate_key, sign_checkpoint
from custody.verify import Report, State, verify_ledger, verify_lines
from tests.custody.conftest import NOON_MS, MakeLedger, counts
from tests.custody.postgresql import Server


def verified(
    folder: Path | str, known: Iterable[SignedCheckpoint] = (), trusted: Iterable[VerifierKey] = ()
) -> Report:
    with LedgerReader.read(folder) as ledger:
        return verify_ledger(ledger, tuple(known), trusted)


def found(report: Report) -> list[tuple[State, int | None]]:
    return [(finding.state, finding.seq) for finding in report.findings]


@contextmanager
def unguarded(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a ledger as somebody would who takes the guards away, and puts them back afterwards."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, statement in guards:
            connection.execute(statement)


def rewrite(connection: sqlite3.Connection, change: Callable[[Entry], Entry | None]) -> None:
    """Write a ledger's entries anew, changed or left out, with every hash over them."""
    entries = [Entry.from_line(line) for (line,) in connection.execute("SELECT line FROM entries ORDER BY seq")]
    connection.execute("DELETE FROM entries")
    connection.execute("DELETE FROM nodes")
    tree = CompactRange()
    for entry in filter(None, map(change, entries)):
        tree, completed = tree.appended(entry.leaf())
        connection.execute("INSERT INTO entries VALUES (?, ?)", (entry.seq, entry.line))
        rows = [(subtree.position, node) for subtree, node in completed]
        connection.executemany("INSERT INTO nodes VALUES (?, ?)", rows)


def another_number(seq: int) -> Callable[[Entry], Entry]:
    """Change what was counted in one entry."""

    def change(entry: Entry) -> Entry:
        if entry.seq != seq:
            return entry
        return Entry(entry.seq, entry.at_ms, entry.kind, entry.site, entry.actors, {**entry.body, "number": 1})

    return change


def without_the_last(size: int) -> Callable[[Entry], Entry | None]:
    return lambda entry: entry if entry.seq < size else None


@pytest.fixture
def signed(tmp_path: Path) -> tuple[Path, list[SignedCheckpoint], SigningKey]:
    """A ledger of 21 entries with checkpoints at 1, 11 and 21; copies of them somewhere else; and its key."""
    with Ledger.create(tmp_path / "ledger", "tsurumi") as ledger:
        key = introduce_key(ledger, tmp_path / "keys", NOON_MS)
        for _ in range(2):
            ledger.record_all(counts(10))
            sign_checkpoint(ledger, key)
        return tmp_path / "ledger", ledger.checkpoints(), key


def test_a_ledger_that_nobody_touched_is_intact(where: Path | str, tmp_path: Path) -> None:
    with Ledger.create(where, "tsurumi") as ledger:
        key = introduce_key(ledger, tmp_path, NOON_MS)
        ledger.record_all(counts(20))
        sign_checkpoint(ledger, key)
        ledger.record_all(counts(3))
        report = verify_ledger(ledger, ledger.checkpoints(), [key.verifier])
    assert (report.state, report.findings, report.whole) == (State.INTACT, (), True)
    assert (report.head.size, report.covered, report.keys) == (24, 21, (key.verifier,))


def test_an_empty_ledger_is_intact(tmp_path: Path) -> None:
    Ledger.create(tmp_path, "tsurumi").close()
    assert verified(tmp_path).state is State.INTACT


@pytest.mark.parametrize("seq", [0, 1, 6, 7, 12])
def test_an_altered_entry_is_named(closed_ledger: MakeLedger, seq: int) -> None:
    folder = closed_ledger(13)
    with unguarded(folder) as connection:
        connection.execute("UPDATE entries SET line = replace(line, 'sato', 'saito') WHERE seq = ?", (seq,))
    assert found(verified(folder)) == [(State.ALTERED, seq)]


def test_an_entry_altered_together_with_its_hash_shows_in_the_hash_above(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(13)
    with unguarded(folder) as connection:
        (line,) = connection.execute("SELECT line FROM entries WHERE seq = 6").fetchone()
        altered = another_number(6)(Entry.from_line(line))
        connection.execute("UPDATE entries SET line = ? WHERE seq = 6", (altered.line,))
        row = (altered.leaf(), Subtree(0, 6).position)
        connection.execute("UPDATE nodes SET hash = ? WHERE position = ?", row)
    report = verified(folder)
    assert found(report) == [(State.ALTERED, 6)]
    assert "one of the entries 6 to 7" in report.findings[0].says


def test_an_entry_that_was_taken_out_is_named(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(13)
    with unguarded(folder) as connection:
        connection.execute("DELETE FROM entries WHERE seq = 6")
    report = verified(folder)
    assert found(report) == [(State.ALTERED, 6)]
    assert "entry 6 is missing, entry 7 follows" in report.findings[0].says


def test_a_tail_that_was_cut_off_is_named_by_its_hashes(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(13)
    with unguarded(folder) as connection:
        connection.execute("DELETE FROM entries WHERE seq >= 9")
    assert found(verified(folder)) == [(State.TRUNCATED, 9)]


def test_a_hash_that_is_missing_or_changed_is_named(closed_ledger: MakeLedger) -> None:
    for damage in (
        "DELETE FROM nodes WHERE position = ?",
        "UPDATE nodes SET hash = x'00' WHERE position = ?",
    ):
        folder = closed_ledger(13)
        with unguarded(folder) as connection:
            connection.execute(damage, (Subtree(2, 1).position,))
        assert verified(folder).state is State.ALTERED
        shutil.rmtree(folder)


def test_guards_that_were_taken_away_are_named(closed_ledger: MakeLedger) -> None:
    folder = closed_ledger(2)
    with closing(sqlite3.connect(folder / FILE)) as connection:
        connection.execute("DROP TRIGGER nodes_no_update")
    report = verified(folder)
    assert found(report) == [(State.ALTERED, None)]
    assert "nodes_no_update" in report.findings[0].says


@pytest.mark.xdist_group("postgresql")
@pytest.mark.parametrize(
    "act", ['DROP TRIGGER "nodes_no_change" ON nodes', 'ALTER TABLE nodes DISABLE TRIGGER "nodes_no_change"']
)
def test_guards_that_were_taken_away_from_postgresql_are_named(
    signed_database: str, postgresql: Server, act: str
) -> None:
    with postgresql.keeper(signed_database) as keeper:
        keeper.execute(act.encode())
    assert "nodes_no_change" in verified(postgresql.url(signed_database)).findings[0].says


@pytest.mark.xdist_group("postgresql")
def test_a_guard_of_postgresql_that_was_made_to_let_everything_pass_is_named(
    signed_database: str, postgresql: Server
) -> None:
    with postgresql.keeper(signed_database) as keeper:
        keeper.execute(
            b"CREATE OR REPLACE FUNCTION kuraban_append_only() RETURNS trigger LANGUAGE plpgsql "
            b"AS $$ BEGIN RETURN NEW; END $$"
        )
    assert "kuraban_append_only" in verified(postgresql.url(signed_database)).findings[0].says


@pytest.mark.xdist_group("postgresql")
def test_an_entry_altered_in_postgresql_is_named(signed_database: str, postgresql: Server) -> None:
    url = postgresql.url(signed_database)
    assert verified(url).findings == ()
    with postgresql.administrator(signed_database) as administrator:
        administrator.execute("ALTER TABLE entries DISABLE TRIGGER USER")
        administrator.execute("UPDATE entries SET line = overlay(line placing 'T'::bytea from 20) WHERE seq = 3")
        administrator.execute("ALTER TABLE entries ENABLE TRIGGER USER")
    assert found(verified(url))[0] == (State.ALTERED, 3)


def test_a_history_rewritten_with_all_its_hashes_is_forked_from_its_own_checkpoint(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey],
) -> None:
    folder, _, _ = signed
    with unguarded(folder) as connection:
        rewrite(connection, another_number(15))
    report = verified(folder)
    assert found(report) == [(State.FORKED, 11)]
    assert "the histories part between entry 11 and entry 20" in report.findings[0].says
    assert report.covered == 11


def test_a_history_rewritten_with_its_checkpoints_is_forked_from_those_that_others_hold(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey],
) -> None:
    folder, held, _ = signed
    with unguarded(folder) as connection:
        rewrite(connection, another_number(15))
        connection.execute("DELETE FROM checkpoints WHERE size > 1")
    assert verified(folder).findings == ()
    assert found(verified(folder, held)) == [(State.FORKED, 11)]


def test_a_tail_cut_off_with_all_its_hashes_is_named_by_a_checkpoint_that_others_hold(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey],
) -> None:
    folder, held, _ = signed
    with unguarded(folder) as connection:
        rewrite(connection, without_the_last(15))
        connection.execute("DELETE FROM checkpoints WHERE size > 15")
    assert verified(folder).findings == ()
    report = verified(folder, held)
    assert found(report) == [(State.TRUNCATED, 15)]
    assert "entries 15 to 20 are missing" in report.findings[0].says


def test_two_checkpoints_that_contradict_each_other_are_two_histories(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey], tmp_path: Path
) -> None:
    folder, held, key = signed
    with Ledger.create(tmp_path / "second", "tsurumi") as second:
        second.record_all(counts(21))
        other = sign_checkpoint(second, key)
    assert set(found(verified(folder, [held[-1], other]))) == {(State.FORKED, 20), (State.FORKED, 21)}
    with unguarded(folder) as connection:
        rewrite(connection, without_the_last(15))
        connection.execute("DELETE FROM checkpoints WHERE size > 15")
    assert (State.FORKED, 20) in found(verified(folder, [held[-1], other]))


def test_a_checkpoint_that_somebody_else_signed_is_named(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey], tmp_path: Path
) -> None:
    folder, held, key = signed
    stranger = make_key(tmp_path / "stranger", key.name)
    forged = SignedCheckpoint.sign(held[-1].checkpoint, stranger)
    report = verified(folder, [forged])
    assert found(report) == [(State.BAD_SIGNATURE, 20)]
    assert report.head.size == 21


def test_a_signature_that_does_not_fit_is_named(signed: tuple[Path, list[SignedCheckpoint], SigningKey]) -> None:
    folder, held, _ = signed
    moved = SignedCheckpoint(held[-1].checkpoint, held[1].signatures)
    assert found(verified(folder, [moved])) == [(State.BAD_SIGNATURE, 20)]


def test_a_ledger_with_another_key_than_the_trusted_one_is_named(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey], tmp_path: Path
) -> None:
    folder, _, key = signed
    assert verified(folder, trusted=[key.verifier]).findings == ()
    stranger = make_key(tmp_path / "stranger", key.name)
    assert found(verified(folder, trusted=[stranger.verifier])) == [(State.BAD_SIGNATURE, 0)]


def test_the_checkpoint_of_another_ledger_says_nothing_of_this_one(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey], tmp_path: Path
) -> None:
    with Ledger.create(tmp_path / "other", "midori") as other:
        key = introduce_key(other, tmp_path / "other-keys", NOON_MS)
        (foreign,) = other.checkpoints()
    report = verified(signed[0], [foreign], [key.verifier])
    assert [finding.state for finding in report.findings] == [State.BAD_SIGNATURE]
    assert "is of another ledger, kuraban/midori" in report.findings[0].says


def test_trust_in_a_key_follows_to_the_next_one(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey], tmp_path: Path
) -> None:
    folder, _, key = signed
    with Ledger.open(folder) as ledger:
        second = rotate_key(ledger, tmp_path / "keys", NOON_MS, ("sato",))
        ledger.record_all(counts(2))
        newest = sign_checkpoint(ledger, second)
    report = verified(folder, [newest], [key.verifier])
    assert (report.findings, report.keys) == ((), (key.verifier, second.verifier))


def test_a_key_that_the_one_before_did_not_sign_is_named(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey], tmp_path: Path
) -> None:
    folder, _, _ = signed
    stranger = make_key(tmp_path / "stranger", "kuraban/tsurumi")
    with Ledger.open(folder) as ledger:
        body = {"setting": "ledger.key", "from": None, "to": stranger.verifier.text()}
        ledger.append(NOON_MS, "settings.changed", (), body)
        ledger.record_all(counts(1))
        sign_checkpoint(ledger, stranger)
    report = verified(folder)
    assert found(report) == [(State.BAD_SIGNATURE, 21)]
    assert "no checkpoint is kept in which the key of entry 21" in report.findings[0].says


def test_a_key_that_signed_its_own_coming_into_force_is_named(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey], tmp_path: Path
) -> None:
    folder, _, key = signed
    stranger = make_key(tmp_path / "stranger", "kuraban/tsurumi")
    body = {"setting": "ledger.key", "from": key.verifier.text(), "to": stranger.verifier.text()}

    def seal(head: Head) -> SignedCheckpoint:
        return SignedCheckpoint.sign(Checkpoint(key.name, head.size, head.root), stranger)

    with Ledger.open(folder) as ledger:
        ledger.record_all([Draft(NOON_MS, "settings.changed", (), body)], seal)
    report = verified(folder)
    assert found(report) == [(State.BAD_SIGNATURE, 21)]
    assert f"is not signed by {key.verifier.text()}" in report.findings[0].says


def test_exported_lines_are_held_against_the_same_checkpoints(
    signed: tuple[Path, list[SignedCheckpoint], SigningKey], tmp_path: Path
) -> None:
    folder, held, key = signed
    path = tmp_path / "entries.jsonl"
    with LedgerReader.read(folder) as ledger, path.open("wb") as file:
        write_lines(ledger, file)
    assert verify_lines(path, held, [key.verifier]).findings == ()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:15]) + lines[15][:30])
    report = verify_lines(path, held)
    assert found(report) == [(State.UNFINISHED, 15), (State.TRUNCATED, 15)]
    assert (report.state, report.whole) == (State.TRUNCATED, False)
    assert verify_lines(path, held[:2]).state is State.UNFINISHED
    path.write_bytes(b"".join(lines).replace(b'"number":73', b'"number":37'))
    assert found(verify_lines(path, held)) == [(State.FORKED, 1)]
    path.write_bytes(b"".join(lines).replace(b'"number":73', b'"number": 37'))
    assert found(verify_lines(path, held)) == [(State.ALTERED, 6)]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept") / "ledger"
    with Ledger.create(folder, "tsurumi") as ledger:
        key = introduce_key(ledger, folder.parent / "keys", NOON_MS)
        ledger.record_all(counts(60))
        sign_checkpoint(ledger, key)
    return folder


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_changed_byte_anywhere_in_the_file_is_found_or_changes_nothing_that_is_read(
    kept: Path, data: st.DataObject
) -> None:
    path = kept / FILE
    before = path.read_bytes()
    with LedgerReader.read(kept) as ledger:
        entries = list(ledger)
    place = data.draw(st.integers(0, len(before) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != before[place]))
    try:
        path.write_bytes(before[:place] + bytes([byte]) + before[place + 1 :])
        try:
            report = verified(kept)
        except (LedgerError, OSError):
            return
        if report.state is State.INTACT:
            with LedgerReader.read(kept) as ledger:
                assert list(ledger) == entries
    finally:
        path.write_bytes(before)
