"""The Merkle tree of RFC 9162 (section 2.1): one hash that stands for every entry in its order. Pure.

SHA-256; a leaf's hash begins with the byte 0, an inner node's with 1, so that none can be passed off as the other.
The proofs are the standard ones: other people's software can check them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import reduce
from typing import Final

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children's hashes, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class CompactRange:
    """A tree that grows at its right edge and remembers only what it needs for that: at most one hash a level.

    Those are the roots of the full subtrees that the leaves fall into, largest first: for 13 leaves one of 8, one of
    4 and one of 1.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._peaks: list[bytes] = []
        self._size = 0
        for leaf in leaf_hashes:
            self.append(leaf)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add a leaf by its hash. Raises ValueError where that is no hash."""
        if len(leaf) != HASH_BYTES:
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes, got {len(leaf)}")
        size = self._size
        while size & 1:  # two full subtrees of one size are one of twice that size
            leaf = node_hash(self._peaks.pop(), leaf)
            size >>= 1
        self._peaks.append(leaf)
        self._size += 1

    def root(self) -> bytes:
        """Return the hash of the whole tree, 32 bytes."""
        if not self._peaks:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self._peaks))
