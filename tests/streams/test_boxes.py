"""The boxes of a segment: what is whole is found, and where it breaks off is said."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest

from streams.boxes import Fragment, fragments, layout
from streams.errors import SegmentError
from streams.segments import segment_path
from tests.streams.conftest import ClipMaker
from tests.streams.footage import pictures, record
from tests.streams.told import BEGAN_MS


@pytest.fixture
def path(tmp_path: Path, make_clip: ClipMaker) -> Path:
    """Return a segment of 4 s, with a key frame each second and a fragment each half."""
    record(tmp_path / "footage", make_clip("clip.mp4", frames=60, g="15", bf="2"))
    return segment_path(tmp_path / "footage", "counter", BEGAN_MS)


def test_a_segment_is_ftyp_and_moov_and_fragments_that_begin_with_key_frames(path: Path) -> None:
    with path.open("rb") as file:
        laid = layout(file, "segment")
        file.seek(0)
        init = file.read(laid.init_bytes)
    assert init[4:8] == b"ftyp"
    assert b"moov" in init
    assert sum(fragment.frames for fragment in laid.fragments) == laid.frames == len(pictures(path, 0)) == 60
    assert [fragment.begins_with_key for fragment in laid.fragments] == [True, False] * 4
    assert laid.fragments[0].offset == laid.init_bytes
    assert laid.fragments[-1].offset + laid.fragments[-1].size == path.stat().st_size
    times = [fragment.decode_time for fragment in laid.fragments]
    assert [b - a for a, b in pairwise(times)] == [f.duration for f in laid.fragments[:-1]]


def test_wherever_a_segment_is_cut_off_the_fragments_before_are_found(path: Path) -> None:
    whole = path.read_bytes()
    with path.open("rb") as file:
        laid = layout(file, "segment")
    ends = [fragment.offset + fragment.size for fragment in laid.fragments]
    for cut in range(laid.init_bytes, ends[-1], 97):
        found, is_whole = found_in(whole[:cut])
        assert found == [fragment for fragment, end in zip(laid.fragments, ends, strict=True) if end <= cut]
        assert is_whole == (cut in {laid.init_bytes, *ends})


def found_in(content: bytes) -> tuple[list[Fragment], bool]:
    found: list[Fragment] = []
    try:
        for fragment in fragments(io.BytesIO(content), "segment"):
            found.append(fragment)  # noqa: PERF402 - those before the error count
    except SegmentError:
        return found, False
    return found, True


@pytest.mark.parametrize("content", [b"", b"no video", b"\0\0\0\x08free" * 3, b"\0\0\0\0moov"])
def test_what_is_no_segment_is_refused(content: bytes) -> None:
    with pytest.raises(SegmentError):
        layout(io.BytesIO(content), "segment")


def test_a_fragment_that_has_less_data_than_it_says_is_found(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    at = whole.index(b"mdat") - 4
    size = int.from_bytes(whole[at : at + 4])
    whole[at : at + 4] = (size - 100).to_bytes(4)
    whole[at + size - 100 : at + size] = (100).to_bytes(4) + b"free" + bytes(92)
    with pytest.raises(SegmentError, match="has less data than it says"):
        layout(io.BytesIO(whole), "segment")
