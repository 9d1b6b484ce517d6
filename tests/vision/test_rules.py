"""Every rule as timelines: what it raises, when, and what ends it. See timelines.py for the characters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from tests.vision.builders import (
    AFTER_HOURS,
    HOURS,
    IN_HOURS,
    counter_view,
    local_ms,
    observation,
    scene,
    site,
    slot,
    zone,
)
from tests.vision.timelines import play, seconds
from vision.hours import OpenRange
from vision.incidents import Incident, Severity
from vision.layout import Layout, View
from vision.rules import RULES, SETTINGS, RuleSettings
from vision.rules.camera_blind import CameraBlindSettings
from vision.rules.person_after_hours import PersonAfterHoursSettings
from vision.rules.staff_only_intrusion import StaffOnlyIntrusion, StaffOnlyIntrusionSettings
from vision.rules.terminal_removed import TerminalRemovedSettings
from vision.rules.unattended_counter import UnattendedCounterSettings
from vision.rules.vault_alone import VaultAloneSettings
from vision.rules.vault_open import VaultOpenSettings
from vision.situation import Situation
from vision.types import Health
from vision.zones import ZoneKind

FRAME_S = 0.2
CLEAR_S = 2.0
"""How long a place must be clear until an episode ends."""


def about(value_s: float) -> object:
    return pytest.approx(value_s, abs=FRAME_S + 1e-6)


def told(
    rule: RuleSettings,
    layout: Layout,
    rows: Mapping[str, str],
    start_ms: int = IN_HOURS,
    *,
    people_sought: bool = True,
) -> list[Incident]:
    return play(scene(layout, rule), rows, start_ms=start_ms, people_sought=people_sought)


def the_one(incidents: list[Incident]) -> Incident:
    assert len(incidents) == 1, incidents
    return incidents[0]


def test_every_rule_has_a_name_and_settings_of_its_own() -> None:
    assert set(SETTINGS.values()) == set(RULES)
    assert set(SETTINGS) == {
        "unattended_counter",
        "staff_only_intrusion",
        "terminal_removed",
        "vault_open",
        "vault_alone",
        "person_after_hours",
        "camera_blind",
    }


def test_the_defaults_are_those_of_the_site_file() -> None:
    assert UnattendedCounterSettings() == UnattendedCounterSettings(30, 10)
    assert StaffOnlyIntrusionSettings() == StaffOnlyIntrusionSettings(1, "from_public")
    assert TerminalRemovedSettings() == TerminalRemovedSettings(3)
    assert VaultOpenSettings() == VaultOpenSettings(120)
    assert VaultAloneSettings() == VaultAloneSettings(2, 5)
    assert PersonAfterHoursSettings() == PersonAfterHoursSettings(1)
    assert CameraBlindSettings() == CameraBlindSettings(5)


# unattended_counter ------------------------------------------------------------------------------------------

UNATTENDED = UnattendedCounterSettings()
ONE_COUNTER = site(counter_view("counter", "T-01"))


def counter_rows(behind: str, item: str) -> dict[str, str]:
    return {"counter/behind-1": behind, "counter/T-01": item}


def test_a_terminal_on_an_unattended_counter_is_told_after_thirty_seconds_in_window_hours() -> None:
    incident = the_one(told(UNATTENDED, ONE_COUNTER, counter_rows("PPP" + "." * 37, "p" * 40)))
    assert incident.rule == "unattended_counter"
    assert (incident.zone, incident.item, incident.camera) == ("window-1", None, "counter")
    assert seconds(incident.began_at_ms) == about(3)
    assert seconds(incident.raised_at_ms) == about(33)
    assert incident.ended_at_ms is None
    assert (incident.after_hours, incident.severity) == (False, Severity.WARNING)
    assert incident.evidence.box == pytest.approx((0.2, 0.2, 0.8, 0.8))
    assert incident.why["after_s"] == 30
    assert incident.why["exposed"] == ["T-01"]
    assert incident.why["seen_s"] == about(30)


def test_a_terminal_on_an_unattended_counter_is_told_after_ten_seconds_after_hours() -> None:
    rows = counter_rows("PPP" + "." * 17, "p" * 20)
    incident = the_one(told(UNATTENDED, ONE_COUNTER, rows, AFTER_HOURS))
    assert seconds(incident.raised_at_ms, AFTER_HOURS) == about(13)
    assert incident.after_hours


def test_a_counter_left_before_closing_time_is_told_as_soon_as_the_shorter_limit_holds() -> None:
    start_ms = local_ms("2018-02-21 16:59:45")
    incident = the_one(told(UNATTENDED, ONE_COUNTER, counter_rows("." * 25, "p" * 25), start_ms))
    assert seconds(incident.raised_at_ms, start_ms) == about(15)
    assert incident.after_hours


def test_a_counter_is_not_called_unattended_where_what_is_behind_it_may_be_somebody() -> None:
    assert told(UNATTENDED, ONE_COUNTER, counter_rows("d" * 60, "p" * 60)) == []


def test_an_item_hidden_by_something_still_lies_on_the_counter() -> None:
    incident = the_one(told(UNATTENDED, ONE_COUNTER, counter_rows("." * 33, "pp" + "o" * 31)))
    assert seconds(incident.raised_at_ms) == about(30)


@pytest.mark.parametrize("item", ["a", "?"])
def test_a_counter_on_which_nothing_is_seen_is_not_unattended(item: str) -> None:
    assert told(UNATTENDED, ONE_COUNTER, counter_rows("." * 60, item * 60)) == []


def test_an_attended_counter_is_not_told() -> None:
    assert told(UNATTENDED, ONE_COUNTER, counter_rows("P" * 60, "p" * 60)) == []


def test_one_missed_detection_of_the_clerk_begins_nothing() -> None:
    behind = ("P" * 9 + ".") * 10
    assert told(UnattendedCounterSettings(after_s=2), ONE_COUNTER, counter_rows(behind, "p" * 100)) == []


def test_the_episode_ends_when_somebody_has_come_back_for_two_seconds() -> None:
    incident = the_one(told(UNATTENDED, ONE_COUNTER, counter_rows("." * 35 + "PPPPP", "p" * 40)))
    assert seconds(incident.ended_at_ms) == about(35 + CLEAR_S)


def test_a_second_absence_is_a_second_incident() -> None:
    behind = "." * 32 + "P" * 5 + "." * 32
    first, second = told(UNATTENDED, ONE_COUNTER, counter_rows(behind, "p" * 69))
    assert seconds(first.raised_at_ms) == about(30)
    assert seconds(second.raised_at_ms) == about(67)
    assert first.id != second.id


def test_a_counter_behind_a_covered_camera_is_not_called_unattended() -> None:
    rows = counter_rows("." * 120, "p" * 120) | {"counter": "." * 5 + "X" * 115}
    assert told(UNATTENDED, ONE_COUNTER, rows) == []


def test_the_count_goes_on_where_it_was_when_sight_comes_back() -> None:
    rows = counter_rows("." * 55, "p" * 55) | {"counter": "." * 20 + "X" * 20 + "." * 15}
    incident = the_one(told(UNATTENDED, ONE_COUNTER, rows))
    assert seconds(incident.began_at_ms) == about(0)
    assert seconds(incident.raised_at_ms) == about(50)
    assert incident.why["unseen_s"] == about(20)


def test_a_camera_without_a_detector_never_calls_a_counter_unattended() -> None:
    rows = counter_rows("." * 60, "p" * 60)
    assert told(UNATTENDED, ONE_COUNTER, rows, people_sought=False) == []


TWO_CAMERAS = site(
    counter_view("front", "T-01"), View("side", (zone("behind-1", ZoneKind.STAFF_SIDE, serves="window-1"),))
)


def test_a_clerk_whom_only_the_second_camera_sees_attends_the_counter() -> None:
    rows = counter_rows("." * 60, "p" * 60)
    rows = {k.replace("counter", "front"): v for k, v in rows.items()} | {"side/behind-1": "P" * 60}
    assert told(UNATTENDED, TWO_CAMERAS, rows) == []


def test_one_clear_camera_is_enough_to_see_that_nobody_is_there() -> None:
    rows = {"front/behind-1": "." * 40, "front/T-01": "p" * 40, "side/behind-1": "." * 40, "side": "X" * 40}
    assert seconds(the_one(told(UNATTENDED, TWO_CAMERAS, rows)).raised_at_ms) == about(30)


def test_a_counter_whose_items_are_seen_but_whose_staff_side_is_not_is_not_told() -> None:
    layout = site(
        View("items", (zone("window-1", ZoneKind.COUNTER),), (slot("T-01", "window-1"),)),
        View("staff", (zone("behind-1", ZoneKind.STAFF_SIDE, serves="window-1"),)),
    )
    rows = {"items/T-01": "p" * 60, "staff/behind-1": "." * 60, "staff": "." * 3 + "X" * 57}
    assert told(UNATTENDED, layout, rows) == []
    rows["staff"] = "." * 60
    assert the_one(told(UNATTENDED, layout, rows)).zone == "window-1"


def test_a_counter_whose_items_cannot_be_seen_is_not_told() -> None:
    layout = site(
        View("items", (zone("window-1", ZoneKind.COUNTER),), (slot("T-01", "window-1"),)),
        View("staff", (zone("behind-1", ZoneKind.STAFF_SIDE, serves="window-1"),)),
    )
    rows = {"items/T-01": "p" * 60, "items": "." * 3 + "X" * 57, "staff/behind-1": "." * 60}
    assert told(UNATTENDED, layout, rows) == []


TWO_SIDES = site(
    View(
        "left",
        (
            zone("window-1", ZoneKind.COUNTER),
            zone("behind-left", ZoneKind.STAFF_SIDE, serves="window-1"),
        ),
        (slot("T-01", "window-1"),),
    ),
    View("right", (zone("behind-right", ZoneKind.STAFF_SIDE, serves="window-1"),)),
)


@pytest.mark.parametrize(
    ("left", "right", "right_health", "count"),
    [
        (".", ".", ".", 1),
        ("P", ".", ".", 0),
        (".", "P", ".", 0),
        (".", ".", "X", 0),
        ("P", ".", "X", 0),
        (".", ".", "-", 0),
    ],
)
def test_a_counter_with_two_staff_sides_is_unattended_only_where_both_are_seen_empty(
    left: str, right: str, right_health: str, count: int
) -> None:
    rows = {
        "left/behind-left": left * 40,
        "left/T-01": "p" * 40,
        "right/behind-right": right * 40,
        "right": right_health * 40,
    }
    assert len(told(UNATTENDED, TWO_SIDES, rows)) == count


def test_a_counter_without_slots_counts_as_exposing_something_in_window_hours_only() -> None:
    layout, rows = site(counter_view("counter")), {"counter/behind-1": "." * 60}
    assert the_one(told(UNATTENDED, layout, rows)).why["exposed"] == []
    assert told(UNATTENDED, layout, rows, AFTER_HOURS) == []


def test_any_one_item_left_on_the_counter_exposes_it_and_is_named() -> None:
    layout = site(counter_view("counter", "T-01", "T-02", "B-0221"))
    rows = {
        "counter/behind-1": "." * 40,
        "counter/T-01": "a" * 40,
        "counter/T-02": "o" * 40,
        "counter/B-0221": "p" * 40,
    }
    assert the_one(told(UNATTENDED, layout, rows)).why["exposed"] == ["T-02", "B-0221"]


def test_a_counter_that_no_staff_side_serves_is_not_watched() -> None:
    layout = site(View("counter", (zone("window-1", ZoneKind.COUNTER),), (slot("T-01", "window-1"),)))
    assert told(UNATTENDED, layout, {"counter/T-01": "p" * 60}) == []


# staff_only_intrusion ----------------------------------------------------------------------------------------

FROM_PUBLIC = StaffOnlyIntrusionSettings()
OFFICE = site(View("hall", (zone("lobby", ZoneKind.PUBLIC), zone("office", ZoneKind.STAFF_ONLY))))


def hall_rows(lobby: str, office: str) -> dict[str, str]:
    return {"hall/lobby": lobby, "hall/office": office}


def test_somebody_who_walks_from_the_lobby_into_the_office_is_told_after_a_second() -> None:
    incident = the_one(told(FROM_PUBLIC, OFFICE, hall_rows("111......", "...1111..")))
    assert seconds(incident.began_at_ms) == about(3)
    assert seconds(incident.raised_at_ms) == about(4)
    assert (incident.zone, incident.camera, incident.severity) == ("office", "hall", Severity.ALARM)
    assert incident.tracks == ("hall#1",)
    assert incident.why["from_public"] == ["hall#1"]
    assert incident.evidence.box is not None


def test_somebody_who_never_stood_in_the_lobby_is_staff_in_window_hours() -> None:
    assert told(FROM_PUBLIC, OFFICE, hall_rows("1" * 10, "2" * 10)) == []


def test_anybody_in_the_office_after_hours_is_told_whatever_their_path() -> None:
    incident = the_one(told(FROM_PUBLIC, OFFICE, hall_rows("." * 9, "...2222.."), AFTER_HOURS))
    assert seconds(incident.raised_at_ms, AFTER_HOURS) == about(4)
    assert incident.why["from_public"] == []


def test_what_may_be_a_thing_is_no_intruder() -> None:
    assert told(FROM_PUBLIC, OFFICE, hall_rows("." * 9, "d" * 9), AFTER_HOURS) == []


@pytest.mark.parametrize(("start_ms", "count"), [(IN_HOURS, 0), (AFTER_HOURS, 1)], ids=["in hours", "after hours"])
def test_after_hours_only_means_that_nobody_is_told_in_window_hours(start_ms: int, count: int) -> None:
    rule = StaffOnlyIntrusionSettings(when="after_hours")
    assert len(told(rule, OFFICE, hall_rows("111...", "...111"), start_ms)) == count


def test_always_means_that_staff_are_told_too() -> None:
    rule = StaffOnlyIntrusionSettings(when="always")
    assert seconds(the_one(told(rule, OFFICE, hall_rows("." * 6, "..2222"))).raised_at_ms) == about(3)


def test_somebody_who_looks_in_for_half_a_second_is_not_told() -> None:
    rule = StaffOnlyIntrusionSettings(after_s=2)
    assert told(rule, OFFICE, hall_rows("11.11.11", "..1..1..")) == []


def test_a_second_person_joins_the_same_incident() -> None:
    rows = hall_rows("BBB" + "." * 12, "..." + "111BB22" + "." * 5)
    incident = the_one(told(FROM_PUBLIC, OFFICE, rows))
    assert incident.tracks == ("hall#1", "hall#2")
    assert seconds(incident.ended_at_ms) == about(10 + CLEAR_S)


def test_the_episode_goes_on_when_the_office_was_clear_for_only_a_moment() -> None:
    incident = the_one(told(FROM_PUBLIC, OFFICE, hall_rows("11" + "." * 12, "..111.111.....")))
    assert seconds(incident.ended_at_ms) == about(9 + CLEAR_S)


def test_an_intruder_among_staff_is_the_one_who_is_named() -> None:
    rows = hall_rows("111......", "222BBBB..")
    assert the_one(told(FROM_PUBLIC, OFFICE, rows)).tracks == ("hall#1",)


def test_staff_who_stay_after_the_intruder_has_gone_do_not_keep_the_episode_open() -> None:
    incident = the_one(told(FROM_PUBLIC, OFFICE, hall_rows("111" + "." * 9, "222BBBB22222")))
    assert seconds(incident.ended_at_ms) == about(7 + CLEAR_S)


def test_where_a_track_came_from_is_kept_through_half_a_minute_out_of_sight() -> None:
    gone = "." * 20
    rows = hall_rows("111" + gone + "...", "..." + gone + "111")
    assert the_one(told(FROM_PUBLIC, OFFICE, rows)).tracks == ("hall#1",)


def test_where_a_track_came_from_is_forgotten_with_the_track() -> None:
    rule = StaffOnlyIntrusion(FROM_PUBLIC, OFFICE)
    for at_ms in range(0, 40_000, 200):
        number = at_ms // 1_000 + 1
        lobby = (number,) if at_ms < 5_000 else ()
        seen = observation("hall", at_ms, {"lobby": lobby, "office": ()})
        rule.update(Situation(at_ms, False, {"hall": seen}), "hall")
    assert not rule._from_public


def test_a_person_who_stands_in_both_zones_at_once_has_not_come_from_the_lobby() -> None:
    assert told(FROM_PUBLIC, OFFICE, hall_rows("2" * 6, "2" * 6)) == []


def test_an_office_in_which_nobody_is_sought_is_unseen_and_never_told() -> None:
    rule = StaffOnlyIntrusionSettings(when="always")
    rows = hall_rows("." * 10, "1" * 10)
    assert told(rule, OFFICE, rows, people_sought=False) == []


def test_an_intrusion_does_not_end_because_the_camera_was_covered() -> None:
    rows = hall_rows("11" + "." * 18, "..1111" + "." * 14) | {"hall": "." * 6 + "X" * 10 + "...."}
    incident = the_one(told(FROM_PUBLIC, OFFICE, rows))
    assert seconds(incident.ended_at_ms) == about(16 + CLEAR_S)


def test_an_office_seen_by_two_cameras_is_one_zone_and_one_incident() -> None:
    layout = site(
        View("east", (zone("office", ZoneKind.STAFF_ONLY),)),
        View("west", (zone("office", ZoneKind.STAFF_ONLY),)),
    )
    rows = {"east/office": "..1111......", "west/office": "....2222...."}
    incident = the_one(told(StaffOnlyIntrusionSettings(when="always"), layout, rows))
    assert incident.tracks == ("east#1", "west#2")
    assert seconds(incident.ended_at_ms) == about(8 + CLEAR_S)


# terminal_removed --------------------------------------------------------------------------------------------

REMOVED = TerminalRemovedSettings()


def terminal(line: str, **others: str) -> dict[str, str]:
    return {"counter/T-01": line, **others}


def test_a_terminal_that_is_gone_for_three_seconds_is_told() -> None:
    incident = the_one(told(REMOVED, ONE_COUNTER, terminal("ppppp" + "a" * 5)))
    assert incident.rule == "terminal_removed"
    assert (incident.item, incident.zone, incident.camera) == ("T-01", None, "counter")
    assert seconds(incident.began_at_ms) == about(5)
    assert seconds(incident.raised_at_ms) == about(8)
    assert incident.severity is Severity.ALARM
    assert incident.why["voice"] == "appearance"
    assert incident.why["last_present_s_ago"] == about(3)


def test_one_wrong_absent_second_moves_nothing() -> None:
    assert told(REMOVED, ONE_COUNTER, terminal("ppapppappppapp")) == []


def test_a_terminal_hidden_for_an_hour_is_not_removed() -> None:
    hour = "ppp" + "o" * 3_600 + "ppp"
    assert play(scene(ONE_COUNTER, REMOVED), terminal(hour), fps=1) == []


def test_a_terminal_that_was_never_seen_is_not_removed() -> None:
    assert told(REMOVED, ONE_COUNTER, terminal("?" * 60)) == []


def test_seconds_of_absence_between_hands_add_up() -> None:
    incident = the_one(told(REMOVED, ONE_COUNTER, terminal("ppaaoooaooo" + "aa")))
    assert seconds(incident.raised_at_ms) == about(11)


def test_a_terminal_that_is_put_back_ends_the_incident() -> None:
    incident = the_one(told(REMOVED, ONE_COUNTER, terminal("pp" + "a" * 8 + "oo" + "pppp")))
    assert seconds(incident.ended_at_ms) == about(12 + CLEAR_S)


def test_a_hand_over_the_empty_place_does_not_end_the_incident() -> None:
    incident = the_one(told(REMOVED, ONE_COUNTER, terminal("pp" + "a" * 8 + "o" * 30 + "aaa")))
    assert incident.ended_at_ms is None


@pytest.mark.parametrize("blind", ["M", "X", "D"])
def test_a_camera_that_was_moved_or_covered_pauses_the_count(blind: str) -> None:
    rows = terminal("ppaa" + "a" * 10 + "aaa", counter="...." + blind * 10 + "...")
    incident = the_one(told(REMOVED, ONE_COUNTER, rows))
    assert seconds(incident.raised_at_ms) == about(15)
    assert incident.why["unseen_s"] == about(10)


def test_a_covered_camera_never_loses_a_terminal() -> None:
    assert told(REMOVED, ONE_COUNTER, terminal("ppp" + "a" * 60, counter="..." + "X" * 60)) == []


TWO_EYES = site(View("front", (), (slot("T-01"),)), View("side", (), (slot("T-01"),)))


@pytest.mark.parametrize(
    ("front", "side", "side_health", "count"),
    [
        ("a", "a", ".", 1),
        ("a", "p", ".", 0),
        ("p", "a", ".", 0),
        ("a", "p", "X", 1),
        ("o", "o", ".", 0),
        ("o", "p", ".", 0),
        ("a", "?", ".", 1),
    ],
)
def test_a_terminal_seen_by_two_cameras_is_gone_only_where_every_clear_view_says_so(
    front: str, side: str, side_health: str, count: int
) -> None:
    rows = {"front/T-01": "pp" + front * 8, "side/T-01": "pp" + side * 8, "side": ".." + side_health * 8}
    assert len(told(REMOVED, TWO_EYES, rows)) == count


def test_a_door_that_opens_is_not_a_terminal_removed() -> None:
    layout = site(View("vault", (), (slot("vault-door"),)))
    assert told(REMOVED, layout, {"vault/vault-door": "pp" + "a" * 20}) == []


def test_a_batch_of_cards_that_is_taken_is_told_too() -> None:
    layout = site(View("counter", (), (slot("B-0221"),)))
    assert the_one(told(REMOVED, layout, {"counter/B-0221": "pp" + "a" * 8})).item == "B-0221"


# vault_open --------------------------------------------------------------------------------------------------

OPEN = VaultOpenSettings(after_s=20)
VAULT = site(View("vault", (zone("vault-area", ZoneKind.VAULT),), (slot("vault-door"),)))


def door(line: str, **others: str) -> dict[str, str]:
    return {"vault/vault-door": line, **others}


def test_a_vault_left_open_is_told_after_two_minutes() -> None:
    incident = the_one(told(VaultOpenSettings(), VAULT, door("ppp" + "a" * 125)))
    assert seconds(incident.began_at_ms) == about(3)
    assert seconds(incident.raised_at_ms) == about(123)
    assert (incident.item, incident.severity) == ("vault-door", Severity.WARNING)


def test_a_vault_that_is_closed_in_time_is_not_told() -> None:
    assert told(OPEN, VAULT, door("ppp" + "a" * 18 + "p" * 10)) == []


def test_somebody_standing_in_front_of_an_open_vault_does_not_close_it() -> None:
    incident = the_one(told(OPEN, VAULT, door("pp" + "a" * 5 + "o" * 20)))
    assert seconds(incident.raised_at_ms) == about(22)


def test_somebody_standing_in_front_of_a_closed_vault_does_not_open_it() -> None:
    assert told(OPEN, VAULT, door("pp" + "o" * 60)) == []


def test_a_door_of_which_nothing_has_been_seen_is_neither_open_nor_closed() -> None:
    assert told(OPEN, VAULT, door("?" * 10 + "o" * 60)) == []


def test_a_vault_that_cannot_be_seen_pauses_the_count() -> None:
    rows = door("pp" + "a" * 38, vault="." * 12 + "X" * 10 + "." * 18)
    assert seconds(the_one(told(OPEN, VAULT, rows)).raised_at_ms) == about(32)


def test_closing_the_vault_ends_the_incident() -> None:
    incident = the_one(told(OPEN, VAULT, door("pp" + "a" * 24 + "pppp")))
    assert seconds(incident.ended_at_ms) == about(26 + CLEAR_S)


# vault_alone -------------------------------------------------------------------------------------------------

ALONE = VaultAloneSettings()


def people(line: str) -> dict[str, str]:
    return {"vault/vault-area": line}


def test_one_person_alone_at_the_vault_is_told_after_five_seconds() -> None:
    incident = the_one(told(ALONE, VAULT, people("..." + "1" * 8 + "....")))
    assert seconds(incident.raised_at_ms) == about(8)
    assert seconds(incident.ended_at_ms) == about(11 + CLEAR_S)
    assert (incident.zone, incident.tracks) == ("vault-area", ("vault#1",))
    assert (incident.why["people"], incident.why["min_people"]) == (1, 2)


def test_two_people_together_at_the_vault_are_in_order() -> None:
    assert told(ALONE, VAULT, people("B" * 60)) == []


def test_two_people_of_whom_one_hides_the_other_now_and_then_are_in_order() -> None:
    assert told(ALONE, VAULT, people("BBB11BBB22B1B2BB11" * 4)) == []


def test_the_one_who_stays_behind_when_the_other_leaves_is_told() -> None:
    incident = the_one(told(ALONE, VAULT, people("B" * 10 + "1" * 12)))
    assert 15 - FRAME_S <= seconds(incident.raised_at_ms) <= 18 + FRAME_S


def test_one_who_joins_within_five_seconds_is_in_time() -> None:
    assert told(ALONE, VAULT, people("1111" + "B" * 20)) == []


def test_an_empty_vault_is_nobody_alone() -> None:
    assert told(ALONE, VAULT, people("." * 30)) == []


def test_what_may_be_a_thing_is_neither_alone_at_the_vault_nor_company() -> None:
    assert told(ALONE, VAULT, people("d" * 30)) == []
    assert the_one(told(ALONE, VAULT, people("b" * 10))).why["people"] == 1


def test_three_may_be_asked_for() -> None:
    assert the_one(told(VaultAloneSettings(min_people=3), VAULT, people("B" * 10))).why["people"] == 2


def test_the_same_person_seen_by_two_cameras_is_one_person() -> None:
    area = (zone("vault-area", ZoneKind.VAULT),)
    rows = {"east/vault-area": "1" * 8, "west/vault-area": "2" * 8}
    assert the_one(told(ALONE, site(View("east", area), View("west", area)), rows)).why["people"] == 1


def test_a_vault_that_cannot_be_seen_is_nobody_alone() -> None:
    rows = people("1" * 60) | {"vault": "." * 3 + "X" * 57}
    assert told(ALONE, VAULT, rows) == []


# person_after_hours ------------------------------------------------------------------------------------------

ANYBODY = PersonAfterHoursSettings()
CORRIDOR = site(View("corridor"))


def in_view(line: str) -> dict[str, str]:
    return {"corridor/view": line}


def test_anybody_in_view_after_hours_is_told_after_a_second() -> None:
    incident = the_one(told(ANYBODY, CORRIDOR, in_view("..1111..."), AFTER_HOURS))
    assert seconds(incident.raised_at_ms, AFTER_HOURS) == about(3)
    assert seconds(incident.ended_at_ms, AFTER_HOURS) == about(6 + CLEAR_S)
    assert (incident.camera, incident.zone, incident.tracks) == ("corridor", None, ("corridor#1",))
    assert incident.evidence.score == pytest.approx(0.9)


def test_what_may_be_a_thing_is_nobody_in_view_after_hours() -> None:
    assert told(ANYBODY, CORRIDOR, in_view("d" * 20), AFTER_HOURS) == []
    assert the_one(told(ANYBODY, CORRIDOR, in_view("dddbbbb"), AFTER_HOURS)).tracks == ("corridor#2",)


def test_nobody_is_told_of_in_window_hours() -> None:
    assert told(ANYBODY, CORRIDOR, in_view("1" * 20)) == []


@pytest.mark.parametrize(
    ("start", "count"),
    [
        ("2018-02-21 23:59:55", 1),
        ("2018-02-22 00:30", 1),
        ("2018-02-22 08:44:50", 1),
        ("2018-02-22 08:45", 0),
        ("2018-02-22 16:59:30", 0),
        ("2018-02-22 17:00", 1),
        ("2018-02-24 10:00", 1),
    ],
)
def test_the_hour_decides(start: str, count: int) -> None:
    assert len(told(ANYBODY, CORRIDOR, in_view("." + "1" * 9), local_ms(start))) == count


def test_a_visit_over_midnight_is_one_incident() -> None:
    start_ms = local_ms("2018-02-21 23:59:50")
    assert the_one(told(ANYBODY, CORRIDOR, in_view("." + "1" * 20), start_ms)).after_hours


def test_closing_time_that_passes_while_somebody_stands_there_begins_an_incident_then() -> None:
    start_ms = local_ms("2018-02-21 16:59:50")
    incident = the_one(told(ANYBODY, CORRIDOR, in_view("1" * 20), start_ms))
    assert seconds(incident.began_at_ms, start_ms) == about(10)
    assert seconds(incident.raised_at_ms, start_ms) == about(11)


def test_opening_time_ends_it() -> None:
    start_ms = local_ms("2018-02-22 08:44:50")
    incident = the_one(told(ANYBODY, CORRIDOR, in_view("1" * 20), start_ms))
    assert seconds(incident.ended_at_ms, start_ms) == about(10 + CLEAR_S)


def test_a_holiday_is_after_hours_all_day_and_a_late_opening_is_not() -> None:
    hours = replace(
        HOURS,
        holidays={date(2018, 2, 12)},
        exceptions={date(2018, 2, 24): (OpenRange(9 * 60, 12 * 60),)},
    )
    holiday, late = local_ms("2018-02-12 10:00"), local_ms("2018-02-24 10:00")
    assert play(scene(CORRIDOR, ANYBODY, hours=hours), in_view(".111"), start_ms=holiday)
    assert not play(scene(CORRIDOR, ANYBODY, hours=hours), in_view(".111"), start_ms=late)


def test_people_in_two_views_are_two_incidents() -> None:
    rows = {"corridor/view": "..111", "hall/view": "..111"}
    found = told(ANYBODY, site(View("corridor"), View("hall")), rows, AFTER_HOURS)
    assert sorted(i.camera or "" for i in found) == ["corridor", "hall"]
    assert len({i.id for i in found}) == 2


def test_a_camera_without_a_detector_sees_nobody_after_hours_and_ends_nothing() -> None:
    assert told(ANYBODY, CORRIDOR, in_view("1" * 9), AFTER_HOURS, people_sought=False) == []


# camera_blind ------------------------------------------------------------------------------------------------

BLIND = CameraBlindSettings()


def test_a_camera_covered_for_five_seconds_is_told() -> None:
    rows = {"corridor": "..." + "X" * 10 + "...."}
    incident = the_one(told(BLIND, CORRIDOR, rows))
    assert (incident.camera, incident.why["health"]) == ("corridor", "covered")
    assert seconds(incident.began_at_ms) == about(3)
    assert seconds(incident.raised_at_ms) == about(8)
    assert seconds(incident.ended_at_ms) == about(13 + CLEAR_S)
    assert incident.severity is Severity.WARNING


def test_a_camera_covered_for_a_moment_is_not_told() -> None:
    assert told(BLIND, CORRIDOR, {"corridor": "..XXX....XXX..."}) == []


def test_a_camera_that_is_blind_in_two_ways_one_after_another_is_one_incident() -> None:
    assert the_one(told(BLIND, CORRIDOR, {"corridor": ".." + "XXXXDDDDMMMM"})).ended_at_ms is None


def test_a_camera_that_says_nothing_is_told_without_any_picture_from_it() -> None:
    incident = the_one(told(BLIND, CORRIDOR, {"corridor": "....." + "-" * 15}))
    assert incident.why["health"] == "silent"
    assert 10 <= seconds(incident.raised_at_ms) <= 13


def test_silence_shorter_than_the_limit_is_not_told() -> None:
    assert told(BLIND, CORRIDOR, {"corridor": "....." + "----" + "." * 10}) == []


def test_a_camera_that_speaks_again_ends_its_silence() -> None:
    incident = the_one(told(BLIND, CORRIDOR, {"corridor": "....." + "-" * 20 + "....."}))
    assert seconds(incident.ended_at_ms) == about(25 + CLEAR_S)


def silent_since_start(first_tick_ms: int) -> Incident:
    """Return what is raised where one picture came at the start and ticks every half second after."""
    watched = scene(CORRIDOR, BLIND)
    watched.observe(observation("corridor", IN_HOURS))
    ticks = range(IN_HOURS + first_tick_ms, IN_HOURS + 20_000, 500)
    return the_one([i for at_ms in ticks for i in watched.tick(at_ms)])


def test_silence_is_told_at_the_same_time_however_the_ticks_fall() -> None:
    raised = [seconds(silent_since_start(first_ms).raised_at_ms) for first_ms in (0, 100, 200, 300, 400)]
    assert min(raised) >= 5
    assert max(raised) - min(raised) <= 0.5


def test_one_blind_camera_does_not_blind_its_neighbour() -> None:
    rows = {"corridor": "." + "X" * 9, "hall": "." * 10}
    found = told(BLIND, site(View("corridor"), View("hall")), rows)
    assert [i.camera for i in found] == ["corridor"]


@pytest.mark.parametrize("health", [h for h in Health if h is not Health.CLEAR])
def test_every_way_of_being_blind_is_told_by_its_name(health: Health) -> None:
    watched = scene(CORRIDOR, BLIND)
    raised = [
        i
        for at_ms in range(0, 6_000, 200)
        for i in watched.observe(observation("corridor", IN_HOURS + at_ms, health=health))
    ]
    assert the_one(raised).why["health"] == health.value
