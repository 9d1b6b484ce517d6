"""What a ledger amounts to, signed (C2SP tlog-checkpoint), and the texts in which proofs travel. Pure.

A checkpoint is a signed note of three lines: origin, number of entries, root in base64. With it go the proof that an
entry is included (C2SP tlog-proof), and the request for a cosignature with its proof of consistency (tlog-witness).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Self

from custody.merkle import HASH_BYTES, verify_consistency, verify_inclusion
from custody.note import (
    Algorithm,
    BadSignatureError,
    Note,
    NoteError,
    Signature,
    SigningKey,
    VerifierKey,
    from_base64,
    to_base64,
)

PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"
MOST_HASHES: Final = 63
"""No proof in a tree of at most 2**63 leaves has more."""

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


def origin_of(site: str) -> str:
    """Return the origin line of a site's checkpoints, which is also the name of its keys."""
    return f"kuraban/{site}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """origin: whose ledger. size: the number of entries. root: over them, 32 bytes. extensions: more lines."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text of a checkpoint. Raises NoteError."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines):
            raise NoteError("it is no checkpoint: expected origin, size and root, a line each")
        return cls(lines[0], read_size(lines[1]), read_hash(lines[2]), tuple(lines[3:]))

    def text(self) -> str:
        """Return the lines that are signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, to_base64(self.root), *self.extensions))


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint and the signatures under it, whose own the origin's is and whose others are cosignatures."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, note: str) -> Self:
        """Read a signed checkpoint. Raises NoteError."""
        parsed = Note.parse(note)
        return cls(Checkpoint.parse(parsed.text), parsed.signatures)

    @classmethod
    def sign(cls, checkpoint: Checkpoint, *keys: SigningKey) -> Self:
        """Sign a checkpoint of one's own ledger."""
        return cls(checkpoint, tuple(key.sign(checkpoint.text()) for key in keys))

    def text(self) -> str:
        """Return the signed note."""
        return str(self._note())

    def with_signature(self, signature: Signature) -> Self:
        """Return it with one signature more, or as it is where that one is there."""
        present = signature in self.signatures
        return self if present else replace(self, signatures=(*self.signatures, signature))

    def signers(self, trusted: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Return the trusted keys that signed it. Raises BadSignatureError where one's signature does not fit."""
        return self._note().signers(trusted)

    def expect_signed_by(self, trusted: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Return the trusted keys that signed it, at least one of the origin's own.

        Raises BadSignatureError where there is none, or one does not fit.
        """
        signers = self.signers(trusted)
        if not any((key.name, key.algorithm) == (self.checkpoint.origin, Algorithm.ED25519) for key in signers):
            origin, size = self.checkpoint.origin, self.checkpoint.size
            raise BadSignatureError(
                f"the checkpoint of {size} entries is not signed by a trusted key of {origin}; check where it comes "
                "from and which key was given"
            )
        return signers

    def _note(self) -> Note:
        return Note(self.checkpoint.text(), self.signatures)


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an entry is on a ledger, to be checked by anybody who has its line (C2SP tlog-proof).

    index: the entry's number. hashes: from its sibling up. signed: the checkpoint whose tree it is in.
    """

    index: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a proof; extra data in it, which proves nothing, is passed over. Raises NoteError."""
        head, separator, note = text.partition("\n\n")
        lines = [line for line in head.split("\n") if not line.startswith("extra ")]
        if not separator or lines[0] != PROOF_HEADER or len(lines) < 2 or not lines[1].startswith("index "):
            raise NoteError(
                f"it is no proof of inclusion: expected {PROOF_HEADER}, the index, hashes and a checkpoint"
            )
        index = read_size(lines[1].removeprefix("index "))
        return cls(index, tuple(map(read_hash, lines[2:])), SignedCheckpoint.parse(note))

    def text(self) -> str:
        """Return the text in which the proof travels."""
        lines = [PROOF_HEADER, f"index {self.index}", *map(to_base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines) + self.signed.text()

    def verify(self, leaf: bytes) -> None:
        """Check that the leaf, given by its hash, is what the checkpoint covers. Raises ProofError."""
        checkpoint = self.signed.checkpoint
        verify_inclusion(self.hashes, leaf, self.index, checkpoint.size, checkpoint.root)


@dataclass(frozen=True, slots=True)
class CosignRequest:
    """A checkpoint for another site to cosign, with the proof that it continues what that site saw last.

    old: the size of that (0 where it has seen none). hashes: the proof of consistency.
    """

    old: int
    hashes: tuple[bytes, ...]
    signed: SignedCheckpoint

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a request (the body of C2SP tlog-witness's add-checkpoint). Raises NoteError."""
        head, separator, note = text.partition("\n\n")
        lines = head.split("\n")
        if not separator or not lines[0].startswith("old ") or len(lines) > MOST_HASHES + 1:
            raise NoteError("it is no request for a cosignature: expected `old` and a size, hashes and a checkpoint")
        old = read_size(lines[0].removeprefix("old "))
        return cls(old, tuple(map(read_hash, lines[1:])), SignedCheckpoint.parse(note))

    def text(self) -> str:
        """Return the text in which the request travels."""
        lines = [f"old {self.old}", *map(to_base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines) + self.signed.text()

    def verify(self, seen: Checkpoint) -> None:
        """Check that the checkpoint continues one that was seen. Raises ProofError."""
        new = self.signed.checkpoint
        verify_consistency(self.hashes, seen.size, new.size, seen.root, new.root)


def read_size(text: str) -> int:
    """Return a number in decimal, without sign or leading zeroes. Raises NoteError."""
    if not _SIZE.fullmatch(text):
        raise NoteError(f"{text!r} is no number of entries")
    return int(text)


def read_hash(text: str) -> bytes:
    """Return a hash from base64. Raises NoteError."""
    found = from_base64(text)
    if len(found) != HASH_BYTES:
        raise NoteError(f"{text!r} is no SHA-256 hash in base64")
    return found
