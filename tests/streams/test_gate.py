"""The packet gate: timelines of packets and verdicts, and real video where nothing may be lost.

A packet a letter, 100 ms each: `K` key frame, `.` calm, `o` twice the calm size, `O` ten times. A verdict a letter:
`D` decoded, `k` key frame alone, `-` held back, `R` the whole group decoded from its key frame on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from structlog.testing import capture_logs

from streams import Quiet, Sight, SourceOptions, open_source
from streams.gate import GateSettings, PacketFacts, PacketGate, Verdict
from vision.types import Frame, Image

MakeClip = Callable[..., Path]
SIZES = {"K": 10_000, ".": 200, "o": 400, "O": 2_000}
LETTERS = {Verdict.DECODE: "D", Verdict.KEY_ONLY: "k", Verdict.HOLD: "-", Verdict.REPLAY: "R"}
LEARN = "K........." * 4
ASLEEP = LEARN + "K"


def verdicts(packets: str, calm_until: int | None = None, gate: PacketGate | None = None) -> str:
    gate = gate or PacketGate(GateSettings())
    said = []
    for number, letter in enumerate(packets):
        gate.calm(is_calm=calm_until is None or number < calm_until)
        size = SIZES[letter] + (number * 7 % 5) * 20  # a little noise
        said.append(LETTERS[gate.feed(PacketFacts(size, letter == "K", number * 100))])
    return "".join(said)


def after_learning(packets: str) -> str:
    said = verdicts(LEARN + packets)
    assert "R" not in said[: len(LEARN)]
    return said[len(LEARN) :]


def test_without_a_word_of_the_caller_everything_is_decoded() -> None:
    gate = PacketGate(GateSettings())
    said = [gate.feed(PacketFacts(SIZES[p], p == "K", n * 100)) for n, p in enumerate(LEARN * 5)]
    assert set(said) == {Verdict.DECODE}


def test_a_calm_view_costs_key_frames_only_once_calm_packets_are_known() -> None:
    assert verdicts(LEARN + "K....K....") == "D" * 30 + "k---------" + "k----k----"


@pytest.mark.parametrize(
    ("packets", "said"),
    [
        ("K....O...K", "k----RDDDD"),  # one that is much larger
        ("K....ooo.K", "k------RDD"),  # several that are a little larger
        ("K....o...K", "k--------k"),  # one that is a little larger is noise
    ],
)
def test_growth_wakes_the_gate_and_the_group_is_decoded_from_its_key_frame(packets: str, said: str) -> None:
    assert after_learning(packets) == said


def test_after_growth_everything_is_decoded_until_all_has_been_calm_for_long_enough() -> None:
    said = after_learning("K....O....K.........K.........K.........K")
    assert said == "k----RDDDD" + "D" * 20 + "k---------k"


def test_a_caller_who_is_no_longer_calm_has_the_group_decoded_at_once() -> None:
    said = verdicts(LEARN + "K.........", calm_until=len(LEARN) + 5)
    assert said[len(LEARN) :] == "k----RDDDD"


def test_a_view_that_has_become_noisier_for_good_is_learnt() -> None:
    said = verdicts(LEARN + "Kooooooooo" * 20)
    assert said.endswith("k---------")


def test_streams_without_packets_in_between_switch_the_gate_off() -> None:
    gate = PacketGate(GateSettings())
    assert set(verdicts("K" * 60, gate=gate)) == {"D"}
    assert gate.off_reason == "every frame is a key frame"


def test_groups_of_more_than_ten_seconds_switch_the_gate_off() -> None:
    gate = PacketGate(GateSettings())
    said = verdicts(LEARN + "K" + "." * 120 + "K....", gate=gate)
    assert gate.off_reason == "key frames are more than 10 s apart"
    held_to = said.index("R")
    assert held_to - len(LEARN) == 101
    assert set(said[held_to + 1 :]) == {"D"}


def test_a_constant_bit_rate_keeps_the_gate_awake() -> None:
    gate = PacketGate(GateSettings())
    for number in range(200):
        is_key = number % 10 == 0
        gate.calm(is_calm=True)
        assert gate.feed(PacketFacts(9_000 if is_key else 3_300, is_key, number * 100)) is Verdict.DECODE
    assert gate.unfit_now == "calm packets are as large as in a stream of constant bit rate"


def test_packets_of_b_frames_are_compared_with_their_own_kind_only() -> None:
    gate = PacketGate(GateSettings())
    depths = [(0, 10_000), (4, 900), (2, 150), (1, 60), (3, 60)]
    said = []
    for number in range(400):
        group = number % 20
        depth, size = (0, 10_000) if group == 0 else depths[1 + group % 4]
        gate.calm(is_calm=True)
        said.append(gate.feed(PacketFacts(size, group == 0, number * 67, depth)))
    assert said[-20:] == [Verdict.KEY_ONLY] + [Verdict.HOLD] * 19


@dataclass(frozen=True)
class Reading:
    """What a caller with a simple eye for movement got out of a clip."""

    sights: list[Sight]
    decoded: int
    cpu_s: float

    @property
    def frames(self) -> dict[int, Frame]:
        return {sight.captured_at_ms: sight for sight in self.sights if isinstance(sight, Frame)}

    @property
    def quiet(self) -> set[int]:
        return {sight.captured_at_ms for sight in self.sights if isinstance(sight, Quiet)}


def blocks(luma: Image) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    height, width = (luma.shape[0] // 16) * 16, (luma.shape[1] // 16) * 16
    cut_to_size = luma[:height, :width].reshape(height // 16, 16, width // 16, 16)
    return np.asarray(cut_to_size.mean((1, 3)), dtype=np.float64)


def moved(before: Image | None, now: Image, threshold: float = 6) -> bool:
    return before is not None and float(np.abs(blocks(now) - blocks(before)).max()) >= threshold


def watch(path: Path, *, gated: bool, detect_fps: float = 5) -> Reading:
    options = SourceOptions(packet_gate=gated)
    sights: list[Sight] = []
    last: Image | None = None
    began_s = time.process_time()
    with open_source(str(path), start_ms=0, detect_fps=detect_fps, options=options) as source:
        for sight in source:
            sights.append(sight)
            if isinstance(sight, Frame):
                source.calm(not moved(last, sight.luma))
                last = sight.luma
        decoded = source._decoder.decoded  # type: ignore[attr-defined]
    return Reading(sights, decoded, time.process_time() - began_s)


@pytest.mark.parametrize("bframes", ["0", "2"])
def test_an_entering_box_is_seen_on_the_next_grid_step_and_idle_time_costs_key_frames(
    make_clip: MakeClip, bframes: str
) -> None:
    path = make_clip("idle.mp4", frames=300, g="30", bf=bframes, size=(320, 192), box_from=200)
    without, gated = watch(path, gated=False), watch(path, gated=True)
    enters_ms = round(200 * 1000 / 15)
    assert [s.captured_at_ms for s in gated.sights] == [s.captured_at_ms for s in without.sights]
    assert len(gated.quiet) > 20
    assert max(gated.quiet) < enters_ms + 200
    for at_ms, frame in gated.frames.items():
        assert np.array_equal(frame.luma, without.frames[at_ms].luma)
    assert gated.decoded < without.decoded - 40


def test_a_stream_that_is_not_fit_for_the_gate_says_so_once(make_clip: MakeClip) -> None:
    path = make_clip("stills.avi", codec="mjpeg", pixel_format="yuvj420p", frames=60)
    with capture_logs() as logs:
        reading = watch(path, gated=True)
    assert not reading.quiet
    assert [(entry["event"], entry["reason"]) for entry in logs] == [
        ("stream.gate_off", "every frame is a key frame")
    ]


def as_a_camera_sends(source: Path, target: Path, first_s: float, turn_s: float, end_s: float) -> float:
    """Encode a clip at 640x360, 15 a second, a key frame every 30, as cameras do; return when quiet ends, in s.

    Its quiet stretch from `first_s` to `turn_s` is played there and back for a minute, then the clip goes on.
    """
    quiet: list[av.VideoFrame] = []
    after: list[av.VideoFrame] = []
    with av.open(str(source)) as container:
        number = int(first_s * 15)
        for frame in container.decode(video=0):
            while number / 15 <= (frame.time or 0) + 1e-6 and number / 15 <= end_s:
                (quiet if number / 15 < turn_s else after).append(frame.reformat(640, 360, "yuv420p"))
                number += 1
    idle = (quiet + quiet[::-1]) * max(1, 450 // len(quiet)) + quiet
    options = {"preset": "veryfast", "g": "30", "keyint_min": "30", "sc_threshold": "0", "bf": "0"}
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=15, options=options)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number, frame in enumerate(idle + after):
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, 15), 0
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return len(idle) / 15


@pytest.mark.footage
@pytest.mark.parametrize(
    ("name", "first_s", "turn_s", "end_s"), [("desk.mp4", 63.4, 74.4, 80), ("corridor.mp4", 56.2, 67.8, 74)]
)
def test_on_real_footage_nothing_that_moves_is_skipped_when_somebody_enters(
    footage: Path, tmp_path: Path, name: str, first_s: float, turn_s: float, end_s: float
) -> None:
    path = tmp_path / name
    quiet_until_s = as_a_camera_sends(footage / name, path, first_s, turn_s, end_s)
    without, gated = watch(path, gated=False), watch(path, gated=True)
    assert [s.captured_at_ms for s in gated.sights] == [s.captured_at_ms for s in without.sights]
    assert gated.decoded < 0.9 * without.decoded
    assert any(at_ms < quiet_until_s * 1000 for at_ms in gated.quiet)
    last: Image | None = None
    for at_ms, frame in without.frames.items():
        if at_ms in gated.quiet:
            assert not moved(last, frame.luma, threshold=10), f"movement at {at_ms} ms was skipped"
        last = frame.luma


def test_settings_can_be_made_more_careful() -> None:
    careful = PacketGate(replace(GateSettings(), calm_after_ms=5_000))
    assert verdicts(LEARN + "K.........", gate=careful) == "D" * 50
