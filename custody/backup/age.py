"""Encryption of a stream by a passphrase, in the age format, so that anybody's `age` opens it too.

The format is that of https://c2sp.org/age, version 1, with its one `scrypt` recipient: a header that wraps a random
file key, then chunks of 64 KiB under ChaCha20-Poly1305, the last one marked, so that a chunk that is missing,
changed or out of its place is found.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC: Final = b"age-encryption.org/v1\n"
CHUNK_BYTES: Final = 64 * 1024
WORK_FACTOR: Final = 18
"""log2 of scrypt's cost: 256 MiB and about a second, what `age` itself takes."""

_MOST_WORK: Final = 22
"""A header that asks for more is refused, as `age` does: it would only use up the machine."""

_TAG_BYTES: Final = 16
_KEY_BYTES: Final = 16
_NONCE_BYTES: Final = 16
_HEADER: Final = re.compile(
    rb"(?P<covered>age-encryption\.org/v1\n"
    rb"-> scrypt (?P<salt>[A-Za-z0-9+/]{22}) (?P<work>[1-9][0-9]?)\n"
    rb"(?P<wrapped>[A-Za-z0-9+/]{43})\n"
    rb"---) (?P<mac>[A-Za-z0-9+/]{43})\n"
)
_MOST_HEADER_BYTES: Final = 256


class DecryptionError(ValueError):
    """It cannot be decrypted: another passphrase, another form, or changed bytes; the message says which."""


class Writes(Protocol):
    """Takes bytes."""

    def write(self, data: bytes, /) -> int:
        """Take all of them."""


@dataclass(frozen=True, slots=True)
class _Header:
    """salt: 16 bytes. work: log2 of scrypt's cost. wrapped: the file key under the passphrase, 32 bytes."""

    salt: bytes
    work: int
    wrapped: bytes

    def covered(self) -> bytes:
        """Return what the header's MAC is over."""
        return b"%s-> scrypt %s %d\n%s\n---" % (MAGIC, _to_base64(self.salt), self.work, _to_base64(self.wrapped))

    def wrapping_key(self, passphrase: str) -> bytes:
        """Return the key that the passphrase gives, 32 bytes. Slow on purpose."""
        salt = b"age-encryption.org/v1/scrypt" + self.salt
        return Scrypt(salt=salt, length=32, n=1 << self.work, r=8, p=1).derive(passphrase.encode())


class Encrypting(io.RawIOBase):
    """A file that encrypts what is written to it; closing it writes the last chunk, and leaves the target open."""

    def __init__(self, target: Writes, passphrase: str, work: int = WORK_FACTOR) -> None:
        super().__init__()
        file_key, salt, nonce = os.urandom(_KEY_BYTES), os.urandom(16), os.urandom(_NONCE_BYTES)
        wrapping = ChaCha20Poly1305(_Header(salt, work, b"").wrapping_key(passphrase))
        header = _Header(salt, work, wrapping.encrypt(bytes(12), file_key, None))
        target.write(b"%s %s\n" % (header.covered(), _to_base64(_mac(file_key, header.covered()))))
        target.write(nonce)
        self._target = target
        self._cipher = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
        self._pending = bytearray()
        self._number = 0

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Take bytes; whole chunks go on, all but what may be the last one."""
        self._pending += data
        while len(self._pending) > CHUNK_BYTES:
            self._put(bytes(self._pending[:CHUNK_BYTES]), last=False)
            del self._pending[:CHUNK_BYTES]
        return len(data)

    def close(self) -> None:
        """Write the last chunk."""
        if not self.closed:
            self._put(bytes(self._pending), last=True)
        super().close()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), chunk, None))
        self._number += 1


class Decrypting(io.RawIOBase):
    """A file that reads what `Encrypting` has written. Raises DecryptionError, also in the middle of reading."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        super().__init__()
        file_key = _opened(_header(source), passphrase)
        self._source = source
        self._cipher = ChaCha20Poly1305(_derived(file_key, source.read(_NONCE_BYTES), b"payload"))
        self._sealed = source.read(CHUNK_BYTES + _TAG_BYTES)
        self._plain = b""
        self._number = 0
        self._ended = False

    def readable(self) -> bool:
        """Say yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Give what comes next, no more than one chunk; 0 at the end."""
        while not self._plain and not self._ended:
            self._plain = self._next_chunk()
        count = min(len(buffer), len(self._plain))
        buffer[:count], self._plain = self._plain[:count], self._plain[count:]
        return count

    def _next_chunk(self) -> bytes:
        following = self._source.read(CHUNK_BYTES + _TAG_BYTES)
        self._ended = not following
        try:
            chunk = self._cipher.decrypt(_nonce(self._number, last=self._ended), self._sealed, None)
        except (InvalidTag, ValueError) as error:
            raise DecryptionError(f"chunk {self._number} was changed or cut off") from error
        if not chunk and self._number:
            raise DecryptionError("it ends in an empty chunk, which nobody writes")
        self._sealed, self._number = following, self._number + 1
        return chunk


def _header(source: BinaryIO) -> tuple[_Header, bytes]:
    """Return the header and its MAC, and leave the source behind it."""
    text = b"".join(source.readline(_MOST_HEADER_BYTES) for _ in range(4))
    found = _HEADER.fullmatch(text)
    if found is None:
        raise DecryptionError("it is not encrypted by a passphrase in the age format (age-encryption.org/v1, scrypt)")
    work = int(found["work"])
    if work > _MOST_WORK:
        raise DecryptionError(f"it asks for a scrypt cost of 2^{work}; more than 2^{_MOST_WORK} is refused")
    header = _Header(_from_base64(found["salt"]), work, _from_base64(found["wrapped"]))
    return header, _from_base64(found["mac"])


def _opened(header_and_mac: tuple[_Header, bytes], passphrase: str) -> bytes:
    """Return the file key."""
    header, mac = header_and_mac
    try:
        wrapping = ChaCha20Poly1305(header.wrapping_key(passphrase))
        file_key = wrapping.decrypt(bytes(12), header.wrapped, None)
    except InvalidTag as error:
        raise DecryptionError("the passphrase is not the one that it was encrypted with") from error
    if not hmac.compare_digest(_mac(file_key, header.covered()), mac):
        raise DecryptionError("its header was changed")
    return file_key


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(_derived(file_key, b"", b"header"), covered, hashlib.sha256)


def _derived(file_key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(file_key)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11) + bytes([last])


def _to_base64(data: bytes) -> bytes:
    return b64encode(data).rstrip(b"=")


def _from_base64(text: bytes) -> bytes:
    """Return what a field of the header says; it can say it in one way only (age-encryption.org/v1)."""
    data = b64decode(text + b"=" * (-len(text) % 4))
    if _to_base64(data) != text:
        raise DecryptionError("its header was changed")
    return data
