"""What somebody may be doing at a spot, at random: a pose and what they hold. For pictures to train on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sample_footage.render.body import SIDES, SIGN, Side
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats, Placement
from sample_footage.render.holding import hanging, in_both_hands, pushed
from sample_footage.render.movement import SEAT_M, carrying_hand, hips_back, pushing_hand, sit, stand, walk
from sample_footage.render.posing import Pose, PosedBody
from sample_footage.render.reaching import reach
from sample_footage.render.things import catalogue
from sample_footage.render.things.thing import Thing

SpotKind = Literal["stand", "seat", "path"]


@dataclass(frozen=True)
class Spot:
    """Where somebody may be; they face along +x of its placement. A seat's placement is the seat's own.

    `top_m` is the height of a counter or desk before them, if there is one.
    """

    kind: SpotKind
    placement: Placement
    top_m: float | None = None
    seat_m: float = SEAT_M


@dataclass(frozen=True)
class Activity:
    """A pose in its own axes, and what is held in it."""

    pose: Pose
    held: Thing | None = None
    hold: Literal["both", "push", "l", "r"] = "both"

    def held_by(self, holder: PosedBody) -> Placement | None:
        """Where the thing is when somebody has been posed so."""
        if self.held is None:
            return None
        match self.hold:
            case "both":
                return in_both_hands(holder)
            case "push":
                return pushed(holder)
            case side:
                return hanging(holder, side, self.held.height_m)


def random_activity(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Draw what somebody is doing at a spot, the spot's placement taken up."""
    choices = {act: often for act, often in _OFTEN[spot.kind].items() if spot.top_m or act not in _AT_A_TOP}
    weights = np.array(list(choices.values()))
    act = list(choices)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    activity = act(rng, body, spot)
    return replace(activity, pose=_glancing(rng, activity.pose).at(_taken_up(rng, body, spot)))


