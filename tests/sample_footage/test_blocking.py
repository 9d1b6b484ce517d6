"""A story told forward in time: each call goes on from the last, and hands are where they must be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np
import pytest
from shapely.geometry import MultiPoint, Point

from sample_footage.render.actions import type_at
from sample_footage.render.blocking import Blocking, Part
from sample_footage.render.body import SIDES, Side
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import Floats
from sample_footage.render.items import ItemTracker
from sample_footage.render.keys import value_at
from sample_footage.render.offices import OFFICES, Office
from sample_footage.render.posing import PosedBody, pose_body
from sample_footage.render.props import TerminalProp
from sample_footage.render.things.bags import hand_bag
from sample_footage.render.things.cards import CardBox
from sample_footage.render.things.clutter import cleaning_trolley
from sample_footage.render.things.terminals import OPEN_DEG, SHUT_DEG, Terminal

UNTIL_S: Final = 60.0
PALM_M: Final = 0.12
RED: Final = (0.4, 0.05, 0.05)
EVERY_OFFICE = pytest.mark.parametrize("office", OFFICES.values(), ids=OFFICES)


@pytest.fixture
def scene() -> Blocking:
    return Blocking(OFFICES["straight"])


@pytest.fixture
def clerk(scene: Blocking, body: DressedBody) -> Part:
    return scene.part("clerk", body, "clerk-1", "staff")


@pytest.fixture
def terminal(scene: Blocking) -> TerminalProp:
    return scene.terminal("T-01", Terminal(), "terminal-1")


def seen(part: Part, time_s: float) -> PosedBody | None:
    plan = part.actor(UNTIL_S).plan()
    pose = plan.pose_at(time_s)
    return pose_body(plan.actor.body, pose) if pose else None


def wrist(part: Part, side: Side, time_s: float) -> Floats:
    body = seen(part, time_s)
    assert body is not None
    return body.hand(side)


def origin(scene: Blocking, parts: Sequence[Part], name: str, time_s: float) -> Sequence[float]:
    def bodies_at(moment_s: float) -> dict[str, PosedBody]:
        found = {part.name: seen(part, moment_s) for part in parts}
        return {name: body for name, body in found.items() if body}

    placement = ItemTracker(scene.items(), bodies_at).placement(name, time_s)
    assert placement is not None
    return placement.origin


def test_each_call_goes_on_from_where_the_last_one_ended(scene: Blocking, clerk: Part) -> None:
    clerk.wait(2.0)
    clerk.walk_to("vault-front", via=[(4.9, 4.0)], speed_mps=1.0)
    assert clerk.now_s > 4.0
    assert clerk.place == scene.office.places["vault-front"]
    before_s = clerk.now_s
    clerk.walk_to((4.9, 4.0))
    assert clerk.now_s > before_s
    assert clerk.place.origin == pytest.approx((4.9, 4.0, 0.0))


def test_who_has_not_left_stays_to_the_end(scene: Blocking, clerk: Part) -> None:
    clerk.wait(2.0)
    assert seen(clerk, UNTIL_S - 0.1) is not None
    clerk.leave("staff-door", via=[(6.9, 3.77)])
    assert seen(clerk, clerk.now_s + 0.1) is None


def test_who_has_left_may_wait_beyond_the_door_and_come_back(scene: Blocking, clerk: Part) -> None:
    clerk.leave("staff-door", via=[(6.9, 3.77)])
    clerk.wait(5.0)
    assert not scene.office.hall.holds(clerk.place.origin)
    clerk.enter("staff-door", "clerk-1", via=[(6.9, 3.77)])
    assert clerk.place == scene.office.places["clerk-1"]
    assert seen(clerk, UNTIL_S - 0.1) is not None


def test_who_comes_back_is_not_another_person_of_the_same_name(
    scene: Blocking, body: DressedBody, clerk: Part
) -> None:
    with pytest.raises(ValueError, match="there is a clerk already"):
        scene.part(clerk.name, body, "clerk-2")


def test_nobody_waits_for_a_moment_that_has_passed(clerk: Part) -> None:
    clerk.wait(3.0)
    with pytest.raises(ValueError, match=r"clerk cannot wait until 2\.00 s: they are busy until 3\.00 s"):
        clerk.wait_until(2.0)


def test_both_wrists_are_beside_a_thing_when_it_is_taken(clerk: Part, terminal: TerminalProp) -> None:
    lies = terminal.where()
    clerk.turn_lid(terminal, open_=False)
    clerk.take(terminal)
    taken_s = terminal.item().phases[-1].from_s
    wrists = {side: wrist(clerk, side, taken_s) for side in SIDES}
    assert (wrists["l"] + wrists["r"])[:2] / 2 == pytest.approx(np.add(lies.origin[:2], (0.0, 0.13)), abs=0.03)
    assert np.linalg.norm(wrists["l"] - wrists["r"]) == pytest.approx(0.32, abs=0.03)


def test_what_was_put_on_a_terminal_goes_where_the_terminal_goes(
    scene: Blocking, clerk: Part, terminal: TerminalProp
) -> None:
    cards = scene.lay("B-0221", "cards", CardBox().mesh(), "cards-1")
    clerk.turn_lid(terminal, open_=False)
    clerk.take(cards, "r")
    clerk.put(cards, terminal)
    clerk.take(terminal)
    clerk.walk_to("clerk-2")
    for moment in (clerk.now_s - 3, clerk.now_s):
        above = np.subtract(origin(scene, [clerk], "B-0221", moment), origin(scene, [clerk], "T-01", moment))
        assert above == pytest.approx([0, 0, Terminal().lid_top], abs=0.002)


def test_a_thing_keeps_the_way_it_was_turned_in_the_hands_of_who_takes_it_from_the_other_side(
    scene: Blocking, body: DressedBody, terminal: TerminalProp
) -> None:
    visitor = scene.part("visitor", body, "visitor-1")
    before = terminal.where().yaw
    visitor.take(terminal)
    tracker = ItemTracker(scene.items(), lambda t: {"visitor": posed} if (posed := seen(visitor, t)) else {})
    held = tracker.placement("T-01", visitor.now_s)
    assert held is not None
    assert math.cos(held.yaw - before) == pytest.approx(1.0, abs=0.01)


def test_nobody_puts_down_what_they_do_not_hold(clerk: Part, terminal: TerminalProp) -> None:
    with pytest.raises(ValueError, match=r"clerk holds nothing at 0\.00 s, and not T-01"):
        clerk.put(terminal, "terminal-2")


def test_what_somebody_holds_lies_nowhere(clerk: Part, terminal: TerminalProp) -> None:
    clerk.take(terminal)
    with pytest.raises(ValueError, match="T-01 lies nowhere: clerk holds it"):
        terminal.where()


def test_nobody_does_anything_with_hands_that_are_full(scene: Blocking, clerk: Part, terminal: TerminalProp) -> None:
    cards = scene.lay("B-0221", "cards", CardBox().mesh(), "cards-1")
    clerk.take(cards, "r")
    with pytest.raises(ValueError, match=r"no free hand 'r'.*hold B-0221"):
        clerk.perform(partial(type_at, terminal.where()), 3.0)


def test_a_hand_is_on_the_lid_all_the_way_as_it_shuts(clerk: Part, terminal: TerminalProp) -> None:
    clerk.turn_lid(terminal, open_=False)
    mesh_at = terminal.item().mesh_at
    highest = [float(mesh_at(t).vertices[:, 2].max()) for t in (0.0, clerk.now_s)]
    assert highest == pytest.approx([Terminal().mesh(deg).vertices[:, 2].max() for deg in (OPEN_DEG, SHUT_DEG)])
    for moment in (0.6, 0.9, 1.3):
        assert wrist(clerk, "l", moment) == pytest.approx(terminal.wrist_at_lid()(moment), abs=0.02)


def test_a_nudged_thing_lies_elsewhere_with_a_hand_on_it(clerk: Part, terminal: TerminalProp) -> None:
    lies = terminal.where()
    nudged = type(lies)((lies.origin[0] + 0.06, lies.origin[1], lies.origin[2]), lies.yaw + 0.2)
    clerk.slide(terminal, nudged)
    assert terminal.where() == nudged


def test_two_who_hand_something_over_wait_for_each_other_and_their_wrists_meet(
    scene: Blocking, body: DressedBody, clerk: Part
) -> None:
    visitor = scene.part("visitor", body, "visitor-1")
    visitor.wait(6.0)
    cards = scene.lay("card", "card", CardBox().mesh(), "cards-1")
    clerk.take(cards, "r")
    clerk.hand_over(cards, visitor)
    handed_s = cards.item().phases[-1].from_s
    assert handed_s > 6.0
    assert np.linalg.norm(wrist(clerk, "r", handed_s) - wrist(visitor, "r", handed_s)) < 0.25
    visitor.put(cards, "papers-1")
    assert cards.where() == scene.office.places["papers-1"]


def test_a_bag_that_is_brought_hangs_until_it_is_set_down(scene: Blocking, body: DressedBody) -> None:
    visitor = scene.comes_in("visitor", body, "entrance", 1.0)
    bag = visitor.brings("bag", "bag", hand_bag(RED), "l")
    visitor.enter("entrance", "visitor-1", via=[(1.8, 1.9)])
    assert origin(scene, [visitor], "bag", visitor.now_s - 1)[2] < 0.7
    visitor.put(bag, "bag-1")
    assert origin(scene, [visitor], "bag", visitor.now_s) == scene.office.places["bag-1"].origin


def test_a_trolley_stays_where_it_was_parked_and_goes_on_from_there(scene: Blocking, body: DressedBody) -> None:
    cleaner = scene.comes_in("cleaner", body, "entrance", 0.0, "cleaner")
    trolley = cleaner.brings("trolley", "trolley", cleaning_trolley(RED), "push")
    cleaner.enter("entrance", (3.0, 1.6))
    cleaner.park(trolley)
    parked = trolley.where().origin
    assert parked[2] == 0.0
    assert math.dist(parked, cleaner.place.origin) == pytest.approx(0.81, abs=0.02)
    cleaner.push(trolley)
    cleaner.walk_to((5.0, 1.6))
    assert origin(scene, [cleaner], "trolley", cleaner.now_s)[0] == pytest.approx(5.81, abs=0.05)


@EVERY_OFFICE
def test_whoever_opens_and_shuts_the_vault_has_a_hand_on_it_and_is_out_of_its_way(
    office: Office, body: DressedBody
) -> None:
    scene = Blocking(office)
    clerk = scene.part("clerk", body, "vault-front", "staff")
    clerk.open_vault()
    clerk.walk_to("vault-front")
    clerk.shut_vault()
    clerk.lock_vault()
    angles = [key.value for key in scene.door.keys]
    assert max(angles) > 1.5
    assert angles[-1] == 0.0
    plan = clerk.actor(clerk.now_s).plan()
    for moment in np.arange(0.0, clerk.now_s, 0.1):
        pose = plan.pose_at(float(moment))
        assert pose is not None
        leaf = office.vault.door(value_at(scene.door.keys, float(moment))).vertices[:, :2]
        assert MultiPoint(leaf).convex_hull.distance(Point(pose.placement.origin[:2])) > 0.15


@EVERY_OFFICE
def test_the_hand_keeps_to_the_handle_while_it_leads_the_leaf(office: Office, body: DressedBody) -> None:
    scene = Blocking(office)
    clerk = scene.part("clerk", body, "vault-front", "staff")
    clerk.open_vault()
    clerk.shut_vault()
    side = office.vault.handle_side
    led = [(key, after) for key, after in zip(scene.door.keys[1::4], scene.door.keys[2::4], strict=True)]
    assert len(led) == 2
    for begin, end in led:
        for moment in np.linspace(begin.at_s, end.at_s, 5):
            away = np.linalg.norm(wrist(clerk, side, float(moment)) - scene.door.handle_at(float(moment)))
            assert away < PALM_M
