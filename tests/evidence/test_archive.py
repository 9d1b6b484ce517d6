"""The one zip of a package: the same files, the same bytes, and no byte that could be another."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from custody.errors import EvidenceError
from custody.evidence.archive import ZIP, difference, pack, unpack
from tests.evidence.changes import changed

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0/\\"), min_size=1, max_size=12)
FILES = st.dictionaries(NAMES, st.binary(max_size=40), max_size=5)
SOME = {"manifest.json": b"{}", "clips/1.mp4": b"\0\1\2\3", "写真.jpg": b""}


def zipped(files: dict[str, bytes]) -> bytes:
    return b"".join(piece.data for piece in pack(files))


@settings(deadline=None)
@given(FILES)
@example(SOME)
@example({})
def test_what_is_packed_comes_out_again_and_is_the_zip_of_it(files: dict[str, bytes]) -> None:
    data = zipped(files)
    assert unpack(data) == files
    assert difference(data, unpack(data)) is None


@settings(deadline=None)
@given(FILES, st.data())
@example(SOME, None)
def test_any_changed_byte_of_a_zip_makes_it_another(files: dict[str, bytes], data: st.DataObject | None) -> None:
    packed = zipped(files)
    places = range(len(packed)) if data is None else [data.draw(st.integers(0, len(packed) - 1))]
    for at in places:
        broken = changed(packed, (at, 1 if data is None else data.draw(st.integers(1, 255))))
        assert difference(broken, unpack(broken)) is not None


def test_other_programs_can_read_it() -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(SOME))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == SOME


def test_the_order_in_which_files_are_given_does_not_matter() -> None:
    assert zipped(dict(reversed(SOME.items()))) == zipped(SOME)


def test_the_zip_of_another_program_is_not_the_one_form() -> None:
    (buffer := io.BytesIO()).name = "other.zip"
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(SOME.items()):
            archive.writestr(name, content)
    assert difference(buffer.getvalue(), SOME) is not None


@pytest.mark.parametrize("more", [b"\0", b"PK\3\4" + bytes(40)])
def test_what_lies_behind_the_end_is_found(more: bytes) -> None:
    piece = difference(zipped(SOME) + more, SOME)
    assert piece is not None
    assert (piece.file, "behind its end" in piece.what) == (ZIP, True)


def test_a_zip_that_was_cut_off_is_found() -> None:
    packed = zipped(SOME)
    for length in range(len(packed)):
        assert difference(packed[:length], unpack(packed[:length])) is not None


def test_more_than_a_plain_zip_can_hold_is_refused_with_what_to_do() -> None:
    with pytest.raises(EvidenceError, match=r"65,535 files: ask for a shorter stretch"):
        zipped({f"{number}": b"" for number in range(65_536)})
