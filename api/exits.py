"""How every command ends.

0 done, 2 bad input, 3 a clip cut short, 4 a ledger or evidence that was changed, 5 a service that does not work.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import typer

from api.arguments import ArgumentError
from api.requests import RequestError
from api.settings import SiteFileError
from custody.errors import BackupError, EvidenceError, LedgerError, RefusedError
from custody.paper import FontError
from custody.records.database import RecordsVersionError
from models.errors import ModelError
from streams.errors import StreamError

BAD_INPUT = 2
UNREADABLE = 3
NOT_INTACT = 4
UNWELL = 5


_BAD_INPUT: Final = (
    RequestError,
    ModelError,
    LedgerError,
    RecordsVersionError,
    EvidenceError,
    BackupError,
    RefusedError,
    FontError,
)


@contextmanager
def exit_statuses() -> Iterator[None]:
    """Turn what may go wrong into one clear message on stderr and the exit status that belongs to it."""
    try:
        yield
    except SiteFileError as error:
        count = len(error.problems)
        say(f"the site file cannot be used: {count} problem{'s' if count > 1 else ''}\n{error}")
        raise typer.Exit(BAD_INPUT) from error
    except _BAD_INPUT as error:
        say(str(error))
        raise typer.Exit(BAD_INPUT) from error
    except StreamError as error:
        say(str(error))
        raise typer.Exit(UNREADABLE) from error
    except OSError as error:  # a full disk, a folder that was taken away, a file that is not there
        say(f"{error.filename or 'writing'}: {error.strerror or error}; check the folder and the disk")
        raise typer.Exit(BAD_INPUT) from error


def say(text: str) -> None:
    """Tell a person something that is not the command's result."""
    typer.echo(text, err=True)


def writable_folder(folder: Path) -> Path:
    """Return a folder that is there and can be written to, made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError(f"--out: {folder} cannot be made ({error.strerror}); name another folder") from error
    if not os.access(folder, os.W_OK):
        raise ArgumentError(f"--out: {folder} cannot be written to; name another folder")
    return folder
