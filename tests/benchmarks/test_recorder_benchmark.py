from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import recorder as benchmark
from streams.segments import walk


def test_the_benchmark_measures_what_it_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "in_own_process", lambda job, *arguments: job(*arguments))
    monkeypatch.setattr(benchmark, "main_stream", lambda: benchmark.CLIP)
    assert benchmark.main([str(tmp_path / "bench"), "--cameras", "2", "--seconds", "1"]) == 0
    assert {segment.camera for segment in walk(tmp_path / "bench")} == {"camera-0", "camera-1"}
    shown = capsys.readouterr().out
    assert "2 cameras of 1280x720" in shown
    assert "and recording" in shown
