"""How far a body leans and crouches so that its hands come to where they should."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from sample_footage.render.body import Side, Skeleton
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats, smoothstep
from sample_footage.render.posing import Pose, joint_in

ARM_SHARE = 0.97
"""An arm is not stretched further than this."""

DEEPEST_LEAN, DEEPEST_BEND, TWIST, HIPS_BACK_M = 0.75, 0.75, 0.5, 0.04
CROUCH_BELOW_M, CROUCH_SHARE, CROUCHING_HIPS_BACK = 0.75, 0.5, 0.4
"""For what lies lower than this the knees bend too, and let the hips down by up to this share of their height."""

TWISTED_AT_M = 0.4
"""The trunk is fully twisted when one hand is this much further forward than the other."""

STEPS, HALVINGS = 12, 8


def reach(body: DressedBody, pose: Pose, hands: Mapping[Side, Floats]) -> Pose:
    """Bring wrists to points in the body's own axes, leaning forward as little as that takes.

    What is too far away is reached for as deep as the body can lean. Who sits leans too, and keeps to the seat.
    A hand for which there is no point stays as it was from its shoulder.
    """
    share = _least_lean(body, pose, hands)
    if share == 0:
        return replace(pose, hands={**pose.hands, **hands})
    return _with_hands(body.skeleton, pose, _leaning(body, pose, hands, share), hands)


def _least_lean(body: DressedBody, pose: Pose, hands: Mapping[Side, Floats]) -> float:
    """Return the least lean, 0 to 1, from which all hands reach their points, or the one that comes nearest."""

    def missing(share: float) -> float:
        return _missing_m(body.skeleton, _leaning(body, pose, hands, share), hands)

    nearest, least = 0.0, missing(0.0)
    for share in np.linspace(0, 1, STEPS + 1)[1:]:
        if least <= 0:
            break
        if missing(float(share)) < least:
            nearest, least = float(share), missing(float(share))
    if least > 0 or nearest == 0:
        return nearest
    low, high = nearest - 1 / STEPS, nearest
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if missing(middle) <= 0 else (middle, high)
    return high


def _missing_m(skeleton: Skeleton, pose: Pose, hands: Mapping[Side, Floats]) -> float:
    """Return by how much the arms are too short, at most, from where the shoulders are in a pose."""
    return max(
        float(np.linalg.norm(wrist - _shoulder(skeleton, pose, side))) - ARM_SHARE * skeleton.arm_length(side)
        for side, wrist in hands.items()
    )


def _leaning(body: DressedBody, pose: Pose, hands: Mapping[Side, Floats], share: float) -> Pose:
    """Lean so far, 0 to 1, toward where the hands shall be."""
    hips = body.skeleton.head("pelvis")[2] + pose.sway[2]
    lowest = min(float(wrist[2]) for wrist in hands.values())
    crouch = 0.0 if pose.seated else smoothstep((CROUCH_BELOW_M - lowest) / CROUCH_BELOW_M) * CROUCH_SHARE * hips
    back = 0.0 if pose.seated else HIPS_BACK_M + CROUCHING_HIPS_BACK * crouch
    return replace(
        pose,
        lean=pose.lean + DEEPEST_LEAN * share,
        twist=pose.twist + TWIST * share * _further_right(pose, hands),
        bend=pose.bend + DEEPEST_BEND * share,
        head_pitch=pose.head_pitch + 0.15 * share,
        sway=pose.sway + np.array([-back, 0, -crouch]) * share,
    )


def _further_right(pose: Pose, hands: Mapping[Side, Floats]) -> float:
    """Return how much further forward the right hand shall be than the left, -1 to 1."""
    forward = {side: float(wrist[0]) for side, wrist in {**pose.hands, **hands}.items()}
    return float(np.clip((forward["r"] - forward["l"]) / TWISTED_AT_M, -1, 1))


def _with_hands(skeleton: Skeleton, before: Pose, leaning: Pose, hands: Mapping[Side, Floats]) -> Pose:
    """Put hands to their points and let the others follow their shoulders."""
    following = {
        side: wrist + _shoulder(skeleton, leaning, side) - _shoulder(skeleton, before, side)
        for side, wrist in before.hands.items()
    }
    return replace(leaning, hands={**following, **hands})


def _shoulder(skeleton: Skeleton, pose: Pose, side: Side) -> Floats:
    return joint_in(skeleton, pose, f"upperarm_{side}")
