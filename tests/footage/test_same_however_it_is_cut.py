"""The same scene gives the same incidents at any rate, with frames lost, at half the bit rate, and in company."""

from __future__ import annotations

import subprocess
from pathlib import Path

import av
import pytest

from tests.footage.conftest import Case, Outcome, Run, case_of

pytestmark = pytest.mark.footage

CLIP = "desk-box-taken"
LAB = {"lab-table": "thermos-taken.mp4", "desk": "desk.mp4", "corridor": "corridor.mp4"}
START = "2026-03-02T10:00:00+09:00"


def frames_apart(one: Outcome, other: Outcome, slower_fps: float) -> float:
    """Return by how many frames of the slower run two runs differ at most; they must tell of the same things."""
    assert one.told == other.told
    return max(abs(a - b) for a, b in zip(one.raised_s, other.raised_s, strict=True)) * slower_fps


def encoded_again(source: Path, target: Path, *options: str) -> Path:
    """Encode a clip anew with ffmpeg."""
    subprocess.run(
        ["ffmpeg", "-y", "-loglevel", "error", "-i", str(source), *options, "-c:v", "libx264", str(target)],
        check=True,
        timeout=120,
    )
    return target


@pytest.fixture(scope="module")
def usual(footage: Path, run: Run) -> Outcome:
    """The clip as it is, at five frames a second."""
    return run(case_of(footage, CLIP), detect_fps=5)


@pytest.mark.parametrize("fps", [3, 10])
def test_another_frame_rate_moves_no_incident_by_more_than_a_frame(
    footage: Path, run: Run, usual: Outcome, fps: int
) -> None:
    assert len(usual.told) == 3
    assert frames_apart(usual, run(case_of(footage, CLIP), detect_fps=fps), min(fps, 5)) <= 1.001


def test_every_tenth_frame_lost_moves_no_incident_by_more_than_a_frame(
    footage: Path, run: Run, usual: Outcome, tmp_path: Path
) -> None:
    options = ("-vf", "select=mod(n+1\\,10)", "-fps_mode", "vfr", "-crf", "20")
    clip = encoded_again(footage / f"{CLIP}.mp4", tmp_path / "lossy.mp4", *options)
    assert frames_apart(usual, run(case_of(footage, CLIP, clip), detect_fps=5), 5) <= 1.001


def test_half_the_bit_rate_moves_no_incident_by_more_than_a_frame(
    footage: Path, run: Run, usual: Outcome, tmp_path: Path
) -> None:
    source = footage / f"{CLIP}.mp4"
    with av.open(str(source)) as container:
        assert container.duration is not None
        rate = str(int(container.size * 8 / (container.duration / av.time_base) / 2))
    clip = encoded_again(source, tmp_path / "half.mp4", "-b:v", rate, "-maxrate", rate, "-bufsize", rate)
    assert frames_apart(usual, run(case_of(footage, CLIP, clip), detect_fps=5), 5) <= 1.001


def test_leaving_work_out_where_nothing_changed_changes_no_incident(footage: Path, run: Run, usual: Outcome) -> None:
    everything = run(case_of(footage, CLIP), detect_fps=5, skip=False)
    assert (usual.told, usual.raised_s) == (everything.told, everything.raised_s)


def test_three_cameras_together_tell_what_each_tells_alone_and_twice_the_same_bytes(footage: Path, run: Run) -> None:
    clips = {camera: str(footage / clip) for camera, clip in LAB.items()}
    site = footage / "lab.yaml"
    together, again = (run(Case(site, clips, START)) for _ in range(2))
    assert (together.out / "incidents.jsonl").read_bytes() == (again.out / "incidents.jsonl").read_bytes()
    alone = [run(Case(site, {camera: clip}, START)) for camera, clip in clips.items()]
    single = sorted((raised, *told) for one in alone for raised, told in zip(one.raised_s, one.told, strict=True))
    assert single == sorted((raised, *told) for raised, told in zip(together.raised_s, together.told, strict=True))
