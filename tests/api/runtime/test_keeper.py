"""What was judged is kept: on the ledger first, then in the database, once, whatever stops the service in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from sqlalchemy.engine import Connection

from api.runtime.keeper import LATE_MS, Keeper
from custody.entries import Draft
from custody.explanations import Cause, Explanation
from custody.ledger import Ledger
from custody.records import changes, incidents
from custody.records.changes import ChangeKind
from custody.records.database import Records
from custody.records.incidents import State
from vision.incidents import Evidence, Incident, Severity

RAISED = Incident(
    id="20180221T081000000Z-camera_blind-counter",
    rule="camera_blind",
    site="tsurumi",
    camera="counter",
    zone=None,
    item=None,
    began_at_ms=1_519_200_600_000,
    raised_at_ms=1_519_200_605_000,
    ended_at_ms=None,
    severity=Severity.WARNING,
    after_hours=True,
    tracks=(),
    evidence=Evidence(1_519_200_605_000, "counter"),
    why=MappingProxyType({"health": "covered"}),
)
ENDED = replace(RAISED, ended_at_ms=1_519_200_700_000)


class Place:
    """A ledger and a database, and what an outbox would have heard."""

    def __init__(self, folder: Path) -> None:
        self.ledger = Ledger.create(folder / "ledger", "tsurumi")
        self.records = Records.open(folder)
        self.heard: list[tuple[str, bool]] = []
        self.now_ms = RAISED.raised_at_ms

    def hook(self, _connection: Connection, incident: Incident) -> None:
        self.heard.append((incident.rule, incident.ended_at_ms is not None))

    def keeper(self) -> Keeper:
        keeper = Keeper(self.ledger, self.records, self.hook, lambda: self.now_ms)
        keeper.start()
        return keeper

    def kinds(self) -> list[str]:
        return [entry.kind for entry in self.ledger]

    def state(self) -> State | None:
        with self.records.read() as connection:
            found = incidents.find(connection, RAISED.id)
        return None if found is None else found.state


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.records.close()
    made.ledger.close()


def test_an_incident_is_on_the_ledger_in_the_database_and_in_the_outbox(place: Place) -> None:
    keeper = place.keeper()
    keeper.keep([RAISED])
    assert keeper.flush(5)
    keeper.keep([ENDED])
    keeper.close()
    assert place.kinds() == ["incident.raised", "camera.blind", "incident.closed", "camera.clear"]
    assert place.heard == [("camera_blind", False), ("camera_blind", True)]
    with place.records.read() as connection:
        kinds = [change.kind for change in changes.after(connection, 0, 100)]
    assert kinds.count(ChangeKind.INCIDENT_RAISED) == kinds.count(ChangeKind.INCIDENT_ENDED) == 1
    assert kinds.count(ChangeKind.LEDGER_APPENDED) == 4


def test_what_is_told_late_is_written_as_of_then_and_tells_of_its_own_moment(place: Place) -> None:
    place.now_ms = RAISED.raised_at_ms + LATE_MS
    keeper = place.keeper()
    keeper.keep([RAISED])
    assert keeper.flush(5)
    place.now_ms = (ENDED.ended_at_ms or 0) + 1_800_000  # until then nobody could see
    keeper.keep([ENDED])
    keeper.close()
    at_ms = {entry.kind: entry.at_ms for entry in place.ledger}
    assert (at_ms["incident.raised"], at_ms["incident.closed"]) == (RAISED.raised_at_ms, place.now_ms)
    with place.records.read() as connection:
        found = incidents.find(connection, RAISED.id)
    assert found is not None
    assert found.incident.ended_at_ms == ENDED.ended_at_ms


def test_an_incident_that_is_told_again_is_kept_once(place: Place) -> None:
    keeper = place.keeper()
    keeper.keep([RAISED, RAISED, ENDED, ENDED, RAISED])
    keeper.close()
    assert place.kinds().count("incident.raised") == 1
    assert place.kinds().count("incident.closed") == 1


def test_what_the_ledger_knows_and_the_database_does_not_is_taken_at_the_next_start(place: Place) -> None:
    place.ledger.record(Draft(1, "drill.started"))
    keeper = place.keeper()
    keeper.keep([RAISED])
    keeper.close()
    place.records.close()
    for file in place.records.file.parent.glob("records.sqlite*"):
        file.unlink()
    place.records = Records.open(place.records.file.parent)
    place.heard.clear()
    place.keeper().close()
    assert place.state() is State.OPEN
    assert place.heard == [("camera_blind", False)], "an alert that was never sent is owed still"


def test_what_people_say_on_the_ledger_is_the_state_in_the_database(place: Place) -> None:
    keeper = place.keeper()
    keeper.keep([RAISED])
    keeper.flush(5)
    place.ledger.record(Explanation(RAISED.id, Cause.FALSE_LIGHT, "sato", RAISED.raised_at_ms + 1).draft())
    keeper.flush(5)
    assert place.state() is State.EXPLAINED
    keeper.keep([ENDED])
    keeper.close()
    assert place.state() is State.CLOSED


def test_a_change_of_the_database_that_cannot_be_made_now_is_made_later(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.runtime.keeper._RETRY_S", 0.05)
    keeper, full = place.keeper(), [True, True]

    def change(connection: Connection) -> None:
        if full:
            full.pop()
            raise OSError(28, "No space left on device")
        changes.note(connection, ChangeKind.PEOPLE, 1, "counter", {})

    keeper.write(change)
    keeper.keep([RAISED])
    assert keeper.flush(5)
    keeper.close()
    assert keeper.failure is None
    assert place.kinds() == ["incident.raised", "camera.blind"]
    with place.records.read() as connection:
        assert ChangeKind.PEOPLE in {one.kind for one in changes.after(connection, 0, 100)}


def test_while_the_disk_fails_the_reason_is_told(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.runtime.keeper._RETRY_S", 0.05)
    keeper = place.keeper()

    def fail(_connection: Connection) -> None:
        raise OSError(28, "No space left on device")

    keeper.write(fail)
    assert not keeper.flush(0.2)
    assert keeper.failure is not None
    assert "No space left" in keeper.failure
    keeper.close()


def test_what_is_being_written_is_not_yet_flushed(place: Place) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def slowly(_connection: Connection) -> None:
        reached.set()
        go_on.wait(10)

    keeper = place.keeper()
    keeper.write(slowly)
    assert reached.wait(10)
    assert not keeper.flush(0.1)
    go_on.set()
    assert keeper.flush(10)
    keeper.close()
