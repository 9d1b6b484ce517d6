"""`kuraban drill` beside a running service whose film takes the terminal away."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Final

from api.exits import BAD_INPUT
from tests.serve.service import KURABAN, Service, serving

MOST_TRIES: Final = 40


def drill(service: Service, item: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [*KURABAN, "drill", item, "--by", "abe", "--data", str(service.data), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_drill_passes_when_the_terminal_is_taken(site_file: Path, tmp_path: Path) -> None:
    with serving(site_file, tmp_path / "data", tmp_path / "log") as service:
        service.stands("counter")
        refused = drill(service, "T-09")
        assert (refused.returncode, "no camera has a slot for 'T-09'" in refused.stderr) == (BAD_INPUT, True)
        tried = [refused]
        while tried[-1].returncode == BAD_INPUT and len(tried) < MOST_TRIES:  # until the terminal is in its place
            tried.append(drill(service, "T-01", "--within", "60"))
        assert (tried[-1].returncode, tried[-1].stdout.startswith("passed: ")) == (0, True), tried[-1]
        (ended,) = service.entries("drill.ended")
        assert ended.body["passed"] is True
        assert service.end() == 0


def test_without_a_service_there_is_no_drill(tmp_path: Path) -> None:
    command = [*KURABAN, "drill", "T-01", "--by", "abe", "--data", str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (ended.returncode, "no service runs on" in ended.stderr) == (BAD_INPUT, True)
