"""Who is told what and when: timelines of incidents, and the messages that come of them, in seconds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

import pytest

from api.alerts.plan import fits
from api.alerts.settings import Policy, Stage, Stretch
from api.alerts.stretches import stretch_at
from api.site import Site
from tests.api.alerts.conftest import Outpost, incident_at, policy
from vision.incidents import Severity

Open = Callable[..., Outpost]

DUTY: Final = Stage(0.0, ("duty",))
CHIEF_LATER: Final = Stage(300.0, ("chief",))


def test_without_policies_nobody_is_told(outpost: Open) -> None:
    office = outpost()
    office.raised(incident_at(0))
    assert office.until(10) == []


def test_an_incident_is_told_at_once_and_once(outpost: Open) -> None:
    office = outpost(policy())
    office.raised(incident_at(0))
    assert office.until(3600) == ["0 duty: a"]


def test_the_next_stage_is_told_if_nobody_acknowledges(outpost: Open) -> None:
    office = outpost(policy(DUTY, CHIEF_LATER))
    office.raised(incident_at(0))
    assert office.until(600) == ["0 duty: a", "300 chief: a (stage 1)"]


def test_the_next_stage_is_not_told_once_somebody_has_acknowledged(outpost: Open) -> None:
    office = outpost(policy(DUTY, CHIEF_LATER))
    office.raised(incident_at(0))
    office.until(200)
    office.acknowledged("a")
    assert office.until(600) == ["0 duty: a"]


def test_an_incident_that_ends_unacknowledged_goes_on_to_the_next_stage(outpost: Open) -> None:
    office = outpost(policy(DUTY, CHIEF_LATER))
    office.raised(incident_at(0))
    office.ended(incident_at(0), 20)
    assert office.until(600) == ["0 duty: a", "300 chief: a (stage 1)"]


def test_a_first_stage_that_waits_is_only_told_of_what_nobody_has_acknowledged(outpost: Open) -> None:
    office = outpost(policy(Stage(60.0, ("duty",))))
    office.raised(incident_at(0, "a"))
    office.raised(incident_at(5, "b"))
    office.acknowledged("a")
    assert office.until(600) == ["65 duty: b"]


def test_what_comes_soon_after_the_first_is_told_in_one_message(outpost: Open) -> None:
    office = outpost(policy(group_s=60))
    office.raised(incident_at(0, "a"))
    office.until(10)
    office.raised(incident_at(10, "b"))
    office.until(50)
    office.raised(incident_at(50, "c"))
    office.until(100)
    office.raised(incident_at(100, "d"))
    office.until(400)
    office.raised(incident_at(400, "e"))
    assert office.until(500) == ["0 duty: a", "60 duty: b c", "120 duty: d", "400 duty: e"]


def test_after_the_clock_was_set_back_nothing_waits_for_a_group_of_the_future(outpost: Open) -> None:
    office = outpost(policy(group_s=60))
    office.raised(incident_at(3600, "a"))
    office.until(3610)
    office.now_s = 10.0
    office.raised(incident_at(10, "b"))
    assert office.until(20) == ["3600 duty: a", "10 duty: b"]


def test_what_a_camera_dates_ahead_of_the_service_is_told_at_once_all_the_same(outpost: Open) -> None:
    office = outpost(policy(DUTY, CHIEF_LATER))
    office.kept(incident_at(4))
    assert office.until(600) == ["0 duty: a", "300 chief: a (stage 1)"]


def test_a_group_is_escalated_as_one_and_without_what_was_acknowledged(outpost: Open) -> None:
    office = outpost(policy(DUTY, CHIEF_LATER, group_s=60))
    for second, name in ((0, "a"), (10, "b"), (20, "c")):
        office.raised(incident_at(second, name))
    office.until(100)
    office.acknowledged("a")
    office.acknowledged("b")
    assert office.until(600) == ["0 duty: a", "60 duty: b c", "360 chief: c (stage 1)"]


def test_the_same_at_the_same_place_is_quiet_while_people_are_being_told(outpost: Open) -> None:
    office = outpost(policy(repeat_s=300))
    for second, name in ((0, "a"), (100, "b"), (200, "c")):
        office.until(second)
        office.raised(incident_at(second, name, item="T-01"))
    assert office.until(250) == ["0 duty: a"]


def test_it_is_told_again_when_the_quiet_time_is_over(outpost: Open) -> None:
    office = outpost(policy(repeat_s=300))
    for second, name in ((0, "a"), (299, "b"), (301, "c")):
        office.until(second)
        office.raised(incident_at(second, name, item="T-01"))
    assert office.until(310) == ["0 duty: a", "301 duty: c"]


def test_it_is_told_again_as_soon_as_the_one_before_was_acknowledged(outpost: Open) -> None:
    office = outpost(policy(repeat_s=300))
    office.raised(incident_at(0, "a", item="T-01"))
    office.until(50)
    office.acknowledged("a")
    office.raised(incident_at(60, "b", item="T-01"))
    assert office.until(100) == ["0 duty: a", "60 duty: b"]


def test_the_same_at_another_place_is_told(outpost: Open) -> None:
    office = outpost(policy(repeat_s=300))
    office.raised(incident_at(0, "a", item="T-01"))
    office.raised(incident_at(1, "b", item="T-02"))
    office.raised(incident_at(2, "c", item="T-01", rule="vault_open"))
    assert office.until(10) == ["0 duty: a", "1 duty: b", "2 duty: c"]


def test_two_policies_that_say_the_same_at_once_send_one_message(outpost: Open) -> None:
    office = outpost(policy(name="one"), policy(Stage(0.0, ("chief", "duty")), name="two"))
    office.raised(incident_at(0))
    assert sorted(office.until(10)) == ["0 chief: a", "0 duty: a"]


def test_machines_are_told_of_the_end_and_people_are_not(outpost: Open) -> None:
    office = outpost(policy(Stage(0.0, ("duty", "machine"))))
    office.raised(incident_at(0))
    office.until(20)
    office.ended(incident_at(0), 20)
    assert office.until(60) == ["0 duty: a", "0 machine: a", "20 machine: a ended"]


def test_an_end_is_not_told_before_the_beginning_that_waits_for_its_group(outpost: Open) -> None:
    office = outpost(policy(Stage(0.0, ("machine",)), group_s=60))
    office.raised(incident_at(0, "a"))
    office.raised(incident_at(10, "b"))
    office.ended(incident_at(10, "b"), 20)
    assert office.until(100) == ["0 machine: a", "60 machine: b", "60 machine: b ended"]


def test_who_was_not_told_of_the_beginning_is_not_told_of_the_end(outpost: Open) -> None:
    office = outpost(policy(Stage(0.0, ("machine",)), repeat_s=300))
    first, again = incident_at(0, "a", item="T-01"), incident_at(30, "b", item="T-01")
    for incident in (first, again):
        office.raised(incident)
    office.ended(again, 40)
    assert office.until(60) == ["0 machine: a"]


def test_what_was_raised_more_than_a_day_ago_calls_nobody(outpost: Open) -> None:
    office = outpost(policy())
    office.now_s = 24 * 3600 + 1
    office.raised(incident_at(0, "old"))
    office.raised(incident_at(3600, "new"))
    assert office.until(24 * 3600 + 10) == ["86401 duty: new"]


@pytest.mark.parametrize(
    ("chosen", "is_told"),
    [
        (Policy("p", (DUTY,)), True),
        (Policy("p", (DUTY,), rules=frozenset({"terminal_removed"})), True),
        (Policy("p", (DUTY,), rules=frozenset({"vault_open"})), False),
        (Policy("p", (DUTY,), cameras=frozenset({"counter"})), True),
        (Policy("p", (DUTY,), cameras=frozenset({"vault"})), False),
        (Policy("p", (DUTY,), severity=Severity.WARNING), True),
        (Policy("p", (DUTY,), severity=Severity.ALARM), False),
        (Policy("p", (DUTY,), when=frozenset({Stretch.WINDOW})), True),
        (Policy("p", (DUTY,), when=frozenset({Stretch.NIGHT, Stretch.HOLIDAYS})), False),
    ],
)
def test_a_policy_fits_by_rule_camera_severity_and_time(chosen: Policy, is_told: bool) -> None:
    incident = incident_at(0, severity=Severity.WARNING)
    assert fits(chosen, incident, Stretch.WINDOW) is is_told


@pytest.mark.parametrize(
    ("moment", "stretch"),
    [
        ("2018-02-21T08:44:59", Stretch.NIGHT),
        ("2018-02-21T08:45:00", Stretch.WINDOW),
        ("2018-02-21T16:59:59", Stretch.WINDOW),
        ("2018-02-21T17:00:00", Stretch.CLOSING),
        ("2018-02-21T17:59:59", Stretch.CLOSING),
        ("2018-02-21T18:00:00", Stretch.NIGHT),
        ("2018-02-22T03:00:00", Stretch.NIGHT),
        ("2018-02-25T12:00:00", Stretch.HOLIDAYS),
        ("2018-02-12T12:00:00", Stretch.HOLIDAYS),
        ("2018-02-24T12:30:00", Stretch.CLOSING),
        ("2018-02-24T13:00:00", Stretch.NIGHT),
    ],
)
def test_every_moment_is_in_one_stretch_of_the_office(site: Site, moment: str, stretch: Stretch) -> None:
    at_ms = round(datetime.fromisoformat(f"{moment}+09:00").timestamp() * 1000)
    assert stretch_at(site.hours, 3_600_000, at_ms) is stretch
