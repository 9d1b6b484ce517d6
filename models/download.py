"""Weights fetched by name: a broken-off download goes on where it stopped, and only the right file is put in place.

Here belongs the way from an address to a checked file. Which detectors there are is manifest.py's, which folders
are searched is locate.py's.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO, Final

from models.errors import DownloadError, WeightsAlteredError
from models.manifest import ManifestEntry

TIMEOUT_S: Final = 30.0
CHUNK_BYTES: Final = 1 << 16
UNFINISHED: Final = ".part"

_BROKEN_CONNECTION: Final = (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException)

Advance = Callable[[int], None]
"""Told how many bytes of the file there are by now."""


def download(entry: ManifestEntry, folder: Path, advance: Advance = lambda _: None) -> Path:
    """Fetch a detector's file into a folder, which is made where it is missing; return its path.

    What was fetched before a break is kept beside it under another name and completed the next time. The file
    itself appears only when it is whole and has the manifest's digest. Raises DownloadError and
    WeightsAlteredError.
    """
    if entry.url is None:
        raise DownloadError(f"no address is known for {entry.name}: it comes from {entry.origin}; fetch it by hand")
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / (entry.file + UNFINISHED)
    with unfinished.open("ab") as file:
        if file.tell() != entry.size_bytes:
            _fetch(entry, entry.url, file, advance)
        file.flush()
        os.fsync(file.fileno())
    _refuse_other_content(entry, unfinished)
    return unfinished.replace(folder / entry.file)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fetch(entry: ManifestEntry, url: str, file: BinaryIO, advance: Advance) -> None:
    """Append what is missing to a file that holds the beginning, or all where the server starts anew."""
    try:
        with _answer(url, file.tell()) as answer:
            if answer.status != HTTPStatus.PARTIAL_CONTENT:
                file.truncate(0)
            _append(entry, answer, file, advance)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            file.truncate(0)
        raise DownloadError(
            f"{url} answers {error.code} {error.reason}; try again later, or {_by_hand(entry)}"
        ) from error
    except _BROKEN_CONNECTION as error:
        reason = getattr(error, "reason", error)
        raise DownloadError(
            f"{entry.name} cannot be fetched from {url}: no connection ({reason}). Run the command again when there "
            f"is a network ({file.tell()} of {entry.size_bytes} bytes are kept), or {_by_hand(entry)}"
        ) from error


def _answer(url: str, have_bytes: int) -> http.client.HTTPResponse:
    request = urllib.request.Request(url)  # noqa: S310 - addresses come from the manifest alone
    if have_bytes:
        request.add_header("Range", f"bytes={have_bytes}-")
    answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=TIMEOUT_S)  # noqa: S310 - likewise
    return answer


def _append(entry: ManifestEntry, answer: http.client.HTTPResponse, file: BinaryIO, advance: Advance) -> None:
    """Write the answer out; never more than the file may be long, whatever the server sends."""
    have_bytes = file.seek(0, os.SEEK_END)
    advance(have_bytes)
    while chunk := answer.read(min(CHUNK_BYTES, max(0, entry.size_bytes + 1 - have_bytes))):
        file.write(chunk)
        have_bytes += len(chunk)
        advance(have_bytes)
    if have_bytes < entry.size_bytes:
        raise DownloadError(
            f"{entry.name}: the answer broke off after {have_bytes} of {entry.size_bytes} bytes; run the command "
            "again, it goes on there"
        )


def _refuse_other_content(entry: ManifestEntry, unfinished: Path) -> None:
    digest = digest_of(unfinished)
    if digest != entry.sha256:
        unfinished.unlink()
        raise WeightsAlteredError(
            f"{entry.url} gave another file than the {entry.name} of the manifest: its SHA-256 is {digest}, not "
            f"{entry.sha256}. It was thrown away; run the command again, and if it says the same, {_by_hand(entry)}"
        )


def _by_hand(entry: ManifestEntry) -> str:
    return f"bring {entry.file} from {entry.origin} and check it with `kuraban models verify`"
