"""What one person does over the time of a clip: a plan of steps, and what hands and eyes are after meanwhile."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

import numpy as np

from sample_footage.render.body import SIDES, Side
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats, FloorPoint, Placement, Point, angle_between, smoothstep
from sample_footage.render.looks import Role
from sample_footage.render.movement import SEAT_M, carrying_hand, hips_back, pushing_hand, sit, stand, walk
from sample_footage.render.posing import Pose, joint_in
from sample_footage.render.reaching import reach

TURN_S = 0.7
START_STOP_M = 0.35
LOOK_ALONG_M = 0.25
CORNER_RADIUS_M = 0.45

SIT_DOWN_S = 1.3
"""Sitting down takes this long, and getting up again."""

GLANCE_YAW, GLANCE_PITCH = 1.2, 0.8
"""A head turns no further than this."""

MovingPoint = Callable[[float], Point]
"""A point of the room at each moment, as of a door's handle or of a hand that wipes."""

HandTarget = Point | MovingPoint | Literal["free", "carry", "push"]


@dataclass(frozen=True)
class Stand:
    """Stay for a while."""

    duration_s: float


@dataclass(frozen=True)
class Sit:
    """Sit down on a seat behind, stay, and get up again, all within `duration_s`; see `before_seat`."""

    duration_s: float
    seat_m: float = SEAT_M


@dataclass(frozen=True)
class Turn:
    """Turn on the spot until facing `yaw`."""

    yaw: float


@dataclass(frozen=True)
class Walk:
    """Walk over points on the floor, bends rounded."""

    points: Sequence[FloorPoint]
    speed_mps: float = 1.1


Move = Stand | Sit | Turn | Walk


@dataclass(frozen=True)
class Reach:
    """At `at_s` the wrist is at a point of the room, hangs free, carries or pushes; it moves smoothly between.

    The body leans and crouches as far as the hands need.
    """

    at_s: float
    target: HandTarget


@dataclass(frozen=True)
class Gaze:
    """At `at_s` the eyes are on a point of the room, or wander; they move smoothly between."""

    at_s: float
    target: Point | None


@dataclass(frozen=True)
class Actor:
    """A person and the plan of what they do; nobody before `enters_s` and after the last move.

    `role` is what nobody can see: alarms that only staff give rise to, on their own side or after hours, are
    arguable, and truth tolerates them.
    """

    name: str
    body: DressedBody
    start: FloorPoint
    yaw: float
    moves: Sequence[Move]
    enters_s: float = 0.0
    hands: Mapping[Side, Sequence[Reach]] = field(default_factory=dict)
    gazes: Sequence[Gaze] = ()
    role: Role = "visitor"

    def plan(self) -> Plan:
        """Return the moves with their times and places worked out."""
        return Plan(self)


@dataclass(frozen=True)
class _Step:
    begins_s: float
    ends_s: float
    position: FloorPoint
    yaw: float
    move: Move
    path: Floats

    def share(self, time_s: float) -> float:
        return min((time_s - self.begins_s) / max(self.ends_s - self.begins_s, 1e-6), 1.0)


