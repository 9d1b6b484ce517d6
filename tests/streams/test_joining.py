"""Clips out of footage: the very packets, at their capture times, across segments and gaps."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from streams.errors import ClipUnavailableError
from streams.joining import Wanted, cut_footage, stream_footage
from streams.segments import Segment, segment_path
from tests.streams.conftest import ClipMaker
from tests.streams.footage import Picture, pictures, record
from tests.streams.told import BEGAN_MS

GONE_MS, BACK_MS = BEGAN_MS + 20_000, BEGAN_MS + 30_000


@pytest.fixture(scope="module", params=["libx264", "libx265"])
def footage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Segment]]:
    """Return 20 s of footage, a gap of 10 s and 10 s more, with B frames and a key frame each second."""
    root = tmp_path_factory.mktemp("footage")
    options = {"codec": request.param, "g": "15", "bf": "2"}
    if request.param == "libx265":
        options["x265-params"] = "keyint=15:min-keyint=15:scenecut=0:open-gop=0:log-level=none"
    make = ClipMaker(tmp_path_factory.mktemp("clips"))
    before, after = make("before.mp4", frames=300, **options), make("after.mp4", frames=150, **options)
    return root, record(root, before, after, pause_ms=BACK_MS - GONE_MS)


def recorded(root: Path, segments: Sequence[Segment]) -> list[Picture]:
    return [
        picture
        for segment in segments
        for picture in pictures(segment_path(root, segment.camera, segment.began_ms), segment.began_ms)
    ]


def wanted(footage: tuple[Path, list[Segment]], from_ms: int, to_ms: int) -> Wanted:
    root, segments = footage
    touched = [one for one in segments if one.began_ms <= to_ms and one.ended_ms > from_ms]
    return Wanted(root, touched, from_ms, to_ms)


def expected(footage: tuple[Path, list[Segment]], from_ms: int, to_ms: int) -> list[Picture]:
    """Return the pictures from the key frame at or before a moment until another, in the order of decoding."""
    all_of_them = recorded(*footage)
    keys = [one.captured_at_ms for one in all_of_them if one.is_key and one.captured_at_ms <= from_ms]
    first_ms = max(keys, default=0)
    return [one for one in all_of_them if first_ms <= one.captured_at_ms <= to_ms]


def near(found: Sequence[Picture], others: Sequence[Picture]) -> bool:
    """Tell whether these are the same packets, each within a millisecond of the other's time."""
    return [one.sha256 for one in found] == [one.sha256 for one in others] and all(
        abs(one.captured_at_ms - other.captured_at_ms) <= 1 for one, other in zip(found, others, strict=True)
    )


def test_a_clip_across_segments_and_a_gap_has_the_packets_of_the_disk_at_their_times(
    footage: tuple[Path, list[Segment]], tmp_path: Path
) -> None:
    from_ms, to_ms = BEGAN_MS + 3_500, BACK_MS + 7_000
    cut = cut_footage(wanted(footage, from_ms, to_ms), tmp_path / "clip.mp4")
    assert (cut.requested_from_ms, cut.requested_to_ms) == (from_ms, to_ms)
    assert cut.delivered_from_ms == BEGAN_MS + 3_000
    assert abs(cut.delivered_to_ms - to_ms) <= 200
    assert cut.gaps == ((GONE_MS - 67, BACK_MS),)
    assert cut.sha256 == hashlib.sha256(cut.path.read_bytes()).hexdigest()
    found = pictures(cut.path, cut.delivered_from_ms)
    there = expected(footage, from_ms, cut.delivered_to_ms)
    assert near(found, there[: len(found)])
    assert {one.sha256 for one in expected(footage, from_ms, to_ms)} <= {one.sha256 for one in found}


def test_a_streamed_clip_is_the_same_as_the_one_in_a_file(
    footage: tuple[Path, list[Segment]], tmp_path: Path
) -> None:
    asked = wanted(footage, BEGAN_MS + 3_500, BACK_MS + 7_000)
    streamed = tmp_path / "streamed.mp4"
    streamed.write_bytes(b"".join(stream_footage(asked, {"comment": "asked for by the ward"})))
    cut = cut_footage(asked, tmp_path / "clip.mp4")
    assert near(pictures(streamed, asked.delivered_from_ms), pictures(cut.path, asked.delivered_from_ms))
    with av.open(str(streamed)) as container:
        assert container.metadata["comment"] == "asked for by the ward"
        assert sum(1 for _ in container.decode(video=0)) == len(pictures(cut.path, 0))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 39_000), st.integers(0, 20_000))
def test_whatever_stretch_is_asked_for_the_clip_has_all_that_was_recorded_of_it(
    footage: tuple[Path, list[Segment]], tmp_path: Path, from_ms: int, length_ms: int
) -> None:
    from_ms += BEGAN_MS
    to_ms = from_ms + length_ms
    there = [one for one in recorded(*footage) if from_ms <= one.captured_at_ms <= to_ms]
    if not there:
        return
    cut = cut_footage(wanted(footage, from_ms, to_ms), tmp_path / "clip.mp4")
    found = {one.sha256 for one in pictures(cut.path, 0)}
    assert {one.sha256 for one in there} <= found
    assert from_ms - 1_000 <= cut.delivered_from_ms


def test_nothing_is_delivered_for_a_time_of_which_nothing_was_recorded(
    footage: tuple[Path, list[Segment]],
) -> None:
    with pytest.raises(ClipUnavailableError, match="nothing was recorded between"):
        wanted(footage, GONE_MS + 1_000, GONE_MS + 2_000)


def test_a_clip_does_not_go_across_a_change_of_coding(tmp_path: Path, make_clip: ClipMaker) -> None:
    root = tmp_path / "footage"
    small = make_clip("small.mp4", frames=30, g="15")
    segments = record(root, small, make_clip("large.mp4", frames=30, g="15", size=(320, 192)))
    with pytest.raises(ClipUnavailableError, match=f"the coding of counter changes at {BEGAN_MS + 2_000}"):
        Wanted(root, segments, BEGAN_MS, BEGAN_MS + 4_000)
    assert Wanted(root, segments[:1], BEGAN_MS, BEGAN_MS + 2_000).delivered_from_ms == BEGAN_MS


def test_a_segment_that_was_deleted_meanwhile_is_named(footage: tuple[Path, list[Segment]]) -> None:
    root, segments = footage
    gone = replace(segments[0], began_ms=1, ended_ms=2, key_frames_ms=(1,), gap_before=None)
    with pytest.raises(ClipUnavailableError, match=r"counter/1970-01-01/1\.mp4.*cannot be read"):
        Wanted(root, [gone], 0, 2)


def noise(path: Path) -> Path:
    """Write 2 s of a picture that no coding makes small: some 4 MB."""
    numbers = np.random.default_rng(21)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=15, options={"preset": "ultrafast", "crf": "10", "g": "15"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 320, 192, "yuv420p"
        for _ in range(30):
            pixels = numbers.integers(0, 256, (192, 320, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="bgr24")))
        container.mux(stream.encode(None))
    return path


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text().split()[1]
    return int(pages) * resource.getpagesize()


def test_a_long_clip_is_streamed_in_little_memory(tmp_path: Path) -> None:
    root = tmp_path / "footage"
    segments = record(root, *[noise(tmp_path / "noise.mp4")] * 30)
    before, grown, total = resident_bytes(), 0, 0
    for piece in stream_footage(Wanted(root, segments, BEGAN_MS, segments[-1].ended_ms), {}):
        total += len(piece)
        grown = max(grown, resident_bytes() - before)
    assert total > 60_000_000
    assert grown < 10_000_000
