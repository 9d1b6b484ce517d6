"""Segments at rest: AES-256-GCM in chunks, one for each piece that the recorder writes.

    "KRBNAES1" | id of the key, 8 bytes | salt, 32 bytes | chunk | chunk | ...
    chunk: length of the plain piece, 4 bytes | the piece, encrypted | tag, 16 bytes

Each segment has a key of its own, derived from the footage's key by HKDF-SHA-256 with its salt. The nonce of a chunk
is its number, and its associated data is the name of the segment, so that chunks cannot change places, in a segment
or between segments. What is cut short can be read to its last whole chunk; that nothing was cut off is what the
sidecar's digest says.
"""

from __future__ import annotations

import io
import os
import secrets
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from streams.errors import SegmentError
from streams.footage_keys import ID_BYTES, FootageKey

MAGIC: Final = b"KRBNAES1"
SCHEME: Final = "aes-256-gcm-chunks"
_SALT_BYTES: Final = 32
_LENGTH_BYTES: Final = 4
_TAG_BYTES: Final = 16
_NONCE_BYTES: Final = 12
HEAD_BYTES: Final = len(MAGIC) + ID_BYTES + _SALT_BYTES


class SegmentCipher:
    """Encrypts and decrypts the chunks of one segment. name: that of the segment, `CAMERA/START_MS`."""

    def __init__(self, key: FootageKey, salt: bytes, name: str) -> None:
        derived = HKDF(SHA256(), 32, salt, b"kuraban footage segment").derive(key.secret)
        self._aead = AESGCM(derived)
        self._name = name.encode()
        self.head = MAGIC + bytes.fromhex(key.id) + salt

    @classmethod
    def new(cls, key: FootageKey, name: str) -> Self:
        """Return the cipher of a segment that is about to be written."""
        return cls(key, secrets.token_bytes(_SALT_BYTES), name)

    def seal(self, number: int, piece: bytes) -> bytes:
        """Return the chunk of a piece. Each number must be used for one piece only, counting from 0."""
        return len(piece).to_bytes(_LENGTH_BYTES, "big") + self._aead.encrypt(_nonce(number), piece, self._name)

    def open(self, number: int, sealed: bytes) -> bytes:
        """Return a piece out of its chunk without the length. Raises InvalidTag."""
        return self._aead.decrypt(_nonce(number), sealed, self._name)


def key_id_of(head: bytes) -> str | None:
    """Return the id of the key with which a file was encrypted that begins so, None where it is not encrypted."""
    return head[len(MAGIC) : len(MAGIC) + ID_BYTES].hex() if head.startswith(MAGIC) else None


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Where a piece lies: in the plain segment, and sealed in the file; bytes."""

    plain_at: int
    sealed_at: int
    length: int

    @property
    def plain_end(self) -> int:
        """Where the next piece begins in the plain segment."""
        return self.plain_at + self.length

    @property
    def sealed_end(self) -> int:
        """Where the next chunk begins in the file."""
        return self.sealed_at + self.length + _TAG_BYTES


class DecryptedSegment(io.RawIOBase):
    """A segment as it was before encryption, to read and to seek in; takes over the file that it is given.

    Where it ends in the middle of a chunk, that chunk is not there. Reading raises SegmentError where it was altered.
    """

    def __init__(self, file: BinaryIO, key: FootageKey, name: str) -> None:
        head = file.read(HEAD_BYTES)
        self._file = file
        self._name = name
        self._cipher = SegmentCipher(key, head[-_SALT_BYTES:], name)
        self._chunks = _chunks(file)
        self._starts = [chunk.plain_at for chunk in self._chunks]
        self._at = 0
        self._opened: tuple[int, bytes] = (-1, b"")
        self._size = self._chunks[-1].plain_end if self._chunks else 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in the plain segment."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read from one chunk at most."""
        if self._at >= self._size:
            return 0
        number = bisect_right(self._starts, self._at) - 1
        piece = self._piece(number)[self._at - self._starts[number] :][: len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Close the file too."""
        self._file.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        if self._opened[0] != number:
            chunk = self._chunks[number]
            self._file.seek(chunk.sealed_at)
            sealed = self._file.read(chunk.length + _TAG_BYTES)
            try:
                self._opened = (number, self._cipher.open(number, sealed))
            except InvalidTag:
                altered = f"what was encrypted at byte {chunk.sealed_at} was altered, or is of another segment"
                raise SegmentError(self._name, altered, "see `kuraban footage verify`") from None
        return self._opened[1]


def encryption_note(key_id: str, plain_bytes: int) -> Mapping[str, str | int]:
    """Return how a sidecar says that its segment is encrypted. plain_bytes: how long the segment is without that."""
    return {"scheme": SCHEME, "key": key_id, "plain_bytes": plain_bytes}


def plain_size(file: BinaryIO) -> int:
    """Return how long the segment in an encrypted file is, up to its last whole chunk."""
    chunks = _chunks(file)
    return chunks[-1].plain_end if chunks else 0


def sealed_bytes(file: BinaryIO, plain_bytes: int) -> int:
    """Return the length of a file up to the end of the piece that ends at `plain_bytes` in the plain segment."""
    return next(chunk.sealed_end for chunk in _chunks(file) if chunk.plain_end == plain_bytes)


def _chunks(file: BinaryIO) -> list[_Chunk]:
    size = file.seek(0, os.SEEK_END)
    found: list[_Chunk] = []
    at, plain_at = HEAD_BYTES, 0
    while at + _LENGTH_BYTES <= size:
        file.seek(at)
        chunk = _Chunk(plain_at, at + _LENGTH_BYTES, int.from_bytes(file.read(_LENGTH_BYTES), "big"))
        if chunk.sealed_end > size:
            break
        found.append(chunk)
        at, plain_at = chunk.sealed_end, chunk.plain_end
    return found


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES, "big")
