"""A body that needs no mesh data: the joints of an average woman, a vertex at each."""

from __future__ import annotations

from typing import Final

import numpy as np
import pytest

from sample_footage.render.body import Skeleton
from sample_footage.render.clothing import DressedBody
from sample_footage.render.looks import Look

HEIGHT_M: Final = 1.6
TRUNK: Final = {
    "Root": ("", (-0.028, 0.0, 0.0)),
    "pelvis": ("Root", (0.024, 0.0, 0.828)),
    "spine_01": ("pelvis", (-0.023, 0.0, 0.903)),
    "spine_02": ("spine_01", (-0.001, 0.0, 0.966)),
    "spine_03": ("spine_02", (0.011, 0.0, 1.057)),
    "neck_01": ("spine_03", (-0.002, 0.0, 1.353)),
    "head": ("neck_01", (0.045, 0.0, 1.46)),
}
LEFT_LIMBS: Final = {
    "thigh": ("pelvis", (0.018, 0.094, 0.818)),
    "calf": ("thigh_l", (0.049, 0.134, 0.45)),
    "foot": ("calf_l", (0.032, 0.162, 0.069)),
    "ball": ("foot_l", (0.14, 0.169, 0.011)),
    "clavicle": ("spine_03", (0.018, 0.023, 1.285)),
    "upperarm": ("clavicle_l", (0.021, 0.154, 1.269)),
    "lowerarm": ("upperarm_l", (0.026, 0.313, 1.096)),
    "hand": ("lowerarm_l", (0.16, 0.423, 0.975)),
    "index_01": ("hand_l", (0.243, 0.448, 0.934)),
    "middle_01": ("hand_l", (0.226, 0.463, 0.925)),
    "pinky_01": ("hand_l", (0.193, 0.471, 0.911)),
}


def skeleton() -> Skeleton:
    joints = dict(TRUNK)
    for bone, (parent, (x, y, z)) in LEFT_LIMBS.items():
        joints[f"{bone}_l"] = (parent, (x, y, z))
        joints[f"{bone}_r"] = (parent.removesuffix("_l") + "_r" * parent.endswith("_l"), (x, -y, z))
    bones = tuple(joints)
    parents = tuple(bones.index(parent) if parent else -1 for parent, _ in joints.values())
    return Skeleton(bones, parents, np.array([head for _, head in joints.values()]))


@pytest.fixture(scope="session")
def body() -> DressedBody:
    joints = skeleton()
    count = len(joints.bones)
    return DressedBody(
        Look("female", HEIGHT_M),
        joints,
        vertices=joints.heads,
        normals=np.tile([0.0, 0.0, 1.0], (count, 1)),
        triangles=np.array([[0, 1, 2]], np.int32),
        stuff=np.zeros(1, np.int32),
        head=np.zeros(1, bool),
        weights=np.eye(count),
    )
