"""Puts a dressed body into a pose: bones turned, limbs bent to their targets, the skin moved along."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from sample_footage.render.body import SIDES, SIGN, Side, Skeleton
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats, Placement, about_y, about_z, basis, rotation, smoothstep, unit

FINGERS = ("index", "middle", "ring", "pinky")
CURL = 0.4
"""Radians at each joint of a finger."""

HANGING_TURN = 1.1
"""The hand of a hanging arm is turned about the forearm by this, its palm to the thigh."""


@dataclass(frozen=True)
class Foot:
    """Where a foot stands in the body's axes, its heel's lift and its turn outward."""

    position: Floats
    pitch: float
    yaw: float


@dataclass(frozen=True)
class Pose:
    """A posture in the body's own axes, and where the body stands. Angles in radians."""

    hands: dict[Side, Floats]
    feet: dict[Side, Foot]
    placement: Placement = field(default_factory=Placement)
    sway: Floats = field(default_factory=lambda: np.zeros(3))
    lean: float = 0.0
    bend: float = 0.0
    twist: float = 0.0
    head_yaw: float = 0.0
    head_pitch: float = 0.1
    seated: bool = False

    def at(self, placement: Placement) -> Pose:
        """Return the same posture, stood elsewhere."""
        return replace(self, placement=placement)


@dataclass(frozen=True)
class PosedBody:
    """A body in the room: vertices and normals in the room's axes; joints and bone rotations in its own."""

    body: DressedBody
    placement: Placement
    vertices: Floats
    normals: Floats
    joints: Floats
    rotations: Floats

    def joint(self, bone: str) -> Floats:
        """Where a bone begins, in the room."""
        return self.placement.apply(self.joints[self.body.skeleton.index(bone)])

    def hand(self, side: Side) -> Floats:
        """Return the wrist, in the room."""
        return self.joint(f"hand_{side}")

    def hand_turn(self, side: Side) -> Floats:
        """How the hand is turned in the room, as a rotation matrix."""
        turn = self.rotations[self.body.skeleton.index(f"hand_{side}")]
        return np.asarray(about_z(self.placement.yaw) @ turn)


def joint_in(skeleton: Skeleton, pose: Pose, bone: str) -> Floats:
    """Where a bone of the trunk or the head begins in a pose, in the body's own axes."""
    return _Bones(skeleton, pose).joint(bone)


def pose_body(body: DressedBody, pose: Pose) -> PosedBody:
    """Move a body's bones and skin into a pose."""
    bones = _Bones(body.skeleton, pose)
    for side in SIDES:
        bones.stand_on(side, pose.feet[side])
        bones.reach_with(side, pose.hands[side])
    rotations, joints = bones.all()
    shift = joints - np.einsum("bij,bj->bi", rotations, body.skeleton.heads)
    bound = np.concatenate([rotations, shift[:, :, None]], axis=2).reshape(len(joints), 12)
    moves = (body.weights @ bound).reshape(-1, 3, 4)
    vertices = np.einsum("nij,nj->ni", moves[:, :, :3], body.vertices) + moves[:, :, 3]
    normals = np.einsum("nij,nj->ni", moves[:, :, :3], body.normals)
    turned = normals @ about_z(pose.placement.yaw).T
    return PosedBody(body, pose.placement, pose.placement.apply(vertices), turned, joints, rotations)


