"""The age format, against another implementation of it (`pyrage`, which is the Rust one), and against changes."""

from __future__ import annotations

import io

import pyrage
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.backup.age import CHUNK_BYTES, Decrypting, DecryptionError, Encrypting

PASSPHRASE = "蔵の鍵 correct horse"
CHEAP = 8
EDGES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]


def encrypted(data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    target = io.BytesIO()
    with Encrypting(target, passphrase, CHEAP) as file:
        file.write(data)
    return target.getvalue()


def decrypted(data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    with io.BufferedReader(Decrypting(io.BytesIO(data), passphrase)) as file:
        return file.read()


@pytest.mark.parametrize("length", EDGES)
def test_another_implementation_opens_what_is_written_here(length: int) -> None:
    data = bytes(range(256)) * (length // 256 + 1)
    assert pyrage.passphrase.decrypt(encrypted(data[:length]), PASSPHRASE) == data[:length]


@pytest.mark.parametrize("length", [0, CHUNK_BYTES + 1])  # each takes the second that scrypt is to take
def test_what_another_implementation_has_written_opens_here(length: int) -> None:
    data = bytes(range(256)) * (length // 256 + 1)
    assert decrypted(pyrage.passphrase.encrypt(data[:length], PASSPHRASE)) == data[:length]


@settings(max_examples=25, deadline=None)
@given(pieces=st.lists(st.binary(max_size=90_000), max_size=4), step=st.integers(1, 200_000))
def test_it_does_not_matter_how_the_bytes_are_cut(pieces: list[bytes], step: int) -> None:
    target = io.BytesIO()
    with Encrypting(target, PASSPHRASE, CHEAP) as file:
        for piece in pieces:
            file.write(piece)
    with io.BufferedReader(Decrypting(io.BytesIO(target.getvalue()), PASSPHRASE)) as file:
        assert b"".join(iter(lambda: file.read(step), b"")) == b"".join(pieces)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(DecryptionError, match="the passphrase is not"):
        decrypted(encrypted(b"78 cards"), "another")


def test_a_field_of_the_header_can_be_written_in_one_way_only() -> None:
    end_of_mac = SEALED.index(b"\n", SEALED.index(b"\n---") + 1) - 1
    for bit in range(8):
        sealed = bytearray(SEALED)
        sealed[end_of_mac] ^= 1 << bit
        with pytest.raises(DecryptionError):
            decrypted(bytes(sealed))


@settings(max_examples=120, deadline=None)
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_any_changed_bit_is_found(place: int, bit: int) -> None:
    sealed = bytearray(SEALED)
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(DecryptionError):
        decrypted(bytes(sealed))


SEALED = encrypted(b"78 cards")


@pytest.mark.parametrize("left", [0, 10, 150, 180, 200 + CHUNK_BYTES, -CHUNK_BYTES, -1])
def test_what_is_cut_off_is_found(left: int) -> None:
    sealed = encrypted(bytes(2 * CHUNK_BYTES))
    with pytest.raises(DecryptionError):
        decrypted(sealed[:left])


def test_chunks_that_changed_places_are_found() -> None:
    sealed = encrypted(bytes(3 * CHUNK_BYTES))
    chunk = CHUNK_BYTES + 16
    head = sealed[: len(sealed) - 3 * chunk]
    one, two, three = (sealed[len(head) + number * chunk :][:chunk] for number in range(3))
    with pytest.raises(DecryptionError, match="chunk 0"):
        decrypted(head + two + one + three)


def test_a_header_that_asks_for_all_the_memory_is_refused() -> None:
    sealed = encrypted(b"78 cards").replace(b" 8\n", b" 40\n", 1)
    with pytest.raises(DecryptionError, match="2\\^40"):
        decrypted(sealed)
