"""What becomes of a message while its destination fails, stalls, and the service is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from api.alerts import sender as sending
from api.alerts.alert import Alert
from api.alerts.errors import NeverError, NotNowError, UnreachableError
from api.alerts.sender import Sender
from api.alerts.settings import Stage
from custody.records import changes, outbox
from custody.records.changes import ChangeKind
from custody.records.outbox import State
from tests.api.alerts.conftest import KilledError, Outpost, incident_at, policy

Open = Callable[..., Outpost]
HOUR_S = 3600.0


def test_a_server_that_is_down_for_hours_is_told_everything_in_order_when_it_is_back(outpost: Open) -> None:
    office = outpost(policy())
    office.fault = lambda second: UnreachableError("down") if second < 5 * HOUR_S else None
    for hour in range(5):
        office.until(hour * HOUR_S)
        office.raised(incident_at(hour * HOUR_S, f"i{hour}"))
    office.until(6 * HOUR_S)
    assert [line.split(": ")[1] for line in office.told] == ["i0", "i1", "i2", "i3", "i4"]
    assert 5 * HOUR_S <= float(office.told[0].split()[0]) <= 5 * HOUR_S + 330
    assert office.attempts < 120


def test_what_is_refused_for_a_day_is_given_up_and_told_as_a_change(outpost: Open) -> None:
    office = outpost(policy())
    office.fault = lambda _: NotNowError("busy")
    office.raised(incident_at(0))
    office.until(25 * HOUR_S)
    (message,) = office.messages(State.DEAD)
    assert (message.failure, message.incidents) == ("busy", ("a",))
    assert message.done_at_ms is not None
    assert 24 * HOUR_S <= (message.done_at_ms - message.owed.due_at_ms) / 1000 < 24.2 * HOUR_S
    with office.records.read() as connection:
        (change,) = changes.after(connection, 0, 10)
    assert (change.kind, change.body["reason"]) == (ChangeKind.ALERT_FAILED, "busy")


def test_what_was_given_up_can_be_tried_anew(outpost: Open) -> None:
    office = outpost(policy())
    office.fault = lambda second: NeverError("no such mailbox") if second < 60 else None
    office.raised(incident_at(0))
    office.until(100)
    (message,) = office.messages(State.DEAD)
    with office.records.write() as connection:
        assert outbox.revive(connection, message.id + 1, office.now_ms()) is None
        revived = outbox.revive(connection, message.id, office.now_ms())
    assert revived is not None
    assert revived.state is State.WAITING
    assert office.until(110) == ["100 duty: a"]


def test_a_message_that_is_refused_for_good_does_not_hold_up_others(outpost: Open) -> None:
    office = outpost(policy())
    office.fault = lambda _: NeverError("too large") if office.attempts == 1 else None
    office.raised(incident_at(0, "a"))
    office.raised(incident_at(1, "b"))
    assert office.until(10) == ["1 duty: b"]


def test_of_one_incident_nothing_is_told_before_what_was_due_earlier(outpost: Open) -> None:
    office = outpost(policy(Stage(0.0, ("machine",))))
    failing = iter([NotNowError("busy")] * 3)
    office.fault = lambda _: next(failing, None) if office.attempts != 2 else None
    first, other = incident_at(0, "a"), incident_at(1, "b")
    office.raised(first)
    office.raised(other)
    office.ended(first, 2)
    told = office.until(600)
    assert told[0].endswith("machine: b")
    assert [line.split(": ")[1] for line in told[1:]] == ["a", "a ended"]


def test_a_kill_between_sending_and_marking_doubles_a_message_and_loses_none(outpost: Open) -> None:
    office = outpost(policy())
    office.raised(incident_at(0, "a"))
    office.raised(incident_at(1, "b"))
    office.stop_before_marking = True
    with pytest.raises(KilledError):
        office.send()
    office.stop_before_marking = False
    office.restart()
    assert office.until(10) == ["0 duty: a", "1 duty: b", "1 duty: b"]
    _, first, again = office.alerts
    assert first.id == again.id


def test_a_destination_that_does_not_answer_is_given_a_bounded_time(
    outpost: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ATTEMPT_S", 0.05)
    office = outpost(policy())
    office.raised(incident_at(0))

    class Stalling:
        async def deliver(self, _alert: Alert) -> None:
            await asyncio.sleep(60)

    stalling = Sender("duty", Stalling(), office.records, office.site, office.now_ms)
    asyncio.run(stalling.send_due())
    (message,) = office.messages(State.WAITING)
    assert message.failure == "it did not answer within 0.05 s"


def test_an_unreachable_destination_rests_and_is_not_asked_for_each_message(outpost: Open) -> None:
    office = outpost(policy())
    office.fault = lambda _: UnreachableError("down")
    for number in range(50):
        office.raised(incident_at(number / 100, f"i{number}"))
    office.until(4)
    assert office.attempts == 1


def test_a_delivery_is_told_as_a_change(outpost: Open) -> None:
    office = outpost(policy())
    office.raised(incident_at(0))
    office.until(1)
    with office.records.read() as connection:
        (change,) = changes.after(connection, 0, 10)
    assert change.kind is ChangeKind.ALERT_DELIVERED
    assert (change.body["destination"], change.body["incidents"]) == ("duty", ["a"])


def test_the_incident_is_told_as_it_was_kept(outpost: Open) -> None:
    office = outpost(policy())
    incident = replace(incident_at(0), tracks=("counter#1",), why={"after_s": 3.0})
    office.raised(incident)
    office.until(1)
    assert office.alerts[0].incidents == (incident,)


def test_a_destination_does_not_rest_longer_because_the_clock_was_set_back(outpost: Open) -> None:
    office = outpost(policy())
    office.fault = lambda _: UnreachableError("down") if office.attempts == 1 else None
    office.raised(incident_at(7200, "a"))
    office.send()
    office.now_s = 3600.0
    office.raised(incident_at(3600, "b"))
    assert office.until(3601) == ["3600 duty: b"]
