"""Segments to be read as they were recorded, encrypted or not."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import av
import av.error
from av.container import InputContainer

from streams.encryption import (
    HEAD_BYTES,
    DecryptedSegment,
    encryption_note,
    key_id_of,
    plain_size,
    sealed_bytes,
)
from streams.errors import ClipUnavailableError, from_ffmpeg
from streams.footage_keys import find_key
from streams.segments import PART_SUFFIX, SUFFIX


def open_segment(path: Path) -> BinaryIO:
    """Open a segment, finished or not, as it was before encryption. The caller closes it.

    Raises ClipUnavailableError, and FootageKeyError where its key is not there.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        remedy = "ask again: it may have been deleted"
        raise ClipUnavailableError(str(path), f"the segment cannot be read ({error.strerror})", remedy) from error
    try:
        key_id = key_id_of(file.read(HEAD_BYTES))
        file.seek(0)
        if key_id is None:
            return file
        decrypted = DecryptedSegment(file, find_key(path.parents[2], key_id), segment_name(path))
    except BaseException:
        file.close()
        raise
    return cast("BinaryIO", io.BufferedReader(decrypted))


def cut_back(path: Path, plain_bytes: int) -> None:
    """Cut a segment back to the end of the piece that ends at `plain_bytes` before encryption. Raises OSError."""
    with path.open("r+b") as file:
        is_encrypted = key_id_of(file.read(HEAD_BYTES)) is not None
        file.truncate(sealed_bytes(file, plain_bytes) if is_encrypted else plain_bytes)
        os.fsync(file.fileno())


def encryption_of(path: Path) -> Mapping[str, str | int] | None:
    """Return how a segment is encrypted, as its sidecar says it. Raises OSError."""
    with path.open("rb") as file:
        key_id = key_id_of(file.read(HEAD_BYTES))
        return None if key_id is None else encryption_note(key_id, plain_size(file))


@contextmanager
def opened_segment(path: Path) -> Iterator[InputContainer]:
    """Open a segment for reading its packets. Raises StreamError."""
    with open_segment(path) as file:
        try:
            container = av.open(file, "r", format="mp4", metadata_errors="replace")
        except av.error.FFmpegError as error:
            failure = from_ffmpeg(error, str(path), live=False)
        else:
            with container:
                yield container
            return
    raise failure


def segment_name(path: Path) -> str:
    """Return by what name a segment is encrypted: its camera and its beginning."""
    return f"{path.parents[1].name}/{path.name.removesuffix(PART_SUFFIX).removesuffix(SUFFIX)}"
