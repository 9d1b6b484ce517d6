"""How people stand, walk, sit and reach."""

from __future__ import annotations

import numpy as np
import pytest

from sample_footage.render.body import SIDES, Side
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats, Placement
from sample_footage.render.movement import FLESH_UNDER_HIPS_M, hips_back, sit, stand, walk
from sample_footage.render.posing import Pose, PosedBody, pose_body
from sample_footage.render.reaching import reach

SHARES = np.linspace(0, 1, 21)


def ankles(posed: PosedBody) -> dict[Side, Floats]:
    return {side: posed.joint(f"foot_{side}") for side in SIDES}


def lowest(posed: PosedBody) -> float:
    return float(posed.vertices[posed.vertices[:, 2].argsort()][1, 2])


def wrist_error(body: DressedBody, pose: Pose, side: Side, target: Floats) -> float:
    return float(np.linalg.norm(pose_body(body, pose).hand(side) - target))


def test_who_stands_has_both_feet_flat_on_the_floor_at_every_moment(body: DressedBody) -> None:
    for time_s in np.linspace(0, 30, 61):
        posed = pose_body(body, stand(body, float(time_s)))
        for side, ankle in ankles(posed).items():
            assert ankle[2] == pytest.approx(body.skeleton.head(f"foot_{side}")[2], abs=1e-3)


def test_who_stands_is_never_quite_still(body: DressedBody) -> None:
    heads = np.array([pose_body(body, stand(body, t / 10)).joint("head") for t in range(300)])
    assert np.ptp(heads, axis=0)[:2].max() > 0.01
    assert np.linalg.norm(np.diff(heads, axis=0), axis=1).max() < 0.01


def test_who_walks_has_a_foot_on_the_floor_at_every_moment_and_none_under_it(body: DressedBody) -> None:
    for walked_m in np.linspace(0, 3, 61):
        posed = pose_body(body, walk(body, float(walked_m)))
        rolled = min(float(posed.joint(f"ball_{side}")[2]) for side in SIDES)
        assert rolled == pytest.approx(body.skeleton.head("ball_l")[2], abs=0.012)


def test_a_foot_on_the_floor_does_not_slide_while_its_body_walks_on(body: DressedBody) -> None:
    balls = []
    for walked_m in np.linspace(0.02, 0.3, 8):
        posed = pose_body(body, walk(body, float(walked_m)).at(Placement((float(walked_m), 0.0, 0.0))))
        balls.append(posed.joint("ball_l")[0])
    assert np.ptp(balls) < 0.03


@pytest.mark.parametrize("seat_m", [0.42, 0.465, 0.55])
def test_who_sits_has_the_hips_over_the_seat_and_the_feet_on_the_floor(body: DressedBody, seat_m: float) -> None:
    posed = pose_body(body, sit(body, 0.0, seat_m))
    hips = posed.joint("pelvis")
    assert hips[2] == pytest.approx(seat_m + FLESH_UNDER_HIPS_M * 1.6 / 1.7, abs=1e-6)
    assert hips[0] == pytest.approx(-hips_back(body), abs=1e-6)
    for side, ankle in ankles(posed).items():
        assert ankle[2] == pytest.approx(body.skeleton.head(f"foot_{side}")[2], abs=0.02)


def test_sitting_down_begins_as_standing_ends_as_sitting_and_never_jumps(body: DressedBody) -> None:
    joints = np.array([pose_body(body, sit(body, 0.0, share=float(share))).joints for share in SHARES])
    assert joints[0] == pytest.approx(pose_body(body, stand(body, 0.0)).joints)
    assert np.linalg.norm(np.diff(joints, axis=0), axis=2).max() < 0.15


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("x", "y", "z"),
    [
        pytest.param(0.35, 0.1, 1.0, id="on a counter"),
        pytest.param(0.75, 0.0, 1.0, id="across a counter"),
        pytest.param(0.45, 0.1, 0.5, id="on a low shelf"),
        pytest.param(0.4, 0.0, 0.15, id="near the floor"),
        pytest.param(0.3, 0.1, 1.5, id="on a high shelf"),
    ],
)
def test_a_hand_comes_to_what_it_reaches_for(body: DressedBody, side: Side, x: float, y: float, z: float) -> None:
    target = np.array([x, y, z])
    pose = reach(body, stand(body, 0.0), {side: target})
    assert wrist_error(body, pose, side, target) < 0.01
    assert lowest(pose_body(body, pose)) > -0.01


def test_nobody_leans_for_what_is_within_reach(body: DressedBody) -> None:
    standing = stand(body, 0.0)
    assert reach(body, standing, {"r": np.array([0.3, -0.1, 1.1])}).lean == standing.lean


def test_the_lean_grows_smoothly_as_the_hand_goes_out(body: DressedBody) -> None:
    leans = [reach(body, stand(body, 0.0), {"r": np.array([x, -0.1, 1.0])}).lean for x in np.linspace(0.3, 0.75, 46)]
    assert np.all(np.diff(leans) >= -1e-3)
    assert np.diff(leans).max() < 0.06


def test_nobody_bows_to_what_is_too_high(body: DressedBody) -> None:
    standing = stand(body, 0.0)
    assert reach(body, standing, {"r": np.array([0.2, -0.1, 1.9])}).lean < standing.lean + 0.2


def test_an_arm_is_not_made_longer_for_what_is_out_of_reach(body: DressedBody) -> None:
    pose = reach(body, stand(body, 0.0), {"r": np.array([3.0, 0.0, 1.0])})
    posed = pose_body(body, pose)
    stretched = np.linalg.norm(posed.hand("r") - posed.joint("upperarm_r"))
    assert stretched <= body.skeleton.arm_length("r")


def test_the_other_hand_hangs_where_it_did_from_its_shoulder(body: DressedBody) -> None:
    standing = stand(body, 0.0)
    leaning = reach(body, standing, {"r": np.array([0.85, 0.0, 1.0])})
    before, after = pose_body(body, standing), pose_body(body, leaning)
    assert after.hand("l") - after.joint("upperarm_l") == pytest.approx(
        before.hand("l") - before.joint("upperarm_l"), abs=0.01
    )


def test_who_reaches_while_seated_keeps_to_the_seat(body: DressedBody) -> None:
    seated = sit(body, 0.0)
    reaching = reach(body, seated, {"r": np.array([0.45, -0.1, 0.9])})
    assert reaching.lean > seated.lean
    assert pose_body(body, reaching).joint("pelvis") == pytest.approx(pose_body(body, seated).joint("pelvis"))
