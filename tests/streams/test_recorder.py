"""The recorder: every picture as it came, in segments that stand for themselves; and a cause for every gap."""

from __future__ import annotations

import errno
import os
import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest

from streams.boxes import layout
from streams.disk import DiskMarks, DiskWatch
from streams.files import sha256_of
from streams.recorder import Recorder
from streams.recording import RecorderState, Recording
from streams.recovery import recover_others
from streams.samples import Ended, Sample, Unfit, Word, to_ms
from streams.segments import Gap, GapCause, Segment, files, part_path, parts, read_sidecar, segment_path, walk
from tests.streams.conftest import ClipMaker
from tests.streams.told import BEGAN_MS, told, units_kept, units_sent

pytestmark = pytest.mark.timeout(60)

GB = 10**9


class Desk:
    """A recording, with a disk whose room can be set and a clock that can be put forward."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.free = 100 * GB
        self.now_s = 0.0
        self.segments: list[Segment] = []
        disk = DiskWatch(root, DiskMarks(), lambda _: self.free)
        self.recording = Recording(root, "counter", disk, self.segments.append, monotonic=lambda: self.now_s)
        self.recording.begin()

    def take(self, words: Sequence[Word]) -> None:
        for word in words:
            self.recording.take(word)

    @property
    def gaps(self) -> list[tuple[GapCause, int] | None]:
        """Cause and length in milliseconds of the gap before each segment."""
        told = ((segment, segment.gap_before) for segment in self.segments)
        return [None if gap is None else (gap.cause, segment.began_ms - gap.began_ms) for segment, gap in told]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "footage")


@pytest.mark.parametrize(("codec", "bf"), [("libx264", "0"), ("libx264", "2"), ("libx265", "0"), ("libx265", "3")])
def test_what_was_sent_is_what_is_kept(make_clip: ClipMaker, desk: Desk, codec: str, bf: str) -> None:
    clip = make_clip("day.mp4", frames=375, fps=15, codec=codec, bf=bf, g="15")
    desk.take(told(clip))
    desk.recording.end()
    assert units_kept(desk.root, desk.segments) == units_sent(clip)
    assert len(desk.segments) == 3
    assert sum(segment.frames for segment in desk.segments) == 375


@pytest.mark.parametrize(("codec", "bf"), [("libx264", "2"), ("libx265", "0")])
def test_segments_follow_each_other_and_each_plays_alone(
    make_clip: ClipMaker, desk: Desk, codec: str, bf: str
) -> None:
    desk.take(told(make_clip("day.mp4", frames=375, fps=15, codec=codec, bf=bf, g="15")))
    desk.recording.end()
    assert [segment.began_ms - BEGAN_MS for segment in desk.segments] == [0, 10_000, 20_000]
    assert all(earlier.ended_ms == later.began_ms for earlier, later in pairwise(desk.segments))
    assert desk.gaps == [(GapCause.START, 0), None, None]
    for segment in desk.segments:
        path = segment_path(desk.root, "counter", segment.began_ms)
        with av.open(str(path)) as container:
            shown = [frame.pts for frame in container.decode(video=0)]
            assert (container.streams.video[0].width, container.streams.video[0].height) == (160, 96)
        assert shown == [number * 6_000 for number in range(segment.frames)], "capture time less the beginning"


def test_a_sidecar_says_what_the_segment_is(make_clip: ClipMaker, desk: Desk) -> None:
    desk.take(told(make_clip("day.mp4", frames=225, fps=15, bf="0", g="15")))
    desk.recording.end()
    for segment, path in zip(desk.segments, files(desk.root), strict=True):
        assert read_sidecar(path) == segment
        assert (segment.bytes, segment.sha256) == (path.stat().st_size, sha256_of(path))
        with path.open("rb") as file:
            laid = layout(file, str(path))
        assert (laid.init_bytes, laid.frames) == (segment.init_bytes, segment.frames)
        keys = [to_ms(one.decode_time) + segment.began_ms for one in laid.fragments if one.begins_with_key]
        assert keys == list(segment.key_frames_ms)
        assert all(one.duration <= 45_000 + 6_000 for one in laid.fragments), "half a second, and a picture"


def test_a_lost_camera_ends_the_segment_and_the_next_one_says_since_when(make_clip: ClipMaker, desk: Desk) -> None:
    clip = make_clip("a.mp4", frames=30, bf="0")
    desk.take(told(clip, clip, pause_ms=7_000))
    assert desk.gaps == [(GapCause.START, 0), (GapCause.OFFLINE, 7_000)]
    assert (desk.recording.state, desk.recording.reason) == (RecorderState.WAITING, "the camera ended the stream")


def test_a_camera_that_sends_nothing_for_a_while_leaves_a_gap(make_clip: ClipMaker, desk: Desk) -> None:
    words = told(make_clip("a.mp4", frames=60, bf="0", g="30"))
    later = [
        replace(word, shown_at=word.shown_at + 450_000, decoded_at=word.decoded_at + 450_000)
        for word in words[31:]
        if isinstance(word, Sample)
    ]
    desk.take(words[:31])
    desk.now_s += 5.0
    desk.take([*later, words[-1]])
    assert desk.gaps == [(GapCause.START, 0), (GapCause.OFFLINE, 5_000)]


def test_a_clock_that_is_set_forward_leaves_a_gap_in_which_nothing_is_missing(
    make_clip: ClipMaker, desk: Desk
) -> None:
    hour = 3_600 * 90_000
    words = told(make_clip("a.mp4", frames=60, bf="0", g="30"))
    later = [
        replace(word, shown_at=word.shown_at + hour, decoded_at=word.decoded_at + hour)
        for word in words[31:]
        if isinstance(word, Sample)
    ]
    desk.take([*words[:31], *later, words[-1]])
    assert desk.gaps == [(GapCause.START, 0), (GapCause.CLOCK_SET, 3_600_000)]
    assert sum(segment.frames for segment in desk.segments) == 60


def test_a_camera_of_a_picture_in_five_seconds_is_not_silent_in_between(make_clip: ClipMaker, desk: Desk) -> None:
    times = [number * 5_000 for number in range(12)]
    desk.take(told(make_clip("slow.mp4", frames=12, bf="0", g="1", times=times))[:-1])
    desk.recording.end()
    assert [gap for gap in desk.gaps if gap is not None] == [(GapCause.START, 0), (GapCause.CLOCK_SET, 4_960)]
    assert sum(segment.frames for segment in desk.segments) == 12


def test_another_size_begins_another_segment_at_once(make_clip: ClipMaker, desk: Desk) -> None:
    small, large = (
        make_clip("small.mp4", frames=30, bf="0"),
        make_clip("large.mp4", frames=30, bf="0", size=(320, 180)),
    )
    words = [word for word in told(small, large) if not isinstance(word, Ended)]
    desk.take(words)
    desk.recording.end()
    assert [(segment.width, segment.height) for segment in desk.segments] == [(160, 96), (320, 180)]
    assert desk.gaps == [(GapCause.START, 0), (GapCause.CODEC_CHANGED, 0)]
    assert units_kept(desk.root, desk.segments) == units_sent(small, large)


def test_pictures_that_a_slow_disk_has_cost_are_a_gap(make_clip: ClipMaker, desk: Desk) -> None:
    words = told(make_clip("a.mp4", frames=60, bf="0", g="15"))
    late = words[46]
    assert isinstance(late, Sample)
    desk.take([*words[:21], replace(late, dropped=25), *words[47:]])
    assert desk.gaps == [(GapCause.START, 0), (GapCause.SLOW_DISK, 1_667)]


def test_a_stream_that_cannot_be_kept_switches_the_recorder_off_with_the_reason(desk: Desk) -> None:
    desk.take([Unfit("its stream is mjpeg")])
    assert (desk.recording.state, desk.recording.reason) == (RecorderState.OFF, "its stream is mjpeg")


def test_a_full_disk_stops_recording_and_room_lets_it_go_on(make_clip: ClipMaker, desk: Desk) -> None:
    words = told(make_clip("a.mp4", frames=120, bf="0", g="15"))
    desk.take(words[:31])
    desk.free = GB // 2
    desk.take(words[31:61])
    assert desk.recording.state is RecorderState.STOPPED
    assert desk.recording.reason is not None
    assert "0.5 GB left" in desk.recording.reason
    desk.free = GB * 3 // 2
    desk.take(words[61:76])
    assert desk.recording.state is RecorderState.STOPPED, "it does not flutter between the marks"
    desk.free = GB * 3
    desk.take(words[76:])
    assert [segment.frames for segment in desk.segments] == [30, 45]
    assert desk.gaps == [(GapCause.START, 0), (GapCause.DISK_FULL, 3_000)]


@pytest.mark.parametrize(("number", "cause"), [(errno.ENOSPC, GapCause.DISK_FULL), (errno.EIO, GapCause.STOPPED)])
def test_a_disk_that_refuses_keeps_what_was_written_and_is_tried_again(
    make_clip: ClipMaker, desk: Desk, monkeypatch: pytest.MonkeyPatch, number: int, cause: GapCause
) -> None:
    words = told(make_clip("a.mp4", frames=120, bf="0", g="15"))
    desk.take(words[:20])
    write = os.write

    def half_of_it(file: int, data: bytes | memoryview) -> int:
        if len(data) < 100:
            raise OSError(number, os.strerror(number))
        return write(file, data[: len(data) // 2])

    monkeypatch.setattr("os.write", half_of_it)
    desk.take(words[20:40])
    assert desk.recording.state is RecorderState.STOPPED
    assert os.strerror(number) in str(desk.recording.reason)
    monkeypatch.setattr("os.write", write)
    desk.take(words[40:50])
    assert desk.recording.state is RecorderState.STOPPED, "it is not tried at every picture"
    desk.now_s = 10.0
    desk.take(words[50:])
    kept, after = desk.segments
    assert kept.frames == 15, "up to the last whole fragment"
    assert desk.gaps[1] == (cause, after.began_ms - kept.ended_ms)
    assert list(walk(desk.root)) == desk.segments
    assert units_kept(desk.root, [kept]) == units_sent(segment_path(desk.root, "counter", kept.began_ms))


def test_a_read_only_disk_is_told_and_nothing_is_made_up(
    make_clip: ClipMaker, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr("os.open", refuse)
    desk.take(told(make_clip("a.mp4", frames=30, bf="0"))[:-1])
    assert (desk.recording.state, desk.segments) == (RecorderState.STOPPED, [])


def test_a_new_run_says_since_when_nothing_was_recorded(make_clip: ClipMaker, desk: Desk) -> None:
    clip = make_clip("a.mp4", frames=30, bf="0")
    desk.take(told(clip))
    again = Desk(desk.root)
    again.take(told(clip, began_ms=BEGAN_MS + 60_000))
    assert again.gaps == [(GapCause.RESTART, 58_000)]


def test_what_a_crash_has_left_of_a_camera_that_is_recorded_no_more_is_finished_too(
    make_clip: ClipMaker, desk: Desk
) -> None:
    desk.take(told(make_clip("a.mp4", frames=60, bf="0", g="15"))[:50])
    assert recover_others(desk.root, {"counter"}) == []
    assert [segment.camera for segment in recover_others(desk.root, {"vault"})] == ["counter"]
    assert len(list(walk(desk.root))) == 1


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_what_a_crash_has_left_is_finished_up_to_the_last_whole_fragment(
    make_clip: ClipMaker, desk: Desk, codec: str
) -> None:
    clip = make_clip("a.mp4", frames=60, bf="0", g="15", codec=codec)
    desk.take(told(clip)[:50])
    (part,) = parts(desk.root, "counter")
    with part.open("ab") as file:
        file.write(b"\x00\x00\x01\x00moof and nothing more")
    again = Desk(desk.root)
    (recovered,) = again.segments
    assert 38 <= recovered.frames <= 49
    assert recovered.gap_before == Gap(GapCause.START, BEGAN_MS)
    assert list(walk(desk.root)) == [recovered]
    assert not parts(desk.root, "counter")
    path = segment_path(desk.root, "counter", BEGAN_MS)
    assert (recovered.bytes, recovered.sha256) == (path.stat().st_size, sha256_of(path))
    assert units_sent(path) == units_sent(clip)[: len(units_sent(path))]
    whole = Desk(desk.root.parent / "whole")
    whole.take(told(clip)[: 1 + recovered.frames])
    whole.recording.end()
    assert replace(whole.segments[0], bytes=0 + recovered.bytes, sha256=recovered.sha256) == recovered
    again.take(told(clip, began_ms=BEGAN_MS + 10_000))
    assert again.gaps[1] == (GapCause.CRASH, 10_000 - round(recovered.frames * 1000 / 15))


def test_wherever_a_segment_is_cut_what_is_left_is_whole(make_clip: ClipMaker, desk: Desk) -> None:
    clip = make_clip("a.mp4", frames=60, bf="2", g="15")
    desk.take(told(clip)[:58])
    (part,) = parts(desk.root, "counter")
    content, sent = part.read_bytes(), units_sent(clip)
    chance = random.Random(3)
    lasted: list[int] = []
    for number in range(40):
        left = content[: chance.randrange(len(content))] + bytes(chance.choice([0, 0, 700]))
        root = desk.root.parent / str(number)
        again = part_path(segment_path(root, "counter", BEGAN_MS))
        again.parent.mkdir(parents=True)
        again.write_bytes(left)
        segments = Desk(root).segments
        kept = units_kept(root, segments)
        assert kept == sent[: len(kept)]
        assert [segment.bytes for segment in segments] == [path.stat().st_size for path in files(root)]
        lasted.append(sum(segment.frames for segment in segments))
    assert min(lasted) == 0
    assert max(lasted) > 40


def test_a_disk_that_has_damaged_an_unfinished_segment_keeps_nobody_from_recording(
    make_clip: ClipMaker, desk: Desk
) -> None:
    clip = make_clip("a.mp4", frames=60, bf="0", g="15")
    desk.take(told(clip)[:50])
    (part,) = parts(desk.root, "counter")
    content = part.read_bytes()
    chance = random.Random(5)
    put_aside = 0
    for number in range(60):
        damaged = bytearray(content)
        for _ in range(3):
            damaged[chance.randrange(900)] = chance.randrange(256)
        root = desk.root.parent / str(number)
        again = part_path(segment_path(root, "counter", BEGAN_MS))
        again.parent.mkdir(parents=True)
        again.write_bytes(damaged)
        after = Desk(root)
        after.take(told(clip, began_ms=BEGAN_MS + 60_000))
        assert after.segments[-1].frames == 60
        assert not parts(root, "counter")
        put_aside += len(list(root.rglob("*.damaged")))
    assert put_aside > 0


def test_a_disk_that_is_away_at_the_start_is_asked_again_what_is_on_it(
    make_clip: ClipMaker, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = make_clip("a.mp4", frames=30, bf="0")
    desk.take(told(clip))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.mkdir", refuse)
        again = Desk(desk.root)
        assert again.recording.state is RecorderState.STOPPED
    again.now_s = 10.0
    again.take(told(clip, began_ms=BEGAN_MS + 60_000))
    assert again.gaps == [(GapCause.RESTART, 58_000)]


@pytest.mark.parametrize("left", [b"", b"\x00\x00\x00\x18ftyp", bytes(500)])
def test_what_has_no_picture_in_it_is_deleted(make_clip: ClipMaker, desk: Desk, left: bytes) -> None:
    part = part_path(segment_path(desk.root, "counter", BEGAN_MS))
    part.parent.mkdir(parents=True)
    part.write_bytes(left)
    desk.take(told(make_clip("a.mp4", frames=30, bf="0"), began_ms=BEGAN_MS - 10_000))
    again = Desk(desk.root)
    assert not part.exists()
    again.take(told(make_clip("a.mp4", frames=30, bf="0"), began_ms=BEGAN_MS + 10_000))
    assert again.gaps == [(GapCause.CRASH, 18_000)]


def test_the_thread_writes_what_it_was_told_before_it_ends(make_clip: ClipMaker, tmp_path: Path) -> None:
    clip = make_clip("a.mp4", frames=60, bf="0")
    done: list[Segment] = []
    recorder = Recorder(tmp_path, "counter", DiskWatch(tmp_path, DiskMarks(0, 0)), done.append)
    recorder.start()
    for word in told(clip)[:-1]:
        recorder.inbox.tell(word)
    recorder.close()
    assert units_kept(tmp_path, done) == units_sent(clip)


def test_a_disk_that_stalls_holds_nobody_and_costs_pictures_only_when_the_inbox_is_full(
    make_clip: ClipMaker, tmp_path: Path
) -> None:
    stalled, free = threading.Event(), threading.Event()

    def no_answer(_: Path) -> int:
        stalled.set()
        free.wait(20)
        return GB

    clip = make_clip("a.mp4", frames=60, bf="0", g="15")
    done: list[Segment] = []
    recorder = Recorder(tmp_path, "counter", DiskWatch(tmp_path, DiskMarks(0, 0), no_answer), done.append)
    recorder.start()
    for word in told(clip)[:-1]:
        recorder.inbox.tell(word)
    assert stalled.wait(10)
    assert recorder.status.dropped == 0
    free.set()
    recorder.close()
    assert units_kept(tmp_path, done) == units_sent(clip)
