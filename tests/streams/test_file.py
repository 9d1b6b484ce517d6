"""Recordings: times, sampling, sizes, rotation, and everything that a damaged file can be."""

from __future__ import annotations

import os
import wave
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from streams import Partial, Sight, SourceOptions, StreamInfo, open_source, probe
from streams.decoding import PacketDecoder
from streams.errors import NoVideoError, SourceForbiddenError, SourceNotFoundError, UnreadableMediaError
from vision.types import Frame

MakeClip = Callable[..., Path]
START_MS = 1_519_200_600_000
OPTIONS = SourceOptions()


def read(
    path: Path | str, detect_fps: float = 1000, options: SourceOptions = OPTIONS
) -> tuple[StreamInfo, list[Sight]]:
    with open_source(str(path), start_ms=START_MS, detect_fps=detect_fps, options=options) as source:
        return source.info, list(source)


def since_start(sights: list[Sight]) -> list[int]:
    return [sight.captured_at_ms - START_MS for sight in sights]


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [
        ("clip.mp4", "libx264", "yuv420p"),
        ("clip.mkv", "libx264", "yuv420p"),
        ("clip.avi", "mpeg4", "yuv420p"),
        ("clip.webm", "libvpx", "yuv420p"),
        ("clip.gif", "gif", "rgb8"),
        ("clip.mjpeg", "mjpeg", "yuvj420p"),
        ("clip.mov", "libx265", "yuv420p10le"),
    ],
)
def test_every_kind_of_file_gives_all_its_frames_in_order(
    make_clip: MakeClip, name: str, codec: str, pixel_format: str
) -> None:
    info, sights = read(
        make_clip(name, codec=codec, pixel_format=pixel_format, fps=10, frames=20),
        options=SourceOptions(sequence_fps=10),
    )
    assert (info.width, info.height, info.live) == (160, 96, False)
    assert since_start(sights) == [number * 100 for number in range(20)]
    for sight in sights:
        assert isinstance(sight, Frame)
        assert sight.luma.shape == (96, 160)
        assert abs(float(sight.luma.mean()) - float(cv2.cvtColor(sight.bgr, cv2.COLOR_BGR2GRAY).mean())) < 20


def test_luma_is_what_the_decoder_gave_and_rendering_twice_gives_the_same_bytes(make_clip: MakeClip) -> None:
    path = make_clip("clip.mp4", frames=5)
    with av.open(str(path)) as container:
        expected = [np.asarray(frame.to_ndarray())[:96] for frame in container.decode(video=0)]
    _, sights = read(path)
    for sight, luma in zip(sights, expected, strict=True):
        assert isinstance(sight, Frame)
        assert np.array_equal(sight.luma, luma)
        assert not sight.luma.flags.writeable
        small = sight.resized(64, 40)
        assert small.shape == (40, 64, 3)
        assert np.array_equal(small, sight.resized(64, 40))


def test_frames_outlive_the_source_that_they_came_from(make_clip: MakeClip) -> None:
    path = make_clip("clip.mp4", frames=40)
    _, sights = read(path)
    again = read(path)[1]
    for kept, fresh in zip(sights, again, strict=True):
        assert isinstance(kept, Frame)
        assert isinstance(fresh, Frame)
        assert np.array_equal(kept.luma, fresh.luma)
        assert np.array_equal(kept.bgr, fresh.bgr)


