"""The tree and its proofs: Certificate Transparency's published vectors, RFC 9162's recursion, and pymerkle."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from custody.merkle import (
    EMPTY_ROOT,
    CompactRange,
    ProofError,
    Span,
    Subtree,
    compact_range,
    completed_by,
    consistency_spans,
    fold,
    inclusion_spans,
    leaf_hash,
    node_hash,
    subtrees,
    verify_consistency,
    verify_inclusion,
)

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots over the first 0, 1, ... 8 leaves."""

NODES = {
    "0": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "1": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "01": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "23": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "4": "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "6": "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    "45": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "67": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0123": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4567": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
}
"""Inner hashes that stand in the published proofs, by the leaves under them."""

INCLUSIONS = [
    (0, 1, []),
    (0, 8, ["1", "23", "4567"]),
    (5, 8, ["4", "67", "0123"]),
    (2, 3, ["01"]),
    (1, 5, ["0", "23", "4"]),
]
CONSISTENCIES = [
    (1, 1, []),
    (1, 8, ["1", "23", "4567"]),
    (6, 8, ["45", "67", "0123"]),
    (2, 5, ["23", "4"]),
    (6, 7, ["45", "6", "0123"]),
]


def as_defined(leaves: Sequence[bytes]) -> bytes:
    """Return the root as section 2.1.1 of RFC 9162 defines it, recursion and all."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + as_defined(leaves[:split]) + as_defined(leaves[split:])).digest()


def published(names: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(NODES[name]) for name in names]


def root_of_published(size: int) -> bytes:
    return bytes.fromhex(ROOTS[size])


class Kept:
    """All full subtrees of a tree, as a ledger keeps them."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        tree = CompactRange()
        self.hashes: dict[Subtree, bytes] = {}
        for leaf in leaves:
            tree, completed = tree.appended(leaf_hash(leaf))
            self.hashes |= dict(completed)

    def proof(self, spans: Sequence[Span]) -> list[bytes]:
        return [fold([self.hashes[subtree] for subtree in subtrees(span)]) for span in spans]


KEPT = Kept([bytes.fromhex(leaf) for leaf in LEAVES])

trees = st.integers(1, 130).map(lambda size: [number.to_bytes(2, "big") for number in range(size)])


@pytest.mark.parametrize("size", range(9))
def test_the_published_leaves_have_the_published_roots(size: int) -> None:
    tree = compact_range(leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size])
    assert (tree.size, tree.root().hex()) == (size, ROOTS[size])


@pytest.mark.parametrize(("index", "size", "names"), INCLUSIONS)
def test_proofs_of_inclusion_are_the_published_ones(index: int, size: int, names: list[str]) -> None:
    proof = KEPT.proof(inclusion_spans(index, size))
    assert proof == published(names)
    verify_inclusion(proof, leaf_hash(bytes.fromhex(LEAVES[index])), index, size, root_of_published(size))


@pytest.mark.parametrize(("old", "new", "names"), CONSISTENCIES)
def test_proofs_of_consistency_are_the_published_ones(old: int, new: int, names: list[str]) -> None:
    proof = KEPT.proof(consistency_spans(old, new))
    assert proof == published(names)
    verify_consistency(proof, old, new, root_of_published(old), root_of_published(new))


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_a_tree_of_any_size_has_the_root_that_the_standard_defines(leaves: list[bytes]) -> None:
    assert compact_range(map(leaf_hash, leaves)).root() == as_defined(leaves)


@settings(deadline=None)
@given(trees, st.data())
def test_every_proof_of_inclusion_is_that_of_pymerkle_and_verifies(leaves: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(1, len(leaves)))
    index = data.draw(st.integers(0, size - 1))
    proof = Kept(leaves).proof(inclusion_spans(index, size))
    theirs = pymerkle_of(leaves).prove_inclusion(index + 1, size).serialize()["path"][1:]
    assert sorted(map(bytes.hex, proof)) == sorted(theirs)
    verify_inclusion(proof, leaf_hash(leaves[index]), index, size, as_defined(leaves[:size]))


@settings(deadline=None)
@given(trees, st.data())
def test_every_proof_of_consistency_verifies_here_and_pymerkle_agrees_on_the_roots(
    leaves: list[bytes], data: st.DataObject
) -> None:
    new = data.draw(st.integers(1, len(leaves)))
    old = data.draw(st.integers(0, new))
    proof = Kept(leaves).proof(consistency_spans(old, new))
    theirs = pymerkle_of(leaves)
    old_root = theirs.get_root(old) if old else EMPTY_ROOT
    assert (old_root, theirs.get_root(new)) == (as_defined(leaves[:old]), as_defined(leaves[:new]))
    verify_consistency(proof, old, new, old_root, theirs.get_root(new))


def pymerkle_of(leaves: Sequence[bytes]) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    return tree


