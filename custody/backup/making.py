"""A backup made of a data folder while it is in use, and read through before it gets its name.

The order is that in which nothing is lost between two files: databases first, then the ledger, then the keys. What
waits for a second person goes from `waiting.sqlite` when it has become an entry, and the records follow the ledger,
so the ledger must be the later one; keys are only ever added, so the key that the ledger names is there.
"""

from __future__ import annotations

import os
import shutil
import tempfile
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
from custody.files import OWNER_ONLY, PARTIAL, sync_folder
from custody.ledger import KEYS, LedgerReader

SQLITE: Final = "*.sqlite"
TEXTS: Final = ("site.yaml", "watch.json")
_READABLE: Final = 0o644


@dataclass(frozen=True, slots=True)
class Target:
    """Where a backup goes. passphrase: None writes it as it is, keys included. work: log2 of scrypt's cost."""

    path: Path
    passphrase: str | None
    work: int = WORK_FACTOR


def back_up(folder: Path, ledger: str, target: Target, program: str, begun_at_ms: int) -> Contents:
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
    partial = path.with_name(path.name + PARTIAL)
    partial.unlink(missing_ok=True)  # of a run that was broken off
    with ExitStack() as stack:
        stack.callback(partial.unlink, missing_ok=True)
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{path.name}.", dir=path.parent))
        contents, files = _copied(folder, ledger, Path(scratch), (program, begun_at_ms))
        with _new_file(replace(target, path=partial)) as file:
            pack(file, contents, files)
        if read_through(partial, target.passphrase) != contents:
            raise BackupError(f"{partial} reads back otherwise than it was written; check the disk")
        partial.replace(path)
    sync_folder(path.parent)
    return contents


def _copied(folder: Path, ledger: str, scratch: Path, origin: tuple[str, int]) -> tuple[Contents, Mapping[str, Path]]:
    """Copy everything as it is at its moment; return what there is, and the copy of each part."""
    files = dict(_copies(folder, ledger, scratch))
    parts = tuple(_part(name, file) for name, file in files.items())
    with LedgerReader.read(scratch / ledger) as reader:
        reader.check_end()
        return Contents(origin[0], reader.site, origin[1], reader.head(), parts), files


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