@pytest.mark.parametrize(("fps", "detect_fps", "every"), [(15, 5, 3), (30, 10, 3), (30, 3, 10), (10, 10, 1)])
def test_sampling_takes_exactly_every_nth_frame(make_clip: MakeClip, fps: int, detect_fps: float, every: int) -> None:
    path = make_clip("clip.mp4", fps=fps, frames=61)
    whole = since_start(read(path)[1])
    assert since_start(read(path, detect_fps)[1]) == whole[::every]


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_pictures_left_out_by_the_decoder_change_no_sampled_frame(
    make_clip: MakeClip, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    path = make_clip(f"clip.{suffix}", fps=30, frames=150, g="40", bf="3", **{"b-pyramid": "normal"})
    with open_source(str(path), start_ms=0, detect_fps=5, options=OPTIONS) as thrifty:
        some = [(s.captured_at_ms, s.bgr.tobytes()) for s in thrifty if isinstance(s, Frame)]
        decoded = thrifty._decoder.decoded  # type: ignore[attr-defined]
    monkeypatch.setattr(PacketDecoder, "_left_out", lambda _decoder, _packet: False)
    with open_source(str(path), start_ms=0, detect_fps=5, options=OPTIONS) as thorough:
        every = [(s.captured_at_ms, s.bgr.tobytes()) for s in thorough if isinstance(s, Frame)]
    assert some == every
    assert decoded < 120


def test_a_variable_frame_rate_keeps_its_own_times(make_clip: MakeClip) -> None:
    times = [0, 40, 80, 500, 1_000, 1_010, 1_020, 3_000]
    path = make_clip("clip.mkv", frames=8, times=times)
    _, sights = read(path)
    assert since_start(sights) == times
    assert since_start(read(path, 2)[1]) == [0, 500, 1_000, 3_000]


@pytest.mark.parametrize("codec", ["mpeg4", "mjpeg", "ffv1"])
def test_an_odd_sized_picture_is_read_at_its_odd_size(make_clip: MakeClip, codec: str) -> None:
    pixel_format = "yuvj420p" if codec == "mjpeg" else "yuv420p"
    info, sights = read(make_clip("odd.mkv", codec=codec, pixel_format=pixel_format, size=(321, 241), frames=4))
    assert (info.width, info.height) == (321, 241)
    assert isinstance(sights[0], Frame)
    assert sights[0].bgr.shape == (241, 321, 3)


def rotated(path: Path, degrees: int) -> Path:
    """Write the rotation into the track header of an mp4 file, as phones and some recorders do."""
    one = 1 << 16
    matrix = {90: (0, one, -one, 0), 180: (-one, 0, 0, -one), 270: (0, -one, one, 0)}[degrees]
    a, b, c, d = (value.to_bytes(4, "big", signed=True) for value in matrix)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = a + b + bytes(4) + c + d + bytes(12) + (1 << 30).to_bytes(4, "big")
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(("degrees", "turns"), [(90, -1), (180, 2), (270, 1)])
def test_rotation_metadata_is_applied_to_luma_and_colour(make_clip: MakeClip, degrees: int, turns: int) -> None:
    upright = read(make_clip("upright.mp4", frames=3))[1][0]
    info, sights = read(rotated(make_clip("turned.mp4", frames=3), degrees))
    turned = sights[0]
    assert isinstance(upright, Frame)
    assert isinstance(turned, Frame)
    assert np.array_equal(turned.luma, np.rot90(upright.luma, turns))
    assert np.array_equal(turned.bgr, np.rot90(upright.bgr, turns))
    assert (info.width, info.height) == (turned.width, turned.height)
    assert turned.resized(60, 40).shape == (40, 60, 3)


def test_a_folder_of_pictures_is_a_source_in_the_order_of_its_numbers(tmp_path: Path) -> None:
    for number in (1, 2, 10):
        cv2.imwrite(str(tmp_path / f"view{number}.png"), np.full((20, 30, 3), number * 20, np.uint8))
    for url in (str(tmp_path), str(tmp_path / "view*.png")):
        info, sights = read(url, options=SourceOptions(sequence_fps=5))
        assert (info.width, info.height, info.frames_per_second, info.duration_ms) == (30, 20, 5, 600)
        assert since_start(sights) == [0, 200, 400]
        assert [int(s.bgr[0, 0, 0]) for s in sights if isinstance(s, Frame)] == [20, 40, 200]


def test_a_folder_of_pictures_without_a_rate_asks_for_it(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "1.jpg"), np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(UnreadableMediaError, match="state how many a second"):
        read(tmp_path)


def test_a_picture_that_cannot_be_read_is_left_out_and_told_of(tmp_path: Path) -> None:
    for number in range(4):
        cv2.imwrite(str(tmp_path / f"{number}.png"), np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "2.png").write_bytes(b"not a picture")
    _, sights = read(tmp_path, options=SourceOptions(sequence_fps=1))
    assert since_start(sights) == [0, 1_000, 3_000, 3_000]
    assert sights[-1] == Partial(START_MS + 3_000, "1 of 4 pictures could not be read")


def test_files_that_are_no_video_are_refused_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "note.txt").write_text("the keys are in the drawer\n" * 50)
    (tmp_path / "renamed.mp4").write_text("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n")
    (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(1).bytes(20_000))
    for name, reason in (
        ("empty.mp4", "the file is empty"),
        ("note.txt", "not a video"),
        ("renamed.mp4", "not a video"),
        ("noise.mp4", "not a video"),
    ):
        with pytest.raises(UnreadableMediaError, match=reason) as caught:
            read(tmp_path / name)
        assert name in str(caught.value)
        assert caught.value.remedy
    with pytest.raises(SourceNotFoundError, match="no such file"):
        read(tmp_path / "missing.mp4")
    with pytest.raises(SourceNotFoundError, match="no jpg or png pictures"):
        read(tmp_path)
    with pytest.raises(UnreadableMediaError, match="ftp:// is no kind of source"):
        read("ftp://10.0.0.1/clip.mp4")


