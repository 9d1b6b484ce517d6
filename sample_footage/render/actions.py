"""What hands do for a while, as keys of an actor's hands: type, wipe, open a door, hand something over."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sample_footage.render.actor import MovingPoint, Reach
from sample_footage.render.body import SIDES, SIGN, Side
from sample_footage.render.geometry import Placement, Point, as_point

Hands = dict[Side, Sequence[Reach]]

COME_S = 0.6
"""A hand takes this long from hanging to where it is needed, and back."""

BEAT_S = 0.31
"""Between two keystrokes of a hand."""

WRIST_OVER_TOP_M = 0.06
WIPE_S = 1.6
"""One stroke to and fro."""


def together(*actions: Hands) -> Hands:
    """Join actions, each hand's keys in order of time."""
    return {
        side: sorted((key for action in actions for key in action.get(side, ())), key=lambda key: key.at_s)
        for side in SIDES
    }


def follow(side: Side, point: Point | MovingPoint, from_s: float, until_s: float) -> Hands:
    """Bring a hand to a point, keep it there as the point moves, and let it hang again: a door and its handle."""
    return {
        side: [
            Reach(from_s - COME_S, "free"),
            Reach(from_s, point),
            Reach(until_s, point),
            Reach(until_s + COME_S, "free"),
        ]
    }


def type_at(keys: Placement, from_s: float, until_s: float) -> Hands:
    """Type at keys whose user is at -x, as a terminal's."""
    return together(*(follow(side, _typing(keys, side), from_s, until_s) for side in SIDES))


def wipe(side: Side, centre: Point, half_m: float, from_s: float, until_s: float) -> Hands:
    """Wipe a top to and fro around a point, `half_m` to either side."""

    def wiping(time_s: float) -> Point:
        turn = 2 * math.pi * time_s / WIPE_S
        x, y, z = centre
        return x + half_m * math.sin(turn), y + 0.3 * half_m * math.sin(0.7 * turn), z + WRIST_OVER_TOP_M

    return follow(side, wiping, from_s, until_s)


def lean_on(top: Placement, from_s: float, until_s: float, apart_m: float = 0.4) -> Hands:
    """Lean on a top with both hands, at a place on it that one faces along +x."""
    points = {side: top.apply([(0, SIGN[side] * apart_m / 2, WRIST_OVER_TOP_M)])[0] for side in SIDES}
    return together(*(follow(side, as_point(point), from_s, until_s) for side, point in points.items()))


def carry(from_s: float, until_s: float) -> Hands:
    """Carry something with both hands."""
    return {
        side: [Reach(from_s, "carry"), Reach(until_s, "carry"), Reach(until_s + COME_S, "free")] for side in SIDES
    }


def push(from_s: float, until_s: float) -> Hands:
    """Push a trolley."""
    return {side: [Reach(from_s, "push"), Reach(until_s, "push"), Reach(until_s + COME_S, "free")] for side in SIDES}


def _typing(keys: Placement, side: Side) -> MovingPoint:
    """Return where a wrist is: it wanders over the keys and dips at each beat."""

    def typing(time_s: float) -> Point:
        beat = time_s / BEAT_S + (0.5 if side == "l" else 0.0)
        wander = 0.018 * math.sin(1.7 * beat + SIGN[side])
        dip = 0.006 * math.sin(2 * math.pi * beat)
        return as_point(keys.apply([(-0.16, SIGN[side] * 0.075 + wander, WRIST_OVER_TOP_M + dip)])[0])

    return typing