class _Bones:
    """Rotations and joints of all bones, filled from the root outward."""

    def __init__(self, skeleton: Skeleton, pose: Pose) -> None:
        self._skeleton = skeleton
        self._sway = pose.sway
        self._turns = _turns(pose) | _finger_turns(skeleton)
        self._rotation: dict[str, Floats] = {}
        self._joint: dict[str, Floats] = {}

    def all(self) -> tuple[Floats, Floats]:
        """Rotations (bones, 3, 3) and joints (bones, 3)."""
        for bone in self._skeleton.bones:
            self._place(bone)
        names = self._skeleton.bones
        return np.array([self._rotation[b] for b in names]), np.array([self._joint[b] for b in names])

    def joint(self, bone: str) -> Floats:
        """Where a bone begins; limbs hang as at rest unless they were bent."""
        self._place(bone)
        return self._joint[bone]

    def _place(self, bone: str) -> None:
        if bone in self._rotation:
            return
        parent_index = self._skeleton.parents[self._skeleton.index(bone)]
        head = self._skeleton.head(bone)
        if parent_index < 0:
            self._rotation[bone], self._joint[bone] = np.eye(3), head + self._sway
            return
        parent = self._skeleton.bones[parent_index]
        self._place(parent)
        turn = self._rotation[parent]
        self._rotation[bone] = turn @ self._turns.get(bone, np.eye(3))
        self._joint[bone] = self._joint[parent] + turn @ (head - self._skeleton.head(parent))

    def stand_on(self, side: Side, foot: Foot) -> None:
        """Bend a leg so that its foot stands where it should; a lifted heel rolls over the ball."""
        flat = about_y(foot.pitch)
        ankle = foot.position + np.array([0, 0, self._skeleton.head(f"foot_{side}")[2]])
        if foot.pitch > 0:
            ball = self._skeleton.head(f"ball_{side}") - self._skeleton.head(f"foot_{side}")
            ankle = ankle + ball - flat @ ball
        limb = (f"thigh_{side}", f"calf_{side}", f"foot_{side}")
        self._bend(limb, ankle, np.array([1.0, SIGN[side] * 0.12, 0]), np.array([1.0, 0, 0]))
        self._rotation[limb[2]] = about_z(foot.yaw) @ flat

    def reach_with(self, side: Side, wrist: Floats) -> None:
        """Bend an arm so that its wrist comes to, or toward, the given point."""
        limb = (f"upperarm_{side}", f"lowerarm_{side}", f"hand_{side}")
        self._bend(limb, wrist, np.array([-0.5, SIGN[side] * 0.5, -0.6]), np.array([-1.0, 0, 0]))
        upper, lower, hand = limb
        down = float(unit(self._joint[upper] - self._joint[hand])[2])
        turn = SIGN[side] * HANGING_TURN * smoothstep((down - 0.7) / 0.25)
        self._rotation[hand] = rotation(self._joint[hand] - self._joint[lower], turn) @ self._rotation[lower]

    def _bend(self, limb: tuple[str, str, str], target: Floats, pole: Floats, rest_pole: Floats) -> None:
        """Two-bone inverse kinematics; the middle joint points toward `pole`."""
        upper, lower, end = limb
        self._place(upper)
        start = self._joint[upper]
        first, second = self._skeleton.distance(upper, lower), self._skeleton.distance(lower, end)
        way = target - start
        distance = float(np.clip(np.linalg.norm(way), abs(first - second) * 1.05 + 0.01, (first + second) * 0.995))
        along = unit(way)
        tip = start + along * distance
        cosine = float(np.clip((first**2 + distance**2 - second**2) / (2 * first * distance), -1, 1))
        outward = unit(pole - along * (pole @ along))
        middle = start + along * (first * cosine) + outward * (first * np.sqrt(1 - cosine**2))
        rest_upper = self._skeleton.head(lower) - self._skeleton.head(upper)
        rest_lower = self._skeleton.head(end) - self._skeleton.head(lower)
        self._rotation[upper] = basis(middle - start, outward) @ basis(rest_upper, rest_pole).T
        self._rotation[lower] = basis(tip - middle, outward) @ basis(rest_lower, rest_pole).T
        self._rotation[end] = self._rotation[lower]
        self._joint[lower], self._joint[end] = middle, tip


def _turns(pose: Pose) -> dict[str, Floats]:
    spine = about_y(pose.bend / 3) @ about_z(pose.twist / 2)
    return {
        "pelvis": about_y(pose.lean) @ about_z(-pose.twist * 0.5),
        "spine_01": spine,
        "spine_02": spine,
        "spine_03": spine,
        "neck_01": about_z(pose.head_yaw * 0.4) @ about_y(pose.head_pitch * 0.4),
        "head": about_z(pose.head_yaw * 0.6) @ about_y(pose.head_pitch * 0.6),
    }


def _finger_turns(skeleton: Skeleton) -> dict[str, Floats]:
    """Curl the fingers a little, about the line of the knuckles; at rest they are spread stiffly."""
    turns = {}
    for bone in skeleton.bones:
        finger, _, rest = bone.partition("_")
        if finger in FINGERS:
            side = rest[-1]
            knuckles = skeleton.head(f"index_01_{side}") - skeleton.head(f"pinky_01_{side}")
            turns[bone] = rotation(knuckles, CURL if side == "l" else -CURL)
    return turns
