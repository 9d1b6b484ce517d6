"""Clips: the same packets, from the key frame before, with what was delivered stated truthfully."""

from __future__ import annotations

import hashlib
import resource
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from streams import Cut, SourceOptions, cut, open_source
from streams.clips import GAP_MS, gaps
from streams.errors import ClipUnavailableError, UnreadableMediaError
from vision.types import Frame

MakeClip = Callable[..., Path]
START_MS = 1_519_200_600_000


def payloads(path: Path) -> list[bytes]:
    """Return the coded pictures of a file, units only, so that different files can be compared."""
    with av.open(str(path)) as container:
        return [hashlib.sha256(bytes(packet)).digest() for packet in container.demux(video=0) if packet.size]


def shown(path: Path, start_ms: int) -> list[tuple[int, bytes]]:
    with open_source(str(path), start_ms=start_ms, detect_fps=1000, options=SourceOptions()) as source:
        return [(sight.captured_at_ms, sight.luma.tobytes()) for sight in source if isinstance(sight, Frame)]


def cut_between(source: Path, from_ms: int, to_ms: int) -> Cut:
    target = source.parent / "clips" / "cut.mp4"
    return cut(source, START_MS + from_ms, START_MS + to_ms, START_MS, target)


@pytest.mark.parametrize("bframes", ["0", "3"])
def test_a_clip_holds_the_very_packets_of_its_source(make_clip: MakeClip, bframes: str) -> None:
    source = make_clip("day.mp4", frames=150, g="30", bf=bframes)
    clip = cut_between(source, 5_000, 7_000)
    copied, original = payloads(clip.path), payloads(source)
    begin = original.index(copied[0])
    assert original[begin : begin + len(copied)] == copied


@pytest.mark.parametrize("bframes", ["0", "3"])
def test_a_clip_begins_at_the_key_frame_before_and_says_when(make_clip: MakeClip, bframes: str) -> None:
    source = make_clip("day.mp4", frames=150, g="30", bf=bframes)
    clip = cut_between(source, 5_000, 7_000)
    assert (clip.requested_from_ms, clip.requested_to_ms) == (START_MS + 5_000, START_MS + 7_000)
    assert clip.delivered_from_ms == START_MS + 4_000
    assert 7_000 <= clip.delivered_to_ms - START_MS <= 7_300
    assert clip.sha256 == hashlib.sha256(clip.path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["day.mp4", "day.mkv", "day.avi", "day.ts"])
def test_played_from_its_stated_start_a_clip_shows_the_same_at_the_same_time(make_clip: MakeClip, name: str) -> None:
    codec = "mpeg4" if name.endswith("avi") else "libx264"
    source = make_clip(name, frames=150, g="30", codec=codec)
    clip = cut_between(source, 5_000, 7_000)
    whole = dict(shown(source, START_MS))
    for captured_at_ms, picture in shown(clip.path, clip.delivered_from_ms):
        near = min(whole, key=lambda at_ms: abs(at_ms - captured_at_ms))
        assert abs(near - captured_at_ms) <= 1
        assert whole[near] == picture


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(-3_000, 12_000), st.integers(0, 9_000))
@example(from_ms=-1, length_ms=0)
def test_whatever_is_asked_for_the_clip_covers_what_there_is_of_it(
    make_clip: MakeClip, from_ms: int, length_ms: int
) -> None:
    source = make_clip.folder / "day.mp4"  # type: ignore[attr-defined]
    if not source.exists():
        make_clip("day.mp4", frames=150, g="20", bf="2")
    last_ms = round(149 * 1000 / 15)
    if from_ms > last_ms or from_ms + length_ms < 0:
        with pytest.raises(ClipUnavailableError, match="nothing was recorded between"):
            cut_between(source, from_ms, from_ms + length_ms)
        return
    clip = cut_between(source, from_ms, from_ms + length_ms)
    assert clip.delivered_from_ms - START_MS <= max(from_ms, 0)
    assert clip.delivered_from_ms - START_MS >= max(from_ms, 0) - 20 * 1000 / 15
    assert clip.delivered_to_ms - START_MS >= min(from_ms + length_ms, last_ms) - 67


