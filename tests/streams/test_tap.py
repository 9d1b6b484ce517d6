"""The tap: whoever keeps or shows a camera's stream gets every picture as it came, and never holds who reads it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from streams import Offline, SourceOptions, Tap, open_source, open_undecoded
from streams.backoff import BackoffSettings
from streams.bitstream import length_bytes, units
from streams.boxes import layout
from streams.disk import DiskMarks, DiskWatch
from streams.errors import UnreadableMediaError
from streams.fragments import Fragmenter
from streams.parameters import TrackFormat
from streams.recording import Recording
from streams.samples import Began, Ended, Inbox, Sample, Unfit, Word
from streams.segments import files, read_sidecar
from tests.streams.conftest import Camera, ClipMaker
from tests.streams.told import BEGAN_MS, Notes
from vision.types import Frame

pytestmark = pytest.mark.timeout(60)

OPTIONS = SourceOptions(backoff=BackoffSettings(first_s=0.1, longest_s=0.1))
TRACK = TrackFormat("h264", "avc1.42c01e", 160, 96, b"avc1", b"")


def words(inbox: Inbox, count: int) -> list[Word]:
    """Return the next words of a camera that is being read."""
    found: list[Word] = []
    while len(found) < count:
        word = inbox.next(20)
        assert word is not None, f"only {len(found)} words came: {found}"
        found.append(word)
    return found


@contextmanager
def reading(address: str, tap: Tap) -> Iterator[None]:
    """Read a camera in a thread, as the service does, without decoding it."""
    with open_undecoded(address, tap, OPTIONS) as source:
        thread = threading.Thread(target=lambda: list(source))
        thread.start()
        try:
            yield
        finally:
            source.close()
            thread.join(10)


def units_of(path: Path) -> list[list[bytes]]:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        size = length_bytes(stream.codec_context.name, stream.codec_context.extradata)
        return [units(bytes(packet), size) for packet in container.demux(stream) if packet.size]


@pytest.mark.parametrize(("codec", "suffix"), [("libx264", "mp4"), ("libx264", "ts"), ("libx265", "mp4")])
def test_every_picture_comes_as_it_was_recorded_round_after_round(
    make_clip: ClipMaker, codec: str, suffix: str
) -> None:
    clip = make_clip(f"a.{suffix}", frames=20, fps=60, codec=codec, bf="2", g="10")
    inbox, tap = Inbox(), Tap()
    tap.add(inbox)
    with reading(f"replay:{clip}", tap):
        began, *samples = words(inbox, 41)
    assert isinstance(began, Began)
    assert (began.track.width, began.track.height) == (160, 96)
    recorded = units_of(clip)
    came = [units(sample.data, 4) for sample in samples if isinstance(sample, Sample)]
    assert came == recorded + recorded


def test_a_camera_s_pictures_have_the_capture_times_of_its_frames(make_clip: ClipMaker) -> None:
    clip = make_clip("a.mp4", frames=30, bf="0", g="10")
    inbox, tap = Inbox(), Tap()
    tap.add(inbox)
    with open_source(f"replay:{clip}", start_ms=None, detect_fps=60, options=OPTIONS, tap=tap) as source:
        frames = list(islice((sight for sight in source if isinstance(sight, Frame)), 20))
    samples = [word for word in words(inbox, 20) if isinstance(word, Sample)]
    for frame, sample in zip(frames, samples, strict=False):
        assert abs(frame.captured_at_ms - sample.captured_at_ms) <= 40
    assert all(later.decoded_at > earlier.decoded_at for earlier, later in pairwise(samples))


@pytest.mark.rtsp
@pytest.mark.parametrize("codec", ["h264", "h264-b", "h265"])
def test_a_real_camera_is_tapped_from_its_first_key_frame_on(start_camera: Callable[..., Camera], codec: str) -> None:
    camera = start_camera("--codec", codec)
    inbox, tap = Inbox(), Tap()
    tap.add(inbox)
    with reading(camera.url(), tap):
        began, first, *others = words(inbox, 40)
    assert isinstance(began, Began)
    assert (began.track.codec, began.track.width, began.track.height) == (codec[:4].replace("h265", "hevc"), 320, 180)
    assert isinstance(first, Sample)
    assert first.is_key
    samples = [first, *(word for word in others if isinstance(word, Sample))]
    spacing = [later.decoded_at - earlier.decoded_at for earlier, later in pairwise(samples)]
    assert sorted(spacing)[len(spacing) // 2] == 6_000, "slices of one picture are one sample"
    assert abs(samples[-1].captured_at_ms - time.time() * 1000) < 3_000


@pytest.mark.rtsp
def test_a_change_of_size_is_told_before_the_first_picture_of_that_size(start_camera: Callable[..., Camera]) -> None:
    camera = start_camera()
    inbox, tap = Inbox(), Tap()
    tap.add(inbox)
    with reading(camera.url(), tap):
        words(inbox, 5)
        camera.command("size 640 360")
        word = inbox.next(20)
        while not isinstance(word, Began):
            word = inbox.next(20)
        assert (word.track.width, word.track.height) == (640, 360)
        after = inbox.next(20)
        assert isinstance(after, Sample)
        assert after.is_key


def test_a_sink_that_comes_later_begins_at_the_newest_key_frame(make_clip: ClipMaker) -> None:
    clip = make_clip("a.mp4", frames=60, fps=30, bf="0", g="30")
    first, later, tap = Inbox(), Inbox(), Tap()
    tap.add(first)
    with reading(f"replay:{clip}", tap):
        words(first, 1 + 20)
        tap.add(later)
        began, key = words(later, 2)
        assert isinstance(began, Began)
        assert isinstance(key, Sample)
        assert key.is_key
        tap.remove(later)
        words(first, 10)
    assert later.next(0.01) is not None, "the pictures of the group until it was taken away"


def test_the_end_of_a_connection_is_told_and_the_next_one_begins_anew(make_clip: ClipMaker) -> None:
    clip = make_clip("a.mp4", frames=5, bf="0")
    inbox, tap = Inbox(), Tap()
    tap.add(inbox)
    with reading(f"replay:{clip}?once=true", tap):
        told = words(inbox, 7)
    assert [type(word) for word in told] == [Began, *[Sample] * 5, Ended]


def test_a_stream_that_cannot_be_kept_says_so(make_clip: ClipMaker) -> None:
    clip = make_clip("a.avi", frames=5, codec="mjpeg", pixel_format="yuvj420p")
    inbox, tap = Inbox(), Tap()
    tap.add(inbox)
    with reading(f"replay:{clip}", tap):
        (word,) = words(inbox, 1)
    assert word == Unfit("its stream is mjpeg; only H.264 and H.265 can be kept as they are")


def test_a_camera_that_is_only_tapped_still_says_that_it_is_offline(tmp_path: Path) -> None:
    with open_undecoded(f"replay:{tmp_path}/none.mp4", Tap(), OPTIONS) as source:
        assert isinstance(next(iter(source)), Offline)


def test_a_recording_cannot_be_tapped(tmp_path: Path) -> None:
    with pytest.raises(UnreadableMediaError, match="write replay: before it"):
        open_undecoded(str(tmp_path / "a.mp4"), Tap(), OPTIONS)


def with_damage(packet: Any) -> Any:
    """Return a packet of a byte stream whose sequence parameter sets are cut off after two bytes."""
    cut = [unit[:2] if unit[0] & 0x1F == 7 else unit for unit in units(bytes(packet), None)]
    copy = av.Packet(b"".join(b"\x00\x00\x00\x01" + unit for unit in cut))
    copy.pts, copy.dts, copy.time_base, copy.is_keyframe = packet.pts, packet.dts, packet.time_base, True
    return copy


def test_a_damaged_parameter_set_is_passed_over_and_the_next_whole_one_counts(make_clip: ClipMaker) -> None:
    clip = make_clip("a.ts", frames=40, bf="0", g="10")
    tap, inbox = Tap(), Inbox()
    tap.add(inbox)
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        line = tap.connect()
        line.begin(stream)
        for number, packet in enumerate(packets):
            line.take(with_damage(packet) if number in {0, 20} else packet, number * 67, None)
        line.finish("it ended")
    assert [type(word) for word in words(inbox, 42)] == [Began, *[Sample] * 40, Ended]


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_whatever_arrives_is_kept_or_passed_over(make_clip: ClipMaker, tmp_path: Path, codec: str) -> None:
    clip = make_clip("a.ts", frames=40, bf="0", g="5", codec=codec)
    chance = random.Random(1)
    root = tmp_path / "footage"
    tap, fragmenter = Tap(), Fragmenter()
    recording = Recording(root, "counter", DiskWatch(tmp_path, DiskMarks(0, 0)), lambda _: None)
    recording.begin()
    notes = Notes()
    tap.add(notes)
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        for number in range(30):
            line = tap.connect()
            line.begin(stream)
            for packet in packets:
                line.take(with_noise(packet, chance), BEGAN_MS + number * 60_000, None)
            line.finish("it ended")
    for word in notes.words:
        recording.take(word)
        list(fragmenter.take(word))
    for path in files(root):
        with path.open("rb") as file:
            assert layout(file, str(path)).frames == read_sidecar(path).frames


def with_noise(packet: Any, chance: random.Random) -> Any:
    """Return a packet with some bytes changed, cut off or left out, and times that may be missing or wrong."""
    content = bytearray(packet)
    for _ in range(chance.choice([0, 0, 1, 5])):
        content[chance.randrange(len(content))] = chance.randrange(256)
    content = content[: chance.choice([len(content), len(content), chance.randrange(len(content))])]
    copy = av.Packet(bytes(content))
    copy.time_base, copy.is_keyframe = packet.time_base, packet.is_keyframe
    copy.pts = chance.choice([packet.pts, packet.pts, None, chance.randrange(2**40)])
    copy.dts = chance.choice([packet.dts, packet.dts, None, packet.pts])
    return copy


def sample(number: int, size: int = 100) -> Sample:
    return Sample(bytes(size), number % 5 == 0, number * 6_000, number * 6_000)


def test_what_is_not_fetched_in_time_is_thrown_away_up_to_the_next_key_frame_and_counted() -> None:
    inbox = Inbox(most_bytes=300)
    inbox.tell(Began(TRACK))
    for number in range(7):
        inbox.tell(sample(number))
    assert [inbox.next(0) for _ in range(4)] == [Began(TRACK), sample(0), sample(1), sample(2)]
    for number in range(7, 12):
        inbox.tell(sample(number))
    assert [inbox.next(0) for _ in range(3)] == [replace(sample(10), dropped=7), sample(11), None]
    assert inbox.dropped == 7


def test_what_is_told_beside_pictures_is_never_thrown_away() -> None:
    inbox = Inbox(most_bytes=0)
    inbox.tell(sample(0))
    inbox.tell(Ended("it is gone"))
    assert inbox.next(0) == Ended("it is gone")
