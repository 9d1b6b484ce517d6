"""`kuraban backup` and `kuraban restore`: databases, ledger and keys, out of a data folder and into a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from api.arguments import ArgumentError
from api.exits import exit_statuses, say
from api.ledger_arguments import now_ms
from api.recording import LEDGER
from api.version import version_text
from custody.backup.archive import Contents
from custody.backup.making import Origin, Target, back_up
from custody.backup.reading import read_through
from custody.backup.restoring import restore as restore_backup
from custody.entries import utc_text

Passphrase = Annotated[
    Path | None, typer.Option("--passphrase-file", metavar="FILE", help="A file whose first line is the passphrase.")
]
LEAST_LETTERS: Final = 12
_NAME: Final = re.compile(r"kuraban-\d{8}T\d{6}Z\.tar(\.age)?")


def backup(
    *,
    data: Annotated[Path, typer.Option("--data", help="The data folder, which may be in use.")],
    out: Annotated[Path, typer.Option("--out", help="A new file, or a folder for one named after site and time.")],
    passphrase_file: Passphrase = None,
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="In a folder: leave so many, and take older backups away.")
    ] = None,
) -> None:
    """Back up databases, ledger, keys and site file while the service runs; footage and clips are not among them."""
    with exit_statuses():
        at_ms = now_ms()
        if keep is not None and not out.is_dir():
            raise ArgumentError(f"--keep counts the backups of a folder, and --out {out} is none; name a folder")
        passphrase = _passphrase(passphrase_file)
        target = Target(_named(out, at_ms, encrypted=passphrase is not None), passphrase)
        made = back_up(data, LEDGER, target, Origin(version_text(), at_ms))
        if passphrase is None:
            say(f"{target.path} is not encrypted and has the keys in it: keep it where only you can read it")
        typer.echo(f"{target.path}: {_told(made)}; read back and found whole")
        for old in superseded(out.iterdir(), keep) if keep is not None else ():
            old.unlink()
            say(f"took away {old}")


def restore(
    backup: Annotated[Path, typer.Argument(metavar="BACKUP", help="What `kuraban backup` has written.")],
    *,
    data: Annotated[
        Path | None, typer.Option("--data", help="A new data folder; footage and clips may lie in it already.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only read it through, and restore nothing.")] = False,
    passphrase_file: Passphrase = None,
) -> None:
    """Make a data folder from a backup and verify it; nothing that is there is written over."""
    with exit_statuses():
        passphrase = _passphrase(passphrase_file)
        if check == (data is not None):
            raise ArgumentError("give either --data with a new folder, or --check to read the backup through")
        if data is None:
            typer.echo(f"{backup}: {_told(read_through(backup, passphrase))}; every part is what was written")
            return
        restored = restore_backup(backup, data, passphrase, now_ms())
        say(
            f"what came on the ledger after {utc_text(restored.begun_at_ms)} is not in it: where checkpoints of more "
            f"than {restored.ledger.size} entries were given out, tell those who hold them"
        )
    typer.echo(f"{data}: {_told(restored)}; verified")


def superseded(files: Iterable[Path], keep: int) -> list[Path]:
    """Return the backups among files that are older than the newest `keep`; what is named otherwise is none."""
    backups = sorted((file for file in files if _NAME.fullmatch(file.name)), key=lambda file: file.name)
    return backups[:-keep]


def _told(contents: Contents) -> str:
    return (
        f"site {contents.site}, {len(contents.parts)} files, {contents.total_bytes / 1e6:.1f} MB, ledger of "
        f"{contents.ledger.size} entries, begun {utc_text(contents.begun_at_ms)} by {contents.program}"
    )


def _named(out: Path, at_ms: int, *, encrypted: bool) -> Path:
    """Return the file to write; in a folder, one that sorts by time."""
    if not out.is_dir():
        return out
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return out / f"kuraban-{moment:%Y%m%dT%H%M%SZ}.tar{'.age' if encrypted else ''}"


def _passphrase(file: Path | None) -> str | None:
    """Return the first line of a file. Raises ArgumentError where it is too short to keep anybody out."""
    if file is None:
        return None
    try:
        passphrase = file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError as error:
        raise ArgumentError(
            f"--passphrase-file: {file} is no text; write the passphrase on its first line"
        ) from error
    if len(passphrase) < LEAST_LETTERS:
        raise ArgumentError(f"--passphrase-file: {file} has fewer than {LEAST_LETTERS} letters on its first line")
    return passphrase