def spoilt(proof: list[bytes]) -> list[list[bytes]]:
    """Return what somebody might try in place of a proof."""
    flipped = [[*proof[:at], bytes([step[0] ^ 8]) + step[1:], *proof[at + 1 :]] for at, step in enumerate(proof)]
    return [*flipped, proof[:-1], [*proof, EMPTY_ROOT], [EMPTY_ROOT, *proof], [*proof, b""], proof[::-1][:-1]]


@settings(deadline=None)
@given(trees, st.data())
def test_no_spoilt_proof_of_inclusion_verifies(leaves: list[bytes], data: st.DataObject) -> None:
    size = data.draw(st.integers(2, len(leaves) + 1))
    leaves = [*leaves, b"last"][:size]
    index = data.draw(st.integers(0, size - 1))
    proof, leaf, root = Kept(leaves).proof(inclusion_spans(index, size)), leaf_hash(leaves[index]), as_defined(leaves)
    attempts: list[Callable[[], None]] = [
        lambda: verify_inclusion(proof, leaf_hash(b"other"), index, size, root),
        lambda: verify_inclusion(proof, leaf, index ^ 1, size, root),
        lambda: verify_inclusion(proof, leaf, index, size, EMPTY_ROOT),
        lambda: verify_inclusion(proof, leaf, index, index, root),
        lambda: verify_inclusion(proof, leaf, -1, size, root),
        *(lambda bad=bad: verify_inclusion(bad, leaf, index, size, root) for bad in spoilt(proof)),
    ]
    for attempt in attempts:
        with pytest.raises(ProofError):
            attempt()


@settings(deadline=None)
@given(trees, st.data())
def test_no_spoilt_proof_of_consistency_verifies(leaves: list[bytes], data: st.DataObject) -> None:
    new = data.draw(st.integers(2, len(leaves) + 1))
    leaves = [*leaves, b"last"][:new]
    old = data.draw(st.integers(1, new - 1))
    proof = Kept(leaves).proof(consistency_spans(old, new))
    old_root, new_root = as_defined(leaves[:old]), as_defined(leaves)
    attempts: list[Callable[[], None]] = [
        lambda: verify_consistency(proof, old, new, new_root, old_root),
        lambda: verify_consistency(proof, old, new, EMPTY_ROOT, new_root),
        lambda: verify_consistency(proof, old, new, old_root, EMPTY_ROOT),
        lambda: verify_consistency(proof, new, old, old_root, new_root),
        lambda: verify_consistency([], old, new, old_root, new_root),
        *(lambda bad=bad: verify_consistency(bad, old, new, old_root, new_root) for bad in spoilt(proof)),
    ]
    for attempt in attempts:
        with pytest.raises(ProofError):
            attempt()


def test_the_empty_tree_begins_every_tree_and_every_tree_itself() -> None:
    verify_consistency([], 0, 8, EMPTY_ROOT, root_of_published(8))
    verify_consistency([], 8, 8, root_of_published(8), root_of_published(8))
    with pytest.raises(ProofError, match="do not agree"):
        verify_consistency([], 0, 8, root_of_published(8), root_of_published(8))
    with pytest.raises(ProofError, match="do not agree"):
        verify_consistency([EMPTY_ROOT], 8, 8, root_of_published(8), root_of_published(8))


def test_a_proof_that_no_tree_has_is_not_made() -> None:
    with pytest.raises(ProofError, match="has no leaf 8"):
        inclusion_spans(8, 8)
    with pytest.raises(ProofError, match="never had 9"):
        consistency_spans(9, 8)


def test_a_tree_of_many_leaves_remembers_one_hash_a_level() -> None:
    tree = compact_range(leaf_hash(b"") for _ in range(100_000))
    assert len(tree.peaks) == (100_000).bit_count()


def test_a_tree_does_not_change_when_it_grows() -> None:
    tree = compact_range(map(leaf_hash, [b"a", b"b", b"c"]))
    grown, completed = tree.appended(leaf_hash(b"d"))
    assert tree.root() == as_defined([b"a", b"b", b"c"])
    assert grown.root() == as_defined([b"a", b"b", b"c", b"d"])
    assert [subtree for subtree, _ in completed] == [Subtree(0, 3), Subtree(1, 1), Subtree(2, 0)]


def test_subtrees_have_their_places_in_the_order_in_which_they_are_completed() -> None:
    tree, places = CompactRange(), []
    for size in range(1, 300):
        tree, completed = tree.appended(leaf_hash(b""))
        places += [subtree.position for subtree, _ in completed]
        assert len(places) == completed_by(size)
    assert places == list(range(len(places)))


def test_a_leaf_cannot_be_passed_off_as_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_what_is_no_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        compact_range([b"abc"])
    with pytest.raises(ValueError, match="2 subtrees, got 1"):
        CompactRange(3, (EMPTY_ROOT,))
