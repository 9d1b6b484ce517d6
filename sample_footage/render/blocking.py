"""Blocking, as a theatre calls it: who goes where, takes what and opens which door, told forward in time.

A `Blocking` is one office in which something happens. Things are put into it, then people come in. Each call of a
`Part` goes on from where its last one ended, so that nobody adds up seconds; who must not be too early waits for the
other: `stranger.wait_until(clerk.now_s + 4)`. In the end the blocking gives what a `Story` is made of.

    scene = Blocking(OFFICES["straight"])
    terminal = scene.terminal("T-01", Terminal(), "terminal-1")
    cards = scene.lay("B-0221", "cards", CardBox().mesh(), "cards-1")
    clerk = scene.part("clerk", wardrobe(look), "clerk-1")
    clerk.perform(partial(type_at, terminal.where()), 6.0)
    clerk.turn_lid(terminal, open_=False)
    clerk.take(cards, "r")
    clerk.put(cards, terminal)
    clerk.leave("staff-door", via=[(3.0, 4.6)])
    Story(..., stage=Stage(..., vault_door=scene.door.keys), actors=scene.actors(until_s=40.0), items=scene.items())
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from sample_footage.render.actions import COME_S, Hands
from sample_footage.render.actor import (
    SIT_DOWN_S,
    Actor,
    Gaze,
    HandTarget,
    Move,
    MovingPoint,
    Plan,
    Reach,
    Sit,
    Stand,
    Turn,
    Walk,
    before_seat,
)
from sample_footage.render.body import SIDES, SIGN, Side
from sample_footage.render.clothing import DressedBody
from sample_footage.render.geometry import FloorPoint, Placement, Point, TriangleMesh, angle_between, as_point
from sample_footage.render.holding import IN_BOTH_HANDS, PUSHED_AHEAD_M
from sample_footage.render.items import GRASP_S, Custody, Held, Hold, Item, Lies, Phase
from sample_footage.render.looks import Role
from sample_footage.render.offices import Office
from sample_footage.render.offices.vault import OPEN_RAD
from sample_footage.render.props import Prop, TerminalProp, VaultDoor, in_room
from sample_footage.render.things.terminals import Terminal

Spot = str | Placement | FloorPoint
"""A place of the office by its name, a placement in the room, or a point of the floor, facing as one comes."""

Door = Literal["entrance", "staff-door"]
Grip = Literal["both", "l", "r"]

REACH_S, BRING_S = 0.9, 0.7
"""A hand goes to a thing, and brings it before the body."""

CLOSE_S = 0.25
"""Fingers close about a thing, or let go of it."""

LID_S, GLANCE_S = 0.7, 0.4
LOCKING_S = 1.2
"""A key is turned in the vault's door for so long."""

LEAF_LED_S, LEAF_SWINGS_S = 1.2, 1.0
PULLED_RAD, PUSHED_RAD = 0.5, 1.1
"""A hand pulls the vault's leaf open, or pushes it shut, as far as this; then it swings on by itself."""

PATIENCE_RAD = 0.06
"""Who faces this nearly the right way does not turn."""

BESIDE_M, UNDER_M = 0.16, 0.03
"""Wrists that carry a thing are so far to either side of its middle and over its underside."""

BEHIND_M, OVER_M = 0.09, 0.02
"""The wrist of one hand that takes a thing is so far before its middle and over its top."""

HAND_OVER_M, HAND_OVER_UP_M = 0.1, 1.08
"""The wrists of two who hand something over: from the middle between the two people, and over the floor."""


