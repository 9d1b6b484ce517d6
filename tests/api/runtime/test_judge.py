"""Incidents live: what cameras say is judged by the clock, kept, and gone on with after a restart."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.runtime.judge import AWAITED_MS, LATE_MS, Judge
from api.runtime.keeper import Keeper
from api.settings import Site, load_site
from custody.ledger import Ledger
from custody.records import incidents, observations
from custody.records.database import Records
from tests.api.runtime.builders import NOW_MS, Clock, counter
from vision.incidents import Incident
from vision.types import SlotState


class Office:
    """A judge whose time is stepped by hand, and what it keeps."""

    def __init__(self, folder: Path, site: Site, at_ms: int = NOW_MS) -> None:
        place = folder / "ledger"
        self.ledger = Ledger.open(place) if place.exists() else Ledger.create(place, site.id)
        self.records = Records.open(folder)
        self.keeper = Keeper(self.ledger, self.records, lambda _connection, _incident: None)
        self.keeper.start()
        self.clock = Clock(at_ms)
        self.monotonic_s = 0.0
        self.judge = Judge(site, self.keeper, self.clock, lambda: self.monotonic_s)

    def watch(self, line: str) -> None:
        """See the terminal, a character a second: present, absent; `-` says nothing."""
        for sign in line:
            for _ in range(5):
                self.clock.at_ms += 200
                self.monotonic_s += 0.2
                if sign != "-":
                    state = SlotState.PRESENT if sign == "p" else SlotState.ABSENT
                    self.judge.take(counter(self.clock.at_ms, state))
                self.judge.step()

    def kept(self) -> list[Incident]:
        """Return the incidents that are kept, oldest first."""
        assert self.keeper.flush(5)
        with self.records.read() as connection:
            page = incidents.search(connection, incidents.Query())
        return [one.incident for one in reversed(page.kept)]

    def close(self) -> None:
        """Let the folder go, as a crash does: what lasts is not ended."""
        self.keeper.close()
        self.records.close()
        self.ledger.close()


@pytest.fixture
def office(tmp_path: Path, site: Site) -> Iterator[Office]:
    made = Office(tmp_path / "data", site)
    yield made
    made.close()


def test_an_incident_is_stored_within_a_second_of_its_dwell(office: Office) -> None:
    office.watch("ppp")
    removed_ms = office.clock.at_ms
    office.watch("aaaa")
    (incident,) = office.kept()
    assert (incident.rule, incident.item) == ("terminal_removed", "T-01")
    assert 3_000 <= incident.raised_at_ms - removed_ms <= 4_000


def test_an_incident_names_the_model_of_the_process_that_saw_it(office: Office) -> None:
    office.judge.rests_on("counter", {"model": "kuraban_office", "model_digest": "9f", "backend": "onnxruntime"})
    office.watch("ppaaaa")
    (incident,) = office.kept()
    assert incident.why["model"] == "kuraban_office"
    assert incident.why["site_digest"]


def test_an_incident_goes_on_over_a_restart_and_is_not_raised_a_second_time(
    office: Office, tmp_path: Path, site: Site
) -> None:
    office.watch("ppaaaa")
    (raised,) = office.kept()
    office.close()
    again = Office(tmp_path / "data", site, NOW_MS + 60_000)
    with again.records.read() as connection:
        lasting = incidents.lasting(connection)
    again.judge.start(lasting)
    again.watch("aaaaaapppp")
    (ended,) = again.kept()
    assert (ended.id, ended.began_at_ms) == (raised.id, raised.began_at_ms)
    assert ended.ended_at_ms == pytest.approx(NOW_MS + 68_000, abs=1_000)
    again.judge.close()
    again.close()


def test_an_incident_that_no_rule_asks_about_any_more_ends(office: Office, site: Site, tmp_path: Path) -> None:
    office.watch("ppaaaa")
    assert [one.ended_at_ms for one in office.kept()] == [None]
    text = site.path.read_text(encoding="utf-8").replace("vault_alone: false", "terminal_removed: false")
    (tmp_path / "other.yaml").write_text(text, encoding="utf-8")
    office.judge.replace_site(load_site(tmp_path / "other.yaml", {"COUNTER_PASSWORD": "x"}))
    assert [one.ended_at_ms for one in office.kept()] == [office.clock.at_ms]


def test_a_camera_that_falls_silent_and_one_that_never_came_are_blind(office: Office) -> None:
    office.watch("pp" + "-" * (AWAITED_MS // 1000 + 8))
    assert {one.rule for one in office.kept()} == {"camera_blind"}
    assert [one.camera for one in office.kept()] == ["counter", "vault"]


def test_frames_that_come_too_late_are_judged_and_counted(office: Office) -> None:
    office.judge.take(counter(office.clock.at_ms - LATE_MS - 1))
    office.judge.take(counter(office.clock.at_ms - 100))
    office.judge.step()
    assert (office.judge.late("counter"), office.judge.late("vault")) == (1, 0)
    assert office.judge.situation.observations["counter"].captured_at_ms == office.clock.at_ms - 100


def test_what_was_said_is_kept_where_it_changed_and_not_again_and_again(office: Office) -> None:
    began_ms = office.clock.at_ms
    for step in range(20):
        seen = counter(began_ms)
        office.judge.take(type(seen)("vault", began_ms + step * 200, seen.health, seen.size))
        office.clock.at_ms = began_ms + step * 200
        office.judge.step()
    assert office.keeper.flush(5)
    with office.records.read() as connection:
        rows = list(observations.between(connection, "vault", began_ms, began_ms + 10_000))
    assert [row.captured_at_ms for row in rows] == [began_ms]


def test_a_judge_that_runs_judges_by_itself(office: Office) -> None:
    office.judge.start(())
    office.judge.take(counter(office.clock.at_ms))
    deadline = time.monotonic() + 5
    while not office.judge.situation.observations and time.monotonic() < deadline:
        time.sleep(0.02)
    office.judge.close()
    assert set(office.judge.situation.observations) == {"counter"}


def test_after_the_clock_was_set_back_incidents_are_raised_as_before_and_what_lasted_ends(office: Office) -> None:
    office.watch("ppaaaa")
    (first,) = office.kept()
    office.clock.at_ms -= 3_600_000
    office.watch("aapppp")
    (ended,) = office.kept()
    assert (ended.id, ended.ended_at_ms) == (first.id, first.raised_at_ms)
    office.watch("aaaa")
    assert len(office.kept()) == 2
