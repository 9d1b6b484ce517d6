"""What those are told who follow the office: what is not as it was, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.runtime.keeper import Keeper
from api.runtime.news import News
from api.runtime.office import CameraState
from api.settings import Site
from custody.ledger import Ledger
from custody.records import changes
from custody.records.database import Records
from streams.recording import RecorderState
from tests.api.runtime.builders import NOW_MS, counter
from vision.situation import Situation
from vision.types import Observation, SlotState


class Desk:
    """News of one camera, which says and fares what a test wants."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.ledger = Ledger.create(folder / "ledger", site.id)
        self.records = Records.open(folder)
        self.keeper = Keeper(self.ledger, self.records, lambda _connection, _incident: None)
        self.keeper.start()
        self.seen: Observation = counter(NOW_MS)
        self.state = CameraState("counter", online=True, fps=5.0, recorder=RecorderState.RECORDING)
        self.news = News(
            self.keeper,
            lambda: Situation(NOW_MS, False, {"counter": self.seen}),
            lambda: {"counter": self.state},
            lambda: NOW_MS,
        )
        self._read = 0

    def told(self) -> list[tuple[str, object]]:
        """Return what is told by a look."""
        self.news.step()
        assert self.keeper.flush(5)
        with self.records.read() as connection:
            new = changes.after(connection, self._read, 100)
            self._read = changes.newest_id(connection)
        return [(change.kind.value, dict(change.body)) for change in new]

    def close(self) -> None:
        self.keeper.close()
        self.records.close()
        self.ledger.close()


@pytest.fixture
def desk(tmp_path: Path, site: Site) -> Iterator[Desk]:
    made = Desk(tmp_path, site)
    made.told()
    yield made
    made.close()


def test_nothing_is_told_while_only_time_and_the_frame_rate_change(desk: Desk) -> None:
    desk.seen = counter(NOW_MS + 200)
    desk.state = replace(desk.state, fps=4.8, last_frame_at_ms=NOW_MS + 200)
    assert desk.told() == []


def test_a_slot_that_changes_its_state_is_told_once(desk: Desk) -> None:
    desk.seen = counter(NOW_MS + 200, SlotState.ABSENT)
    assert desk.told() == [("slot.state", {"slot": "T-01", "state": "absent"})]
    assert desk.told() == []


def test_people_are_told_by_zone_and_in_number_only(desk: Desk) -> None:
    desk.seen = replace(desk.seen, occupancy={"window-1": (), "behind-1": (), "lobby": (7,)})
    zones = {"window-1": 0, "behind-1": 0, "lobby": 1}
    assert desk.told() == [("people", {"health": "clear", "people": 1, "zones": zones})]


def test_a_camera_that_goes_away_or_is_no_longer_recorded_is_told_with_the_reason(desk: Desk) -> None:
    desk.state = replace(desk.state, online=False, reason="no route to it", fps=0.0)
    ((kind, body),) = desk.told()
    assert (kind, body) == (
        "camera.state",
        {
            "online": False,
            "reason": "no route to it",
            "codec": None,
            "recorder": "recording",
            "recorder_reason": None,
            "restarts": 0,
        },
    )
    desk.state = replace(desk.state, recorder=RecorderState.STOPPED, recorder_reason="the disk is full")
    assert [kind for kind, _ in desk.told()] == ["camera.state"]
