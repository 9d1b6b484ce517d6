"""A data folder made from a backup: all of it, verified, or none. Nothing that is there is ever written over."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from custody.backup.archive import Contents, Part
from custody.backup.reading import read_backup
from custody.database import FILE as LEDGER_FILE
from custody.entries import utc_text
from custody.errors import BackupError
from custody.files import sync_folder
from custody.ledger import Ledger, LedgerReader
from custody.sqlite import expect_sound
from custody.verify import verify_ledger

STAGING: Final = ".restoring"
LEAVES_ALONE: Final = frozenset({"footage", "clips", "lost+found"})
"""What may lie in the folder already: media come from elsewhere, and no backup has any."""

RESTORED: Final = "restored"
"""The setting of the entry which says that what stood behind it on the ledger is gone."""


def restore(backup: Path, folder: Path, passphrase: str | None, at_ms: int) -> Contents:
    """Make a data folder from a backup, verify it, and put on its ledger that it was restored.

    folder: missing, or empty but for media. at_ms: now, UTC milliseconds. Raises BackupError, and leaves the folder
    as it was, where something lies in it, or the backup is not what was written; OSError where the disk fails.
    """
    _expect_vacant(folder)
    staging = folder / STAGING
    staging.mkdir(mode=0o700, parents=True)
    try:
        contents = read_backup(backup, passphrase, lambda part, blocks: _write(staging, part, blocks))
        _note(_verified(staging, contents, backup), contents, at_ms)
        _sync(staging)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    for path in sorted(staging.iterdir()):
        path.rename(folder / path.name)
    staging.rmdir()
    sync_folder(folder)
    return contents


def _expect_vacant(folder: Path) -> None:
    if (folder / STAGING).exists():
        raise BackupError(
            f"{folder} is of a restore that was broken off; take away everything in it but footage and clips"
        )
    if there := sorted({path.name for path in folder.iterdir()} - LEAVES_ALONE if folder.exists() else ()):
        raise BackupError(f"{folder} has {', '.join(there)} in it, and nothing is written over; name another folder")


def _write(staging: Path, part: Part, blocks: Iterator[bytes]) -> None:
    path = staging / part.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, part.mode), "wb") as file:
        file.writelines(blocks)
        file.flush()
        os.fsync(file.fileno())


def _verified(staging: Path, contents: Contents, backup: Path) -> Path:
    """Return the folder of the ledger, after a look through every database and the whole of the ledger."""
    ledgers = [staging / part.name for part in contents.parts if Path(part.name).name == LEDGER_FILE]
    if len(ledgers) != 1:
        raise BackupError(f"{backup} holds {len(ledgers)} ledgers, expected one; it is no backup of a data folder")
    for part in contents.parts:
        if part.name.endswith(".sqlite"):
            expect_sound(staging / part.name, Path(part.name))
    with LedgerReader.read(ledgers[0].parent) as reader:
        report, head = verify_ledger(reader), reader.head()
    if not report.whole or head != contents.ledger:
        found = "; ".join(finding.says for finding in report.findings) or f"it has {head.size} entries"
        raise BackupError(f"{backup}: its ledger is not the one that was backed up: {found}; take another backup")
    return ledgers[0].parent


def _note(ledger: Path, contents: Contents, at_ms: int) -> None:
    backup = {
        "backup_begun_at": utc_text(contents.begun_at_ms),
        "size": contents.ledger.size,
        "root": contents.ledger.root.hex(),
    }
    with Ledger.open(ledger) as opened:
        opened.append(at_ms, "settings.changed", (), {"setting": RESTORED, "from": None, "to": backup})


def _sync(folder: Path) -> None:
    for place, _, _ in os.walk(folder):
        sync_folder(Path(place))
