"""The clips that come with Kuraban: whole, and analysed rightly with a detector and without one."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from typer.testing import CliRunner, Result

from api.cli import app
from api.requests import DEFAULT_MODEL, NO_MODEL
from sample_footage.render.manifest import differing_files

SAMPLE = Path(__file__).resolve().parents[2] / "sample_footage"
CLIP = "blind"


def truth() -> dict[str, list[dict[str, object]]]:
    """Return what happens in the clip."""
    told: dict[str, list[dict[str, object]]] = json.loads((SAMPLE / f"{CLIP}.truth.json").read_text(encoding="utf-8"))
    return told


def analysed(out: Path, model: str) -> Result:
    """Run the command that analyses a folder of clips."""
    arguments = ["--site", str(SAMPLE / f"{CLIP}.yaml"), "--start", str(truth()["start"]), "--model", model]
    return CliRunner().invoke(app, ["analyze", *arguments, "--out", str(out)])


def raised(out: Path) -> list[tuple[str, str, float]]:
    """Return rule, place and seconds from the start of each incident."""
    start = datetime.fromisoformat(str(truth()["start"]))
    lines = [json.loads(line) for line in (out / "incidents.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        (
            line["rule"],
            line["item"] or line["zone"] or line["camera"],
            (datetime.fromisoformat(line["raised_at"]) - start).total_seconds(),
        )
        for line in lines
    ]


def test_every_file_is_the_one_that_the_manifest_names() -> None:
    assert differing_files() == []


def test_a_clip_raises_what_happens_in_it_and_nothing_else(tmp_path: Path) -> None:
    assert analysed(tmp_path, DEFAULT_MODEL).exit_code == 0
    found = raised(tmp_path)
    for event in truth()["events"]:
        place = event.get("item") or event.get("zone") or event.get("camera")
        times = [at for rule, where, at in found if (rule, where) == (event["rule"], place)]
        assert any(float(str(event["earliest"])) <= at <= float(str(event["latest"])) for at in times), event
    assert len(found) == len(truth()["events"])


def test_without_a_detector_items_are_watched_and_nobody_is_called_absent(tmp_path: Path) -> None:
    assert analysed(tmp_path, NO_MODEL).exit_code == 0
    assert [(rule, where) for rule, where, _ in raised(tmp_path)] == [
        ("camera_blind", "counter"),
        ("camera_blind", "counter"),
        ("terminal_removed", "T-02"),
    ]


def test_what_is_written_is_all_there(tmp_path: Path) -> None:
    result = analysed(tmp_path, NO_MODEL)
    assert result.exit_code == 0
    names = {path.name for path in tmp_path.iterdir()}
    results = {"incidents.jsonl", "observations.parquet", "clips", "report.html", "timeline-counter.svg"}
    assert names == results | {"ledger", "site.yaml", "watch.json"}
    assert sorted(clip.stem for clip in (tmp_path / "clips").iterdir()) == sorted(
        json.loads(line)["id"] for line in (tmp_path / "incidents.jsonl").read_text(encoding="utf-8").splitlines()
    )
