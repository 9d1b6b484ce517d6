"""Signed notes: a text, signed by one key or several (C2SP signed-note). Pure.

Two kinds of signature are known: Ed25519 over the text (0x01), as a log signs its checkpoint, and the timestamped
cosignature (0x04, C2SP tlog-cosignature), as others sign that they have seen it. What the text says is `checkpoint`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_ID_BYTES: Final = 4
PUBLIC_KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
TIME_BYTES: Final = 8

_DASH: Final = "\N{EM DASH}"
_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NO_NAME: Final = re.compile(r"[\s+]")


class NoteError(ValueError):
    """A text is no signed note, or a key no key, in the published form."""


class BadSignatureError(NoteError):
    """A signature does not come from the key that it names, or none from a key that is trusted."""


class Algorithm(IntEnum):
    """The kinds of signature, by the byte that C2SP signed-note assigns to each."""

    ED25519 = 0x01
    COSIGNATURE = 0x04


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line. name: of the key, without spaces. key_id: 4 bytes. payload: what the algorithm gave."""

    name: str
    key_id: bytes
    payload: bytes

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a signature line, without its end. Raises NoteError."""
        parts = line.split(" ")
        blob = from_base64(parts[2]) if len(parts) == 3 and parts[0] == _DASH and parts[1] else b""
        if len(blob) <= KEY_ID_BYTES:
            raise NoteError(f"{line!r} is no signature line; expected an em dash, a name and the signature in base64")
        return cls(parts[1], blob[:KEY_ID_BYTES], blob[KEY_ID_BYTES:])

    @property
    def cosigned_at_s(self) -> int:
        """The time that a cosignature states, in UTC seconds."""
        return int.from_bytes(self.payload[:TIME_BYTES], "big")

    def line(self) -> str:
        """Return the signature line, without its end."""
        return f"{_DASH} {self.name} {to_base64(self.key_id + self.payload)}"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """What is needed to check somebody's signatures, and is no secret. public: 32 bytes."""

    name: str
    algorithm: Algorithm
    public: bytes

    def __post_init__(self) -> None:
        if not self.name or _NO_NAME.search(self.name):
            raise NoteError(f"a key's name has no spaces and no plus sign, got {self.name!r}")
        if len(self.public) != PUBLIC_KEY_BYTES:
            raise NoteError(f"an Ed25519 key has {PUBLIC_KEY_BYTES} bytes, got {len(self.public)}")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key in the form `name+id+base64`. Raises NoteError."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        blob = from_base64(encoded)
        if not blob or blob[0] not in set(Algorithm):
            raise NoteError(
                f"{text!r} is no verifier key of Ed25519; expected name+id+key as `kuraban ledger` prints it"
            )
        key = cls(name, Algorithm(blob[0]), blob[1:])
        if key.key_id.hex() != key_id:
            raise NoteError(f"{text!r} has the id {key_id}, its key {key.key_id.hex()}: it was not copied whole")
        return key

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell one key of a name from another."""
        encoded = bytes([self.algorithm]) + self.public
        return hashlib.sha256(self.name.encode() + b"\n" + encoded).digest()[:KEY_ID_BYTES]

    def text(self) -> str:
        """Return the key in the form `name+id+base64`."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.algorithm]) + self.public)}"

    def made(self, signature: Signature) -> bool:
        """Tell whether a signature says that it is by this key."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def check(self, text: str, signature: Signature) -> None:
        """Raise BadSignatureError unless the signature is this key's over the text."""
        message, raw = text.encode(), signature.payload
        if self.algorithm is Algorithm.COSIGNATURE:
            message, raw = cosigned_message(text, signature.cosigned_at_s), raw[TIME_BYTES:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(raw, message)
        except InvalidSignature as error:
            raise BadSignatureError(f"the signature of {self.name} does not fit what it stands under") from error


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key to sign with; `repr` does not show it. It signs checkpoints of its own log and cosigns those of others.

    Both are told apart by what is signed: a cosignature's message begins with a line that is no log's name.
    """

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        """The key that checks this one's signatures over its own log."""
        return VerifierKey(self.name, Algorithm.ED25519, self.private.public_key().public_bytes_raw())

    @property
    def cosigner(self) -> VerifierKey:
        """The key that checks this one's cosignatures under other logs."""
        return replace(self.verifier, algorithm=Algorithm.COSIGNATURE)

    def sign(self, text: str) -> Signature:
        """Sign a note's text."""
        return Signature(self.name, self.verifier.key_id, self.private.sign(text.encode()))

    def cosign(self, text: str, at_s: int) -> Signature:
        """Sign that this text was seen, and is consistent with what was seen before, at a time in UTC seconds."""
        signed = self.private.sign(cosigned_message(text, at_s))
        return Signature(self.name, self.cosigner.key_id, at_s.to_bytes(TIME_BYTES, "big") + signed)


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends with a line end, and at least one signature."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: str) -> Self:
        """Read a signed note. Raises NoteError where it is not in the published form."""
        if _CONTROLS.search(note):
            raise NoteError("the note has control characters: it is no text")
        text, separator, signatures = note.rpartition("\n\n")
        if not separator or not signatures.endswith("\n"):
            raise NoteError("it is no signed note: expected a text, an empty line and signature lines")
        return cls(text + "\n", tuple(Signature.parse(line) for line in signatures.removesuffix("\n").split("\n")))

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{signature.line()}\n" for signature in self.signatures)

    def signers(self, trusted: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Return the trusted keys that have signed; signatures of others are passed over, as the standard demands.

        Raises BadSignatureError where a signature of a trusted key does not fit the text.
        """
        found = []
        for key in trusted:
            made = [signature for signature in self.signatures if key.made(signature)]
            for signature in made:
                key.check(self.text, signature)
            if made:
                found.append(key)
        return found


def cosigned_message(text: str, at_s: int) -> bytes:
    """Return what a cosigner signs (C2SP tlog-cosignature)."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def to_base64(data: bytes) -> str:
    """Return bytes in the standard base 64 of RFC 4648, section 4."""
    return base64.b64encode(data).decode()


def from_base64(text: str) -> bytes:
    """Return the bytes, none where it is not exactly the standard base 64 of them."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return data if to_base64(data) == text else b""
