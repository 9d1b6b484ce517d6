"""All cameras of a site together: merging, ticks, and the form in which incidents leave."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from types import MappingProxyType

import pytest

from tests.vision.builders import (
    AFTER_HOURS,
    HOURS,
    IN_HOURS,
    TOKYO,
    boxes,
    counter_view,
    local_ms,
    observation,
    reading,
    scene,
    site,
    slot,
    tracks,
    zone,
)
from tests.vision.timelines import play, seconds
from vision.incidents import Evidence, Incident, Severity, incident_json, local_time
from vision.layout import Layout, View
from vision.rules import SETTINGS
from vision.rules.camera_blind import CameraBlindSettings
from vision.rules.person_after_hours import PersonAfterHoursSettings
from vision.rules.rule import track_evidence
from vision.rules.terminal_removed import TerminalRemovedSettings
from vision.rules.unattended_counter import UnattendedCounterSettings
from vision.scene import Scene
from vision.situation import Occupancy, Situation
from vision.types import Health, Observation, SlotState
from vision.zones import ZoneKind

FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def situation(*observations: Observation) -> Situation:
    return Situation(0, False, {o.camera: o for o in observations})


# merging -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "merged"),
    [
        ({"z": (1,)}, {"z": ()}, ("a#1",)),
        ({"z": ()}, {"z": (4, 7)}, ("b#4", "b#7")),
        ({"z": (1,)}, {"z": (1,)}, ("a#1", "b#1")),
        ({"z": ()}, {"z": ()}, ()),
        ({"z": ()}, {}, ()),
        ({}, {}, None),
    ],
)
def test_a_zone_is_occupied_where_any_camera_sees_somebody(
    one: dict[str, tuple[int, ...]], other: dict[str, tuple[int, ...]], merged: tuple[str, ...] | None
) -> None:
    both = situation(observation("a", 0, one), observation("b", 0, other))
    assert both.occupancy(("z",)) == Occupancy(merged)


def test_what_a_blind_camera_says_is_not_heard() -> None:
    blind = observation("a", 0, {"z": (1,)}, {"T-01": SlotState.PRESENT}, health=Health.BLURRED)
    assert situation(blind).occupancy(("z",)).unseen
    assert situation(blind).slot("T-01") == (reading(SlotState.UNKNOWN), None)


def test_no_zones_at_all_cannot_be_empty() -> None:
    assert situation(observation("a", 0, {"z": ()})).occupancy(()).unseen


def test_one_zone_of_two_unseen_leaves_the_answer_open_only_while_the_other_is_empty() -> None:
    assert situation(observation("a", 0, {"z": ()})).occupancy(("z", "y")).unseen
    assert situation(observation("a", 0, {"z": (3,)})).occupancy(("z", "y")).tracks == ("a#3",)


@pytest.mark.parametrize(
    ("states", "merged", "camera"),
    [
        ("pa", SlotState.PRESENT, "c0"),
        ("ap", SlotState.PRESENT, "c1"),
        ("aa", SlotState.ABSENT, "c0"),
        ("o?", SlotState.OCCLUDED, "c0"),
        ("?a", SlotState.ABSENT, "c1"),
        ("??", SlotState.UNKNOWN, None),
    ],
)
def test_a_slot_is_what_the_clearest_view_says(states: str, merged: SlotState, camera: str | None) -> None:
    names = {"p": SlotState.PRESENT, "a": SlotState.ABSENT, "o": SlotState.OCCLUDED, "?": SlotState.UNKNOWN}
    seen = [observation(f"c{i}", 0, slots={"T-01": names[c]}) for i, c in enumerate(states)]
    got, by = situation(*seen).slot("T-01")
    assert (got.state, by) == (merged, camera)


def test_evidence_points_at_the_best_seen_track_in_fractions_of_its_view() -> None:
    seen = observation("a", 5, {"z": (1, 2)})
    evidence = track_evidence(situation(seen), ("a#2", "a#1", "gone#9"))
    assert evidence is not None
    assert (evidence.frame_at_ms, evidence.camera, evidence.score) == (5, "a", 0.9)
    assert evidence.box == pytest.approx((0.0, 0.2, 0.08, 0.8))


def test_a_camera_name_with_a_number_sign_does_not_confuse_evidence() -> None:
    seen = observation("gate#2", 5, {"z": (1,)})
    evidence = track_evidence(situation(seen), ("gate#2#1",))
    assert evidence is not None
    assert evidence.camera == "gate#2"


# ticks -------------------------------------------------------------------------------------------------------


def test_a_silent_camera_leaves_its_zones_and_slots_unseen() -> None:
    layout = site(counter_view("counter", "T-01"))
    rows = {"counter/behind-1": "." * 60, "counter/T-01": "a" * 60, "counter": "." + "-" * 59}
    rules = (UnattendedCounterSettings(after_s=5), TerminalRemovedSettings())
    assert play(scene(layout, *rules), rows) == []


def test_the_other_camera_of_a_zone_speaks_for_it_when_one_falls_silent() -> None:
    office = (zone("behind-1", ZoneKind.STAFF_SIDE, serves="window-1"),)
    layout = site(counter_view("front", "T-01"), View("side", office))
    rows = {
        "front/behind-1": "." * 20,
        "front/T-01": "p" * 20,
        "side/behind-1": "1" + "." * 19,
        "side": "." + "-" * 19,
    }
    (incident,) = play(scene(layout, UnattendedCounterSettings(after_s=5)), rows)
    assert 6 <= seconds(incident.raised_at_ms) <= 9


def test_a_clerk_seen_last_by_a_camera_that_died_does_not_attend_the_counter_for_ever() -> None:
    layout = site(counter_view("front"), View("side", (zone("behind-1", ZoneKind.STAFF_SIDE),)))
    rows = {"front/behind-1": "." * 60, "side/behind-1": "1" * 60, "side": "." + "-" * 59}
    assert len(play(scene(layout, UnattendedCounterSettings()), rows)) == 1


def test_a_camera_whose_recording_has_ended_is_not_silent() -> None:
    told = scene(site(View("corridor"), View("hall")), CameraBlindSettings())
    told.observe(observation("corridor", IN_HOURS))
    told.leave("corridor")
    assert [i for at_ms in range(0, 30_000, 500) for i in told.tick(IN_HOURS + at_ms)] == []
    assert told.running() == []


def test_an_observation_that_comes_late_is_judged_as_of_now() -> None:
    told = scene(site(View("corridor"), View("hall")), PersonAfterHoursSettings())
    told.observe(observation("corridor", AFTER_HOURS + 1_000))
    told.observe(observation("hall", AFTER_HOURS + 400, elsewhere=(1,)))
    told.observe(observation("corridor", AFTER_HOURS + 2_000))
    (incident,) = told.observe(observation("hall", AFTER_HOURS + 2_100, elsewhere=(1,)))
    assert (incident.began_at_ms, incident.camera) == (AFTER_HOURS + 1_000, "hall")


# what comes out ----------------------------------------------------------------------------------------------

INCIDENT = Incident(
    id="20180221T081005000Z-terminal_removed-T-01",
    rule="terminal_removed",
    site="tsurumi",
    camera="counter",
    zone=None,
    item="T-01",
    began_at_ms=local_ms("2018-02-21 17:10"),
    raised_at_ms=local_ms("2018-02-21 17:10:05"),
    ended_at_ms=None,
    severity=Severity.ALARM,
    after_hours=True,
    tracks=("counter#1",),
    evidence=Evidence(local_ms("2018-02-21 17:10:05"), "counter", (0.1, 0.2, 1 / 3, 0.4), 0.875),
    why=MappingProxyType({"after_s": 3.0}),
)


def test_the_json_form_has_the_keys_of_the_contract_in_order_and_nulls_for_what_is_absent() -> None:
    form = incident_json(INCIDENT, TOKYO)
    assert list(form) == [
        "id",
        "rule",
        "site",
        "camera",
        "zone",
        "item",
        "began_at",
        "raised_at",
        "ended_at",
        "severity",
        "after_hours",
        "tracks",
        "evidence",
        "why",
    ]
    assert form["zone"] is None
    assert form["ended_at"] is None
    assert form["raised_at"] == "2018-02-21T17:10:05.000+09:00"
    assert form["tracks"] == ["counter#1"]
    assert form["severity"] == "alarm"
    assert form["evidence"] == {
        "frame_at": "2018-02-21T17:10:05.000+09:00",
        "camera": "counter",
        "box": [0.1, 0.2, 0.3333, 0.4],
        "score": 0.875,
    }
    assert json.loads(json.dumps(form)) == form


def test_local_time_keeps_milliseconds_and_the_offset_of_the_site() -> None:
    at_ms = local_ms("2018-02-21 23:59:59.007")
    assert local_time(at_ms, TOKYO) == "2018-02-21T23:59:59.007+09:00"
    assert datetime.fromisoformat(local_time(at_ms, TOKYO)).timestamp() * 1_000 == pytest.approx(at_ms)


OFFICE_LAYOUT: Layout = site(
    counter_view("counter", "T-01", "T-02", "B-0221"),
    View(
        "vault",
        (
            zone("vault-area", ZoneKind.VAULT),
            zone("office", ZoneKind.STAFF_ONLY),
            zone("lobby", ZoneKind.PUBLIC),
        ),
        (slot("vault-door"),),
    ),
)
BUSY_ROWS = {
    "counter/behind-1": "P" * 5 + "." * 40 + "P" * 5 + "." * 40,
    "counter/T-01": "p" * 20 + "a" * 10 + "p" * 10 + "a" * 50,
    "counter/T-02": "p" * 60 + "a" * 30,
    "counter/B-0221": "p" * 90,
    "counter": "." * 70 + "X" * 10 + "." * 10,
    "vault/vault-area": "." * 10 + "1" * 10 + "." * 10 + "B" * 20 + "." * 40,
    "vault/office": "." * 30 + "3" * 10 + "." * 50,
    "vault/lobby": "." * 20 + "3" * 10 + "." * 60,
    "vault/vault-door": "p" * 10 + "a" * 80,
    "vault": "." * 70 + "-" * 20,
}


def every_rule() -> Scene:
    return Scene(OFFICE_LAYOUT, HOURS, [kind() for kind in SETTINGS.values()], {"site_digest": "abc", "model": "m"})


def test_one_busy_scene_raises_incidents_of_many_rules_each_with_an_id_of_its_own() -> None:
    incidents = play(every_rule(), BUSY_ROWS, start_ms=AFTER_HOURS)
    assert {i.rule for i in incidents} == {
        "unattended_counter",
        "terminal_removed",
        "vault_alone",
        "person_after_hours",
        "staff_only_intrusion",
        "camera_blind",
    }
    assert len(incidents) >= 10


def test_every_id_names_a_file_as_it_stands() -> None:
    incidents = play(every_rule(), BUSY_ROWS, start_ms=AFTER_HOURS)
    assert len({i.id.casefold() for i in incidents}) == len(incidents)
    assert all(FILE_NAME.fullmatch(i.id) for i in incidents)


def test_the_same_observations_give_the_same_incidents() -> None:
    def lines(incidents: Iterable[Incident]) -> list[str]:
        return [json.dumps(incident_json(i, TOKYO)) for i in incidents]

    once, again = (play(every_rule(), BUSY_ROWS, start_ms=AFTER_HOURS) for _ in range(2))
    assert lines(once) == lines(again)


@pytest.mark.parametrize("fps", [3, 25])
def test_the_same_scene_gives_the_same_incidents_at_any_frame_rate(fps: int) -> None:
    slow = play(every_rule(), BUSY_ROWS, start_ms=AFTER_HOURS, fps=5)
    other = play(every_rule(), BUSY_ROWS, start_ms=AFTER_HOURS, fps=fps)
    assert sorted((i.rule, i.zone, i.item) for i in slow if i.rule != "camera_blind") == sorted(
        (i.rule, i.zone, i.item) for i in other if i.rule != "camera_blind"
    )
    assert sum(i.rule == "camera_blind" for i in slow) == sum(i.rule == "camera_blind" for i in other)
    moments = [sorted(i.raised_at_ms for i in found if i.rule != "camera_blind") for found in (slow, other)]
    assert moments[0] == pytest.approx(moments[1], abs=340 + 200)


def test_every_verdict_says_why() -> None:
    for incident in play(every_rule(), BUSY_ROWS, start_ms=AFTER_HOURS):
        assert incident.why["rule_version"] == 1
        assert incident.why["after_s"] >= 0
        assert incident.why["seen_s"] >= incident.why["after_s"]
        assert incident.why["unseen_s"] >= 0
        assert (incident.why["site_digest"], incident.why["model"]) == ("abc", "m")
        json.dumps(dict(incident.why))


def test_times_of_an_incident_are_in_order() -> None:
    for incident in play(every_rule(), BUSY_ROWS, start_ms=AFTER_HOURS):
        assert incident.began_at_ms <= incident.evidence.frame_at_ms <= incident.raised_at_ms
        assert incident.ended_at_ms is None or incident.raised_at_ms < incident.ended_at_ms


def test_an_incident_that_has_not_ended_is_running_with_every_track_so_far() -> None:
    told = scene(site(View("corridor")), PersonAfterHoursSettings())
    for at_ms in range(0, 5_000, 200):
        told.observe(observation("corridor", AFTER_HOURS + at_ms, elsewhere=(1,) if at_ms < 3_000 else (2,)))
    (incident,) = told.running()
    assert incident.tracks == ("corridor#1", "corridor#2")
    assert incident.ended_at_ms is None


# the vocabulary ----------------------------------------------------------------------------------------------


def test_a_layout_finds_what_belongs_together_across_cameras() -> None:
    layout = site(counter_view("front", "T-01", "T-02"), counter_view("side", "T-01"))
    assert layout.zone_ids(ZoneKind.COUNTER) == ("window-1",)
    assert layout.cameras_of_zone("behind-1") == ("front", "side")
    assert layout.cameras_of_slot("T-02") == ("front",)
    assert layout.staff_sides_of("window-1") == ("behind-1",)
    assert layout.slots_on("window-1") == ("T-01", "T-02")
    assert layout.outline("front", "T-01") == pytest.approx((0.2, 0.2, 0.8, 0.8))
    assert layout.outline("front", "nowhere") is None


def test_wrong_shapes_are_refused_with_what_was_expected() -> None:
    with pytest.raises(ValueError, match=r"xyxy must have shape \(n, 4\)"):
        tracks([1], boxes((0, 0, 1, 1))[:, :3])
    with pytest.raises(ValueError, match=r"ids must have shape \(2,\), got \(1,\)"):
        tracks([1], boxes((0, 0, 1, 1), (0, 0, 1, 1)))


def test_arrays_of_the_vocabulary_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        tracks([1]).xyxy[0, 0] = 5


# restarts ----------------------------------------------------------------------------------------------------


def test_an_incident_goes_on_after_a_restart_and_ends_as_the_same_one() -> None:
    layout = site(counter_view("counter", "T-01"))
    before = scene(layout, TerminalRemovedSettings())
    (raised,) = play(before, {"counter/T-01": "ppaaaaaa"})
    after = scene(layout, TerminalRemovedSettings())
    assert after.resume([raised]) == []
    (ended,) = play(after, {"counter/T-01": "aaaaaappppp"}, start_ms=IN_HOURS + 60_000)
    assert (ended.id, ended.began_at_ms, ended.raised_at_ms) == (raised.id, raised.began_at_ms, raised.raised_at_ms)
    assert 67 <= seconds(ended.ended_at_ms) <= 69


def test_an_incident_whose_rule_is_off_now_is_given_back() -> None:
    layout = site(counter_view("counter", "T-01"))
    (raised,) = play(scene(layout, TerminalRemovedSettings()), {"counter/T-01": "ppaaaaaa"})
    assert scene(layout, CameraBlindSettings()).resume([raised]) == [raised]
