"""What Prometheus scrapes: in its own format, of every camera, with a token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.runtime.office import CameraState
from api.runtime.running import RunningOffice
from api.settings import Site
from streams.recording import RecorderState
from tests.api.web.served import AT_ONE_CAMERA, ServedOffice, served


class BusyOffice(RunningOffice):
    """An office of which one camera records and the other one never came."""

    def cameras(self) -> Mapping[str, CameraState]:
        counter = CameraState(
            "counter",
            online=True,
            fps=14.9,
            last_frame_at_ms=self.now_ms() - 250,
            dropped=3,
            late=2,
            recorder=RecorderState.RECORDING,
            clock_offset_ms=-40,
            restarts=1,
        )
        return {"counter": counter, "vault": CameraState("vault", reason="it has not begun")}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, shared_site: Site) -> Iterator[ServedOffice]:
    with served(tmp_path_factory.mktemp("metrics"), shared_site, BusyOffice, clock=lambda: 1_519_200_600_000) as it:
        yield it


def measured(text: str) -> dict[tuple[str, str], float]:
    families = text_string_to_metric_families(text)
    return {(s.name, s.labels.get("camera", "")): s.value for family in families for s in family.samples}


def test_each_camera_is_measured_and_what_is_not_known_is_left_out(office: ServedOffice) -> None:
    answer = office.as_("viewer").get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = measured(answer.text)
    assert {name: value for (name, camera), value in found.items() if camera == "counter"} == {
        "kuraban_camera_online": 1,
        "kuraban_camera_fps": 14.9,
        "kuraban_camera_frame_age_seconds": 0.25,
        "kuraban_camera_recording": 1,
        "kuraban_camera_clock_offset_seconds": -0.04,
        "kuraban_camera_dropped_packets_total": 3,
        "kuraban_camera_late_frames_total": 2,
        "kuraban_camera_restarts_total": 1,
    }
    assert found["kuraban_camera_online", "vault"] == 0
    assert ("kuraban_camera_frame_age_seconds", "vault") not in found


def test_ledger_database_disk_and_process_are_measured(office: ServedOffice) -> None:
    assert office.office.flush(5)
    found = measured(office.as_("viewer").get("/metrics").text)
    assert found["kuraban_ledger_entries", ""] == len(office.office.ledger)
    assert found["kuraban_records_behind_entries", ""] == 0
    assert found["kuraban_disk_free_bytes", ""] > 0
    assert found["process_resident_memory_bytes", ""] > 0


def test_a_program_scrapes_with_a_token_that_is_good_for_nothing_else(office: ServedOffice) -> None:
    expires = (datetime.fromtimestamp(1_519_200_600, UTC) + timedelta(days=30)).isoformat()
    asked = {"name": "prometheus", "scopes": ["view"], "expires": expires}
    secret = office.as_("administrator").post("/access/tokens", asked).json()["secret"]
    bearer = {"Authorization": f"Bearer {secret}"}
    with httpx2.Client(base_url=office.address, headers=bearer) as program:
        assert program.get("/api/v1/metrics").status_code == 200
        assert program.get("/api/v1/users").status_code == 403


def test_without_the_whole_site_nothing_is_measured(office: ServedOffice) -> None:
    assert office.stranger().get("/metrics").status_code == 401
    assert office.as_(AT_ONE_CAMERA).get("/metrics").status_code == 403
