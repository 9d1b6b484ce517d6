"""The tree hash, held against Certificate Transparency's published vectors and against RFC 9162's recursion."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.merkle import CompactRange, leaf_hash, node_hash

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


def as_defined(leaves: Sequence[bytes]) -> bytes:
    """Return the root as section 2.1.1 of RFC 9162 defines it, recursion and all."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + as_defined(leaves[:split]) + as_defined(leaves[split:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_the_published_leaves_have_the_published_roots(size: int) -> None:
    tree = CompactRange(leaf_hash(bytes.fromhex(leaf)) for leaf in LEAVES[:size])
    assert (tree.size, tree.root().hex()) == (size, ROOTS[size])


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_a_tree_of_any_size_has_the_root_that_the_standard_defines(leaves: list[bytes]) -> None:
    assert CompactRange(map(leaf_hash, leaves)).root() == as_defined(leaves)


def test_a_tree_of_many_leaves_remembers_one_hash_a_level() -> None:
    tree = CompactRange()
    most = 0
    for _ in range(100_000):
        tree.append(leaf_hash(b""))
        most = max(most, len(tree._peaks))
    assert most <= 17


def test_asking_for_the_root_leaves_the_tree_as_it_was() -> None:
    tree = CompactRange(map(leaf_hash, [b"a", b"b", b"c"]))
    assert tree.root() == tree.root()
    tree.append(leaf_hash(b"d"))
    assert tree.root() == as_defined([b"a", b"b", b"c", b"d"])


def test_a_leaf_cannot_be_passed_off_as_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)


def test_what_is_no_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes, got 3"):
        CompactRange([b"abc"])
