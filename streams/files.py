"""Hard file work for media: what has its name is whole, and after a return, bytes and name are on the disk."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def settle(temporary: Path, path: Path) -> None:
    """Bring a finished file to the disk and give it its name. Raises OSError."""
    with temporary.open("rb") as written:
        os.fsync(written.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def replace_file(path: Path, content: bytes) -> None:
    """Give a file this content in one step: at any moment either the old or the whole new one is there.

    Raises OSError where the folder cannot be written to; the old file is left as it was.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(content)
    settle(temporary, path)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder's files to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """Return the digest of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
