"""The ledger: append and read, one writer, no update and no delete.

An entry, the full subtrees that it completes, and nothing else are written in one transaction, which is on the disk
when `append` returns. How the tables look and what guards them is `database`; whether a ledger is still what was
written, from its first entry to its last, is `verify`; opening one checks its end only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from custody.checkpoint import SignedCheckpoint
from custody.database import (
    FILE,
    LOCK,
    VERSION,
    Place,
    connect,
    create_tables,
    entries_table,
    has_tables,
    is_vacant,
    ledger_table,
    missing_guards,
    nodes_table,
    sole_writer,
    translated,
)
from custody.database import checkpoints_table as checkpoints
from custody.database import cosignatures_table as cosignatures
from custody.database import witnessed_table as witnessed
from custody.entries import Draft, Entry, EntryError, entry_at
from custody.errors import AlteredLedgerError, LedgerExistsError, NoLedgerError, TruncatedLedgerError
from custody.merkle import (
    EMPTY_ROOT,
    CompactRange,
    Span,
    Subtree,
    completed_by,
    consistency_spans,
    fold,
    inclusion_spans,
    subtrees,
)
from custody.note import NoteError, Signature

KEYS: Final = "keys"
"""The folder beside a ledger's file where its keys are kept, where nobody names another."""

_PAGE: Final = 2_000
_COMPARE: Final = "keep it as it is, run `kuraban ledger verify`, and compare it with a copy"


@dataclass(frozen=True, slots=True)
class Head:
    """What a ledger amounts to at one size: the number of entries and the RFC 9162 root over them, 32 bytes."""

    size: int
    root: bytes


Seal = Callable[[Head], SignedCheckpoint]
"""Signs what a ledger amounts to."""

Recorded = Callable[[Sequence[Entry]], None]
"""Hears of entries that have been added."""


