"""Parameter sets: what they say is what FFmpeg says, and what is written of them is what FFmpeg writes."""

from __future__ import annotations

from contextlib import suppress
from itertools import product

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.bitstream import configured_units, length_bytes, packed, units
from streams.parameters import ParameterError, ParameterSets, TrackFormat
from tests.streams.conftest import ClipMaker

START_CODE = b"\x00\x00\x00\x01"


def extradata(path: object) -> tuple[str, bytes]:
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        return context.name, context.extradata or b""


def format_of(codec: str, sets: list[bytes]) -> TrackFormat:
    read = ParameterSets(codec)
    read.take(sets)
    assert read.format is not None
    return read.format


@pytest.mark.parametrize(
    ("codec", "pixel_format", "size"),
    [
        *product(["libx264", "libx265"], ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le"], [(322, 182)]),
        *product(["libx264", "libx265"], ["yuv420p"], [(64, 64), (176, 144), (1280, 720), (1920, 1080)]),
    ],
)
def test_the_configuration_record_is_the_one_that_ffmpeg_writes(
    make_clip: ClipMaker, codec: str, pixel_format: str, size: tuple[int, int]
) -> None:
    path = make_clip("a.mp4", frames=10, size=size, codec=codec, pixel_format=pixel_format)
    name, record = extradata(path)
    written = format_of(name, configured_units(name, record))
    assert (written.width, written.height) == size
    ours = written.configuration[8:]
    if name == "h264":
        assert ours == record
    else:
        assert ours[:13] == record[:13], "profile, tier and level"
        assert ours[16:22] == record[16:22], "chroma, depth and layers"
        assert configured_units(name, ours) == [unit for unit in configured_units(name, record) if unit[0] >> 1 < 35]


@pytest.mark.parametrize(
    ("options", "string"),
    [
        ({"codec": "libx264", "profile": "baseline", "level": "3.0"}, "avc1.42c01e"),
        ({"codec": "libx264", "profile": "main", "level": "3.1"}, "avc1.4d401f"),
        ({"codec": "libx264", "profile": "high", "level": "4.0"}, "avc1.640028"),
        ({"codec": "libx265", "x265-params": "log-level=none:level-idc=3.1"}, "hvc1.1.6.L93.90"),
        ({"codec": "libx265", "x265-params": "log-level=none:level-idc=5:high-tier=1"}, "hvc1.1.6.H150.90"),
    ],
)
def test_a_browser_is_told_profile_and_level(make_clip: ClipMaker, options: dict[str, str], string: str) -> None:
    name, record = extradata(make_clip("a.mp4", frames=10, size=(320, 180), **options))  # type: ignore[arg-type]
    assert format_of(name, configured_units(name, record)).mse_codec == string


def test_sets_between_pictures_count_like_those_beside_the_stream_and_newer_ones_win(make_clip: ClipMaker) -> None:
    name, small = extradata(make_clip("small.mp4", frames=2, size=(160, 96)))
    _, large = extradata(make_clip("large.mp4", frames=2, size=(320, 180)))
    sets = ParameterSets(name)
    sets.take(configured_units(name, small))
    sets.take([b"\x65 a picture", *configured_units(name, small)])
    assert sets.format == format_of(name, configured_units(name, small))
    sets.take(configured_units(name, large))
    assert sets.format == format_of(name, configured_units(name, large))


@pytest.mark.parametrize("codec", ["h264", "hevc"])
@given(damaged=st.binary(min_size=1, max_size=40))
def test_a_damaged_set_is_told_and_never_more_than_that(codec: str, damaged: bytes) -> None:
    heads = [b"\x67", b"\x68"] if codec == "h264" else [b"\x40\x01", b"\x42\x01", b"\x44\x01"]
    with suppress(ParameterError):
        ParameterSets(codec).take([head + damaged for head in heads])


def test_half_of_the_sets_is_not_enough(make_clip: ClipMaker) -> None:
    name, record = extradata(make_clip("a.mp4", frames=2))
    sets = ParameterSets(name)
    sets.take(configured_units(name, record)[:1])
    assert sets.format is None


UNITS = st.lists(
    st.binary(min_size=1, max_size=30).filter(lambda unit: b"\x00\x00" not in unit and unit[-1] != 0), max_size=6
)


@given(wanted=UNITS)
def test_units_are_the_same_out_of_either_packing(wanted: list[bytes]) -> None:
    stream = b"".join(START_CODE + unit for unit in wanted)
    assert units(stream, None) == wanted
    assert units(packed(wanted), 4) == wanted


@given(wanted=UNITS, zeros=st.integers(0, 4))
def test_zeros_between_units_belong_to_none(wanted: list[bytes], zeros: int) -> None:
    assert units(b"".join(bytes(zeros) + START_CODE[1:] + unit for unit in wanted) + bytes(zeros), None) == wanted


@pytest.mark.parametrize("record", [b"", b"\x01", b"\x00\x00\x01\x67", bytes(30)])
def test_without_a_configuration_record_units_follow_start_codes(record: bytes) -> None:
    assert length_bytes("h264", record) is None
    assert length_bytes("hevc", record[:20]) is None
