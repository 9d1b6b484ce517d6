"""Which alarms are right: timelines of what happens and of what can be seen. See films.py for the characters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import pytest

from sample_footage.render.truth.events import LATE_S, Alarm, Verdict
from sample_footage.render.truth.spells import EARLY_S
from tests.sample_footage.truth.films import AFTER_HOURS, FPS, IN_HOURS, plan, verdict


def of(alarms: list[Alarm], rule: str) -> list[Alarm]:
    return [alarm for alarm in alarms if alarm.rule == rule]


def right(told: Verdict, rule: str) -> list[tuple[str, object, object]]:
    """Return subject, earliest and latest of the right alarms of a rule."""
    return [(alarm.about.name, about(alarm.earliest_s), about(alarm.latest_s)) for alarm in of(told.events, rule)]


def due(subject: str, at_s: float, until_s: float | None = None) -> tuple[str, object, object]:
    """Return what `right` gives for an alarm that is due at a moment, or between two."""
    return subject, about(at_s - EARLY_S), about((at_s if until_s is None else until_s) + LATE_S)


def about(value_s: float) -> object:
    return pytest.approx(value_s, abs=1.01 / FPS)


def counter(behind: str, item: str, **more: str) -> Mapping[str, str]:
    return {"counter/behind-1": behind, "counter/T-01": item, **{f"counter/{k}": v for k, v in more.items()}}


# unattended_counter ------------------------------------------------------------------------------------------


def test_a_counter_that_is_left_with_a_terminal_on_it_is_unattended_after_the_limit() -> None:
    told = verdict(counter("11111" + "." * 15, "p" * 20), unattended_counter={"after_s": 5})
    assert right(told, "unattended_counter") == [due("window-1", 10)]
    assert told.tolerated == []


def test_after_hours_the_shorter_limit_holds() -> None:
    told = verdict(counter("11" + "." * 14, "p" * 16), AFTER_HOURS, {"1": "staff"})
    assert right(told, "unattended_counter") == [due("window-1", 12)]


def test_a_counter_with_nothing_on_it_is_not_unattended() -> None:
    told = verdict(counter("1" + "." * 49, "p" + "a" * 49))
    assert of(told.events + told.tolerated, "unattended_counter") == []


def test_what_is_hidden_on_a_counter_still_lies_there() -> None:
    told = verdict(counter("." * 40, "pp" + "o" * 38))
    assert right(told, "unattended_counter") == [due("window-1", 30)]


def test_a_clerk_whom_nobody_can_see_makes_an_alarm_arguable() -> None:
    told = verdict(counter("1" * 5 + "a" * 40, "p" * 45))
    assert of(told.events, "unattended_counter") == []
    (arguable,) = of(told.tolerated, "unattended_counter")
    assert arguable.earliest_s == about(35 - EARLY_S)


def test_an_absence_that_hardly_reaches_the_limit_is_arguable() -> None:
    told = verdict(counter("1" + "." * 5 + "1" * 9, "p" * 15), unattended_counter={"after_s": 5})
    assert of(told.events, "unattended_counter") == []
    assert len(of(told.tolerated, "unattended_counter")) == 1


def test_nothing_is_unattended_for_a_camera_that_is_covered() -> None:
    told = verdict({**counter("." * 60, "p" * 60), "counter": "..." + "X" * 57})
    assert of(told.events, "unattended_counter") == []


# terminal_removed --------------------------------------------------------------------------------------------


def test_an_item_that_is_taken_has_been_removed_whoever_takes_it() -> None:
    told = verdict(counter("1" * 20, "p" * 8 + "a" * 12), roles={"1": "staff"})
    assert right(told, "terminal_removed") == [due("T-01", 11)]


def test_an_item_that_is_hidden_for_however_long_has_not_been_removed() -> None:
    told = verdict(counter("1" * 99, "p" + "o" * 98))
    assert of(told.events + told.tolerated, "terminal_removed") == []


def test_a_removal_that_is_hidden_at_first_may_be_told_until_it_can_be_seen() -> None:
    told = verdict(counter("1" * 30, "p" * 5 + "h" * 10 + "a" * 15))
    assert right(told, "terminal_removed") == [due("T-01", 8, until_s=18)]


def test_a_removal_that_nobody_can_ever_see_is_not_asked_for() -> None:
    told = verdict(counter("1" * 30, "p" * 5 + "h" * 25))
    assert of(told.events, "terminal_removed") == []
    assert len(of(told.tolerated, "terminal_removed")) == 1


def test_what_is_taken_while_the_camera_is_turned_aside_is_told_when_it_looks_back() -> None:
    told = verdict({**counter("1" * 30, "p" * 5 + "a" * 25), "counter": "..." + "M" * 10 + "." * 17})
    assert right(told, "terminal_removed") == [due("T-01", 8, until_s=16)]


def test_a_place_that_its_item_has_not_been_in_yet_is_not_one_that_it_left() -> None:
    told = verdict(counter("1" * 30, "a" * 10 + "p" * 5 + "a" * 15))
    assert right(told, "terminal_removed") == [due("T-01", 18)]


def test_an_item_that_a_second_camera_sees_in_its_place_is_there() -> None:
    told = verdict({"counter/T-01": "p" * 4 + "o" * 16, "corner/T-01": "p" * 20})
    assert of(told.events + told.tolerated, "terminal_removed") == []


def test_an_item_is_gone_for_two_cameras_when_one_sees_its_bare_place() -> None:
    told = verdict({"counter/T-01": "p" * 4 + "h" * 16, "corner/T-01": "p" * 4 + "h" * 3 + "a" * 13})
    assert right(told, "terminal_removed") == [due("T-01", 7, until_s=10)]


# staff_only_intrusion ----------------------------------------------------------------------------------------


def test_who_comes_from_the_lobby_and_goes_in_is_an_intruder() -> None:
    told = verdict({"corner/lobby": "11111" + "." * 15, "corner/office": "....." + "1" * 15})
    assert right(told, "staff_only_intrusion") == [due("office", 6)]


def test_who_was_inside_from_the_beginning_is_none_in_window_hours() -> None:
    told = verdict({"corner/lobby": "." * 20, "corner/office": "1" * 20})
    assert told == Verdict()


def test_staff_who_come_in_through_the_lobby_are_arguable() -> None:
    rows = {"corner/lobby": "11111" + "." * 15, "corner/office": "....." + "1" * 15}
    told = verdict(rows, roles={"1": "staff"})
    assert told.events == []
    assert len(told.tolerated) == 1


def test_a_cleaner_is_no_staff() -> None:
    told = verdict({"corner/office": "..." + "1" * 9}, AFTER_HOURS, {"1": "cleaner"})
    assert right(told, "staff_only_intrusion") == [due("office", 4)]
    assert right(told, "person_after_hours") == [due("corner", 4)]


def test_the_same_intruder_a_second_time_is_arguable_and_another_one_is_not() -> None:
    rows = {"corner/lobby": "11....11....22......", "corner/office": "..11....11....222222"}
    told = verdict(rows)
    assert right(told, "staff_only_intrusion") == [due("office", 3), due("office", 15)]
    assert len(of(told.tolerated, "staff_only_intrusion")) == 1


def test_a_second_intruder_joins_the_first_ones_alarm() -> None:
    told = verdict({"corner/lobby": "BB........", "corner/office": "..1111BBBB"})
    assert right(told, "staff_only_intrusion") == [due("office", 3)]
    assert told.tolerated == []


def test_what_a_person_hidden_from_all_cameras_does_is_arguable() -> None:
    told = verdict({"corner/lobby": "11111" + "." * 15, "corner/office": "....." + "a" * 15})
    assert of(told.events, "staff_only_intrusion") == []


# the vault ---------------------------------------------------------------------------------------------------


def test_a_vault_that_stays_open_is_told_even_while_somebody_stands_before_it() -> None:
    told = verdict({"vault/vault-door": "ppp" + "aa" + "h" * 20}, vault_open={"after_s": 8})
    assert right(told, "vault_open") == [due("vault-door", 11)]


def test_one_alone_at_the_vault_is_told_and_two_are_not() -> None:
    assert right(verdict({"vault/vault-area": ".." + "1" * 10}), "vault_alone") == [due("vault-area", 7)]
    assert verdict({"vault/vault-area": ".." + "B" * 10}) == Verdict()


def test_three_seconds_after_the_second_one_has_left_somebody_is_alone_at_the_vault() -> None:
    told = verdict({"vault/vault-area": "BBBB" + "1" * 16})
    assert right(told, "vault_alone") == [due("vault-area", 4 + 3 + 5)]


def test_one_at_the_vault_with_another_out_of_sight_is_arguable() -> None:
    told = verdict({"vault/vault-area": "B" * 4 + "1" * 16, "vault/office": "b" * 20})
    assert right(told, "vault_alone") == [due("vault-area", 12)]


# person_after_hours and camera_blind -------------------------------------------------------------------------


def test_a_stranger_in_view_after_hours_is_told_by_each_camera() -> None:
    told = verdict({"corner/view": "...1111", "counter/view": "....111"}, AFTER_HOURS)
    assert right(told, "person_after_hours") == [due("corner", 4), due("counter", 5)]


def test_staff_who_stay_after_hours_are_arguable_for_as_long_as_they_are_there() -> None:
    told = verdict({"corner/view": "1" * 9 + "." * 6}, AFTER_HOURS, {"1": "staff"})
    assert told.events == []
    (arguable,) = told.tolerated
    assert (arguable.earliest_s, arguable.latest_s) == (about(1 - EARLY_S), about(9 + 2))


def test_a_stranger_whom_staff_have_in_view_before_them_is_no_alarm_of_their_own() -> None:
    told = verdict({"corner/view": "1111BBBB"}, AFTER_HOURS, {"1": "staff"})
    assert of(told.events, "person_after_hours") == []


def test_nobody_is_after_hours_in_window_hours() -> None:
    assert verdict({"corner/view": "1" * 9}) == Verdict()


@pytest.mark.parametrize("what", ["X", "M", "D"])
def test_a_camera_that_cannot_see_is_told_itself(what: str) -> None:
    told = verdict({"counter": "..." + what * 8 + "." * 4, "counter/view": "." * 15})
    assert right(told, "camera_blind") == [due("counter", 8)]
    assert told.tolerated == []


# what every rule has -----------------------------------------------------------------------------------------


def test_a_rule_that_is_switched_off_tells_nothing() -> None:
    told = verdict(counter("1" * 20, "p" * 8 + "a" * 12), terminal_removed=False)
    assert told == Verdict()


def test_what_is_due_as_the_clip_ends_is_arguable() -> None:
    told = verdict(counter("1" * 12, "p" * 8 + "a" * 4))
    assert told.events == []
    assert len(told.tolerated) == 1


def test_an_alarm_is_written_as_the_scorer_reads_it() -> None:
    (alarm,) = verdict(counter("1" * 20, "p" * 8 + "a" * 12)).events
    written = alarm.as_json()
    assert (written["rule"], written["item"]) == ("terminal_removed", "T-01")
    assert (written["earliest"], written["latest"]) == (pytest.approx(10.5, abs=0.3), pytest.approx(21, abs=0.3))
    assert written["note"] == "from 7.90 s to the end"


@pytest.mark.parametrize(
    ("start", "after_hours"),
    [
        ("2018-02-21T08:44:59+09:00", True),
        ("2018-02-21T08:45:00+09:00", False),
        ("2018-02-21T16:59:59+09:00", False),
        ("2018-02-21T17:00:00+09:00", True),
        ("2018-02-24T10:00:00+09:00", True),
    ],
)
def test_windows_are_open_on_weekdays_from_a_quarter_to_nine_to_five(start: str, after_hours: bool) -> None:
    assert plan({"corner": "."}, datetime.fromisoformat(start)).after_hours(0.0) == after_hours


def test_alarms_come_in_the_order_of_time() -> None:
    rows = {**counter("." * 40, "p" * 8 + "a" * 12 + "p" * 20), "counter": "." * 22 + "X" * 18}
    events = verdict(rows, IN_HOURS, unattended_counter={"after_s": 3}).events
    assert [event.rule for event in events] == ["unattended_counter", "terminal_removed", "camera_blind"]
