"""A backup made of a data folder while it is in use, and read through before it gets its name.

The order is that in which nothing is lost between two files: databases first, then the ledger, then the keys. What
waits for a second person goes from `waiting.sqlite` when it has become an entry, and the records follow the ledger,
so the ledger must be the later one; keys are only ever added, so the key that the ledger names is there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, cast

from custody.backup.age import WORK_FACTOR, Encrypting
from custody.backup.archive import Contents, Part, pack, part_of
from custody.backup.reading import read_through
from custody.backup.snapshot import snapshot
from custody.database import FILE as LEDGER_FILE
from custody.errors import BackupError, NoLedgerError
from custody.files import OWNER_ONLY, sync_folder
from custody.ledger import KEYS, LedgerReader

SQLITE: Final = "*.sqlite"
SCRATCH: Final = ".kuraban-backup"
"""Where copies lie while a backup is made, beside it. The next run clears away what one that was killed has left."""

TEXTS: Final = ("site.yaml", "watch.json")
_READABLE: Final = 0o644


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes. passphrase: None writes it as it is, keys included. work: log2 of scrypt's cost."""

    path: Path
    passphrase: str | None
    work: int = WORK_FACTOR


@dataclass(frozen=True, slots=True)
class Origin:
    """What makes a backup, name and version, and when it was begun, UTC milliseconds."""

    program: str
    begun_at_ms: int


def back_up(folder: Path, ledger: str, target: Target, origin: Origin) -> Contents:
    """Write a backup of a data folder, read it through, and only then give it its name.

    ledger: the name of its ledger's folder. Whatever was acknowledged before this was called is in it. Raises
    BackupError where the target exists, NoLedgerError and AlteredLedgerError where the folder has no sound ledger,
    OSError where the disk fails; then nothing has the name.
    """
    path = target.path
    if path.exists():
        raise BackupError(f"{path} exists, and no backup is written over; name another file")
    if not (folder / ledger / LEDGER_FILE).is_file():
        raise NoLedgerError(f"there is no ledger in {folder / ledger}: name the data folder of `kuraban serve`")
    with _scratch(path.parent) as scratch:
        contents, files = _copied(folder, ledger, scratch / "parts", origin)
        partial = replace(target, path=scratch / "backup")
        with _new_file(partial) as file:
            pack(file, contents, files)
        if read_through(partial.path, target.passphrase) != contents:
            raise BackupError(f"{path} reads back otherwise than it was written, and was thrown away; check the disk")
        partial.path.replace(path)
    sync_folder(path.parent)
    return contents


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """Give an empty folder to work in, for the owner only; what a run that was killed has left in it is gone.

    Raises BackupError where another backup is at work there.
    """
    place = folder / SCRATCH
    place.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as stack:
        handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, handle)  # which gives up the lock
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupError(f"another backup into {folder} is under way; wait until it has ended") from error
        _clear(place)
        stack.callback(place.rmdir)
        stack.callback(_clear, place)
        yield place


def _clear(place: Path) -> None:
    for path in place.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _copied(folder: Path, ledger: str, scratch: Path, origin: Origin) -> tuple[Contents, Mapping[str, Path]]:
    """Copy everything as it is at its moment; return what there is, and the copy of each part."""
    files = dict(_copies(folder, ledger, scratch))
    parts = tuple(_part(name, file) for name, file in files.items())
    with LedgerReader.read(scratch / ledger) as reader:
        reader.check_end()
        return Contents(origin.program, reader.site, origin.begun_at_ms, reader.head(), parts), files


def _copies(folder: Path, ledger: str, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Copy the parts of a backup in their order; give name and copy of each."""
    for file in _in_order(folder, ledger):
        name = file.relative_to(folder)
        copy = scratch / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if file.match(SQLITE):
            snapshot(file, copy)
        else:
            shutil.copyfile(file, copy)
        yield name.as_posix(), copy


def _in_order(folder: Path, ledger: str) -> Iterator[Path]:
    """Give the files of a backup, each looked for when those before it have been copied."""
    databases = [*folder.glob(SQLITE), *(folder / ledger).glob(SQLITE)]
    yield from sorted(databases, key=lambda file: (file.name == LEDGER_FILE, file))
    for place in (folder, folder / ledger):
        yield from sorted(path for path in (place / KEYS).rglob("*") if path.is_file())
    yield from (folder / name for name in TEXTS if (folder / name).is_file())


def _part(name: str, file: Path) -> Part:
    return part_of(name, file, _READABLE if name in TEXTS else OWNER_ONLY)


@contextmanager
def _new_file(target: Target) -> Iterator[IO[bytes]]:
    """Give a new file for its owner's eyes only, encrypted where there is a passphrase, on the disk at the end."""
    descriptor = os.open(target.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "wb") as file:
        if target.passphrase is None:
            yield file
        else:
            with Encrypting(file, target.passphrase, target.work) as encrypting:
                yield cast("IO[bytes]", encrypting)
        file.flush()
        os.fsync(file.fileno())
