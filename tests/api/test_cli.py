from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from api.cli import Parts, app
from api.outputs import OBSERVATIONS, ObservationWriter
from api.requests import AnalyzeRequest, AnalyzeResult, Progress, RequestError
from streams.errors import SourceOfflineError
from streams.records import StreamInfo
from vision.incidents import Incident
from vision.types import Frame, Observation

START = "2018-02-21T17:10:00+09:00"
SECRET = "correct-horse-battery"

Run = Callable[..., Result]


@dataclass
class Office:
    """Stands in for the detectors and the cameras: remembers what it was asked, answers what it was given."""

    answer: AnalyzeResult | Exception
    observations: list[Observation]
    requests: list[AnalyzeRequest] = field(default_factory=list)

    def analyze(self, request: AnalyzeRequest, progress: Progress) -> AnalyzeResult:
        self.requests.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        for second in (0, 150, 300):
            progress.advance("counter", request.start_ms + second * 1000, request.start_ms + 300_000)
        with ObservationWriter(request.out / OBSERVATIONS) as writer:
            for observation in self.observations:
                writer.write(observation)
        return self.answer

    def look(self, url: str) -> tuple[StreamInfo, Frame]:
        if url.startswith("rtsp://"):
            raise SourceOfflineError(url, "no answer", "check the camera")
        return StreamInfo(url, "h264", 320, 200, 15.0, 1000, live=False), self.frame_at(url, 0)

    def frame_at(self, url: str, at_ms: int) -> Frame:
        assert "://" not in url
        return Frame.from_bgr(at_ms, np.full((200, 320, 3), 99, np.uint8))


@pytest.fixture
def office(observations: list[Observation], incidents: tuple[Incident, ...]) -> Office:
    return Office(AnalyzeResult(incidents, (), 1200, 2.5, "onnxruntime", "yolox_nano"), observations)


@pytest.fixture
def folder(tmp_path: Path, site_text: str) -> Path:
    (tmp_path / "site.yaml").write_text(site_text, encoding="utf-8")
    (tmp_path / "counter.mp4").write_bytes(b"")
    (tmp_path / "vault.mp4").write_bytes(b"")
    return tmp_path


