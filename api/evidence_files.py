"""Packages of evidence on the disk: a folder and its zip, read one file at a time, written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.arguments import ArgumentError
from custody.evidence.archive import pack, unpack
from custody.evidence.verify import Report, verify_files, verify_zip
from custody.note import VerifierKey


@dataclass(frozen=True, slots=True)
class FolderFiles(Mapping[str, bytes]):
    """The files under a folder by their names in the package; each is read when it is asked for."""

    folder: Path

    def __getitem__(self, name: str) -> bytes:
        path = self.folder / name
        if not path.is_file():
            raise KeyError(name)
        return path.read_bytes()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (self.folder / name).is_file()

    def __iter__(self) -> Iterator[str]:
        paths = (path for path in self.folder.rglob("*") if not path.is_dir())
        return (path.relative_to(self.folder).as_posix() for path in paths)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def write(self, name: str, content: bytes) -> None:
        """Add a file."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def zip_beside(out: Path) -> Path:
    """Return where the zip of a package lies: beside its folder."""
    return out.with_name(f"{out.name}.zip")


def read_package(path: Path, trusted: Sequence[VerifierKey]) -> tuple[Mapping[str, bytes], Report]:
    """Return the files of a package, from its folder or its zip, and what they were found to be."""
    if path.is_dir():
        folder = FolderFiles(path)
        return folder, verify_files(folder, trusted)
    data = path.read_bytes()
    return unpack(data), verify_zip(data, trusted)


@contextmanager
def made_whole(out: Path) -> Iterator[FolderFiles]:
    """Give a folder to fill; when all is done, it gets its name and its zip beside it. Until then nothing is there.

    Only the owner can read either. Raises ArgumentError where something of that name is there, OSError where the disk
    fails.
    """
    for path in (out, zip_beside(out)):
        if path.exists():
            raise ArgumentError(f"--out: {path} is there already; name a new folder")
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        (folder := work / out.name).mkdir(mode=0o700)
        files = FolderFiles(folder)
        yield files
        write_zip(work / "zip", files)
        folder.rename(out)
        (work / "zip").rename(zip_beside(out))
    finally:
        shutil.rmtree(work)


def write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    """Write the zip of a package and bring it to the disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pack(files):
            file.write(piece.data)
        file.flush()
        os.fsync(file.fileno())