def test_a_recording_with_only_sound_says_so(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "sound.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8_000)
        sound.writeframes(bytes(16_000))
    with pytest.raises(NoVideoError, match="only sound"):
        read(tmp_path / "sound.wav")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_says_who_must_be_allowed(make_clip: MakeClip) -> None:
    path = make_clip("clip.mp4", frames=2)
    path.chmod(0)
    with pytest.raises(SourceForbiddenError, match="give the user that runs kuraban the right"):
        read(path)


def test_a_wrong_extension_does_not_matter(make_clip: MakeClip) -> None:
    path = make_clip("clip.mp4", frames=10)
    assert len(read(path.rename(path.with_suffix(".avi")))[1]) == 10


@pytest.mark.parametrize(("name", "options"), [("clip.mp4", {"movflags": "faststart"}), ("clip.mkv", {})])
def test_a_truncated_recording_is_partial_and_keeps_what_was_read(
    make_clip: MakeClip, name: str, options: dict[str, str]
) -> None:
    path = make_clip(name, frames=150, g="15", **options)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    _, sights = read(path)
    assert 50 < len(sights) < 150
    assert isinstance(sights[-1], Partial)
    assert sights[-1].captured_at_ms == sights[-2].captured_at_ms
    assert all(isinstance(sight, Frame) for sight in sights[:-1])


def test_a_recording_cut_off_before_its_index_is_unreadable_not_a_hang(make_clip: MakeClip) -> None:
    path = make_clip("clip.mp4", frames=60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(UnreadableMediaError):
        read(path)


def test_damage_in_the_middle_is_told_with_a_count(make_clip: MakeClip) -> None:
    path = make_clip("clip.mp4", frames=90, g="15", movflags="faststart")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = np.random.default_rng(2).bytes(400)
    path.write_bytes(data)
    _, sights = read(path)
    assert isinstance(sights[-1], Partial)
    assert "of its packets or pictures are damaged" in sights[-1].reason
    assert len(sights) > 60
    assert all(a.captured_at_ms < b.captured_at_ms for a, b in pairwise(sights[:-1]))


def test_closing_a_source_ends_its_iteration_without_calling_it_partial(make_clip: MakeClip) -> None:
    with open_source(str(make_clip("clip.mp4")), start_ms=0, detect_fps=1000, options=OPTIONS) as source:
        sights = []
        for sight in source:
            sights.append(sight)
            if len(sights) == 5:
                source.close()
    assert len(sights) < 15
    assert all(isinstance(sight, Frame) for sight in sights)


def test_a_probe_gives_one_frame_and_what_is_known(make_clip: MakeClip) -> None:
    info, frame = probe(str(make_clip("clip.mp4", frames=30, fps=15)), OPTIONS)
    assert (info.codec, info.frames_per_second, info.duration_ms) == ("h264", 15.0, 2_000)
    assert frame.bgr.shape == (96, 160, 3)


@pytest.mark.footage
def test_real_clips_are_read_whole_and_on_the_grid(footage: Path) -> None:
    for name, count in (("bag-left.avi", 195), ("worker-zone.gif", 24), ("one-by-one.mp4", 697)):
        _, sights = read(footage / name, 5)
        assert len(sights) == count
        assert all(isinstance(sight, Frame) for sight in sights)
        gaps = {b - a for a, b in pairwise(since_start(sights))}
        assert max(gaps) <= 240
        assert min(gaps) >= 160