@pytest.fixture
def run(office: Office, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(folder)
    parts = Parts(office.analyze, office.look, office.frame_at)

    def invoke(*arguments: str) -> Result:
        environ = {"COUNTER_PASSWORD": SECRET, "COLUMNS": "200"}
        result = CliRunner().invoke(app, list(arguments), obj=parts, env=environ)
        assert SECRET not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


def analyze(run: Run, *more: str, camera: str = "counter=counter.mp4") -> Result:
    return run("analyze", "--site", "site.yaml", "--camera", camera, "--out", "out", *more)


# kuraban analyze


def test_analyze_asks_for_what_was_written(run: Run, office: Office) -> None:
    result = analyze(run, "--start", START, "--model", "m.onnx", "--detect-fps", "3", "--no-skip")
    assert result.exit_code == 0
    request = office.requests[0]
    assert dict(request.clips) == {"counter": "counter.mp4"}
    assert request.start_ms == 1_519_200_600_000
    assert (request.model, request.backend, request.detect_fps, request.skip) == (
        "m.onnx",
        "onnxruntime",
        3,
        False,
    )
    assert request.out == Path("out")


def test_analyze_shows_the_incidents_and_writes_the_report(run: Run, folder: Path) -> None:
    result = analyze(run, "--start", START)
    assert "保管物の所在不明" in result.stdout
    assert "02-21 17:13:03" in result.stdout
    assert str(Path("out/report.html")) in result.stdout
    assert "1200 observations in 2.5 s, yolox_nano on onnxruntime" in result.stderr
    assert (folder / "out" / "timeline-counter.svg").exists()


def test_progress_is_a_few_quiet_lines_where_there_is_no_terminal(run: Run) -> None:
    assert analyze(run, "--start", START).stderr.splitlines()[:2] == ["counter: 50%", "counter: 100%"]


def test_without_camera_arguments_the_files_of_the_site_are_analysed(run: Run, office: Office) -> None:
    assert run("analyze", "--site", "site.yaml", "--start", START, "--out", "out").exit_code == 0
    assert list(office.requests[0].clips) == ["vault"]


def test_a_clip_that_broke_off_is_reported_and_ends_with_3(run: Run, office: Office, folder: Path) -> None:
    office.answer = AnalyzeResult((), ("counter: broke off at 3.2 s",), 16, 1.0, "onnxruntime", "yolox_nano")
    result = analyze(run, "--start", START)
    assert result.exit_code == 3
    assert "broke off: counter: broke off at 3.2 s" in result.stderr
    assert (folder / "out" / "report.html").exists(), "what was read is kept"


def test_what_else_is_to_be_known_is_told_and_stands_in_the_report(run: Run, office: Office, folder: Path) -> None:
    office.answer = AnalyzeResult((), (), 16, 1.0, "onnxruntime", "yolox_nano", 0, ("no entry registers T-01",))
    assert "note: no entry registers T-01" in analyze(run, "--start", START).stderr
    assert "no entry registers T-01" in (folder / "out" / "report.html").read_text(encoding="utf-8")


def test_a_clip_that_cannot_be_opened_ends_with_3(run: Run, office: Office) -> None:
    office.answer = SourceOfflineError("clip.mp4", "no picture in it", "name another")
    result = analyze(run, "--start", START)
    assert (result.exit_code, result.stderr) == (3, "clip.mp4: no picture in it; name another\n")


def test_a_full_disk_is_told_plainly(run: Run, office: Office) -> None:
    office.answer = OSError(28, "No space left on device", "out/observations.parquet")
    result = analyze(run, "--start", START)
    assert result.exit_code == 2
    assert result.stderr.startswith("out/observations.parquet: No space left on device; check the folder")


def test_a_request_that_cannot_be_met_ends_with_2(run: Run, office: Office) -> None:
    office.answer = RequestError("there is no model x; write yolox_nano")
    assert analyze(run, "--start", START).exit_code == 2


@pytest.mark.parametrize(
    ("camera", "more", "told"),
    [
        ("countr=counter.mp4", (), "site.yaml has no camera 'countr'; write counter (it has counter, vault)"),
        ("counter.mp4", (), "write --camera ID=FILE, as in --camera counter=clip.mp4"),
        ("counter=gone.mp4", (), "--camera counter: there is no gone.mp4"),
        ("counter=rtsp://u:p@h/x", (), "an address is no recorded clip"),
        ("counter=counter.mp4", ("--camera", "counter=vault.mp4"), "--camera counter is given twice"),
        ("counter=counter.mp4", ("--backend", "tensorflow"), "write onnxruntime or openvino"),
        ("counter=counter.mp4", ("--ledger", "none.jsonl"), "--ledger: there is no file none.jsonl"),
        ("counter=counter.mp4", ("--out", "site.yaml"), "site.yaml cannot be made"),
        ("counter=counter.mp4", ("--detect-fps", "0"), "--detect-fps"),
    ],
)
def test_a_bad_argument_says_what_to_write_and_ends_with_2(
    run: Run, camera: str, more: tuple[str, ...], told: str
) -> None:
    result = analyze(run, "--start", START, *more, camera=camera)
    assert result.exit_code == 2
    assert told in result.stderr


def test_the_entries_that_were_named_are_held_against_what_is_seen(run: Run, office: Office, folder: Path) -> None:
    (folder / "entries.jsonl").write_text("")
    assert analyze(run, "--start", START, "--ledger", "entries.jsonl").exit_code == 0
    assert analyze(run, "--start", START).exit_code == 0
    assert [request.ledger for request in office.requests] == [Path("entries.jsonl"), None]


def test_a_start_without_offset_is_told_how_to_be_written(run: Run) -> None:
    result = analyze(run, "--start", "2018-02-21T17:10:00")
    assert result.exit_code == 2
    assert "has no offset from UTC; write --start 2018-02-21T17:10:00+09:00" in result.stderr
    assert "is no time" in analyze(run, "--start", "yesterday").stderr


def test_an_office_that_closes_needs_a_start(run: Run) -> None:
    result = analyze(run)
    assert result.exit_code == 2
    assert "--start is missing" in result.stderr


def test_an_office_that_never_closes_needs_no_start_and_hears_which_was_taken(
    run: Run, office: Office, folder: Path
) -> None:
    (folder / "site.yaml").write_text(
        "site: {id: a, timezone: Asia/Tokyo}\nhours: {weekly: {mon-sun: '00:00-24:00'}}\n"
        "cameras: {counter: {source: counter.mp4}}\n"
    )
    result = analyze(run)
    assert result.exit_code == 0
    assert "the clips are taken to begin at 2000-01-01T00:00:00.000+09:00" in result.stderr
    assert office.requests[0].start_ms == 946_652_400_000


def test_a_bad_site_file_tells_all_its_problems_and_ends_with_2(run: Run, folder: Path) -> None:
    (folder / "site.yaml").write_text("site: {id: a}\ncameras: {c: {sorce: x}}\n")
    result = analyze(run, "--start", START)
    assert result.exit_code == 2
    assert "the site file cannot be used: 3 problems" in result.stderr
    assert "site.yaml:2: cameras.c.sorce" in result.stderr


# kuraban check


def test_check_draws_what_it_can_open_and_ends_with_3_for_what_it_cannot(run: Run, folder: Path) -> None:
    result = run("check", "site.yaml", "--out", "pictures")
    assert result.exit_code == 3
    assert "camera counter, source: rtsp://***@10.0.0.11/main: no answer" in result.stderr
    assert "camera counter, detect" in result.stderr
    picture = cv2.imread(str(folder / "pictures" / "vault.png"))
    assert picture is not None
    assert picture.shape == (800, 1280, 3)


def test_check_is_content_with_a_good_site(run: Run, footage: Path, tmp_path: Path) -> None:
    result = run("check", str(footage / "lab.yaml"), "--out", str(tmp_path))
    assert result.exit_code == 0
    assert "cameras: 3" in result.stdout
    assert "warning: slot T-01 lies on no counter" in result.stderr


def test_check_of_a_bad_file_ends_with_2(run: Run, folder: Path) -> None:
    (folder / "site.yaml").write_text("site: [")
    assert run("check", "site.yaml").exit_code == 2


# kuraban zones


def test_zones_draws_a_grid_and_prints_what_to_fill_in(run: Run, folder: Path) -> None:
    result = run("zones", "clip.mp4", "--at", "1.5", "--out", "grid.png")
    assert result.exit_code == 0
    assert "window-1: {kind: counter, polygon: [[" in result.stdout
    assert cv2.imread(str(folder / "grid.png")) is not None


def test_zones_draws_the_zones_of_a_camera_on_request(run: Run) -> None:
    assert run("zones", "clip.mp4", "--site", "site.yaml", "--camera", "counter").exit_code == 0
    result = run("zones", "clip.mp4", "--site", "site.yaml")
    assert result.exit_code == 2
    assert "write one of counter, vault" in result.stderr


def test_zones_finds_a_real_frame_and_says_where_a_clip_ends(footage: Path, tmp_path: Path) -> None:
    clip = str(footage / "desk.mp4")
    out = str(tmp_path / "frame.png")
    assert CliRunner().invoke(app, ["zones", clip, "--at", "2", "--out", out]).exit_code == 0
    result = CliRunner().invoke(app, ["zones", clip, "--at", "999", "--out", out])
    assert result.exit_code == 2
    assert "ends after" in result.stderr


# kuraban


def test_the_version_is_shown(run: Run) -> None:
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("kuraban")
