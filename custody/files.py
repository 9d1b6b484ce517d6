"""Hard file work: what has its name is whole, and when a function returns, bytes and name are on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PARTIAL: Final = ".part"
OWNER_ONLY: Final = 0o600


def replace_file(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Give a file this content in one step: at any moment either the old or the whole new one is there.

    Raises OSError where the folder cannot be written to; the old file is left as it was.
    """
    partial = path.with_name(path.name + PARTIAL)
    partial.unlink(missing_ok=True)  # of a run that was broken off; it may have other rights
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)


def remove_file(path: Path) -> None:
    """Remove a file that may be missing."""
    path.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring the names of a folder's files to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
