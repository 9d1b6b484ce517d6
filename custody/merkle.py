"""The Merkle tree of RFC 9162 (section 2.1): one hash that stands for every entry in its order. Pure.

SHA-256; a leaf's hash begins with the byte 0, an inner node's with 1, so that none can be passed off as the other.
The proofs are the standard ones: other people's software can check them.

Whoever keeps a tree keeps its full subtrees, whose hashes never change once they are known. From them comes the root
at any size and every proof: a proof is first a list of *spans*, ranges of leaves, and each span's hash is folded from
the full subtrees that it falls into. So the hashes can be fetched all at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, NamedTuple

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()


class ProofError(ValueError):
    """A proof does not show what it should."""


class Subtree(NamedTuple):
    """A full subtree: the leaves from number * 2**level on, 2**level of them."""

    level: int
    number: int

    @property
    def position(self) -> int:
        """Its place, from 0, in the order in which a growing tree completes its full subtrees."""
        last = ((self.number + 1) << self.level) - 1
        return completed_by(last) + self.level


class Span(NamedTuple):
    """The leaves from `start` up to, not including, `stop`."""

    start: int
    stop: int


def completed_by(size: int) -> int:
    """Return how many full subtrees, leaves among them, a tree of that size has completed."""
    return 2 * size - size.bit_count()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children's hashes, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class CompactRange:
    """A tree that grows at its right edge and remembers only what it needs for that: at most one hash a level.

    size: the number of leaves. peaks: the hashes of the full subtrees that they fall into, largest first: for 13
    leaves one of 8, one of 4 and one of 1. See `subtrees`.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if len(self.peaks) != self.size.bit_count():
            raise ValueError(f"{self.size} leaves fall into {self.size.bit_count()} subtrees, got {len(self.peaks)}")
        if {len(peak) for peak in self.peaks} - {HASH_BYTES}:
            raise ValueError(f"the hash of a subtree has {HASH_BYTES} bytes")

    def appended(self, leaf: bytes) -> tuple[CompactRange, list[tuple[Subtree, bytes]]]:
        """Return the tree with one leaf more, given by its hash, and the full subtrees that it completes."""
        peaks, size, level = list(self.peaks), self.size, 0
        completed = [(Subtree(0, size), leaf)]
        while size >> level & 1:  # two full subtrees of one size are one of twice that size
            leaf = node_hash(peaks.pop(), leaf)
            level += 1
            completed.append((Subtree(level, size >> level), leaf))
        return CompactRange(size + 1, (*peaks, leaf)), completed

    def root(self) -> bytes:
        """Return the hash of the whole tree, 32 bytes."""
        return fold(self.peaks) if self.peaks else EMPTY_ROOT


def compact_range(leaf_hashes: Iterable[bytes]) -> CompactRange:
    """Return the tree over leaves given by their hashes."""
    return reduce(lambda tree, leaf: tree.appended(leaf)[0], leaf_hashes, CompactRange())


def subtrees(span: Span) -> Iterator[Subtree]:
    """Give the full subtrees that a span falls into, from left to right.

    The span is one that the standard's recursion meets: it begins at a multiple of the largest power of two in it.
    """
    start, stop = span
    while start < stop:
        level = (stop - start).bit_length() - 1
        yield Subtree(level, start >> level)
        start += 1 << level


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the hash over neighbouring full subtrees, at least one, each smaller than the one to its left."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """Return the spans whose hashes prove that the leaf `index` is in the tree of `size` (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    start, stop, path = 0, size, []
    while stop - start > 1:
        split = start + _split(stop - start)
        if index < split:
            path.append(Span(split, stop))
            stop = split
        else:
            path.append(Span(start, split))
            start = split
    return tuple(reversed(path))


def consistency_spans(old: int, new: int) -> tuple[Span, ...]:
    """Return the spans whose hashes prove that a tree of `new` leaves begins with `old` (RFC 9162, 2.1.4.1)."""
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {new} leaves never had {old}")
    start, stop, path = 0, new, []
    while 0 < old < stop:
        split = start + _split(stop - start)
        if old <= split:
            path.append(Span(split, stop))
            stop = split
        else:
            path.append(Span(start, split))
            start = split
    if start:  # the old tree's right edge is no subtree whose hash the old root already gives
        path.append(Span(start, stop))
    return tuple(reversed(path))


def verify_inclusion(proof: Sequence[bytes], leaf: bytes, index: int, size: int, root: bytes) -> None:
    """Check that a leaf, given by its hash, is leaf `index` of the tree with this root (RFC 9162, 2.1.3.2).

    Raises ProofError where the proof does not show it.
    """
    if not 0 <= index < size:
        raise ProofError(f"a tree of {size} leaves has no leaf {index}")
    place, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError(f"the proof has {len(proof)} hashes, more than the tree has levels")
        if place & 1 or place == last:
            found = node_hash(sibling, found)
            place, last = _skip(place, last)
        else:
            found = node_hash(found, sibling)
        place, last = place >> 1, last >> 1
    if last != 0 or found != root:
        raise ProofError(f"the proof does not lead from this leaf to the root of {size} leaves")


def verify_consistency(proof: Sequence[bytes], old: int, new: int, old_root: bytes, new_root: bytes) -> None:
    """Check that a tree has only been appended to between two sizes (RFC 9162, 2.1.4.2).

    Raises ProofError where the proof does not show it.
    """
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {new} leaves never had {old}")
    if old in {0, new}:
        if proof or old_root != (new_root if old else EMPTY_ROOT):
            raise ProofError(f"the roots of {old} and {new} leaves do not agree")
        return
    hashes = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not hashes:
        raise ProofError("the proof is empty")
    old_found, new_found = _roots(hashes, old, new)
    if old_found != old_root or new_found != new_root:
        raise ProofError(f"the proof does not lead from the root of {old} leaves to that of {new}")


def _roots(hashes: Sequence[bytes], old: int, new: int) -> tuple[bytes, bytes]:
    """Return both roots that the hashes of a consistency proof lead to."""
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_root = new_root = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise ProofError("the proof has more hashes than the tree has levels")
        if place & 1 or place == last:
            old_root, new_root = node_hash(sibling, old_root), node_hash(sibling, new_root)
            place, last = _skip(place, last)
        else:
            new_root = node_hash(new_root, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofError("the proof has fewer hashes than the tree has levels")
    return old_root, new_root


def _skip(place: int, last: int) -> tuple[int, int]:
    """Pass over the levels at which a node on the right edge has no sibling."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _split(width: int) -> int:
    """Return the largest power of two below `width`, which is at least 2."""
    return 1 << ((width - 1).bit_length() - 1)