def _taken_up(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Placement:
    """Stand at a spot a little off it and turned a little; who sits has stood before the seat."""
    if spot.kind == "seat":
        x, y, z = spot.placement.apply([(hips_back(body), 0, 0)])[0]
        return Placement((float(x), float(y), float(z)), spot.placement.yaw + float(rng.normal(0, 0.08)))
    x, y = spot.placement.origin[:2] + rng.normal(0, 0.05, 2)
    turned = 0.06 if spot.top_m else 0.4
    return Placement(
        (float(x), float(y), spot.placement.origin[2]), spot.placement.yaw + float(rng.normal(0, turned))
    )


def _glancing(rng: np.random.Generator, pose: Pose) -> Pose:
    """Turn the head somewhere."""
    yaw, pitch = rng.normal(0, 0.35), rng.normal(0, 0.12)
    return replace(pose, head_yaw=float(np.clip(yaw, -0.9, 0.9)), head_pitch=pose.head_pitch + float(pitch))


def _still(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Pose:
    moment = float(rng.uniform(0, 100))
    return sit(body, moment, spot.seat_m) if spot.kind == "seat" else stand(body, moment)


def _idle(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    return Activity(_still(rng, body, spot))


def _hands_together(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Hold the hands before the belly."""
    pose = _still(rng, body, spot)
    up, forward = _belly(body, pose) + rng.uniform(-0.12, 0.08), rng.uniform(0.16, 0.22)
    return Activity(reach(body, pose, {side: _before(pose, forward, SIGN[side] * 0.06, up) for side in SIDES}))


def _telephoning(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Hold a telephone to the ear."""
    pose, side = _still(rng, body, spot), _either(rng)
    up = float(body.skeleton.head("head")[2] + pose.sway[2])
    return Activity(reach(body, pose, {side: _before(pose, 0.1, SIGN[side] * 0.15, up)}))


def _reading(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Read papers held in both hands."""
    pose = _still(rng, body, spot)
    up = _belly(body, pose) + rng.uniform(0.0, 0.15)
    hands = {side: _before(pose, 0.26, SIGN[side] * 0.12, up) for side in SIDES}
    return Activity(replace(reach(body, pose, hands), head_pitch=0.45), catalogue.papers(rng))


def _typing(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Both hands on the keys of something on the top."""
    pose, forward = _still(rng, body, spot), rng.uniform(0.34, 0.46)
    hands = {side: _before(pose, forward, SIGN[side] * 0.09, _top(spot) + 0.06) for side in SIDES}
    return Activity(replace(reach(body, pose, hands), head_pitch=0.3))


def _writing(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """One hand writes, the other holds the paper."""
    pose, side, up = _still(rng, body, spot), _either(rng), _top(spot) + 0.05
    hands = {
        side: _before(pose, rng.uniform(0.36, 0.48), SIGN[side] * rng.uniform(0.0, 0.12), up),
        _other(side): _before(pose, 0.36, -SIGN[side] * 0.15, up),
    }
    return Activity(replace(reach(body, pose, hands), head_pitch=0.5))


def _reaching_over(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Reach far over the top with one hand, the other sometimes on it."""
    pose, side, up = _still(rng, body, spot), _either(rng), _top(spot)
    far = _before(pose, rng.uniform(0.5, 0.95), rng.uniform(-0.35, 0.35), up + rng.uniform(0.03, 0.2))
    near = _before(pose, 0.36, -SIGN[side] * 0.2, up + 0.04)
    return Activity(reach(body, pose, {side: far, _other(side): near} if rng.random() < 0.4 else {side: far}))


def _leaning_on_top(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Lean on the top with both hands, the trunk over it."""
    pose, up = _still(rng, body, spot), _top(spot) + 0.05
    hands = {side: _before(pose, rng.uniform(0.42, 0.58), SIGN[side] * rng.uniform(0.1, 0.28), up) for side in SIDES}
    leaning = reach(body, pose, hands)
    return Activity(replace(leaning, bend=leaning.bend + float(rng.uniform(0.1, 0.45))))


def _bending_low(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Bend to a low shelf or the floor."""
    pose, side = _still(rng, body, spot), _either(rng)
    low = _before(pose, rng.uniform(0.35, 0.55), SIGN[side] * rng.uniform(0.0, 0.25), rng.uniform(0.1, 0.7))
    mirrored = low * [1.0, -1.0, 1.0]
    return Activity(reach(body, pose, {side: low, _other(side): mirrored} if rng.random() < 0.6 else {side: low}))


def _reaching_up(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Take something from a shelf, or open a door."""
    pose, side = _still(rng, body, spot), _either(rng)
    high = _before(pose, rng.uniform(0.3, 0.5), SIGN[side] * rng.uniform(0.05, 0.3), rng.uniform(1.0, 1.7))
    return Activity(reach(body, pose, {side: high}))


def _carrying(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Carry something before the belly with both hands, walking or standing."""
    draw = (catalogue.shut_terminal, catalogue.cards, catalogue.parcel, catalogue.papers)[int(rng.integers(4))]
    hands = {side: carrying_hand(side, body.look.height_m) for side in SIDES}
    return Activity(reach(body, _on_foot(rng, body, spot), hands), draw(rng))


def _with_bag(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Let a bag hang from one hand."""
    return Activity(_on_foot(rng, body, spot), catalogue.bag(rng), _either(rng))


def _with_trolley(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    """Push a trolley."""
    hands = {side: pushing_hand(side) for side in SIDES}
    return Activity(reach(body, _on_foot(rng, body, spot), hands), catalogue.trolley(rng), "push")


def _walking(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Activity:
    return Activity(_on_foot(rng, body, spot))


def _on_foot(rng: np.random.Generator, body: DressedBody, spot: Spot) -> Pose:
    """Walk at a random phase on a path; elsewhere stand."""
    if spot.kind != "path":
        return _still(rng, body, spot)
    return walk(body, float(rng.uniform(0, 2)), float(rng.uniform(0.5, 1.0)))


_Act = Callable[[np.random.Generator, DressedBody, Spot], Activity]
_AT_A_TOP: frozenset[_Act] = frozenset({_typing, _writing, _reaching_over, _leaning_on_top})
_OFTEN: Mapping[SpotKind, Mapping[_Act, float]] = {
    "stand": {
        _idle: 3,
        _hands_together: 2,
        _telephoning: 0.7,
        _reading: 1.2,
        _typing: 2,
        _writing: 1,
        _reaching_over: 2,
        _leaning_on_top: 1.5,
        _bending_low: 1.5,
        _reaching_up: 1,
        _carrying: 1.5,
        _with_bag: 1,
    },
    "seat": {
        _idle: 3,
        _hands_together: 0.5,
        _telephoning: 0.7,
        _reading: 1.2,
        _typing: 3,
        _writing: 2,
        _reaching_over: 0.7,
    },
    "path": {_walking: 5, _carrying: 2, _with_bag: 1.5, _telephoning: 0.4, _with_trolley: 0.8},
}


def _before(pose: Pose, forward: float, across: float, up: float) -> Floats:
    """Return a point before somebody, `forward` from above their hips, `up` over the floor."""
    return np.array([pose.sway[0] + forward, across, up])


def _belly(body: DressedBody, pose: Pose) -> float:
    return float(body.skeleton.head("spine_02")[2] + pose.sway[2])


def _top(spot: Spot) -> float:
    if spot.top_m is None:
        raise ValueError("there is no top before this spot")
    return spot.top_m


def _either(rng: np.random.Generator) -> Side:
    return SIDES[int(rng.integers(2))]


def _other(side: Side) -> Side:
    return "r" if side == "l" else "l"
