"""Where a thing is that somebody holds: in both hands, hanging from one, or pushed."""

from __future__ import annotations

import math

import numpy as np

from sample_footage.render.body import Side
from sample_footage.render.geometry import Placement, about_z, as_point
from sample_footage.render.movement import pushing_hand
from sample_footage.render.posing import PosedBody

IN_BOTH_HANDS = np.array([0.13, 0.0, -0.01])
"""From the middle between the wrists to the thing's underside, in the holder's axes."""

TROLLEY_AHEAD_M = 0.43
"""From the wrists forward to the middle of a trolley whose handle is at its end."""

PUSHED_AHEAD_M = TROLLEY_AHEAD_M + float(pushing_hand("r")[0])
"""From who pushes a trolley to its middle."""


def in_both_hands(holder: PosedBody) -> Placement:
    """Where a thing is that both hands carry."""
    yaw = holder.placement.yaw
    middle = (holder.hand("l") + holder.hand("r")) / 2
    return Placement(as_point(middle + about_z(yaw) @ IN_BOTH_HANDS), yaw)


def hanging(holder: PosedBody, side: Side, height_m: float) -> Placement:
    """Where a thing so high is that hangs from a hand by its top, its broad side to the leg."""
    grip = holder.joint(f"middle_01_{side}")
    return Placement(as_point(grip - [0, 0, height_m]), holder.placement.yaw + math.pi / 2)


def pushed(holder: PosedBody) -> Placement:
    """Where a trolley is that both hands push."""
    yaw = holder.placement.yaw
    middle = (holder.hand("l") + holder.hand("r")) / 2 + about_z(yaw) @ [TROLLEY_AHEAD_M, 0, 0]
    return Placement((float(middle[0]), float(middle[1]), holder.placement.origin[2]), yaw)
