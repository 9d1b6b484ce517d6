"""The recorder against what really happens: a real camera, a process that is killed, a disk that is full."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from streams import SourceOptions, Tap, open_undecoded
from streams.boxes import layout
from streams.disk import DiskMarks, DiskWatch
from streams.files import sha256_of
from streams.recorder import Recorder
from streams.recording import RecorderState, Recording
from streams.segments import Gap, GapCause, Segment, files, parts, read_sidecar, walk
from tests.streams.conftest import Camera, ClipMaker
from tests.streams.told import slices_kept, units_kept, units_sent

pytestmark = pytest.mark.timeout(120)

ROOT = Path(__file__).parents[2]


@contextmanager
def recorded(camera: Camera, root: Path, segment_ms: int) -> Iterator[tuple[Recorder, list[Segment]]]:
    """Record a camera; give the recorder and the segments that it has finished."""
    done: list[Segment] = []
    tap = Tap()
    recorder = Recorder(root, "counter", DiskWatch(root, DiskMarks(0, 0)), done.append, segment_ms=segment_ms)
    tap.add(recorder.inbox)
    recorder.start()
    with open_undecoded(camera.url(), tap, SourceOptions()) as source:
        thread = threading.Thread(target=lambda: list(source))
        thread.start()
        yield recorder, done
        source.close()
        thread.join(10)
    recorder.close()


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.rtsp
@pytest.mark.parametrize("codec", ["h264", "h264-b", "h265"])
def test_no_slice_that_a_camera_sends_is_lost_or_altered(
    start_camera: Callable[..., Camera], tmp_path: Path, codec: str
) -> None:
    digests = tmp_path / "digests"
    camera = start_camera("--codec", codec, "--digests", str(digests))
    with recorded(camera, tmp_path / "footage", segment_ms=2_000) as (_, done):
        wait_for(lambda: len(done) >= 3)
    kept, sent = slices_kept(tmp_path / "footage", done), digests.read_text().split()
    began = sent.index(kept[0])
    assert len(kept) > 80
    assert kept == sent[began : began + len(kept)]
    assert [segment.gap_before for segment in done] == [Gap(GapCause.START, done[0].began_ms)] + [None] * (
        len(done) - 1
    )


@pytest.mark.rtsp
def test_a_real_camera_that_changes_its_size_leaves_no_gap(
    start_camera: Callable[..., Camera], tmp_path: Path
) -> None:
    camera = start_camera()
    with recorded(camera, tmp_path, segment_ms=2_000) as (recorder, done):
        wait_for(lambda: recorder.status.state is RecorderState.RECORDING)
        camera.command("size 640 360")
        wait_for(lambda: any(segment.width == 640 for segment in done))
    changed = next(number for number, segment in enumerate(done) if segment.width == 640)
    gap = done[changed].gap_before
    assert gap == Gap(GapCause.CODEC_CHANGED, done[changed - 1].ended_ms)
    assert done[changed].began_ms == done[changed - 1].ended_ms


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_a_process_that_is_killed_loses_a_second_at_most_and_what_is_left_is_whole(
    make_clip: ClipMaker, tmp_path: Path, kills: int
) -> None:
    clip = make_clip("day.mp4", frames=150, fps=15, bf="2", g="15", size=(320, 180))
    chance = random.Random(7)
    for number in range(kills):
        root = tmp_path / str(number)
        root.mkdir()
        command = [sys.executable, "-m", "tests.streams.recording_process", str(root), str(clip)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            pictures = (line for line in iter(process.stdout.readline, "") if line.rstrip().isdecimal())
            next(pictures)
            time.sleep(chance.uniform(0.3, 3.0 if kills > 10 else 1.0))
            process.send_signal(signal.SIGKILL)
            read_until_ms = max(map(int, pictures))
        done: list[Segment] = []
        Recording(root, "counter", DiskWatch(root, DiskMarks(0, 0)), done.append).begin()
        segments = list(walk(root))
        assert read_until_ms - segments[-1].ended_ms <= 1_000
        assert not parts(root, "counter")
        check_whole(root, segments, clip)


def check_whole(root: Path, segments: list[Segment], clip: Path) -> None:
    """Check that segments are what their sidecars say, and together what was sent."""
    for path in files(root):
        segment = read_sidecar(path)
        assert (segment.bytes, segment.sha256) == (path.stat().st_size, sha256_of(path))
        with path.open("rb") as file:
            assert layout(file, str(path)).frames == segment.frames
    sent = units_sent(*[clip] * 10)
    kept = units_kept(root, segments)
    assert kept == sent[: len(kept)]


def test_a_disk_that_is_really_full_keeps_what_it_has_and_goes_on_when_there_is_room(
    make_clip: ClipMaker, tmp_path: Path
) -> None:
    clip = make_clip("day.mp4", frames=120, fps=15, bf="0", g="15", size=(320, 180))
    in_namespace = ["unshare", "--map-root-user", "--mount"]
    if subprocess.run([*in_namespace, "true"], capture_output=True, check=False).returncode:
        reason = "needs mount namespaces for a small disk"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    disk = tmp_path / "disk"
    disk.mkdir()
    command = [*in_namespace, sys.executable, "-m", "tests.streams.small_disk", str(clip), str(disk)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    said = json.loads(ran.stdout.splitlines()[-1])
    assert "No space left on device" in said["reason"]
    assert said["gap"] == "disk_full"
    assert len(said["whole"]) > 3
    assert all(said["whole"])
