"""Truth told from the room and from what was measured in its frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest

from sample_footage.render.actor import Actor, Stand, Walk
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Placement
from sample_footage.render.items import Custody, Item, Lies, Phase
from sample_footage.render.keys import Key
from sample_footage.render.lighting import day, steady
from sample_footage.render.measured import Measured
from sample_footage.render.offices import OFFICES
from sample_footage.render.places import watched_places
from sample_footage.render.scene import Performance, Story
from sample_footage.render.sightings import Sighting
from sample_footage.render.site_file import plan_site
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan, Turned
from sample_footage.render.things.terminals import SHUT_DEG, Terminal
from sample_footage.render.truth.frames import FrameTruth
from sample_footage.render.truth.telling import Teller, truth_file

OFFICE: Final = OFFICES["straight"]
TERMINAL: Final = OFFICE.places["terminal-1"]
WATCHES: Final = ("window-1", "behind-1", "office", "lobby", "T-01")


def terminal(*phases: Phase) -> Item:
    mesh = Terminal().mesh(SHUT_DEG)
    return Item("T-01", "terminal", lambda _: mesh, phases or (Phase(0.0, Lies(TERMINAL)),), Custody("交付用端末 1"))


def story(
    actors: Sequence[Actor] = (), watches: Sequence[str] = WATCHES, door: Sequence[Key] = (), **more: Any
) -> Story:
    camera = CameraPlan("counter", OFFICE.cameras["counter"], watches, **more)
    stage = Stage(OFFICE, steady(day(OFFICE)), vault_door=door)
    return Story("test", "2018-02-21T19:00:00+09:00", 20.0, 10, stage, camera, actors, [terminal()], note="a note")


def told(of: Story, at_s: float = 0.0, **measured: Any) -> FrameTruth:
    clear: Mapping[str, float] = {"T-01": 1.0, "vault-door": 1.0}
    return Teller(of).frame(round(at_s * 10), Measured(**{"clear": clear, **measured}))


def test_people_are_in_the_areas_that_they_stand_in_and_that_the_camera_watches(body: DressedBody) -> None:
    clerk_x, clerk_y, _ = OFFICE.places["clerk-1"].origin
    visitor_x, visitor_y, _ = OFFICE.places["visitor-1"].origin
    clerk = Actor("clerk", body, (clerk_x, clerk_y), 0.0, [Stand(5.0)])
    visitor = Actor("visitor", body, (visitor_x, visitor_y), 0.0, [Stand(20.0)])
    assert told(story([clerk, visitor])).zones == {"behind-1": {"clerk"}, "office": {"clerk"}, "lobby": {"visitor"}}
    assert told(story([clerk, visitor]), at_s=6.0).zones["office"] == frozenset()


def test_who_walks_through_the_gap_leaves_one_area_and_comes_into_the_next(body: DressedBody) -> None:
    x, y, _ = OFFICE.gap.place(0.0).origin
    walker = Actor("thief", body, (x, y - 1.0), 1.57, [Walk([(x, y + 1.0)], speed_mps=1.0), Stand(9.0)])
    frames = [told(story([walker]), at_s=at_s) for at_s in (0.0, 3.0)]
    assert [[zone for zone, names in frame.zones.items() if names] for frame in frames] == [["lobby"], ["office"]]


@pytest.mark.parametrize(
    ("clear", "away", "state"),
    [(0.9, (), "present"), (0.2, (), "occluded"), (0.9, ("T-01",), "absent"), (0.2, ("T-01",), "occluded")],
)
def test_a_slot_is_told_as_far_as_its_place_can_be_seen(clear: float, away: tuple[str, ...], state: str) -> None:
    seen = told(story(), clear={"T-01": clear}, away=frozenset(away))
    assert (seen.slots, seen.away) == ({"T-01": state}, frozenset(away))


@pytest.mark.parametrize(
    ("measured", "health"),
    [({"hidden": 0.8}, "covered"), ({"brightest": 9.0}, "dark"), ({"hidden": 0.1, "brightest": 60.0}, "clear")],
)
def test_a_camera_that_cannot_see_knows_no_slot(measured: Mapping[str, float], health: str) -> None:
    seen = told(story(), **measured)
    assert seen.health == health
    assert seen.slots["T-01"] == ("present" if health == "clear" else "unknown")


def test_a_camera_that_looks_aside_has_been_moved() -> None:
    turning = story(turns=[Turned(1.0, 0.0), Turned(2.0, 40.0), Turned(5.0, 40.0), Turned(6.0, 0.0)])
    assert [told(turning, at_s=at_s).health for at_s in (0.0, 1.0, 3.0, 6.0)] == ["clear", "clear", "moved", "clear"]


def test_the_vault_is_open_as_soon_as_its_door_has_left_its_frame() -> None:
    opening = story(door=[Key(1.0, 0.0), Key(3.0, 2.0)])
    assert [told(opening, at_s=at_s).door_deg for at_s in (0.0, 1.0, 2.0, 9.0)] == [0, 0, 57, 115]


def test_a_place_is_filled_until_its_item_is_more_than_nudged() -> None:
    x, y, z = TERMINAL.origin
    nudged, pushed = (Lies(Placement((x + by_m, y, z), TERMINAL.yaw + 0.2)) for by_m in (0.06, 0.3))
    moving = replace(story(), items=[terminal(Phase(0.0, Lies(TERMINAL)), Phase(2.0, nudged), Phase(4.0, pushed))])
    (place,) = watched_places(moving, Performance(moving))
    assert [place.is_filled(at_s) for at_s in (0.0, 3.0, 5.0)] == [True, True, False]


def test_the_place_of_a_door_is_filled_while_it_is_shut() -> None:
    opening = story(watches=["vault-area", "vault-door"], door=[Key(1.0, 0.0), Key(3.0, 2.0)])
    (place,) = watched_places(opening, Performance(opening))
    assert [place.is_filled(at_s) for at_s in (0.5, 2.0)] == [True, False]


def stranger(number: int) -> FrameTruth:
    return FrameTruth(number, number / 10, (Sighting("stranger", "person", (0, 0, 99, 99), (0, 0, 99, 99), 1.0),))


def test_the_truth_of_one_clip_names_its_camera_and_its_right_alarms(body: DressedBody) -> None:
    alone = story([Actor("stranger", body, (3.0, 1.0), 0.0, [Stand(20.0)])], watches=["lobby"])
    truth = truth_file("test", plan_site([alone]), [alone], {"counter": [stranger(n) for n in range(200)]})
    assert (truth["clip"], truth["camera"]) == ("test.mp4", "counter")
    assert (truth["start"], truth["note"]) == ("2018-02-21T19:00:00+09:00", "a note")
    assert [(event["rule"], event["camera"]) for event in truth["events"]] == [("person_after_hours", "counter")]
    assert truth["tolerated"] == []


def test_the_truth_of_several_clips_is_that_of_their_site(body: DressedBody) -> None:
    actors = [Actor("stranger", body, (3.0, 1.0), 0.0, [Stand(20.0)])]
    plans = [CameraPlan(name, OFFICE.cameras[name], ["office"]) for name in ("counter", "corner")]
    stories = story(actors).filmed_by(plans)
    film = {"counter": [FrameTruth(n, n / 10) for n in range(200)], "corner": [stranger(n) for n in range(200)]}
    truth = truth_file("test", plan_site(stories), stories, film)
    assert truth["clips"] == {"counter": "test-counter.mp4", "corner": "test-corner.mp4"}
    assert [event["camera"] for event in truth["events"]] == ["corner"]
