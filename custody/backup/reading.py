"""A backup opened, decrypted where it is encrypted, and read through: nothing of it is written anywhere here."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from custody.backup.age import MAGIC, Decrypting, DecryptionError
from custody.backup.archive import Contents, Part, Take, unpack
from custody.errors import BackupError


def read_backup(path: Path, passphrase: str | None, take: Take) -> Contents:
    """Read a backup to its end, and give every part to `take`; return what it holds.

    Raises BackupError, which names the file and says what to do; OSError where the disk fails.
    """
    try:
        with _opened(path, passphrase) as source:
            return unpack(source, take)
    except (BackupError, DecryptionError) as error:
        raise BackupError(f"{path}: {error}; nothing was restored from it") from error


def read_through(path: Path, passphrase: str | None) -> Contents:
    """Check that every byte of a backup is what was written; return what it holds. Raises as `read_backup` does."""

    def pass_over(_part: Part, blocks: Iterator[bytes]) -> None:
        for _ in blocks:
            pass

    return read_backup(path, passphrase, pass_over)


@contextmanager
def _opened(path: Path, passphrase: str | None) -> Iterator[IO[bytes]]:
    with path.open("rb") as file:
        encrypted = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if not encrypted:
            yield file
        elif passphrase is None:
            raise BackupError("it is encrypted; give its passphrase by --passphrase-file")
        else:
            with io.BufferedReader(Decrypting(file, passphrase)) as decrypting:
                yield decrypting