class Blocking:
    """What happens in one office."""

    def __init__(self, office: Office) -> None:
        self.office, self.door = office, VaultDoor(office.vault)
        self._props: list[Prop] = []
        self._parts: list[Part] = []

    def terminal(
        self, name: str, terminal: Terminal, at: Spot, *, open_: bool = True, custody: Custody | None = None
    ) -> TerminalProp:
        """Put a terminal somewhere."""
        prop = TerminalProp(name, terminal, self.lying(at), custody, open_=open_)
        self._props.append(prop)
        return prop

    def lay(
        self, name: str, kind: str, mesh: TriangleMesh, at: Spot | Prop, *, custody: Custody | None = None
    ) -> Prop:
        """Put any other thing somewhere, or in the middle of another's top."""
        upon = at if isinstance(at, Prop) else None
        return self.add(Prop(Item(name, kind, lambda _: mesh, (Phase(0.0, self.lying(at)),), custody), upon))

    def add(self, prop: Prop) -> Prop:
        """Have one more thing in the scene, such as what somebody brings."""
        self._props.append(prop)
        return prop

    def part(self, name: str, body: DressedBody, at: Spot, role: Role = "visitor", *, enters_s: float = 0.0) -> Part:
        """Have somebody be somewhere from a moment on. Raises ValueError where there is somebody of that name."""
        if any(other.name == name for other in self._parts):
            raise ValueError(f"there is a {name} already: who comes back is one part that has left and enters again")
        x, y, _ = self.placement(at).origin
        part = Part(self, Actor(name, body, (x, y), self.placement(at).yaw, (), enters_s, role=role))
        self._parts.append(part)
        return part

    def comes_in(self, name: str, body: DressedBody, door: Door, at_s: float, role: Role = "visitor") -> Part:
        """Have somebody wait beyond a door, out of view, until a moment; `Part.enter` brings them in."""
        return self.part(name, body, f"outside-{door}", role, enters_s=at_s)

    def actors(self, until_s: float) -> list[Actor]:
        """Return everybody; who has not left stays where they are until then."""
        return [part.actor(until_s) for part in self._parts]

    def items(self) -> list[Item]:
        """Return all things."""
        return [prop.item() for prop in self._props]

    def placement(self, spot: Spot) -> Placement:
        """Return a spot in the room. Raises KeyError for a name that the office does not have."""
        if isinstance(spot, Placement):
            return spot
        if isinstance(spot, str):
            return self.office.places[spot]
        return Placement((*spot, 0.0))

    def lying(self, at: Spot | Prop) -> Lies:
        """Return how a thing lies at a spot, or on another one."""
        return at.top if isinstance(at, Prop) else Lies(self.placement(at))


