"""What the doctor makes of what it has measured: a sentence of the specification each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from api.doctor.cameras import judge_clock, judge_picture, judge_rate
from api.doctor.clock import BUILT_MS, KernelClock, judge_synchronisation, judge_time
from api.doctor.disk import GIB, Space, Speed, judge_space, judge_speed
from api.doctor.findings import Finding, Verdict, bad, good, skipped, warning, worst
from api.doctor.media import DECODERS, judge_codecs, judge_encoder
from api.doctor.model import judge_speed as judge_model_speed
from api.doctor.place import judge_owner
from streams.records import StreamInfo
from streams.survey import Survey

FOLDER = Path("/var/lib/kuraban")


@pytest.mark.parametrize(
    ("free", "files", "verdict"),
    [
        (500 * GIB, 10**6, Verdict.GOOD),
        (500 * GIB, 0, Verdict.GOOD),  # a file system without a number of files
        (9 * GIB, 10**6, Verdict.WARNING),
        (GIB // 2, 10**6, Verdict.BAD),
        (500 * GIB, 5, Verdict.BAD),
    ],
)
def test_a_disk_without_room_is_told_of_before_it_is_full(free: int, files: int, verdict: Verdict) -> None:
    assert judge_space(Space(1000 * GIB, free, files), FOLDER).verdict is verdict


@pytest.mark.parametrize(
    ("mb_per_s", "sync_ms", "cameras", "verdict"),
    [
        (300, 5, 24, Verdict.GOOD),
        (60, 5, 24, Verdict.WARNING),  # enough, and nothing over for playback
        (20, 5, 24, Verdict.BAD),
        (20, 5, 4, Verdict.GOOD),
        (300, 120, 4, Verdict.WARNING),  # every signature waits that long
    ],
)
def test_a_disk_is_judged_by_the_cameras_that_write_to_it(
    mb_per_s: float, sync_ms: float, cameras: int, verdict: Verdict
) -> None:
    assert judge_speed(Speed(mb_per_s, sync_ms), cameras).verdict is verdict


@pytest.mark.parametrize(
    ("clock", "verdict"),
    [
        (KernelClock(synchronised=True, error_ms=12), Verdict.GOOD),
        (KernelClock(synchronised=True, error_ms=16_000), Verdict.WARNING),
        (KernelClock(synchronised=False, error_ms=12), Verdict.WARNING),
    ],
)
def test_a_clock_that_nobody_keeps_right_is_told_of(clock: KernelClock, verdict: Verdict) -> None:
    assert judge_synchronisation(clock).verdict is verdict


def test_a_clock_behind_the_ledger_is_wrong() -> None:
    assert judge_time(BUILT_MS + 5_000, BUILT_MS + 4_999).verdict is Verdict.GOOD
    behind = judge_time(BUILT_MS + 5_000, BUILT_MS + 3_605_000)
    assert behind.verdict is Verdict.BAD
    assert "3600 s before the newest entry" in behind.says


def test_a_clock_before_the_program_was_made_is_wrong() -> None:
    assert judge_time(0, None).verdict is Verdict.BAD


def test_a_build_of_ffmpeg_that_lacks_a_decoder_is_wrong_and_one_that_lacks_the_encoder_only_lacks_copies() -> None:
    assert judge_codecs(set(DECODERS), {"mp4"}).verdict is Verdict.GOOD
    assert judge_codecs({"h264", "mjpeg"}, {"mp4"}).measured["missing"] == ["hevc"]
    assert judge_codecs(set(DECODERS), set()).verdict is Verdict.BAD
    assert judge_encoder(set(DECODERS)).verdict is Verdict.WARNING


def test_a_model_is_judged_by_what_all_cameras_want_at_once() -> None:
    assert judge_model_speed(1.0, 5.0).verdict is Verdict.GOOD
    assert judge_model_speed(1000.0, 5.0 * (os.cpu_count() or 1)).verdict is Verdict.WARNING


def seen(codec: str = "h264", width: int = 640, fps: float | None = 15.0, *, live: bool = True) -> Survey:
    return Survey(StreamInfo("camera", codec, width, 360, fps, None, live=live), fps, None)


@pytest.mark.parametrize(
    ("survey", "is_analysed", "verdict"),
    [
        (seen(), True, Verdict.GOOD),
        (seen("hevc", 1920), False, Verdict.WARNING),  # recorded, and not shown live
        (seen("mjpeg"), False, Verdict.BAD),  # cannot be recorded without encoding it
        (seen("mjpeg"), True, Verdict.GOOD),
        (seen("h264", 2560), True, Verdict.WARNING),  # wants a small stream for analysis
        (seen("h264", 2560), False, Verdict.GOOD),
        (seen("h264", 2560, live=False), True, Verdict.GOOD),
    ],
)
def test_a_stream_is_judged_by_what_it_is_used_for(survey: Survey, is_analysed: bool, verdict: Verdict) -> None:
    assert judge_picture("camera", survey, is_analysed=is_analysed).verdict is verdict


@pytest.mark.parametrize(
    ("fps", "verdict"),
    [(15.0, Verdict.GOOD), (4.6, Verdict.GOOD), (4.0, Verdict.WARNING), (None, Verdict.WARNING)],
)
def test_a_camera_that_sends_fewer_frames_than_are_wanted_is_told_of(fps: float | None, verdict: Verdict) -> None:
    assert judge_rate("camera", seen(fps=fps), 5.0).verdict is verdict


@pytest.mark.parametrize(
    ("offset_ms", "verdict"),
    [
        (0, Verdict.GOOD),
        (-900, Verdict.GOOD),
        (None, Verdict.GOOD),
        (1_500, Verdict.WARNING),
        (-90_000, Verdict.WARNING),
    ],
)
def test_a_camera_whose_clock_is_off_is_told_of(offset_ms: int | None, verdict: Verdict) -> None:
    assert judge_clock("camera", offset_ms).verdict is verdict


@pytest.mark.parametrize(
    ("mode", "is_writable", "verdict"),
    [(0o700, True, Verdict.GOOD), (0o755, True, Verdict.WARNING), (0o700, False, Verdict.BAD)],
)
def test_a_folder_of_footage_is_for_the_service_only(mode: int, is_writable: bool, verdict: Verdict) -> None:
    found = os.stat_result((0o040000 | mode, 0, 0, 1, 990, 990, 0, 0, 0, 0))
    assert judge_owner(FOLDER, found, 0, is_writable=is_writable).verdict is verdict


def test_the_worst_finding_is_the_verdict() -> None:
    findings = [good("a", "well"), skipped("b", "not looked at"), warning("c", "hm", "do")]
    assert worst(findings) is Verdict.WARNING
    assert worst([*findings, bad("d", "ill", "do")]) is Verdict.BAD
    assert worst([]) is Verdict.GOOD


@pytest.mark.parametrize("verdict", [Verdict.WARNING, Verdict.BAD])
def test_what_is_wrong_always_has_a_remedy(verdict: Verdict) -> None:
    with pytest.raises(ValueError, match="remedy"):
        Finding("check", verdict, "it is wrong")