class Plan:
    """An actor's moves, placed in time and in the room."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self._steps: list[_Step] = []
        self._time, self._position, self._yaw = actor.enters_s, actor.start, actor.yaw
        for move in actor.moves:
            self._add(move)
        self.leaves_s = self._time

    def _add(self, move: Move) -> None:
        path = np.zeros((0, 2))
        if isinstance(move, Walk):
            path = _rounded(np.array([self._position, *move.points]))
            first = _heading(path, 0.0)
            if abs(angle_between(self._yaw, first)) > 0.35:
                self._add(Turn(first))
        lasts_s = _duration_s(move, path)
        step = _Step(self._time, self._time + lasts_s, self._position, self._yaw, move, path)
        self._steps.append(step)
        self._time = step.ends_s
        if isinstance(move, Walk):
            self._position = (float(path[-1, 0]), float(path[-1, 1]))
            self._yaw = _heading(path, _length(path))
        elif isinstance(move, Turn):
            self._yaw = move.yaw

    @property
    def end(self) -> Placement:
        """Return where the last move ends, and which way the person faces then."""
        return Placement((*self._position, 0.0), self._yaw)

    def pose_at(self, time_s: float) -> Pose | None:
        """Return the posture at a moment, or None while the person is not there."""
        if not self.actor.enters_s <= time_s < self.leaves_s:
            return None
        step = next(step for step in self._steps if time_s < step.ends_s)
        pose = self._move_pose(step, time_s)
        return self._gazing(self._with_hands(pose, time_s), time_s)

    def _move_pose(self, step: _Step, time_s: float) -> Pose:
        body, share = self.actor.body, step.share(time_s)
        if isinstance(step.move, Walk):
            return _walking(body, step.path, share)
        if isinstance(step.move, Turn):
            turn = angle_between(step.yaw, step.move.yaw)
            shuffle = 0.35 * np.sin(np.pi * share) * min(abs(turn), 1.0)
            placement = Placement((*step.position, 0.0), step.yaw + turn * smoothstep(share))
            return walk(body, share * 0.6, float(shuffle)).at(placement)
        placement = Placement((*step.position, 0.0), step.yaw)
        if isinstance(step.move, Sit):
            seated = min(time_s - step.begins_s, step.ends_s - time_s) / SIT_DOWN_S
            return sit(body, time_s, step.move.seat_m, min(seated, 1.0)).at(placement)
        return stand(body, time_s).at(placement)

    def _with_hands(self, pose: Pose, time_s: float) -> Pose:
        busy = {side: wrist for side in SIDES if (wrist := self._hand(pose, side, time_s)) is not None}
        return reach(self.actor.body, pose, busy) if busy else pose

    def _hand(self, pose: Pose, side: Side, time_s: float) -> Floats | None:
        """Where a wrist is meant to be, in the body's axes; None while it hangs free."""
        found = _between(self.actor.hands.get(side, ()), time_s)
        if found is None:
            return None
        before, after, share = found
        if before.target == after.target == "free":
            return None
        now, coming = (self._wrist(pose, side, key.target, time_s) for key in (before, after))
        return np.asarray(now + (coming - now) * share)

    def _wrist(self, pose: Pose, side: Side, target: HandTarget, time_s: float) -> Floats:
        if target == "free":
            return pose.hands[side]
        if target == "carry":
            return carrying_hand(side, self.actor.body.look.height_m)
        if target == "push":
            return pushing_hand(side)
        return pose.placement.undo(target(time_s) if callable(target) else target)

    def _gazing(self, pose: Pose, time_s: float) -> Pose:
        found = _between(self.actor.gazes, time_s)
        if found is None:
            return pose
        before, after, share = found
        (yaw, pitch), (next_yaw, next_pitch) = (self._toward(pose, key.target) for key in (before, after))
        return replace(pose, head_yaw=yaw + (next_yaw - yaw) * share, head_pitch=pitch + (next_pitch - pitch) * share)

    def _toward(self, pose: Pose, target: Point | None) -> tuple[float, float]:
        """Return how head and neck turn to look at a point: yaw and, beyond the trunk's lean, pitch."""
        if target is None:
            return pose.head_yaw, pose.head_pitch
        x, y, z = pose.placement.undo(target) - joint_in(self.actor.body.skeleton, pose, "head")
        down = np.arctan2(-z, np.hypot(x, y)) - pose.lean - pose.bend
        yaw = np.clip(np.arctan2(y, x), -GLANCE_YAW, GLANCE_YAW)
        return float(yaw), float(np.clip(down, -GLANCE_PITCH, GLANCE_PITCH))


def before_seat(seat: Placement, body: DressedBody) -> FloorPoint:
    """Where one stands, facing as the seat does, to sit down on it."""
    x, y, _ = seat.apply([(hips_back(body), 0, 0)])[0]
    return float(x), float(y)


_Key = TypeVar("_Key", Reach, Gaze)


def _between(keys: Sequence[_Key], time_s: float) -> tuple[_Key, _Key, float] | None:
    """Return the keys before and after a moment and the eased share of the way; None before the first."""
    after = bisect_right([key.at_s for key in keys], time_s)
    if after == 0:
        return None
    before, coming = keys[after - 1], keys[min(after, len(keys) - 1)]
    lasts_s = coming.at_s - before.at_s
    return before, coming, smoothstep((time_s - before.at_s) / lasts_s) if lasts_s > 0 else 1.0


def _walking(body: DressedBody, path: Floats, share: float) -> Pose:
    """Walk along a path at an even pace; the first and the last steps are short."""
    length = _length(path)
    walked = length * share
    stride_share = smoothstep(min(walked, length - walked) / START_STOP_M + 0.25)
    x, y = _along(path, walked)
    return walk(body, walked, stride_share).at(Placement((x, y, 0.0), _heading(path, walked)))


def _duration_s(move: Move, path: Floats) -> float:
    if isinstance(move, Walk):
        return _length(path) / move.speed_mps
    return TURN_S if isinstance(move, Turn) else move.duration_s


def _rounded(corners: Floats) -> Floats:
    """Return the path over `corners`, each bend made round."""
    path = [corners[0]]
    for before, corner, after in zip(corners, corners[1:], corners[2:], strict=False):
        back, onward = before - corner, after - corner
        near = min(CORNER_RADIUS_M, float(np.linalg.norm(back)) / 2.2, float(np.linalg.norm(onward)) / 2.2)
        entry = corner + back / np.linalg.norm(back) * near
        leave = corner + onward / np.linalg.norm(onward) * near
        shares = np.linspace(0, 1, 9)[:, None]
        path += list((1 - shares) ** 2 * entry + 2 * shares * (1 - shares) * corner + shares**2 * leave)
    return np.array([*path, corners[-1]])


def _distances(path: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])


def _length(path: Floats) -> float:
    return float(_distances(path)[-1])


def _along(path: Floats, walked_m: float) -> tuple[float, float]:
    distances = _distances(path)
    return float(np.interp(walked_m, distances, path[:, 0])), float(np.interp(walked_m, distances, path[:, 1]))


def _heading(path: Floats, walked_m: float) -> float:
    back_x, back_y = _along(path, max(walked_m - LOOK_ALONG_M, 0.0))
    on_x, on_y = _along(path, min(walked_m + LOOK_ALONG_M, _length(path)))
    return float(np.arctan2(on_y - back_y, on_x - back_x))
