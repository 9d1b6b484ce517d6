"""Whether a SQLite file's log ends in a write that was never finished. Reads bytes; changes nothing.

SQLite appends the pages of a transaction to the file's `-wal`, the last one marked as its commit. When a process is
killed before that, the pages lie there without a commit: SQLite passes them over, and the next write replaces them.
The form is that of https://www.sqlite.org/fileformat2.html#walformat.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

HEADER_BYTES: Final = 32
FRAME_HEADER_BYTES: Final = 24


def unfinished_bytes(path: Path) -> int:
    """Return how many bytes of a write lie in a `-wal` file without the commit that would make them one.

    0 where there is no such file, or where it ends in a finished write or in frames of an older use of the file.
    """
    try:
        with path.open("rb") as file:
            return _unfinished(file)
    except FileNotFoundError:
        return 0


def _unfinished(file: BinaryIO) -> int:
    header = file.read(HEADER_BYTES)
    if len(header) < HEADER_BYTES:
        return 0
    frame_bytes = FRAME_HEADER_BYTES + struct.unpack_from(">I", header, 8)[0]
    pending = 0
    for commit, length in _frames(file, header[16:24], frame_bytes):
        pending = 0 if commit else pending + length
    return pending


def _frames(file: BinaryIO, salts: bytes, frame_bytes: int) -> Iterator[tuple[bool, int]]:
    """Give, for each frame of the file's present use, whether it is a commit, whole, and how many bytes there are."""
    while frame := file.read(frame_bytes):
        if len(frame) >= FRAME_HEADER_BYTES and frame[8:16] != salts:
            return
        whole = len(frame) == frame_bytes
        yield whole and frame[4:8] != bytes(4), len(frame)
