"""Where things are, from who holds them and what they lie on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from sample_footage.render.actions import carry, follow, push
from sample_footage.render.actor import Actor, Stand, Walk
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Placement
from sample_footage.render.items import GRASP_S, Held, Item, ItemTracker, Lies, Phase
from sample_footage.render.posing import PosedBody, pose_body
from sample_footage.render.things.cards import CardBox
from sample_footage.render.things.terminals import SHUT_DEG, Terminal

PLACE = Placement((0.45, 0.0, 0.92), 0.3)


def item(name: str, phases: Sequence[Phase]) -> Item:
    return Item(name, "terminal", lambda _: Terminal().mesh(SHUT_DEG), phases)


def tracker(items: Sequence[Item], *actors: Actor) -> ItemTracker:
    plans = {actor.name: actor.plan() for actor in actors}

    def bodies_at(time_s: float) -> dict[str, PosedBody]:
        poses = {name: (plan.actor.body, plan.pose_at(time_s)) for name, plan in plans.items()}
        return {name: pose_body(body, pose) for name, (body, pose) in poses.items() if pose is not None}

    return ItemTracker(items, bodies_at)


def origin(found: ItemTracker, name: str, time_s: float) -> Sequence[float]:
    placement = found.placement(name, time_s)
    assert placement is not None
    return placement.origin


def test_a_thing_that_lies_stays_where_it_lies() -> None:
    found = tracker([item("T-01", [Phase(0.0, Lies(PLACE))])])
    assert found.placement("T-01", 0.0) == found.placement("T-01", 99.0) == PLACE


def test_a_nudged_thing_slides_from_its_place_to_the_next() -> None:
    nudged = Placement((0.49, 0.03, 0.92), 0.5)
    found = tracker([item("T-01", [Phase(0.0, Lies(PLACE)), Phase(4.0, Lies(nudged))])])
    assert found.placement("T-01", 3.99) == PLACE
    assert 0.45 < origin(found, "T-01", 4.0 + GRASP_S / 2)[0] < 0.49
    assert found.placement("T-01", 4.0 + GRASP_S) == nudged


def test_what_lies_on_a_terminal_moves_with_it(body: DressedBody) -> None:
    terminal = item("T-01", [Phase(0.0, Lies(PLACE)), Phase(3.0, Held("visitor1"))])
    on_lid = Lies(Placement((0.0, 0.0, Terminal().lid_top)), on="T-01")
    box = Item("B-0221", "cards", lambda _: CardBox().mesh(), [Phase(0.0, on_lid)])
    thief = Actor("visitor1", body, (0.0, 0.0), 0.0, [Stand(4.0), Walk([(-3.0, 0.0)])], hands=carry(3.0, 9.0))
    found = tracker([terminal, box], thief)
    for moment in (1.0, 3.2, 5.0, 6.0):
        raised = np.subtract(origin(found, "B-0221", moment), origin(found, "T-01", moment))
        assert raised == pytest.approx([0, 0, Terminal().lid_top])


def test_a_thing_leaves_with_its_holder(body: DressedBody) -> None:
    thief = Actor("visitor1", body, (0.0, 0.0), 0.0, [Stand(2.0), Walk([(3.0, 0.0)])], hands=carry(1.0, 9.0))
    found = tracker([item("T-01", [Phase(0.0, Lies(PLACE)), Phase(1.0, Held("visitor1"))])], thief)
    assert found.placement("T-01", thief.plan().leaves_s + 1) is None


def test_what_one_hand_grasps_moves_as_the_hand_does(body: DressedBody) -> None:
    moved = follow("r", lambda t: (0.45, -0.2 + 0.1 * min(max(t - 3, 0), 2), 1.0), 2.0, 6.0)
    clerk = Actor("staffA", body, (0.0, 0.0), 0.0, [Stand(9.0)], hands=moved)
    found = tracker([item("card", [Phase(0.0, Lies(PLACE)), Phase(2.5, Held("staffA", "r"))])], clerk)
    assert origin(found, "card", 2.9) == pytest.approx(PLACE.origin, abs=0.01)
    assert origin(found, "card", 5.5)[1] == pytest.approx(0.2, abs=0.03)


def test_a_bag_hangs_from_the_hand_clear_of_the_floor(body: DressedBody) -> None:
    walker = Actor("visitor1", body, (0.0, 0.0), 0.0, [Walk([(4.0, 0.0)])])
    found = tracker([item("bag", [Phase(0.0, Held("visitor1", "l", hangs_m=0.4))])], walker)
    plan = walker.plan()
    for moment in (0.5, 1.5, 2.5):
        pose = plan.pose_at(moment)
        assert pose is not None
        grip = pose_body(body, pose).joint("middle_01_l")
        assert grip - origin(found, "bag", moment) == pytest.approx([0, 0, 0.4])
        assert origin(found, "bag", moment)[2] > 0.05


def test_a_trolley_stays_on_the_floor_ahead_of_who_pushes_it(body: DressedBody) -> None:
    cleaner = Actor("cleaner", body, (0.0, 0.0), 0.0, [Walk([(4.0, 0.0)])], hands=push(0.0, 9.0))
    found = tracker([item("trolley", [Phase(0.0, Held("cleaner", "push"))])], cleaner)
    plan = cleaner.plan()
    for moment in (0.5, 1.5, 2.5):
        pose = plan.pose_at(moment)
        assert pose is not None
        x, y, z = np.subtract(origin(found, "trolley", moment), pose.placement.origin)
        assert 0.7 < x < 0.9
        assert abs(y) < 0.05
        assert z == 0.0
