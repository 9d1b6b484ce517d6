"""`make run`: the sample office, served live by the detector that comes along, ended by Ctrl-C and begun again."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from api.settings import load_site
from custody.books import books_of
from custody.ledger import LedgerReader
from sample_footage.live import SITE, register
from streams.segments import walk
from tests.serve.service import serving

CAMERAS = ("counter", "corner", "vault", "preparation")
ROOT = Path(__file__).resolve().parents[2]


def test_four_cameras_are_watched_and_recorded_incidents_arrive_and_a_second_start_goes_on(tmp_path: Path) -> None:
    data = tmp_path / "office"
    with serving(SITE, data, tmp_path / "log", model="kuraban_office") as first:
        first.stands(*CAMERAS)
        first.until(lambda: first.entries("incident.raised"), 60)
        assert first.end(signal.SIGINT) == 0
    began = {camera: [segment.began_ms for segment in walk(data / "footage", camera)] for camera in CAMERAS}
    assert all(began.values())
    raised = len(first.entries("incident.raised"))
    with serving(SITE, data, tmp_path / "log-2", model="kuraban_office") as second:
        second.stands(*CAMERAS)
        assert len(second.entries("incident.raised")) >= raised
        assert second.end(signal.SIGINT) == 0
    for camera in CAMERAS:
        assert [segment.began_ms for segment in walk(data / "footage", camera)][: len(began[camera])] == began[camera]


def test_what_the_office_keeps_is_on_its_ledger_before_the_first_start(tmp_path: Path) -> None:
    register(tmp_path / "ledger")
    site = load_site(SITE, {})
    with LedgerReader.read(tmp_path / "ledger") as ledger:
        kept = books_of(ledger).items
    assert set(site.items) < set(kept), "what the cameras watch is kept, and more"
    assert {item.id: item.kind for item in site.items.values()}.items() <= {
        one: registered.kind for one, registered in kept.items()
    }.items()


def test_make_run_starts_it() -> None:
    told = subprocess.run(["make", "-n", "run"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "-m sample_footage.live out/office" in told.stdout
