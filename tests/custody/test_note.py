"""Signed notes: the reference implementation's own example, the published forms, and nothing else."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custody.note import Algorithm, BadSignatureError, Note, NoteError, Signature, SigningKey, VerifierKey

# The key and note of golang.org/x/mod/sumdb/note, the reference implementation.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETERS_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
SIGNATURE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
NOTE = f"{TEXT}\n{SIGNATURE}\n"

# The example of C2SP tlog-cosignature, which publishes no key for it.
COSIGNATURE = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe"
    "+mbIUBkBIfZ+qnA=="
)

peter = SigningKey("PeterNeumann", Ed25519PrivateKey.from_private_bytes(PETERS_SEED))


def test_the_published_note_verifies_with_the_published_key() -> None:
    key = VerifierKey.parse(PETER)
    note = Note.parse(NOTE)
    assert (note.text, note.signers([key]), str(note)) == (TEXT, [key], NOTE)
    assert key.text() == PETER


def test_signing_the_published_text_gives_the_published_signature() -> None:
    assert peter.sign(TEXT).line() == SIGNATURE
    assert peter.verifier.text() == PETER


def test_the_published_cosignature_line_states_its_time() -> None:
    signature = Signature.parse(COSIGNATURE)
    assert (signature.name, signature.cosigned_at_s) == ("witness.example.com/w1", 1_679_315_147)
    assert signature.line() == COSIGNATURE


def test_a_cosignature_is_of_the_time_that_it_states() -> None:
    signature = peter.cosign(TEXT, 1_679_315_147)
    peter.cosigner.check(TEXT, signature)
    later = Signature(signature.name, signature.key_id, (1_679_315_148).to_bytes(8, "big") + signature.payload[8:])
    with pytest.raises(BadSignatureError):
        peter.cosigner.check(TEXT, later)


def test_a_cosignature_is_no_signature_and_the_reverse() -> None:
    assert peter.verifier.key_id != peter.cosigner.key_id
    signed = Note(TEXT, (peter.sign(TEXT), peter.cosign(TEXT, 5)))
    assert signed.signers([peter.cosigner]) == [peter.cosigner]
    assert not peter.verifier.made(signed.signatures[1])


def test_signatures_of_others_are_passed_over_but_a_trusted_one_must_fit() -> None:
    stranger = SigningKey("stranger", Ed25519PrivateKey.generate())
    assert Note(TEXT, (stranger.sign("other\n"), peter.sign(TEXT))).signers([peter.verifier]) == [peter.verifier]
    assert Note(TEXT, (peter.sign(TEXT),)).signers([stranger.verifier]) == []
    with pytest.raises(BadSignatureError, match="PeterNeumann does not fit"):
        Note(TEXT, (peter.sign("other\n"),)).signers([peter.verifier])


@given(st.data())
def test_any_changed_byte_of_a_signed_note_is_found(data: st.DataObject) -> None:
    raw = NOTE.encode()
    place = data.draw(st.integers(0, len(raw) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != raw[place]))
    changed = raw[:place] + bytes([byte]) + raw[place + 1 :]
    try:
        signers = Note.parse(changed.decode()).signers([peter.verifier])
    except (NoteError, UnicodeDecodeError):
        return
    assert signers == []


@pytest.mark.parametrize(
    "note",
    [
        "",
        TEXT,
        f"{TEXT}\n{SIGNATURE}",
        f"{TEXT}{SIGNATURE}\n",
        f"{TEXT}\n{SIGNATURE}\n\n",
        f"{TEXT}\n- {SIGNATURE[2:]}\n",
        f"{TEXT}\n— PeterNeumann\n",
        f"{TEXT}\n— PeterNeumann AAAA\n",
        f"{TEXT}\n{SIGNATURE[:-1]}\n",
        f"{TEXT}\n{SIGNATURE}=\n",
        f"tab\there\n\n{SIGNATURE}\n",
    ],
)
def test_what_is_no_signed_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        Note.parse(note)


def test_no_part_of_a_verifier_key_is_taken_for_the_whole() -> None:
    for start in range(len(PETER) + 1):
        for stop in range(start, len(PETER) + 1):
            if (start, stop) != (0, len(PETER)):
                with pytest.raises(NoteError):
                    VerifierKey.parse(PETER[start:stop])


def test_a_key_with_another_id_was_not_copied_whole() -> None:
    with pytest.raises(NoteError, match="has the id c74f20a4, its key c74f20a3"):
        VerifierKey.parse(PETER.replace("c74f20a3", "c74f20a4"))


def test_a_name_that_would_not_be_read_back_is_refused() -> None:
    for name in ("", "two words", "a+b", "a\u3000b"):
        with pytest.raises(NoteError, match="no spaces and no plus sign"):
            VerifierKey(name, Algorithm.ED25519, bytes(32))


def test_a_signing_key_does_not_show_itself() -> None:
    assert PETERS_SEED.hex() not in repr(peter)
    assert str(PETERS_SEED) not in repr(peter)
