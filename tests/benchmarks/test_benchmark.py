from __future__ import annotations

import time
from fractions import Fraction
from io import StringIO
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from rich.console import Console

from benchmarks.analyze import main
from benchmarks.jobs import Raised
from benchmarks.results import Comparison, Costs, Results, StreamResult, inferences
from benchmarks.stopwatch import INFERENCE, REST, SECOND_VOICE, Split, Stopwatch
from benchmarks.streams_made import FPS, GROUP, MAIN, SUB, Stretch, make_streams
from benchmarks.table import comparison_table, results_table

NOBODY = Raised(2_800, "unattended_counter", "desk", "window-1", None)
TAKEN = Raised(48_000, "terminal_removed", "desk", "T-02", None)


def costs(skipping: float, inference_s: float = 0.010) -> Costs:
    return Costs(0.01, 0.06, inference_s, skipping, every_frame=0.1, opening_s=0.1)


def result(*rounds: Costs) -> StreamResult:
    split = Split({REST: 1.0}, {INFERENCE: 90, f"{INFERENCE} in {SECOND_VOICE}": 10}, {"Frame": 90, "Quiet": 10}, 300)
    every = Split({REST: 2.0}, {INFERENCE: 100}, {"Frame": 100}, 300)
    return StreamResult("busy", 20.0, rounds, split, every, Comparison("busy", (NOBODY,), (NOBODY,)))


class Parts:
    """Two parts, of which one calls the other, busy for a hundredth of a second each."""

    def outer(self) -> None:
        spend()
        self.inner()

    def inner(self) -> None:
        spend()


def spend() -> None:
    until_s = time.process_time() + 0.01
    while time.process_time() < until_s:
        pass


def test_what_a_part_calls_is_counted_for_the_inner_part_alone() -> None:
    class Timed(Parts):
        pass

    watch = Stopwatch()
    watch.put_on(Timed, "outer", "slots")
    watch.put_on(Timed, "inner", "health")
    with watch:
        Timed().outer()
    split = watch.split()
    assert split.seconds["slots"] == pytest.approx(0.01, abs=0.005)
    assert split.seconds["health"] == pytest.approx(0.01, abs=0.005)
    assert split.calls == {REST: 1, "slots": 1, "health": 1}


def test_inference_on_the_place_of_an_item_belongs_to_the_second_voice_and_is_still_counted() -> None:
    class Timed(Parts):
        pass

    watch = Stopwatch()
    watch.put_on(Timed, "outer", SECOND_VOICE)
    watch.put_on(Timed, "inner", INFERENCE)
    with watch:
        Timed().outer()
    assert INFERENCE not in watch.split().seconds
    assert inferences(watch.split()) == 1


def test_the_ratio_is_taken_round_by_round_because_other_work_slows_a_whole_round() -> None:
    quick, slowed = costs(0.12), Costs(0.02, 0.12, 0.020, 0.24, 0.2, 0.1)
    assert result(quick).ratio(skip=True) == pytest.approx(0.12 / (0.01 + 5 * 0.010))
    assert result(quick, slowed, slowed).ratio(skip=True) == pytest.approx(2.0)


def test_incidents_differ_when_one_is_raised_at_another_moment_but_not_when_it_ends_at_another() -> None:
    ended = Raised(2_800, "unattended_counter", "desk", "window-1", 9_000)
    later = Raised(3_000, "unattended_counter", "desk", "window-1", None)
    assert Comparison("desk", (NOBODY,), (ended,)).same
    moved = Comparison("desk", (later, TAKEN), (NOBODY, TAKEN))
    assert not moved.same
    assert (moved.missing, moved.extra) == ((NOBODY,), (later,))


def test_the_tables_show_aims_ratios_and_the_moment_of_every_difference() -> None:
    console = Console(width=130, record=True, file=StringIO())
    console.print(results_table(Results("yolox_nano_416", 20.0, (result(costs(0.12)),))))
    console.print(comparison_table([Comparison("desk", (), (TAKEN,))]))
    shown = console.export_text()
    assert "0.1200" in shown
    assert "2.00" in shown
    assert "terminal_removed desk T-02 48.00 s to the end" in shown
    assert "NO" in shown


def test_made_streams_look_like_a_camera_s_and_are_made_once(tmp_path: Path) -> None:
    clip = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(clip), cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 36))
    for _ in range(20):
        writer.write(np.full((36, 64, 3), 90, np.uint8))
    writer.release()
    made = make_streams(Stretch(clip, 0.0, 1.0, 4.0), folder=tmp_path)
    for path, size in ((made.sub, SUB), (made.main, MAIN)):
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            keys = [packet.is_keyframe for packet in container.demux(stream) if packet.size]
            assert (stream.width, stream.height) == size
            assert stream.average_rate == Fraction(FPS)
            assert not stream.codec_context.has_b_frames
        assert [number for number, is_key in enumerate(keys) if is_key] == [0, GROUP]
        assert len(keys) == 4 * FPS
    written = made.sub.stat().st_mtime_ns
    assert make_streams(Stretch(clip, 0.0, 1.0, 4.0), folder=tmp_path).sub.stat().st_mtime_ns == written


def test_a_missing_clip_is_named_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--footage", str(tmp_path)]) == 2
    assert "--footage" in capsys.readouterr().out