def test_a_clip_of_a_gif_is_a_gif_from_its_beginning(make_clip: MakeClip) -> None:
    source = make_clip("day.gif", codec="gif", pixel_format="rgb8", fps=10, frames=40)
    clip = cut_between(source, 1_000, 2_000)
    assert clip.path.suffix == ".gif"
    assert clip.delivered_from_ms == START_MS
    assert shown(clip.path, clip.delivered_from_ms) == shown(source, START_MS)[: len(payloads(clip.path))]


def test_a_coding_that_mp4_cannot_carry_goes_into_mkv(make_clip: MakeClip) -> None:
    source = make_clip("day.avi", codec="msmpeg4", frames=60, g="15")
    clip = cut_between(source, 1_500, 3_000)
    assert clip.path.suffix == ".mkv"
    assert set(payloads(clip.path)) <= set(payloads(source))


def test_sound_is_left_out(tmp_path: Path) -> None:
    source = tmp_path / "talk.mkv"
    with av.open(str(source), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        audio = container.add_stream("pcm_s16le", rate=8_000)
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number, np.uint8), format="bgr24")
            container.mux(video.encode(frame))
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
            sound.rate, sound.pts = 8_000, number * 800
            container.mux(audio.encode(sound))
        container.mux(video.encode(None))
    clip = cut_between(source, 0, 2_000)
    with av.open(str(clip.path)) as container:
        assert [stream.type for stream in container.streams] == ["video"]


def test_a_disk_that_is_full_is_not_taken_for_a_clip_that_cannot_be_had(make_clip: MakeClip) -> None:
    source = make_clip("day.mp4", frames=150, g="30", crf="0")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            cut_between(source, 0, 9_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list((source.parent / "clips").iterdir()) == []


def test_nothing_is_left_behind_but_the_clip(make_clip: MakeClip) -> None:
    clip = cut_between(make_clip("day.mp4"), 0, 1_000)
    assert [path.name for path in clip.path.parent.iterdir()] == ["cut.mp4"]


def test_a_folder_of_pictures_or_a_damaged_file_cannot_be_cut(tmp_path: Path) -> None:
    with pytest.raises(UnreadableMediaError):
        cut_between(tmp_path, 0, 1_000)
    (tmp_path / "broken.mp4").write_bytes(b"\x00" * 500)
    with pytest.raises(UnreadableMediaError):
        cut_between(tmp_path / "broken.mp4", 0, 1_000)
    with pytest.raises(ClipUnavailableError, match="lies before its start"):
        cut_between(tmp_path, 1_000, 0)


def test_a_truncated_recording_yields_what_there_is(make_clip: MakeClip) -> None:
    source = make_clip("day.mkv", frames=150, g="15")
    source.write_bytes(source.read_bytes()[: source.stat().st_size * 6 // 10])
    clip = cut_between(source, 2_000, 10_000)
    assert clip.delivered_from_ms == START_MS + 2_000
    assert clip.delivered_to_ms < START_MS + 9_000
    assert len(shown(clip.path, clip.delivered_from_ms)) > 20


def test_a_clip_says_where_nothing_was_recorded(make_clip: MakeClip) -> None:
    times = [*range(0, 3_000, 100), *range(8_000, 10_000, 100), *range(12_000, 13_000, 100)]
    source = make_clip("day.mkv", frames=len(times), times=times, g="10")
    clip = cut_between(source, 1_000, 12_500)
    assert [(from_ms - START_MS, to_ms - START_MS) for from_ms, to_ms in clip.gaps] == [
        (2_900, 8_000),
        (9_900, 12_000),
    ]


@pytest.mark.parametrize(("apart_ms", "count"), [(GAP_MS, 0), (GAP_MS + 1, 1)])
def test_a_gap_is_longer_than_a_slow_camera_leaves(apart_ms: int, count: int) -> None:
    assert len(gaps([0, 100, 100 + apart_ms])) == count
