"""Drills over HTTP: ordered, followed and listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from api.runtime.running import RunningOffice
from api.settings import Site
from custody.drills import RULE
from custody.incidents import beginning_entries
from tests.api.web.served import ServedOffice, served
from vision.incidents import Incident
from vision.situation import Situation
from vision.types import Health, Observation, SlotReading, SlotState


class WatchedOffice(RunningOffice):
    """An office that sees T-01 in its place."""

    def situation(self) -> Situation:
        now_ms = self.now_ms()
        slots = {"T-01": SlotReading(SlotState.PRESENT)}
        counter = Observation("counter", now_ms, Health.CLEAR, (640, 360), slots=slots)
        return Situation(now_ms, after_hours=False, observations={"counter": counter})


@pytest.fixture
def office(tmp_path: Path, site: Site) -> Iterator[ServedOffice]:
    with served(tmp_path, site, WatchedOffice) as running:
        yield running


def ended(office: ServedOffice, drill: str) -> dict[str, object]:
    """Wait until a drill has ended; return it."""
    for _ in range(200):
        told: dict[str, object] = office.as_("administrator").get(f"/drills/{drill}").json()
        if told["state"] != "running":
            return told
        office.office.flush(0.1)
    raise AssertionError("the drill has not ended within its time")


def test_a_drill_that_is_raised_in_time_passes(office: ServedOffice, incidents: tuple[Incident, ...]) -> None:
    begun = office.as_("administrator").post("/drills", {"item": "T-01", "within_s": 30})
    assert (begun.status_code, begun.json()["state"], begun.json()["by"]) == (202, "running", "administrator")
    removal = next(incident for incident in incidents if incident.rule == RULE)
    now_ms = office.office.now_ms()
    office.office.ledger.record_all(beginning_entries(replace(removal, began_at_ms=now_ms, raised_at_ms=now_ms)))
    told = ended(office, begun.json()["id"])
    assert (told["state"], told["incident"], told["failure"]) == ("passed", removal.id, None)


def test_a_drill_in_which_nothing_is_raised_fails_and_says_why(office: ServedOffice) -> None:
    begun = office.as_("administrator").post("/drills", {"item": "T-01", "within_s": 0.1}).json()
    told = ended(office, begun["id"])
    assert told["state"] == "failed"
    assert "still sees T-01 in its place" in str(told["failure"])


def test_a_drill_that_could_not_succeed_is_refused(office: ServedOffice) -> None:
    answer = office.as_("administrator").post("/drills", {"item": "T-09"})
    assert answer.status_code == 409
    assert "no camera has a slot for 'T-09'" in answer.json()["detail"]


def test_drills_are_listed_newest_first(office: ServedOffice) -> None:
    client = office.as_("administrator")
    first, second = (ended(office, begin(office)) for _ in range(2))
    page = client.get("/drills", limit=1).json()
    rest = client.get("/drills", cursor=page["next"]).json()
    assert [drill["id"] for drill in (*page["items"], *rest["items"])] == [second["id"], first["id"]]
    assert rest["next"] is None


def begin(office: ServedOffice) -> str:
    begun = office.as_("administrator").post("/drills", {"item": "T-01", "within_s": 0.01})
    assert begun.status_code == 202, begun.text
    return str(begun.json()["id"])


SENSELESS: Final[tuple[dict[str, object], ...]] = (
    {},
    {"item": "T-01", "within_s": 0},
    {"item": "T-01", "within_s": 3601},
    {"item": 1},
)


@pytest.mark.parametrize("body", SENSELESS)
def test_an_order_that_makes_no_sense_is_refused(office: ServedOffice, body: dict[str, object]) -> None:
    assert office.as_("administrator").post("/drills", body).status_code == 422


@pytest.mark.parametrize("role", ["viewer", "counter_staff", "custodian", "investigator", "auditor"])
def test_who_may_not_change_settings_cannot_silence_alerts_by_a_drill(office: ServedOffice, role: str) -> None:
    client = office.as_(role)
    answers = [client.post("/drills", {"item": "T-01"}), client.get("/drills"), client.get("/drills/drill-0")]
    assert {answer.status_code for answer in answers} == {403}
