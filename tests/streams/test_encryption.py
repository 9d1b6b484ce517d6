"""Encrypted footage: nothing without the key, what was recorded with it, and no byte of it can be changed."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.boxes import layout
from streams.disk import DiskMarks, DiskWatch
from streams.encryption import HEAD_BYTES, MAGIC, DecryptedSegment, SegmentCipher
from streams.errors import FootageKeyError, SegmentError
from streams.files import sha256_of
from streams.footage_keys import FootageKey, find_key, introduce_key, load_key
from streams.reading import open_segment
from streams.recording import RecorderState, Recording
from streams.samples import Word
from streams.segments import Segment, parts, segment_path, walk
from streams.thumbnails import key_picture
from tests.streams.conftest import ClipMaker
from tests.streams.told import BEGAN_MS, told

KEY = FootageKey.of(bytes(range(32)))
NAME = "counter/1519200000000"


def sealed(pieces: list[bytes], key: FootageKey = KEY, name: str = NAME) -> bytes:
    cipher = SegmentCipher.new(key, name)
    return cipher.head + b"".join(cipher.seal(number, piece) for number, piece in enumerate(pieces))


def opened(content: bytes, key: FootageKey = KEY, name: str = NAME) -> io.BufferedReader:
    return io.BufferedReader(DecryptedSegment(io.BytesIO(content), key, name))


def recorded(root: Path, words: list[Word], key: Callable[[], FootageKey] | None) -> tuple[Recording, list[Segment]]:
    done: list[Segment] = []
    recording = Recording(root, "counter", DiskWatch(root, DiskMarks(0, 0)), done.append, key=key)
    recording.begin()
    for word in words:
        recording.take(word)
    return recording, done


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "footage"


@pytest.fixture
def key(tmp_path: Path, root: Path) -> Callable[[], FootageKey]:
    return lambda: introduce_key(root, tmp_path / "keys" / "footage.key")


def test_what_is_recorded_with_a_key_is_what_is_recorded_without(
    make_clip: ClipMaker, root: Path, tmp_path: Path, key: Callable[[], FootageKey]
) -> None:
    words = told(make_clip("a.mp4", frames=60, bf="2", g="15"))
    _, (with_key,) = recorded(root, words, key)
    _, (without,) = recorded(tmp_path / "plain", words, None)
    path, plain = (segment_path(one, "counter", BEGAN_MS) for one in (root, tmp_path / "plain"))
    note = {"scheme": "aes-256-gcm-chunks", "key": key().id, "plain_bytes": plain.stat().st_size}
    assert with_key.encryption == note
    assert with_key.plain_bytes == without.plain_bytes == without.bytes
    assert replace(with_key, encryption=None, bytes=without.bytes, sha256=without.sha256) == without
    assert (with_key.bytes, with_key.sha256) == (path.stat().st_size, sha256_of(path))
    with open_segment(path) as file:
        assert file.read() == plain.read_bytes()
    assert (key_picture(path, with_key, BEGAN_MS) == key_picture(plain, without, BEGAN_MS)).all()
    for part in (b"ftyp", b"moof", plain.read_bytes()[2_000:2_016]):
        assert part not in path.read_bytes()


def test_two_recordings_of_the_same_are_encrypted_differently(
    make_clip: ClipMaker, root: Path, tmp_path: Path, key: Callable[[], FootageKey]
) -> None:
    words = told(make_clip("a.mp4", frames=30, bf="0"))
    recorded(root, words, key)
    recorded(tmp_path / "again", words, key)
    one, other = (segment_path(place, "counter", BEGAN_MS).read_bytes() for place in (root, tmp_path / "again"))
    assert one[: len(MAGIC)] == other[: len(MAGIC)]
    assert one[HEAD_BYTES + 4 :] != other[HEAD_BYTES + 4 :]


def test_what_a_crash_has_left_is_recovered_encrypted(
    make_clip: ClipMaker, root: Path, key: Callable[[], FootageKey]
) -> None:
    recorded(root, told(make_clip("a.mp4", frames=60, bf="0", g="15"))[:50], key)
    (part,) = parts(root, "counter")
    os.truncate(part, part.stat().st_size - 100)
    _, (recovered,) = recorded(root, [], key)
    path = segment_path(root, "counter", BEGAN_MS)
    assert list(walk(root)) == [recovered]
    with open_segment(path) as file:
        note = {"scheme": "aes-256-gcm-chunks", "key": key().id, "plain_bytes": len(file.read())}
    assert recovered.encryption == note
    assert (recovered.bytes, recovered.sha256) == (path.stat().st_size, sha256_of(path))
    with open_segment(path) as file:
        assert layout(file, str(path)).frames == recovered.frames >= 30


def test_without_the_key_nothing_is_recorded_and_what_is_unfinished_is_left(
    make_clip: ClipMaker, root: Path, tmp_path: Path, key: Callable[[], FootageKey]
) -> None:
    words = told(make_clip("a.mp4", frames=60, bf="0", g="15"))
    recorded(root, words[:50], key)
    (tmp_path / "keys" / "footage.key").unlink()

    def missing() -> FootageKey:
        return load_key(tmp_path / "keys" / "footage.key")

    recording, done = recorded(root, words[:-1], missing)
    assert recording.state is RecorderState.STOPPED
    assert "footage.key: the key of the footage cannot be read" in str(recording.reason)
    assert done == []
    assert len(parts(root, "counter")) == 1
    with pytest.raises(FootageKeyError, match="bring the file back"):
        open_segment(parts(root, "counter")[0])


PIECES = st.lists(st.binary(min_size=1, max_size=50), min_size=1, max_size=6)


@given(PIECES, st.lists(st.tuples(st.integers(0, 320), st.integers(0, 100)), max_size=5))
def test_any_range_can_be_read(pieces: list[bytes], ranges: list[tuple[int, int]]) -> None:
    plain, file = b"".join(pieces), opened(sealed(pieces))
    assert file.read() == plain
    assert file.seek(0, os.SEEK_END) == len(plain)
    for offset, length in ranges:
        file.seek(offset)
        assert file.read(length) == plain[offset : offset + length]


@given(PIECES, st.data())
def test_what_is_cut_short_can_be_read_to_its_last_whole_chunk(pieces: list[bytes], data: st.DataObject) -> None:
    content = sealed(pieces)
    left = data.draw(st.integers(HEAD_BYTES, len(content)))
    plain = opened(content[:left]).read()
    whole = [b"".join(pieces[:count]) for count in range(len(pieces) + 1)]
    assert plain in whole
    assert left < len(content) or plain == whole[-1]


@given(PIECES, st.data())
def test_no_byte_can_be_changed(pieces: list[bytes], data: st.DataObject) -> None:
    content = bytearray(sealed(pieces))
    at = data.draw(st.integers(len(MAGIC) + 8, len(content) - 1))
    content[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = opened(bytes(content)).read()
    except SegmentError:
        return
    assert b"".join(pieces).startswith(read), "a length that reaches beyond the end looks like a file cut short"
    assert read != b"".join(pieces)


def test_chunks_cannot_change_places_nor_segments() -> None:
    cipher = SegmentCipher.new(KEY, NAME)
    first, second = cipher.seal(0, b"first"), cipher.seal(1, b"later")
    with pytest.raises(SegmentError, match="altered, or is of another segment"):
        opened(cipher.head + second + first).read()
    with pytest.raises(SegmentError, match="altered, or is of another segment"):
        opened(cipher.head + first + second, name="vault/1519200000000").read()
    with pytest.raises(SegmentError, match="altered, or is of another segment"):
        opened(cipher.head + first, FootageKey.of(bytes(32))).read()


def test_a_key_is_made_once_whoever_asks(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "keys" / "footage.key"
    code = (
        "import sys, pathlib; from streams.footage_keys import introduce_key; "
        "print(introduce_key(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])).id)"
    )
    command = [sys.executable, "-c", code, str(root), str(path)]
    asking = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    assert {process.communicate(timeout=30)[0].strip() for process in asking} == {load_key(path).id}
    assert path.stat().st_mode & 0o777 == 0o600
    assert find_key(root, load_key(path).id) == load_key(path)


def test_a_new_key_leaves_what_the_old_one_has_encrypted_readable(
    make_clip: ClipMaker, root: Path, tmp_path: Path
) -> None:
    clip = make_clip("a.mp4", frames=30, bf="0")
    recorded(root, told(clip), lambda: introduce_key(root, tmp_path / "old.key"))
    recorded(root, told(clip, began_ms=BEGAN_MS + 60_000), lambda: introduce_key(root, tmp_path / "new.key"))
    used = {segment.encryption["key"] for segment in walk(root) if segment.encryption}
    assert used == {load_key(tmp_path / name).id for name in ("old.key", "new.key")}
    for segment in walk(root):
        with open_segment(segment_path(root, "counter", segment.began_ms)) as file:
            assert layout(file, "").frames == 30


@pytest.mark.parametrize(
    ("content", "mode", "told"),
    [
        ("0" * 62, 0o600, "it is no key"),
        ("x" * 64, 0o600, "it is no key"),
        ("0" * 64, 0o644, "can be read by others"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_with_its_remedy(
    tmp_path: Path, content: str, mode: int, told: str
) -> None:
    path = tmp_path / "footage.key"
    path.write_text(content)
    path.chmod(mode)
    with pytest.raises(FootageKeyError, match=told):
        load_key(path)


def test_a_link_that_leads_to_another_key_is_told(root: Path, tmp_path: Path) -> None:
    one, other = (introduce_key(root, tmp_path / name) for name in ("one.key", "other.key"))
    link = root / ".keys" / one.id
    link.unlink()
    link.symlink_to(tmp_path / "other.key")
    with pytest.raises(FootageKeyError, match=f"leads to the key {other.id}"):
        find_key(root, one.id)


def test_a_key_is_never_shown() -> None:
    assert KEY.secret.hex() not in repr(KEY)
    assert "secret" not in repr(KEY)
