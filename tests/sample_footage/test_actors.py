"""What an actor does over a clip: places, hands, eyes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pytest

from sample_footage.render.actions import Hands, carry, follow, lean_on, push, together, type_at, wipe
from sample_footage.render.actor import (
    SIT_DOWN_S,
    Actor,
    Gaze,
    Move,
    Plan,
    Reach,
    Sit,
    Stand,
    Turn,
    Walk,
    before_seat,
)
from sample_footage.render.body import SIDES, Side
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats, Placement, Point
from sample_footage.render.posing import PosedBody, pose_body

FPS: Final = 12
COUNTER_TOP: Final = Placement((0.45, 0.0, 0.92))


def plan(body: DressedBody, moves: Sequence[Move], hands: Hands | None = None, **more: Any) -> Plan:
    return Actor("staffA", body, (0.0, 0.0), 0.0, moves, hands=hands or {}, **more).plan()


def at(given: Plan, time_s: float) -> PosedBody:
    pose = given.pose_at(time_s)
    assert pose is not None
    return pose_body(given.actor.body, pose)


def joints(given: Plan) -> Floats:
    """Return all joints in the room (frames, bones, 3)."""
    frames = np.arange(given.actor.enters_s, given.leaves_s, 1 / FPS)
    return np.array([body.placement.apply(body.joints) for body in (at(given, float(t)) for t in frames)])


def test_nobody_is_there_before_they_enter_or_after_their_last_move(body: DressedBody) -> None:
    visit = plan(body, [Stand(2.0)], enters_s=1.0)
    assert visit.pose_at(0.99) is None
    assert visit.pose_at(1.0) is not None
    assert visit.pose_at(3.0) is None


def test_a_day_at_the_counter_moves_without_a_jump(body: DressedBody) -> None:
    moves: list[Move] = [
        Walk([(2.0, 0.0), (2.0, 2.0)]),
        Turn(math.pi),
        Stand(3.0),
        Sit(6.0),
        Walk([(0.0, 2.0)]),
        Stand(1.0),
    ]
    hands = together(follow("r", (1.5, 2.1, 1.0), 5.5, 6.5), type_at(Placement((1.6, 2.0, 0.7), math.pi), 9.5, 11.0))
    fastest = np.linalg.norm(np.diff(joints(plan(body, moves, hands)), axis=0), axis=2).max() * FPS
    assert fastest < 3.6


def test_someone_at_the_counter_for_half_a_minute_is_never_a_statue(body: DressedBody) -> None:
    head = joints(plan(body, [Stand(30.0)]))[:, body.skeleton.index("head")]
    for start in range(0, len(head) - 3 * FPS, 3 * FPS):
        assert np.ptp(head[start : start + 3 * FPS], axis=0).max() > 0.001
    assert np.ptp(head, axis=0).max() < 0.12


def test_two_people_do_not_sway_alike(body: DressedBody) -> None:
    other = replace(body, look=replace(body.look, seed=5))
    one, two = (joints(plan(each, [Stand(10.0)]))[:, body.skeleton.index("head")] for each in (body, other))
    assert np.abs(one - two).max() > 0.01


def test_who_sits_is_on_the_seat_between_sitting_down_and_getting_up(body: DressedBody) -> None:
    seat = Placement((3.0, 1.0, 0.0), 0.7)
    visit = Actor("visitor1", body, before_seat(seat, body), seat.yaw, [Stand(1.0), Sit(8.0), Stand(1.0)]).plan()
    seated = [at(visit, t).joint("pelvis") for t in np.arange(1 + SIT_DOWN_S, 9 - SIT_DOWN_S, 0.25)]
    assert np.array(seated)[:, :2] == pytest.approx(np.tile(seat.origin[:2], (len(seated), 1)), abs=0.05)
    assert np.array(seated)[:, 2] == pytest.approx(0.56, abs=0.01)
    for moment in (0.5, 9.5):
        assert at(visit, moment).joint("pelvis")[2] > 0.8


@pytest.mark.parametrize("point", [(0.6, -0.1, 1.0), (0.4, -0.1, 0.5), (0.35, -0.2, 1.3)])
def test_a_hand_is_at_its_point_when_it_should_be(body: DressedBody, point: Point) -> None:
    reaching = plan(body, [Stand(10.0)], follow("r", point, 3.0, 5.0))
    for moment in (3.0, 4.0, 4.99):
        assert at(reaching, moment).hand("r") == pytest.approx(point, abs=0.01)
    assert at(reaching, 1.0).joint("upperarm_r")[2] - at(reaching, 1.0).hand("r")[2] > 0.4


def test_the_hand_follows_the_handle_of_a_door_that_opens(body: DressedBody) -> None:
    def handle(time_s: float) -> Point:
        angle = 1.2 * min(max((time_s - 2.0) / 3.0, 0.0), 1.0)
        return 0.75 - 0.5 * math.sin(angle), 0.4 - 0.5 * math.cos(angle), 1.05

    opening = plan(body, [Stand(10.0)], follow("r", handle, 2.0, 5.0))
    for moment in np.arange(2.0, 5.0, 0.1):
        assert at(opening, float(moment)).hand("r") == pytest.approx(handle(float(moment)), abs=0.02)


def test_both_wrists_type_over_the_keys_and_move(body: DressedBody) -> None:
    typing = plan(body, [Stand(20.0)], type_at(COUNTER_TOP, 1.0, 19.0))
    wrists: dict[Side, Floats] = {
        side: np.array([at(typing, t).hand(side) for t in np.arange(2.0, 18.0, 1 / FPS)]) for side in SIDES
    }
    assert wrists["l"][:, 1].min() > wrists["r"][:, 1].max()
    for moved in wrists.values():
        assert np.abs(moved[:, 2] - 0.98).max() < 0.02
        assert 0.005 < np.ptp(moved, axis=0).max() < 0.06


def test_a_cleaner_wipes_to_and_fro_on_the_top(body: DressedBody) -> None:
    wiping = plan(body, [Stand(10.0)], wipe("r", (0.45, -0.1, 0.92), 0.15, 1.0, 9.0))
    hand = np.array([at(wiping, t).hand("r") for t in np.arange(1.0, 9.0, 1 / FPS)])
    assert np.ptp(hand[:, 0]) == pytest.approx(0.3, abs=0.02)
    assert np.ptp(hand[:, 2]) < 0.01


def test_leaning_on_the_counter_brings_the_head_over_it(body: DressedBody) -> None:
    upright = plan(body, [Stand(10.0)])
    leaning = plan(body, [Stand(10.0)], lean_on(Placement((0.62, 0.0, 0.92)), 2.0, 8.0))
    assert at(leaning, 5.0).joint("head")[0] > at(upright, 5.0).joint("head")[0] + 0.1


@pytest.mark.parametrize("hands", [carry(0.0, 5.0), push(0.0, 5.0)], ids=["carry", "push"])
def test_hands_that_carry_or_push_stay_before_the_walking_body(body: DressedBody, hands: Hands) -> None:
    walking = plan(body, [Walk([(4.0, 0.0)])], hands)
    for moment in (1.0, 2.0, 3.0):
        posed = at(walking, moment)
        for side in SIDES:
            x, y, z = posed.placement.undo(posed.hand(side))
            assert 0.2 < x < 0.45
            assert abs(y) < 0.2
            assert 0.85 < z < 1.0


@pytest.mark.parametrize(("target", "turned"), [((1.0, 1.0, 1.4), 1), ((1.0, -1.0, 1.4), -1), ((1.0, 0.0, 1.4), 0)])
def test_the_head_turns_to_what_the_eyes_are_on(body: DressedBody, target: Point, turned: int) -> None:
    pose = plan(body, [Stand(9.0)], gazes=[Gaze(0.0, None), Gaze(1.0, target)]).pose_at(5.0)
    assert pose is not None
    assert pose.head_yaw == pytest.approx(turned * math.pi / 4, abs=0.08)


def test_the_head_bows_to_what_lies_on_the_counter(body: DressedBody) -> None:
    down, ahead = (plan(body, [Stand(9.0)], gazes=[Gaze(0.0, (0.5, 0.0, z))]).pose_at(5.0) for z in (0.95, 1.5))
    assert down is not None
    assert ahead is not None
    assert down.head_pitch > ahead.head_pitch + 0.4


def test_together_puts_the_keys_of_each_hand_in_order_of_time() -> None:
    joined = together(
        follow("r", (1, 0, 1), 5.0, 6.0), follow("r", (0, 0, 1), 1.0, 2.0), {"l": [Reach(0.0, "carry")]}
    )
    assert [key.at_s for key in joined["r"]] == [0.4, 1.0, 2.0, 2.6, 4.4, 5.0, 6.0, 6.6]
    assert [key.target for key in joined["l"]] == ["carry"]