class LedgerReader:
    """A ledger to read from; any number of processes may, while one writes. Opened by `read`, closed by `with`."""

    def __init__(self, place: Place, engine: Engine, site: str) -> None:
        self._place = place
        self._engine = engine
        self._site = site

    @classmethod
    def read(cls, where: Path | str) -> LedgerReader:
        """Open a ledger for reading; not a byte of it is changed.

        where: its folder, or the URL of its database. Raises NoLedgerError, LedgerUnreachableError, or
        AlteredLedgerError where its tables are not those of a ledger.
        """
        place = Place.of(where)
        _expect_file(place)
        engine = connect(place, read_only=True)
        with ExitStack() as stack:
            stack.callback(engine.dispose)
            with translated(place), engine.connect() as connection:
                reader = LedgerReader(place, engine, _site_of(place, connection))
            stack.pop_all()
            return reader

    @property
    def site(self) -> str:
        """The id of the site that the ledger belongs to."""
        return self._site

    @property
    def place(self) -> Place:
        """Where the ledger lies."""
        return self._place

    def __len__(self) -> int:
        with self._reading() as connection:
            return _size(connection)

    def __iter__(self) -> Iterator[Entry]:
        """Give the entries in their order."""
        return self.entries()

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Give the entries from number `start` up to, not including, `stop`, some in memory at a time.

        Raises AlteredLedgerError where one is missing or is no entry.
        """
        expected = start
        for seq, line in self.lines(start, stop):
            if seq != expected:
                raise AlteredLedgerError(f"{self._place}: entry {expected} is missing; {_COMPARE}")
            yield self._entry(seq, line)
            expected += 1

    def entry(self, seq: int) -> Entry:
        """Return one entry. Raises IndexError where the ledger has none of that number."""
        return self.some([seq])[0]

    def some(self, seqs: Sequence[int]) -> list[Entry]:
        """Return the entries of these numbers, in that order. Raises IndexError like `entry`."""
        query = sa.select(entries_table.c.seq, entries_table.c.line).where(entries_table.c.seq.in_(seqs))
        found = dict(map(tuple, self._rows(query)))
        if missing := set(seqs) - found.keys():
            raise IndexError(f"{self._place} has {len(self)} entries, numbered from 0; there is no {min(missing)}")
        return [self._entry(seq, found[seq]) for seq in seqs]

    def lines(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Give numbers and exact bytes of entries as they stand, unchecked."""
        stop = len(self) if stop is None else stop
        columns = sa.select(entries_table.c.seq, entries_table.c.line).order_by(entries_table.c.seq).limit(_PAGE)
        while start < stop:
            page = self._rows(columns.where(entries_table.c.seq >= start, entries_table.c.seq < stop))
            yield from ((seq, line) for seq, line in page)
            start = page[-1][0] + 1 if page else stop

    def nodes(self) -> Iterator[tuple[int, bytes]]:
        """Give position and hash of all full subtrees as they stand, unchecked."""
        table, last = nodes_table.c, -1
        columns = sa.select(table.position, table.hash).order_by(table.position).limit(_PAGE)
        while page := self._rows(columns.where(table.position > last)):
            yield from ((position, node) for position, node in page)
            last = page[-1][0]

    def head(self, size: int | None = None) -> Head:
        """Return what the ledger amounts to, now or when it had `size` entries."""
        size = len(self) if size is None else size
        return Head(size, self._hashes([Span(0, size)])[0] if size else EMPTY_ROOT)

    def prove_inclusion(self, seq: int, size: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that entry `seq` is in the tree of the first `size` entries, of all where left out.

        Raises ProofError where there is no such entry.
        """
        return self._hashes(inclusion_spans(seq, len(self) if size is None else size))

    def prove_consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Return the proof that the first `new` entries, all where left out, begin with the first `old`.

        Raises ProofError where there never were as many.
        """
        return self._hashes(consistency_spans(old, len(self) if new is None else new))

    def checkpoints(self) -> list[SignedCheckpoint]:
        """Return all checkpoints that were given out, in order, with the cosignatures that have come in since.

        Raises NoteError where one cannot be read.
        """
        signed = {size: SignedCheckpoint.parse(str(note)) for size, note in self._rows(_all(checkpoints))}
        for size, line in self._rows(_all(cosignatures)):
            if size not in signed:
                raise NoteError(f"a cosignature is kept under a checkpoint of {size} entries, which is missing")
            signed[size] = signed[size].with_signature(Signature.parse(str(line)))
        return list(signed.values())

    def checkpoint(self, size: int | None = None) -> SignedCheckpoint | None:
        """Return the checkpoint of that size, with its cosignatures; the newest one where the size is left out.

        None where there is none. Raises NoteError where it cannot be read.
        """
        newest = _all(checkpoints).order_by(None).order_by(checkpoints.c.size.desc()).limit(1)
        rows = self._rows(newest if size is None else _all(checkpoints).where(checkpoints.c.size == size))
        if not rows:
            return None
        signed = SignedCheckpoint.parse(str(rows[0].note))
        for _, line in self._rows(_all(cosignatures).where(cosignatures.c.size == rows[0].size)):
            signed = signed.with_signature(Signature.parse(str(line)))
        return signed

    def witnessed(self, origin: str) -> SignedCheckpoint | None:
        """Return the newest checkpoint of another ledger that this site has cosigned."""
        newest = witnessed.c.size.desc()
        rows = self._rows(sa.select(witnessed.c.note).where(witnessed.c.origin == origin).order_by(newest).limit(1))
        return SignedCheckpoint.parse(rows[0][0]) if rows else None

    def missing_guards(self) -> list[str]:
        """Return the names of the guards against changes that are gone or altered."""
        with self._reading() as connection:
            return missing_guards(connection)

    def check_end(self) -> None:
        """Look where a ledger is hurt most often: at its end, and at the guards against changes.

        Raises AlteredLedgerError or TruncatedLedgerError.
        """
        with self._reading() as connection:
            _check_end(self._place, connection)

    def close(self) -> None:
        """Give back what reading needed."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _entry(self, seq: int, line: bytes) -> Entry:
        try:
            return entry_at(line, seq, self._site)
        except EntryError as error:
            raise AlteredLedgerError(f"{self._place}, entry {seq}: {error}; {_COMPARE}") from error

    def _hashes(self, spans: Sequence[Span]) -> tuple[bytes, ...]:
        """Return the hashes over spans, from one query."""
        wanted = [subtree for span in spans for subtree in subtrees(span)]
        with self._reading() as connection:
            known = _nodes(self._place, connection, wanted)
        return tuple(fold([known[subtree] for subtree in subtrees(span)]) for span in spans)

    def _rows(self, query: sa.Select[Any]) -> Sequence[Any]:
        with self._reading() as connection:
            return connection.execute(query).all()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with translated(self._place), self._engine.connect() as connection:
            yield connection


class Ledger(LedgerReader):
    """The one writer of a site's ledger; made by `create` or `open`, closed by `close` or a `with` block.

    An entry is on the disk when the method that adds it returns, and not on the ledger where that raises OSError (a
    full disk) or LedgerBusyError. After a LedgerUnreachableError only the ledger, opened again, can tell. Threads may
    share one.
    """

    def __init__(self, place: Place, engine: Engine, site: str, connection: Connection, stack: ExitStack) -> None:
        super().__init__(place, engine, site)
        self._connection = connection
        self._stack = stack
        self._turn = threading.Lock()
        self._tree: CompactRange | None = None
        self._hearers: list[Recorded] = []

    @classmethod
    def create(cls, where: Path | str, site: str) -> Self:
        """Make an empty ledger.

        where: a folder that is missing, empty, or left by a run that came to no entry; or the URL of a database that
        has none. Raises LedgerExistsError where anything else lies there, LedgerBusyError where such a run is still
        under way, LedgerUnreachableError, and OSError where the folder cannot be written to.
        """
        place = Place.of(where)
        if place.folder is not None:
            place.folder.mkdir(parents=True, exist_ok=True)
            _expect_no_foreign_file(place.folder)
        engine = connect(place)
        with ExitStack() as stack:
            connection = stack.enter_context(sole_writer(place, engine))
            with translated(place):
                if not is_vacant(connection):
                    raise _exists(place)
                create_tables(connection, site)
                return cls(place, engine, site, connection, stack.pop_all())

    @classmethod
    def open(cls, where: Path | str) -> Self:
        """Open a ledger to go on writing, after a look at its end and at the guards against changes.

        Raises NoLedgerError, LedgerBusyError, LedgerUnreachableError, TruncatedLedgerError or AlteredLedgerError,
        each with the place and what to do; OSError where the disk fails.
        """
        place = Place.of(where)
        _expect_file(place)
        engine = connect(place)
        with ExitStack() as stack:
            connection = stack.enter_context(sole_writer(place, engine))
            with translated(place), connection.begin():
                site = _site_of(place, connection)
                _check_end(place, connection)
            return cls(place, engine, site, connection, stack.pop_all())

    def append(
        self,
        at_ms: int,
        kind: str,
        actors: tuple[str, ...] = (),
        body: Mapping[str, Any] = MappingProxyType({}),
    ) -> Entry:
        """Add an entry and return it. Raises EntryError, and writes nothing, where it cannot be put on the ledger.

        at_ms: UTC milliseconds of what it tells of. The order of the entries is that of writing: times may go back.
        """
        return self.record(Draft(at_ms, kind, actors, body))

    def record(self, draft: Draft) -> Entry:
        """Add a drafted entry; otherwise like `append`."""
        return self.record_all([draft])[0]

    def record_all(self, drafts: Iterable[Draft], seal: Seal | None = None) -> list[Entry]:
        """Add drafted entries in their order, all or none; otherwise like `append`.

        seal: signs what the ledger then amounts to; that checkpoint is kept in the same transaction.
        """
        with self._turn:
            tree, entries, completed = self._grown(), [], []
            for draft in drafts:
                entry = Entry(tree.size, draft.at_ms, draft.kind, self._site, draft.actors, draft.body)
                entries.append(entry)
                tree, nodes = tree.appended(entry.leaf())
                completed += nodes
            rows = _rows(entries, completed)
            if seal is not None:
                rows.append((checkpoints, [_checkpoint_row(seal(Head(tree.size, tree.root())))]))
            self._write(rows, tree)
            for hear in self._hearers:
                hear(entries)
            return entries

    def on_recorded(self, hear: Recorded) -> None:
        """Have entries told that are added from now on, in their order, by whichever thread adds them.

        The next entry waits until it is told: whoever hears must be quick, and must not add an entry itself.
        """
        with self._turn:
            self._hearers.append(hear)

    def keep_checkpoint(self, signed: SignedCheckpoint) -> None:
        """Keep a checkpoint of this ledger that is given out; one that is kept already is left as it is."""
        if self.checkpoint(signed.checkpoint.size) is None:
            self._add(checkpoints, _checkpoint_row(signed))

    def keep_cosignature(self, size: int, signature: Signature) -> None:
        """Keep what another site has signed under the checkpoint of that size, which is kept here."""
        kept = self.checkpoint(size)
        if kept is not None and signature not in kept.signatures:
            self._add(cosignatures, {"size": size, "signature": signature.line()})

    def keep_witnessed(self, signed: SignedCheckpoint) -> None:
        """Keep the checkpoint of another ledger before it is cosigned; it is larger than the one kept before."""
        origin, size = signed.checkpoint.origin, signed.checkpoint.size
        self._add(witnessed, {"origin": origin, "size": size, "note": signed.text()})

    def close(self) -> None:
        """Let another writer open the ledger."""
        self._stack.close()
        super().close()

    def _add(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        with self._turn:
            self._write([(table, [row])], self._grown())

    def _write(self, rows: Sequence[tuple[sa.Table, list[Mapping[str, Any]]]], tree: CompactRange) -> None:
        """Write rows in one transaction. Where that fails, what the ledger holds is read again before the next."""
        self._tree = None
        with translated(self._place), self._connection.begin():
            for table, values in rows:
                if values:
                    self._connection.execute(table.insert(), values)
        self._tree = tree

    def _grown(self) -> CompactRange:
        if self._tree is None:
            with translated(self._place), self._connection.begin():
                self._tree = _tree(self._place, self._connection)
        return self._tree


def _rows(
    entries: Sequence[Entry], completed: Sequence[tuple[Subtree, bytes]]
) -> list[tuple[sa.Table, list[Mapping[str, Any]]]]:
    return [
        (entries_table, [{"seq": entry.seq, "line": entry.line} for entry in entries]),
        (nodes_table, [{"position": subtree.position, "hash": node} for subtree, node in completed]),
    ]


def _checkpoint_row(signed: SignedCheckpoint) -> Mapping[str, Any]:
    return {"size": signed.checkpoint.size, "note": signed.text()}


def _all(table: sa.Table) -> sa.Select[Any]:
    return sa.select(*table.columns).order_by(*table.primary_key)


def _size(connection: Connection) -> int:
    last = connection.scalar(sa.select(sa.func.max(entries_table.c.seq)))
    return 0 if last is None else int(last) + 1


def _nodes(place: Place, connection: Connection, wanted: Sequence[Subtree]) -> dict[Subtree, bytes]:
    """Return the hashes of full subtrees. Raises AlteredLedgerError where one is missing."""
    subtree_at = {subtree.position: subtree for subtree in wanted}
    query = sa.select(nodes_table).where(nodes_table.c.position.in_(subtree_at))
    known = {subtree_at[position]: node for position, node in connection.execute(query)}
    if missing := set(wanted) - known.keys():
        first = min(missing, key=lambda subtree: subtree.number << subtree.level)
        raise AlteredLedgerError(
            f"{place}: the hash over {1 << first.level} entries from {first.number << first.level} on is missing; "
            f"{_COMPARE}"
        )
    return known


def _tree(place: Place, connection: Connection) -> CompactRange:
    size = _size(connection)
    edge = list(subtrees(Span(0, size)))
    known = _nodes(place, connection, edge)
    return CompactRange(size, tuple(known[subtree] for subtree in edge))


def _check_end(place: Place, connection: Connection) -> None:
    """Look where a ledger is hurt most often: at its end, and at the guards against changes."""
    if missing := missing_guards(connection):
        raise AlteredLedgerError(
            f"{place}: the guards against changes {', '.join(missing)} are gone or altered; {_COMPARE}"
        )
    tree = _tree(place, connection)
    last_node = connection.scalar(sa.select(sa.func.max(nodes_table.c.position)))
    had = max(tree.size, connection.scalar(sa.select(sa.func.max(checkpoints.c.size))) or 0)
    while last_node is not None and completed_by(had) <= last_node:
        had += 1
    if tree.size < had:
        raise TruncatedLedgerError(f"{place} has {tree.size} entries and had at least {had}; {_COMPARE}")


def _site_of(place: Place, connection: Connection) -> str:
    rows = [tuple(row) for row in connection.execute(_all(ledger_table))] if has_tables(connection) else []
    if not rows:
        raise _unfinished(place)
    if [version for version, _ in rows] != [VERSION]:
        raise AlteredLedgerError(f"{place} is no ledger of version {VERSION}; {_COMPARE}")
    return str(rows[0][1])


def _unfinished(place: Place) -> NoLedgerError:
    return NoLedgerError(f"there is no ledger in {place}: one was begun and not finished; create it again")


def _expect_file(place: Place) -> None:
    if place.folder is not None and not (place.folder / FILE).is_file():
        raise NoLedgerError(f"there is no ledger in {place}: {FILE} is missing; check the folder")
    # Only before a file has its write-ahead log does SQLite keep a journal; what is read then would be half made.
    if place.folder is not None and (place.folder / f"{FILE}-journal").exists():
        raise _unfinished(place)


def _expect_no_foreign_file(folder: Path) -> None:
    """Only what a run leaves that came to no entry may lie in the folder of a new ledger."""
    ours = {FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal", LOCK, KEYS}
    if {path.name for path in folder.iterdir()} - ours:
        raise _exists(folder)


def _exists(place: Place | Path) -> LedgerExistsError:
    return LedgerExistsError(
        f"{place} is not empty: it may hold the ledger of another run, and nothing is ever written over; "
        "name another folder or move this one away"
    )
