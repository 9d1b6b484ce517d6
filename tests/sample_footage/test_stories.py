"""What holds in every clip's story: nobody walks through anything, and hands reach what they are after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Final

import numpy as np
import pytest
from shapely.geometry import MultiPoint, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from sample_footage.render.actor import Plan
from sample_footage.render.clips import CLIPS
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import TriangleMesh
from sample_footage.render.offices import Office
from sample_footage.render.posing import pose_body
from sample_footage.render.scene import Story

STEP_S: Final = 0.25
BODY_M: Final = 0.17
"""Furniture is at least this far from where somebody stands: half as far as a chest is wide."""

LEG_M: Final = 0.08
"""And a seat so far, which is lower than a chest: who gets up from it stands right before it."""

APART_M: Final = 0.4
NOT_IN_THE_WAY: Final = ("shell", "outside", "lamps", "signs", "pictures", "vestibule")
WRIST_M: Final = 0.2
"""A hand comes this near to what it is after; the mannequin is shorter than most of those who act."""


@pytest.fixture(scope="module", params=tuple(CLIPS))
def story(request: pytest.FixtureRequest, body: DressedBody) -> Story:
    stories = CLIPS[request.param](lambda look: replace(body, look=look))
    return stories[0]


@pytest.fixture(scope="module")
def plans(story: Story) -> dict[str, Plan]:
    return {actor.name: actor.plan() for actor in story.actors}


def moments(story: Story) -> Sequence[float]:
    return [float(moment) for moment in np.arange(0.0, story.duration_s, STEP_S)]


def where(plan: Plan, time_s: float) -> Point | None:
    pose = plan.pose_at(time_s)
    return Point(pose.placement.origin[:2]) if pose else None


def footprints(office: Office) -> BaseGeometry:
    """Return where nobody can stand for what they would bump into, as seen from above."""
    parts = {n: mesh for n, mesh in office.build().items() if not any(word in n for word in NOT_IN_THE_WAY)}
    return unary_union([_footprint(m).buffer(LEG_M if "chair" in n else BODY_M) for n, m in parts.items()])


def _footprint(mesh: TriangleMesh) -> BaseGeometry:
    corners = mesh.vertices[mesh.triangles]
    heights = corners[:, :, 2]
    bumped = corners[(heights.min(axis=1) < 1.6) & (heights.max(axis=1) > 0.05)]
    return unary_union([MultiPoint(triangle[:, :2]).convex_hull for triangle in bumped])


def test_a_clip_is_long_enough_to_tell_something_and_short_enough_to_ship(story: Story) -> None:
    assert 20 <= story.duration_s <= 90
    assert 10 <= story.fps <= 15


def test_nobody_walks_through_furniture(story: Story, plans: dict[str, Plan]) -> None:
    furniture = footprints(story.stage.office)
    for name, plan in plans.items():
        for moment in moments(story):
            if not _sits(plan, moment) and (spot := where(plan, moment)):
                assert not furniture.contains(spot), f"{name} at {moment} s: {spot.wkt}"


def test_nobody_walks_through_anybody(story: Story, plans: dict[str, Plan]) -> None:
    for one, other in combinations(plans, 2):
        for moment in moments(story):
            here, there = where(plans[one], moment), where(plans[other], moment)
            if here and there:
                assert here.distance(there) > APART_M, f"{one} and {other} at {moment} s"


def test_every_hand_comes_to_what_it_is_after(plans: dict[str, Plan]) -> None:
    for name, plan in plans.items():
        for side, keys in plan.actor.hands.items():
            for key in keys:
                pose = plan.pose_at(key.at_s)
                if pose is None or isinstance(key.target, str):
                    continue
                target = key.target(key.at_s) if callable(key.target) else key.target
                away = np.linalg.norm(pose_body(plan.actor.body, pose).hand(side) - target)
                assert away < WRIST_M, f"{name}'s hand {side} at {key.at_s:.2f} s"


def _sits(plan: Plan, time_s: float) -> bool:
    pose = plan.pose_at(time_s)
    return pose is not None and pose.seated
