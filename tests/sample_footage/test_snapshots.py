"""Random moments: what people do at a spot, and things laid on tops."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from sample_footage.render.activities import Spot, random_activity
from sample_footage.render.body import SIDES
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Placement
from sample_footage.render.posing import pose_body
from sample_footage.render.snapshots import lay, random_people, random_things
from sample_footage.render.things import catalogue
from sample_footage.render.things.clutter import live_monitor
from sample_footage.render.things.thing import Thing

SPOTS: Final = {
    "behind a counter": Spot("stand", Placement((3.0, 2.0, 0.0), 1.0), top_m=0.92),
    "anywhere": Spot("stand", Placement((3.0, 2.0, 0.0), -2.0)),
    "at a desk": Spot("seat", Placement((1.0, 1.0, 0.0), 0.5), top_m=0.71),
    "on a waiting chair": Spot("seat", Placement((1.0, 1.0, 0.0), 0.5), seat_m=0.46),
    "on the way": Spot("path", Placement((2.0, 5.0, 0.0), 3.0)),
}
TOP: Final = ((0.0, 0.0, 0.9), (2.0, 0.0, 0.9), (2.0, 0.6, 0.9), (0.0, 0.6, 0.9))


@pytest.mark.parametrize("spot", SPOTS.values(), ids=SPOTS)
def test_people_do_different_things_with_their_feet_on_the_floor_near_their_spot(
    spot: Spot, body: DressedBody
) -> None:
    seen = set()
    for seed in range(60):
        posed = pose_body(body, random_activity(np.random.default_rng(seed), body, spot).pose)
        seen.add(posed.joints.round(3).tobytes())
        assert min(posed.joint(f"ball_{side}")[2] for side in SIDES) == pytest.approx(0.011, abs=0.012)
        assert np.linalg.norm(posed.joint("pelvis")[:2] - spot.placement.origin[:2]) < 0.6
    assert len(seen) == 60


def test_a_seed_gives_the_same_people_every_time(body: DressedBody) -> None:
    once, again = (
        [thing.vertices for thing in random_people(np.random.default_rng(5), [body, body], list(SPOTS.values()))]
        for _ in range(2)
    )
    assert len(once) == len(again)
    assert all(np.array_equal(one, other) for one, other in zip(once, again, strict=True))


def test_what_both_hands_carry_is_between_them_and_what_hangs_clears_the_floor(body: DressedBody) -> None:
    seen = set()
    for seed in range(200):
        activity = random_activity(np.random.default_rng(seed), body, SPOTS["on the way"])
        posed = pose_body(body, activity.pose)
        where = activity.held_by(posed)
        if activity.held and where:
            seen.add(activity.hold)
            wrists = (posed.hand("l") + posed.hand("r")) / 2
            assert np.linalg.norm(wrists[:2] - where.origin[:2]) < 0.6
            assert where.origin[2] >= (0.0 if activity.hold == "push" else 0.05)
    assert seen >= {"both", "push"}


def test_nothing_is_laid_over_the_edge_or_upon_another_thing() -> None:
    things = [catalogue.desk_clutter(np.random.default_rng(seed)) for seed in range(12)]
    laid = list(lay(np.random.default_rng(0), things, TOP))
    assert len(laid) > 4
    for number, (thing, where) in enumerate(laid):
        x, y, z = where.origin
        assert z == 0.9
        assert thing.radius_m <= x <= 2 - thing.radius_m
        assert min(thing.radius_m, 0.3) <= y + 1e-9 <= 0.6
        for other, elsewhere in laid[:number]:
            apart = np.linalg.norm(np.subtract(where.origin, elsewhere.origin))
            assert apart > thing.radius_m + other.radius_m


def test_every_kind_to_be_found_turns_up_and_rests_on_its_top() -> None:
    kinds = set()
    for seed in range(40):
        for thing in random_things(np.random.default_rng(seed), [TOP]):
            kinds.add(thing.kind)
            assert thing.vertices[:, 2].min() == pytest.approx(0.9, abs=1e-6)
    assert {"terminal", "cards", "card", "papers", "tablet", "keyboard"} <= kinds


def test_a_monitor_shows_one_picture_for_a_while_and_then_another() -> None:
    shape_at = live_monitor(every_s=4.0)
    assert shape_at(0.0).materials == shape_at(3.9).materials != shape_at(4.1).materials


@pytest.mark.parametrize(
    "draw",
    [catalogue.terminal, catalogue.cards, catalogue.bag, catalogue.umbrella, catalogue.parcel, catalogue.trolley],
)
def test_things_stand_on_their_origin_and_differ_from_seed_to_seed(draw: catalogue.Draw) -> None:
    drawn: list[Thing] = [draw(np.random.default_rng(seed)) for seed in range(8)]
    assert all(thing.mesh.vertices[:, 2].min() == pytest.approx(0.0, abs=1e-3) for thing in drawn)
    assert len({(tuple(thing.mesh.colours.values()), thing.mesh.vertices.tobytes()) for thing in drawn}) > 4
