"""The ledger in a folder: append and read, one writer, no update and no delete.

    entries.jsonl   one entry a line, canonical JSON
    head.json       how many entries there were at the last sync, and the root of the tree over them

Entries reach the disk before the head does, so that after a crash the head never promises what is not there. Opening
reads everything and says where it first breaks. A head that was rewritten together with the entries is not found
out here: that takes a signature, and somebody else who holds an older head.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, BinaryIO, Final, Self

from custody.entries import VERSION, Draft, Entry, EntryError, canonical, read_canonical
from custody.errors import (
    AlteredLedgerError,
    LedgerBusyError,
    LedgerExistsError,
    NoLedgerError,
    TruncatedLedgerError,
    UnfinishedWriteError,
)
from custody.merkle import CompactRange

ENTRIES: Final = "entries.jsonl"
HEAD: Final = "head.json"

_RESTORE: Final = "keep both files as they are and compare them with a copy"


@dataclass(frozen=True, slots=True)
class Head:
    """What a ledger amounts to at one size: the number of entries and the RFC 9162 root over them, in hex."""

    size: int
    root_hex: str


class Ledger:
    """The one writer of a site's ledger; made by `create` or `open`, closed by `close` or a `with` block.

    An entry is on the disk when `sync` returns. `append` and `record` call it themselves; who writes many entries at
    once says `durable=False` and calls it after the last. Where they raise OSError (a full disk), the entry has its
    place and waits: call `sync` again, and do not add it a second time.
    """

    def __init__(self, folder: Path, site: str, file: BinaryIO, tree: CompactRange) -> None:
        self._folder = folder
        self._site = site
        self._file = file
        self._tree = tree

    @classmethod
    def create(cls, folder: Path, site: str) -> Self:
        """Make an empty ledger in a folder that is missing, empty, or left by a run that came to no entry.

        Raises LedgerExistsError where anything else lies in it, LedgerBusyError where such a run is still under way,
        OSError where the folder cannot be written to.
        """
        folder.mkdir(parents=True, exist_ok=True)
        if not _is_vacant(folder):
            raise LedgerExistsError(
                f"{folder} is not empty: it may hold the ledger of another run, and nothing is ever written over; "
                "name another folder or move this one away"
            )
        path = folder / ENTRIES
        file = _locked(path.open("ab"), path)
        ledger = cls(folder, site, file, CompactRange())
        ledger.sync()
        return ledger

    @classmethod
    def open(cls, folder: Path, *, set_aside_unfinished: bool = False) -> Self:
        """Open a ledger, after reading all of it, to go on writing.

        set_aside_unfinished: the bytes of a last write that was never finished go to a file beside the entries; they
        are no entry, and nobody was ever told that they were one. Without it they are an UnfinishedWriteError.
        Raises NoLedgerError, LedgerBusyError, TruncatedLedgerError or AlteredLedgerError, each with the file, the
        place and what to do; OSError where the folder cannot be read.
        """
        path = folder / ENTRIES
        if not path.is_file():
            raise NoLedgerError(f"there is no ledger in {folder}: {ENTRIES} is missing; check the folder")
        with ExitStack() as stack:
            file = stack.enter_context(_locked(path.open("ab"), path))
            try:
                site, tree = _verified(folder)
            except UnfinishedWriteError:
                if not set_aside_unfinished:
                    raise
                _set_aside(file, path)
                site, tree = _verified(folder)
            stack.pop_all()
        return cls(folder, site, file, tree)

    @property
    def site(self) -> str:
        """The id of the site that the ledger belongs to."""
        return self._site

    def head(self) -> Head:
        """Return the number of entries and the root over them."""
        return _head(self._tree)

    def append(
        self,
        at_ms: int,
        kind: str,
        actors: tuple[str, ...] = (),
        body: Mapping[str, Any] = MappingProxyType({}),
        *,
        durable: bool = True,
    ) -> Entry:
        """Add an entry and return it. Raises EntryError, and writes nothing, where it cannot be put on the ledger.

        at_ms: UTC milliseconds of what it tells of. The order of the entries is that of writing: times may go back.
        """
        entry = Entry(self._tree.size, at_ms, kind, self._site, actors, body)
        self._file.write(entry.line + b"\n")
        self._tree.append(entry.leaf())
        if durable:
            self.sync()
        return entry

    def record(self, draft: Draft, *, durable: bool = True) -> Entry:
        """Add a drafted entry; otherwise like `append`."""
        return self.append(draft.at_ms, draft.kind, draft.actors, draft.body, durable=durable)

    def sync(self) -> None:
        """Bring all entries to the disk, and then the head."""
        self._file.flush()
        os.fsync(self._file.fileno())
        head = self.head()
        fields = {"v": VERSION, "site": self._site, "size": head.size, "root": head.root_hex}
        _replace(self._folder / HEAD, canonical(fields) + b"\n")

    def close(self) -> None:
        """Sync, and let another writer open the ledger."""
        if not self._file.closed:
            self.sync()
            self._file.close()

    def __iter__(self) -> Iterator[Entry]:
        """Give the entries in their order."""
        self._file.flush()
        return read_entries(self._folder / ENTRIES)

    def __len__(self) -> int:
        return self._tree.size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_entries(path: Path) -> Iterator[Entry]:
    """Give the entries of a file of ledger lines, a line in memory at a time.

    Raises AlteredLedgerError with the first line that is no entry or stands in the wrong place, UnfinishedWriteError
    where the last line has no end, OSError where the file cannot be read.
    """
    site: str | None = None
    with path.open("rb") as lines:
        for seq, line in enumerate(lines):
            where = f"{path}, line {seq + 1}"
            if not line.endswith(b"\n"):
                raise UnfinishedWriteError(
                    f"{where}: the last write was not finished, {len(line)} bytes without a line end; the {seq} "
                    "entries before it are whole: set these bytes aside and open the ledger again"
                )
            entry = _entry(line[:-1], where)
            site = site or entry.site
            if entry.seq != seq or entry.site != site:
                raise AlteredLedgerError(
                    f"{where}: found entry {entry.seq} of {entry.site}, expected entry {seq} of {site}; {_RESTORE}"
                )
            yield entry


def _entry(line: bytes, where: str) -> Entry:
    try:
        return Entry.from_line(line)
    except EntryError as error:
        raise AlteredLedgerError(f"{where}: {error}; {_RESTORE}") from error


def _is_vacant(folder: Path) -> bool:
    """Tell whether nothing in a folder would be lost: no foreign file, no entry, no head that states one."""
    if {path.name for path in folder.iterdir()} - {ENTRIES, HEAD}:
        return False
    entries, head = folder / ENTRIES, folder / HEAD
    return not (entries.exists() and entries.stat().st_size) and not (head.exists() and _stated(head)[1].size)


def _verified(folder: Path) -> tuple[str, CompactRange]:
    """Read a whole ledger and hold it against its head; return its site and its tree."""
    site, known = _stated(folder / HEAD)
    tree = CompactRange()
    unfinished: UnfinishedWriteError | None = None
    _hold_against(folder, known, tree)
    try:
        for entry in read_entries(folder / ENTRIES):
            if entry.site != site:
                raise AlteredLedgerError(
                    f"{folder / ENTRIES} is of {entry.site}, {folder / HEAD} of {site}; {_RESTORE}"
                )
            tree.append(entry.leaf())
            _hold_against(folder, known, tree)
    except UnfinishedWriteError as error:
        unfinished = error
    if tree.size < known.size:
        raise TruncatedLedgerError(
            f"{folder / ENTRIES} has {tree.size} whole entries, {folder / HEAD} states {known.size}; {_RESTORE}"
        )
    if unfinished is not None:
        raise unfinished
    return site, tree


def _hold_against(folder: Path, known: Head, tree: CompactRange) -> None:
    if tree.size == known.size and _head(tree) != known:
        raise AlteredLedgerError(
            f"the first {known.size} entries of {folder / ENTRIES} do not have the root that {folder / HEAD} states: "
            f"one of the two was changed; {_RESTORE}"
        )


def _head(tree: CompactRange) -> Head:
    return Head(tree.size, tree.root().hex())


def _stated(path: Path) -> tuple[str, Head]:
    """Return the site and the head that a head file states."""
    try:
        fields = read_canonical(path.read_bytes().removesuffix(b"\n"))
        site, size, root, version = (fields[key] for key in ("site", "size", "root", "v"))
    except FileNotFoundError as error:
        raise NoLedgerError(f"{path} is missing, so that nothing can be held against it; {_RESTORE}") from error
    except (EntryError, KeyError) as error:
        raise AlteredLedgerError(f"{path} is not what was written: {error}; {_RESTORE}") from error
    types = (type(site), type(size), type(root), version, len(fields))
    if types != (str, int, str, VERSION, 4):
        raise AlteredLedgerError(f"{path} is no head of version {VERSION}; {_RESTORE}")
    return site, Head(size, root)


def _locked(file: BinaryIO, path: Path) -> BinaryIO:
    """Keep every other writer out until the file is closed."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise LedgerBusyError(f"{path} is being written by another process; stop that one first") from error
    return file


def _set_aside(file: BinaryIO, path: Path) -> None:
    """Move the bytes behind the last line end to a file of their own; it is on the disk before they are cut off."""
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    _replace(path.with_name(f"{path.name}.unfinished-{whole}"), content[whole:])
    file.truncate(whole)
    os.fsync(file.fileno())


def _replace(path: Path, content: bytes) -> None:
    """Write a small file so that at any moment the old or the new one is whole on the disk."""
    partial = path.with_name(path.name + ".part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
