"""How people stand, walk and sit, as postures in their own axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sample_footage.render.body import SIDES, SIGN, Side, Skeleton
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats, smoothstep, unit
from sample_footage.render.posing import Foot, Pose

STRIDE_PER_HEIGHT = 1.25 / 1.7
GROUND_SHARE = 0.62
"""The part of a stride for which a foot stays on the ground."""

HANGING_SHARE = 0.95
"""A hanging arm is stretched by this much."""

_DRIFT_HZ = (0.061, 0.143, 0.271)

SEAT_M = 0.465
FLESH_UNDER_HIPS_M = 0.10
"""The hip joints are this high over the seat."""


def hanging_hand(skeleton: Skeleton, side: Side) -> Floats:
    """Where the wrist is when the arm hangs."""
    return _from_shoulder(skeleton, side, np.array([0.05, SIGN[side] * 0.10, -0.52]))


def _from_shoulder(skeleton: Skeleton, side: Side, way: Floats) -> Floats:
    """Return where a wrist is, some way from the shoulder, the arm not quite stretched."""
    return np.asarray(skeleton.head(f"upperarm_{side}") + unit(way) * HANGING_SHARE * skeleton.arm_length(side))


def carrying_hand(side: Side, height_m: float) -> Floats:
    """Where the wrist is when both hands carry something before the belly."""
    return np.array([0.26, SIGN[side] * 0.15, 0.575 * height_m])


def pushing_hand(side: Side) -> Floats:
    """Where the wrist is when both hands push a trolley."""
    return np.array([0.38, SIGN[side] * 0.17, 0.98])


def stand(body: DressedBody, time_s: float) -> Pose:
    """Upright; weight, trunk and gaze shift a little with time, each body's in its own way."""
    skeleton = body.skeleton
    weight, trunk, gaze, nod = (_drift(time_s, body.look.seed, part) for part in range(4))
    return Pose(
        hands={side: hanging_hand(skeleton, side) for side in SIDES},
        feet={side: _standing_foot(skeleton, side) for side in SIDES},
        sway=np.array([0.006 * trunk, 0.022 * weight, -0.012]),
        lean=0.02 + 0.012 * trunk,
        twist=0.06 * trunk,
        head_yaw=0.35 * gaze,
        head_pitch=0.12 + 0.08 * nod,
    )


def _drift(time_s: float, seed: int, part: int) -> float:
    """Return a slow, smooth, never repeating wandering between -1 and 1."""
    phases = np.random.default_rng([seed, part]).uniform(0, 2 * np.pi, len(_DRIFT_HZ))
    return float(np.mean(np.sin(2 * np.pi * np.array(_DRIFT_HZ) * time_s + phases)))


def walk(body: DressedBody, distance_m: float, stride_share: float = 1.0) -> Pose:
    """Walk, `distance_m` from the start; a smaller `stride_share` shortens the steps (0 stands)."""
    height = body.look.height_m
    stride = STRIDE_PER_HEIGHT * height
    phase = distance_m / stride
    swing = float(np.cos(2 * np.pi * phase)) * stride_share
    bounce = float(np.cos(4 * np.pi * phase)) * stride_share
    return Pose(
        hands={side: _swinging_hand(body, side, swing, bounce) for side in SIDES},
        feet={
            "l": _stepping_foot(body.skeleton, "l", phase, stride, stride_share),
            "r": _stepping_foot(body.skeleton, "r", phase + 0.5, stride, stride_share),
        },
        sway=np.array(
            [
                0,
                0.015 * np.sin(2 * np.pi * phase) * stride_share,
                -0.012 - 0.033 * stride_share + 0.018 * bounce,
            ]
        ),
        lean=0.02 + 0.03 * stride_share,
        twist=0.14 * swing,
        head_pitch=0.08,
    )


def sit(body: DressedBody, time_s: float, seat_m: float = SEAT_M, share: float = 1.0) -> Pose:
    """Sit on a seat so high, `hips_back` behind where one stood; a smaller `share` is on the way down or up."""
    skeleton, size = body.skeleton, body.look.height_m / 1.7
    down = smoothstep(share)
    standing = stand(body, time_s)
    hips = skeleton.head("pelvis")
    over_seat = np.array([-hips_back(body) - hips[0], 0, seat_m + FLESH_UNDER_HIPS_M * size - hips[2]])
    knees = skeleton.head("calf_l")[2]
    on_thighs = {
        side: np.array([over_seat[0] + 0.34 * size, SIGN[side] * 0.13, knees + 0.16 * size]) for side in SIDES
    }
    return replace(
        standing,
        hands={side: standing.hands[side] * (1 - down) + on_thighs[side] * down for side in SIDES},
        feet={
            side: replace(foot, position=foot.position + np.array([0.04, SIGN[side] * 0.04, 0]) * down)
            for side, foot in standing.feet.items()
        },
        sway=standing.sway * (1 - down) + over_seat * down,
        lean=standing.lean + 0.75 * float(np.sin(np.pi * share)) - 0.08 * down,
        bend=0.06 * down,
        seated=share > 0,
    )


def hips_back(body: DressedBody) -> float:
    """How far behind where one stood the hips are when one sits, metres."""
    return 0.36 * body.look.height_m / 1.7


def _standing_foot(skeleton: Skeleton, side: Side) -> Foot:
    position = np.array([skeleton.head(f"foot_{side}")[0], SIGN[side] * 0.09, 0])
    return Foot(position, pitch=0.0, yaw=SIGN[side] * 0.12)


def _stepping_foot(skeleton: Skeleton, side: Side, phase: float, stride: float, share: float) -> Foot:
    step = phase % 1.0
    if step < GROUND_SHARE:
        forward, lift = GROUND_SHARE / 2 - step, 0.0
        pitch = 0.55 * smoothstep((step / GROUND_SHARE - 0.72) / 0.28)
    else:
        swung = (step - GROUND_SHARE) / (1 - GROUND_SHARE)
        forward, lift = (swung - 0.5) * GROUND_SHARE, 0.075 * float(np.sin(np.pi * swung))
        pitch = 0.55 * (1 - smoothstep(swung / 0.5)) - 0.25 * smoothstep((swung - 0.6) / 0.4)
    under_hip = skeleton.head("pelvis")[0]
    position = np.array([under_hip + stride * forward * share, SIGN[side] * 0.08, lift * share])
    return Foot(position, pitch * share, SIGN[side] * 0.1)


def _swinging_hand(body: DressedBody, side: Side, swing: float, bounce: float) -> Floats:
    angle = -0.42 * swing * SIGN[side]
    way = np.array([np.sin(angle) * 0.5 + 0.04, SIGN[side] * 0.09, -np.cos(angle) * 0.5])
    return np.asarray(_from_shoulder(body.skeleton, side, way) + np.array([0, 0, 0.02 * bounce - 0.02]))
