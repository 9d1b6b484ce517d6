from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import ledger as benchmark
from custody.ledger import LedgerReader


def test_the_benchmark_measures_what_it_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "APPENDS", 20)
    monkeypatch.setattr(benchmark, "PROOFS", 20)
    monkeypatch.setattr(benchmark, "in_own_process", lambda job, *arguments: job(*arguments))
    assert benchmark.main([str(tmp_path / "bench"), "--entries", "300"]) == 0
    with LedgerReader.read(tmp_path / "bench" / "ledger") as ledger:
        assert len(ledger) == 300 + 1 + 20
    shown = capsys.readouterr().out
    assert "a ledger of 300 entries" in shown
    assert "verification" in shown
