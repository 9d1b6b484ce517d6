"""What `benchmarks.service` measures with: a site file that can be served, and files that last long enough."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import av
import pytest

from api.settings import load_site
from benchmarks.rtsp import prolonged
from benchmarks.served import site_text
from benchmarks.service import main

CLIP = Path(__file__).resolve().parents[2] / "sample_footage" / "evening-counter.mp4"


def test_a_file_is_prolonged_by_whole_rounds_whose_packets_follow_one_another(tmp_path: Path) -> None:
    with av.open(str(prolonged(CLIP, 100, tmp_path))) as made, av.open(str(CLIP)) as given:
        stream = made.streams.video[0]
        times = [packet.pts for packet in made.demux(stream) if packet.pts is not None]
        once = sum(packet.pts is not None for packet in given.demux(given.streams.video[0]))
    assert len(times) == 2 * once
    assert {other - one for one, other in itertools.pairwise(times)} == {times[1] - times[0]}
    assert (times[-1] - times[0]) * Fraction(stream.time_base or 0) > 100


def test_every_camera_has_a_stream_to_record_and_one_to_analyse(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(site_text(["busy", "idle"], 8554), encoding="utf-8")
    addresses = [(one.source.reveal(), one.detect and one.detect.reveal()) for one in load_site(path, {}).cameras]
    assert addresses == [
        ("rtsp://127.0.0.1:8554/0", "rtsp://127.0.0.1:8554/1"),
        ("rtsp://127.0.0.1:8554/2", "rtsp://127.0.0.1:8554/3"),
    ]


def test_without_the_clips_it_says_what_to_give(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--footage", str(tmp_path)]) == 2
    assert "--footage" in capsys.readouterr().out