class Part:
    """One person's part. Calls tell what they do next; `now_s` and `place` are when and where they have done it."""

    def __init__(self, scene: Blocking, actor: Actor) -> None:
        self._scene, self._actor = scene, actor
        enters_s = actor.enters_s
        self._moves: list[Move] = []
        self._hands: dict[Side, list[Reach]] = {side: [Reach(enters_s, "free")] for side in SIDES}
        self._gazes: list[Gaze] = [Gaze(enters_s, None)]
        self._holds: dict[Prop, Hold] = {}
        self._left = False

    @property
    def name(self) -> str:
        """Return who it is."""
        return self._actor.name

    @property
    def now_s(self) -> float:
        """Return when all that was told has been done."""
        return self._plan().leaves_s

    @property
    def place(self) -> Placement:
        """Return where they are then, and which way they face."""
        return self._plan().end

    def actor(self, until_s: float) -> Actor:
        """Return the actor as told; if they have not left they stay until then."""
        rest = () if self._left else (Stand(max(until_s - self.now_s, 0.0)),)
        hands = {side: tuple(keys) for side, keys in self._hands.items()}
        return replace(self._actor, moves=(*self._moves, *rest), hands=hands, gazes=tuple(self._gazes))

    # Being somewhere

    def wait(self, for_s: float) -> None:
        """Stay as one is."""
        self._moves.append(Stand(for_s))

    def wait_until(self, at_s: float) -> None:
        """Stay until a moment. Raises ValueError where it has passed."""
        if at_s < self.now_s:
            raise ValueError(f"{self.name} cannot wait until {at_s:.2f} s: they are busy until {self.now_s:.2f} s")
        self.wait(at_s - self.now_s)

    def walk_to(self, spot: Spot, via: Sequence[Spot] = (), speed_mps: float = 1.1) -> None:
        """Walk over way points, and at the end face as the spot does; at a point of the floor, as one came."""
        points = [self._scene.placement(way).origin[:2] for way in (*via, spot)]
        self._moves.append(Walk(points, speed_mps))
        if not isinstance(spot, tuple):
            self.face(self._scene.placement(spot).yaw)

    def enter(self, door: Door, spot: Spot, via: Sequence[Spot] = (), speed_mps: float = 1.1) -> None:
        """Come in through a door, from beyond it, and walk on."""
        self._left = False
        self.walk_to(spot, [f"{door}-threshold", door, *via], speed_mps)

    def leave(self, door: Door, via: Sequence[Spot] = (), speed_mps: float = 1.1) -> None:
        """Walk out through a door, out of view, with all that one holds; one may `wait` there, and `enter` again."""
        self.walk_to(f"outside-{door}", [*via, door, f"{door}-threshold"], speed_mps)
        self._left = True

    def face(self, yaw: float) -> None:
        """Turn on the spot."""
        if abs(angle_between(self.place.yaw, yaw)) > PATIENCE_RAD:
            self._moves.append(Turn(yaw))

    def face_to(self, point: Point | FloorPoint) -> None:
        """Turn toward a point."""
        x, y, _ = self.place.origin
        self.face(math.atan2(point[1] - y, point[0] - x))

    def look_at(self, target: Point | None) -> None:
        """Have the eyes on a point of the room from now on; None lets them wander again."""
        now_s = self.now_s
        while self._gazes[-1].at_s > now_s:
            self._gazes.pop()
        self._gazes += [Gaze(now_s, self._gazes[-1].target), Gaze(now_s + GLANCE_S, target)]

    def sit(self, seat: Spot, lasts_s: float, action: Callable[[float, float], Hands] | None = None) -> None:
        """Sit down on a seat that one is near, for so long, doing one of `actions` meanwhile, and get up again."""
        placed = self._scene.placement(seat)
        self.walk_to(replace(placed, origin=(*before_seat(placed, self._actor.body), 0.0)), speed_mps=0.7)
        seated_s = self.now_s + SIT_DOWN_S
        if action:
            self._do(action(seated_s + COME_S, seated_s + lasts_s - COME_S))
        self._moves.append(Sit(lasts_s + 2 * SIT_DOWN_S))

    # Hands

    def perform(self, action: Callable[[float, float], Hands], lasts_s: float) -> None:
        """Do one of `actions`, a function of when it begins and ends, for so long, standing."""
        self._do(action(self.now_s + COME_S, self.now_s + COME_S + lasts_s))
        self.wait(lasts_s + 2 * COME_S)

    def brings(self, name: str, kind: str, mesh: TriangleMesh, hold: Hold, custody: Custody | None = None) -> Prop:
        """Have a thing in hand from the first: in both before one, hanging from one, or a trolley to push."""
        hangs_m = float(mesh.vertices[:, 2].max()) if hold in SIDES else None
        held = Phase(0.0, Held(self.name, hold, hangs_m))
        prop = self._scene.add(Prop(Item(name, kind, lambda _: mesh, (held,), custody), hangs=hold in SIDES))
        self._holds[prop] = hold
        if not prop.hangs:
            self._wrists(_CARRIES[hold], self._actor.enters_s, 0.0)
        return prop

    def take(self, prop: Prop, grip: Grip = "both") -> None:
        """Take what lies within reach, and what lies on it too, with both hands or one; it is carried before one."""
        lies = prop.where()
        self.look_at(lies.origin)
        self._wrists(self._grip(lies, grip, prop), self.now_s, REACH_S)
        self.wait(REACH_S + CLOSE_S)
        turned = angle_between(self.place.yaw, lies.yaw) if grip == "both" else 0.0
        prop.be_held(self.now_s, Held(self.name, grip, prop.height_m if prop.hangs else None, turned))
        self._holds[prop] = grip
        self._wrists(dict.fromkeys(_CARRIES[grip], "free") if prop.hangs else _CARRIES[grip], self.now_s, BRING_S)
        self.wait(BRING_S)
        self.look_at(None)

    def put(self, prop: Prop, at: Spot | Prop) -> None:
        """Lay down what one holds, at a place within reach or in the middle of another's top."""
        grip, lies = self._let_go(prop), self._scene.lying(at)
        upon = at if isinstance(at, Prop) else None
        target = in_room(lies, upon)
        self.look_at(target.origin)
        self._wrists(self._grip(target, grip, prop), self.now_s, REACH_S)
        self.wait(REACH_S)
        prop.lie(self.now_s - CLOSE_S, lies, upon)
        self.wait(2 * CLOSE_S)
        self._free(grip)
        self.wait(COME_S)
        self.look_at(None)

    def slide(self, prop: Prop, to: Placement, side: Side = "r") -> None:
        """Push a thing that lies within reach to another place with one hand: a nudge."""
        lies = prop.where()
        self.look_at(lies.origin)
        self._wrists(self._grip(lies, side, prop), self.now_s, REACH_S)
        self.wait(REACH_S)
        self._wrists(self._grip(to, side, prop), self.now_s, GRASP_S)
        prop.lie(self.now_s, Lies(to))
        self.wait(GRASP_S)
        self._free(side)
        self.wait(COME_S)
        self.look_at(None)

    def turn_lid(self, terminal: TerminalProp, *, open_: bool, side: Side = "l") -> None:
        """Open or shut a terminal that lies within reach."""
        self._lead(side, terminal.wrist_at_lid(), LID_S)
        terminal.turn_lid(self.now_s, self.now_s + LID_S, open_=open_)
        self.wait(LID_S + COME_S)

    def hand_over(self, prop: Prop, receiver: Part) -> None:
        """Give what the right hand holds into the right hand of another within reach, once both are ready."""
        self._let_go(prop)
        begins_s = max(self.now_s, receiver.now_s)
        self.reach_out_to(receiver.place, begins_s)
        receiver.reach_out_to(self.place, begins_s)
        self._free("r")
        self.wait(COME_S)
        receiver.gets(prop)

    def reach_out_to(self, other: Placement, begins_s: float) -> None:
        """Bring the right hand half way to somebody, from a moment on; it stays there for a little."""
        self.wait_until(begins_s)
        own, x, y = self.place.origin, *other.origin[:2]
        self.look_at((x, y, HAND_OVER_UP_M))
        self._wrists({"r": _half_way(own, other.origin)}, self.now_s, REACH_S)
        self.wait(REACH_S + CLOSE_S)
        self.look_at(None)

    def gets(self, prop: Prop) -> None:
        """Have what another's hand held in one's own right hand from now on."""
        prop.be_held(self.now_s - CLOSE_S, Held(self.name, "r"))
        self._holds[prop] = "r"
        self._wrists(_CARRIES["r"], self.now_s, BRING_S)
        self.wait(BRING_S)

    def push(self, trolley: Prop) -> None:
        """Take the handle of a trolley that stands ahead."""
        self._wrists(_CARRIES["push"], self.now_s, COME_S)
        self.wait(COME_S)
        trolley.be_held(self.now_s, Held(self.name, "push"))
        self._holds[trolley] = "push"

    def park(self, trolley: Prop) -> None:
        """Leave a trolley where it is."""
        ahead = self.place.apply([(PUSHED_AHEAD_M, 0, 0)])[0]
        trolley.lie(self.now_s, Lies(Placement(as_point(ahead), self.place.yaw)))
        self._free(self._let_go(trolley))
        self.wait(COME_S)

    # The vault

    def open_vault(self, via: Sequence[Spot] = (), speed_mps: float = 1.1) -> None:
        """Go to the handle, turn the key, and pull the door open."""
        door = self._scene.door
        self._go_to_handle(via, speed_mps, LOCKING_S + LEAF_LED_S)
        self.wait(LOCKING_S)
        door.swing(PULLED_RAD, self.now_s, self.now_s + LEAF_LED_S)
        self.wait(LEAF_LED_S)
        door.swing(OPEN_RAD, self.now_s, self.now_s + LEAF_SWINGS_S)
        self.wait(LEAF_SWINGS_S)

    def shut_vault(self, via: Sequence[Spot] = ()) -> None:
        """Go round the open leaf and push the door shut."""
        door = self._scene.door
        self.walk_to(door.vault.behind_leaf(), via)
        self._lead(door.vault.handle_side, door.handle_at, LEAF_LED_S)
        door.swing(PUSHED_RAD, self.now_s, self.now_s + LEAF_LED_S)
        self.wait(LEAF_LED_S)
        door.swing(0.0, self.now_s, self.now_s + LEAF_SWINGS_S)
        self.wait(LEAF_SWINGS_S)

    def lock_vault(self, via: Sequence[Spot] = (), speed_mps: float = 1.1) -> None:
        """Go to the handle of the shut door and turn the key."""
        self._go_to_handle(via, speed_mps, LOCKING_S)
        self.wait(LOCKING_S + COME_S)

    def _go_to_handle(self, via: Sequence[Spot], speed_mps: float, held_s: float) -> None:
        door = self._scene.door
        self.walk_to(door.vault.at_handle(), via, speed_mps)
        self._lead(door.vault.handle_side, door.handle_at, held_s)

    # How hands get there

    def _lead(self, side: Side, point: MovingPoint, lasts_s: float) -> None:
        """Bring a hand to a point, where it is when this returns; it stays there for so long and then hangs again."""
        self._need_free(side)
        self._wrists({side: point}, self.now_s, COME_S)
        self.wait(COME_S)
        self._wrists({side: "free"}, self.now_s + lasts_s, COME_S)

    def _free(self, hold: Hold) -> None:
        self._wrists(dict.fromkeys(_CARRIES[hold], "free"), self.now_s, COME_S)

    def _wrists(self, targets: dict[Side, HandTarget], from_s: float, lasts_s: float) -> None:
        """Keep hands where they are until a moment, and have them elsewhere so much later."""
        for side, target in targets.items():
            keys = self._hands[side]
            keys += [Reach(from_s, keys[-1].target), Reach(from_s + lasts_s, target)]

    def _grip(self, lies: Placement, hold: Hold, prop: Prop) -> dict[Side, HandTarget]:
        """Return where the wrists are that have hold of a thing lying there."""
        before_me = replace(lies, yaw=self.place.yaw)
        if hold in SIDES:
            return {hold: as_point(before_me.apply([(-BEHIND_M, 0, prop.height_m + OVER_M)])[0])}
        ahead = float(IN_BOTH_HANDS[0])
        points = {side: before_me.apply([(-ahead, SIGN[side] * BESIDE_M, UNDER_M)])[0] for side in SIDES}
        return {side: as_point(point) for side, point in points.items()}

    def _let_go(self, prop: Prop) -> Hold:
        """Return how one held a thing, and hold it no longer. Raises ValueError for what one does not hold."""
        if prop not in self._holds:
            held = ", ".join(other.name for other in self._holds) or "nothing"
            raise ValueError(f"{self.name} holds {held} at {self.now_s:.2f} s, and not {prop.name}")
        return self._holds.pop(prop)

    def _do(self, hands: Hands) -> None:
        for side, keys in hands.items():
            if keys:
                self._need_free(side)
                self._hands[side] += keys

    def _need_free(self, side: Side) -> None:
        """Raise ValueError where a hand is not free, with what may be in it."""
        if self._hands[side][-1].target != "free":
            held = ", ".join(prop.name for prop in self._holds)
            raise ValueError(f"{self.name} has no free hand {side!r} at {self.now_s:.2f} s: they hold {held}")

    def _plan(self) -> Plan:
        return replace(self._actor, moves=tuple(self._moves)).plan()


_CARRIES: dict[Hold, dict[Side, HandTarget]] = {
    "both": {"l": "carry", "r": "carry"},
    "push": {"l": "push", "r": "push"},
    "l": {"l": "carry"},
    "r": {"r": "carry"},
}
"""Where the wrists are that hold something."""


def _half_way(own: Point, other: Point) -> Point:
    """Return where a wrist is that gives or takes something half way to another person."""
    apart = math.dist(own[:2], other[:2])
    share = 0.5 - HAND_OVER_M / apart
    x, y = (one + (two - one) * share for one, two in zip(own[:2], other[:2], strict=True))
    return x, y, HAND_OVER_UP_M
