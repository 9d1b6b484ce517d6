"""A clip as data, and what stands in the room at each of its moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from sample_footage.render.actor import Actor
from sample_footage.render.body import SIDES, Side
from sample_footage.render.camera import Camera
from sample_footage.render.geometry import Floats, FloorPoint, Ints, TriangleMesh
from sample_footage.render.items import Item, ItemTracker
from sample_footage.render.ledger import Signing
from sample_footage.render.posing import PosedBody, pose_body
from sample_footage.render.site_plan import LedgerSettings, RuleSettings
from sample_footage.render.stage import Stage
from sample_footage.render.tampering import CameraPlan

SHADOW_SPHERES = 19
"""How many spheres stand for a thing where it takes light from its surroundings."""

OFFICE_PART = "office"
"""The kind of the vault's door and the blinds: they hide what is behind them and are no items."""


@dataclass(frozen=True)
class Story:
    """One clip: where, who acts, which items there are, through which camera, how long.

    `start` is local time with its offset. `rules`, and `custody` for the ledger, are the settings of the site file
    that differ from the defaults, as where half an hour is told in a minute. `signed` is what was written on the
    ledger on that day. `note` goes into the truth: what its reader should know.
    """

    name: str
    start: str
    duration_s: float
    fps: int
    stage: Stage
    filming: CameraPlan
    actors: Sequence[Actor]
    items: Sequence[Item]
    rules: RuleSettings = field(default_factory=dict)
    custody: LedgerSettings = field(default_factory=dict)
    signed: Sequence[Signing] = ()
    note: str = ""

    @property
    def camera(self) -> Camera:
        """Return the camera as it should hang."""
        return self.filming.camera

    @property
    def frame_count(self) -> int:
        """Frames in the clip."""
        return round(self.duration_s * self.fps)

    def filmed_by(self, plans: Iterable[CameraPlan]) -> list[Story]:
        """Return the same happening through several cameras in step: clips `NAME-CAMERA` of one site file."""
        return [replace(self, name=f"{self.name}-{plan.name}", filming=plan) for plan in plans]


@dataclass(frozen=True)
class VisibleThing:
    """A person or an item at one moment: its triangles, and the spheres that stand for it in shadows."""

    name: str
    kind: str
    vertices: Floats
    triangles: Ints
    spheres: Floats
    person: PosedBody | None = None
    mesh: TriangleMesh | None = None


class Performance:
    """Gives what moves in the room at a moment of a story."""

    def __init__(self, story: Story) -> None:
        self._plans = [actor.plan() for actor in story.actors]
        self._items, self._stage = story.items, story.stage
        self.bodies_at: Callable[[float], dict[str, PosedBody]] = lru_cache(maxsize=16)(self._pose_all)
        self.tracker = ItemTracker(story.items, self.bodies_at)

    def things_at(self, time_s: float) -> list[VisibleThing]:
        """People first, then items, then what moves of the office itself."""
        people = [visible_person(name, posed) for name, posed in self.bodies_at(time_s).items()]
        items = [thing for item in self._items if (thing := self._item(item, time_s)) is not None]
        parts = self._stage.moving_parts_at(time_s)
        return [*people, *items, *(office_part(name, mesh) for name, mesh in parts.items())]

    def standing_at(self, time_s: float) -> dict[str, FloorPoint]:
        """Return where on the floor everybody is."""
        poses = {plan.actor.name: plan.pose_at(time_s) for plan in self._plans}
        return {name: pose.placement.origin[:2] for name, pose in poses.items() if pose is not None}

    def _pose_all(self, time_s: float) -> dict[str, PosedBody]:
        poses = {plan.actor.name: (plan.actor.body, plan.pose_at(time_s)) for plan in self._plans}
        return {name: pose_body(body, pose) for name, (body, pose) in poses.items() if pose is not None}

    def _item(self, item: Item, time_s: float) -> VisibleThing | None:
        placement = self.tracker.placement(item.name, time_s)
        if placement is None:
            return None
        mesh = item.mesh_at(time_s).moved(placement)
        return visible_item(item.name, item.kind, mesh)


def visible_item(name: str, kind: str, mesh: TriangleMesh) -> VisibleThing:
    """Return a thing where its mesh is in the room."""
    return VisibleThing(name, kind, mesh.vertices, mesh.triangles, _flat_spheres(mesh), mesh=mesh)


def visible_person(name: str, posed: PosedBody) -> VisibleThing:
    """Return a person as posed in the room."""
    return VisibleThing(name, "person", posed.vertices, posed.body.triangles, _body_spheres(posed), person=posed)


def office_part(name: str, mesh: TriangleMesh) -> VisibleThing:
    """Return what moves of the office itself where its mesh is in the room."""
    return VisibleThing(name, OFFICE_PART, mesh.vertices, mesh.triangles, np.zeros((0, 4)), mesh=mesh)


def _body_spheres(posed: PosedBody) -> Floats:
    """Spheres (n, 4) at the head, the trunk and the limbs: x, y, z, radius."""
    size = posed.body.look.height_m / 1.7
    skull = posed.joints[posed.body.skeleton.index("head")]
    skull = skull + posed.rotations[posed.body.skeleton.index("head")] @ np.array([0.03, 0, 0.09 * size])
    chest = posed.joint("spine_03") + np.array([0, 0, 0.05])
    spheres = [(posed.placement.apply(skull), 0.115), (chest, 0.17), (posed.joint("spine_01"), 0.155)]
    spheres += [(posed.joint("pelvis"), 0.165), (posed.joint("neck_01"), 0.08)]
    for side in SIDES:
        spheres += _limb_spheres(posed, side)
    return np.array([[*centre, radius * size] for centre, radius in spheres])


def _limb_spheres(posed: PosedBody, side: Side) -> list[tuple[Floats, float]]:
    def middle(bone: str, other: str) -> Floats:
        return np.asarray((posed.joint(f"{bone}_{side}") + posed.joint(f"{other}_{side}")) / 2)

    return [
        (middle("thigh", "calf"), 0.10),
        (posed.joint(f"calf_{side}"), 0.08),
        (middle("calf", "foot"), 0.065),
        (middle("foot", "ball"), 0.07),
        (middle("upperarm", "lowerarm"), 0.065),
        (posed.joint(f"lowerarm_{side}"), 0.055),
        (posed.joint(f"hand_{side}"), 0.06),
    ]


def _flat_spheres(mesh: TriangleMesh) -> Floats:
    """Spheres along the underside of a flat thing, so that it darkens what it lies on."""
    low, high = mesh.vertices.min(0), mesh.vertices.max(0)
    bottom = mesh.vertices[mesh.vertices[:, 2] < low[2] + 0.005]
    centre, radius = bottom.mean(0), 0.018
    corners = bottom[:: max(len(bottom) // (SHADOW_SPHERES - 1), 1)][: SHADOW_SPHERES - 1]
    inward = centre + (corners - centre) * 0.85
    spheres = np.zeros((SHADOW_SPHERES, 4))
    spheres[: len(inward), :3], spheres[: len(inward), 3] = inward + np.array([0, 0, radius]), radius
    spheres[-1] = [*centre[:2], low[2] + 0.03, min(0.07, float(high[0] - low[0]) / 3)]
    return spheres
