"""Checkpoints and the texts in which proofs travel: C2SP's examples, and everything read back as it was written."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.checkpoint import Checkpoint, CosignRequest, InclusionProof, SignedCheckpoint, origin_of
from custody.merkle import EMPTY_ROOT, ProofError, leaf_hash, node_hash
from custody.note import BadSignatureError, NoteError, SigningKey

# The examples of C2SP tlog-cosignature and tlog-witness.
EXAMPLE = """\
example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501
REQUEST = f"""\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

{EXAMPLE}"""
PROOF = f"""\
c2sp.org/tlog-proof@v1
index 73894
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=

{EXAMPLE}"""

hashes = st.binary(min_size=32, max_size=32)
checkpoints = st.builds(Checkpoint, st.just("kuraban/tsurumi"), st.integers(0, 2**62), hashes)
KEY = SigningKey(origin_of("tsurumi"), Ed25519PrivateKey.generate())


def test_the_published_checkpoint_is_read_and_written() -> None:
    signed = SignedCheckpoint.parse(EXAMPLE)
    assert (signed.checkpoint.origin, signed.checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert signed.checkpoint.root.hex().startswith("0ac5186a91863e8e")
    assert [signature.name for signature in signed.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert signed.text() == EXAMPLE


def test_the_published_request_is_read_and_written() -> None:
    request = CosignRequest.parse(REQUEST)
    assert (request.old, len(request.hashes), request.signed.text()) == (20_852_014, 4, EXAMPLE)
    assert request.text() == REQUEST


def test_a_proof_in_the_published_form_is_read_and_written() -> None:
    proof = InclusionProof.parse(PROOF)
    assert (proof.index, len(proof.hashes), proof.signed.text()) == (73_894, 2, EXAMPLE)
    assert proof.text() == PROOF
    assert InclusionProof.parse(PROOF.replace("index", "extra bm90aGluZw==\nindex")) == proof


@given(checkpoints, st.lists(hashes, max_size=5).map(tuple), st.integers(0, 2**62))
def test_what_is_written_is_read_back(checkpoint: Checkpoint, proof: tuple[bytes, ...], number: int) -> None:
    signed = SignedCheckpoint.sign(checkpoint, KEY)
    assert SignedCheckpoint.parse(signed.text()) == signed
    assert InclusionProof.parse(InclusionProof(number, proof, signed).text()) == InclusionProof(number, proof, signed)
    assert CosignRequest.parse(CosignRequest(number, proof, signed).text()) == CosignRequest(number, proof, signed)


def test_lines_behind_the_root_are_kept_and_signed() -> None:
    checkpoint = Checkpoint("kuraban/tsurumi", 3, EMPTY_ROOT, ("later=1",))
    signed = SignedCheckpoint.sign(checkpoint, KEY)
    assert SignedCheckpoint.parse(signed.text()) == signed
    with pytest.raises(BadSignatureError, match="does not fit"):
        SignedCheckpoint.parse(signed.text().replace("later=1", "later=2")).expect_signed_by([KEY.verifier])


def test_a_checkpoint_counts_only_with_a_signature_of_its_own_origin() -> None:
    other = SigningKey("kuraban/midori", Ed25519PrivateKey.generate())
    checkpoint = Checkpoint("kuraban/tsurumi", 3, EMPTY_ROOT)
    trusted = [KEY.verifier, other.verifier, other.cosigner]
    cosigned = SignedCheckpoint.sign(checkpoint, other).with_signature(other.cosign(checkpoint.text(), 5))
    with pytest.raises(BadSignatureError, match="not signed by a trusted key of kuraban/tsurumi"):
        cosigned.expect_signed_by(trusted)
    whole = cosigned.with_signature(KEY.sign(checkpoint.text()))
    assert set(whole.expect_signed_by(trusted)) == set(trusted)
    assert whole.with_signature(KEY.sign(checkpoint.text())) == whole


def test_a_proof_holds_for_its_entry_and_no_other() -> None:
    leaves = [leaf_hash(b"a"), leaf_hash(b"b")]
    signed = SignedCheckpoint.sign(Checkpoint("kuraban/tsurumi", 2, node_hash(*leaves)), KEY)
    proof = InclusionProof(1, (leaves[0],), signed)
    proof.verify(leaves[1])
    with pytest.raises(ProofError, match="does not lead from this leaf"):
        proof.verify(leaves[0])


def test_a_request_must_continue_what_was_seen() -> None:
    leaves = [leaf_hash(b"a"), leaf_hash(b"b")]
    signed = SignedCheckpoint.sign(Checkpoint("kuraban/tsurumi", 2, node_hash(*leaves)), KEY)
    request = CosignRequest(1, (leaves[1],), signed)
    request.verify(Checkpoint("kuraban/tsurumi", 1, leaves[0]))
    with pytest.raises(ProofError, match="does not lead from the root of 1"):
        request.verify(Checkpoint("kuraban/tsurumi", 1, leaf_hash(b"c")))


ROOT = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n",
        f"origin\n03\n{ROOT}\n",
        f"origin\n-3\n{ROOT}\n",
        f"origin\n٣\n{ROOT}\n",
        f"origin\n{10**19}\n{ROOT}\n",
        f"origin\n3\n{ROOT[:-1]}\n",
        "origin\n3\nAAAA\n",
        f"\n3\n{ROOT}\n",
        f"origin\n3\n{ROOT}\n\nlater\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        EXAMPLE,
        REQUEST.replace("old ", "new "),
        REQUEST.replace("old 20852014", "old 020852014"),
        REQUEST.replace("PlRN", "PlR"),
        "old 3\n" + f"{ROOT}\n" * 64 + f"\n{EXAMPLE}",
    ],
)
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        CosignRequest.parse(text)


@pytest.mark.parametrize(
    "text",
    [EXAMPLE, PROOF.replace("@v1", "@v2"), PROOF.replace("index 73894\n", ""), PROOF.replace("index 7", "index 07")],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        InclusionProof.parse(text)
