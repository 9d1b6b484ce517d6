"""Things that change hands: where each lies or who holds it, over the time of a clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from sample_footage.render.body import Side
from sample_footage.render.geometry import (
    Placement,
    TriangleMesh,
    angle_between,
    as_point,
    smoothstep,
)
from sample_footage.render.holding import hanging, in_both_hands, pushed
from sample_footage.render.posing import PosedBody

GRASP_S = 0.5
"""An item comes from where it lay into the hands' hold over this time."""

Hold = Literal["both", "push", "l", "r"]


@dataclass(frozen=True)
class Lies:
    """The item lies somewhere in the room, or, with `on`, upon another item in that one's axes."""

    where: Placement
    on: str | None = None


@dataclass(frozen=True)
class Held:
    """The item is in someone's hands; it is gone when they are.

    One hand keeps it as it was grasped or, with `hangs_m`, lets it hang by its top, so high over its underside. Both
    hands keep it turned by `turned` from the way that the holder faces.
    """

    by: str
    hold: Hold = "both"
    hangs_m: float | None = None
    turned: float = 0.0


@dataclass(frozen=True)
class Phase:
    """From `from_s` on the item lies or is held."""

    from_s: float
    state: Lies | Held


@dataclass(frozen=True)
class Custody:
    """What the site file says of a thing in custody: its name and, of a batch, the number of cards.

    Its slot is where it lies at `slot_s`, which is the beginning unless it is brought later.
    """

    title: str
    expected: int | None = None
    slot_s: float = 0.0


@dataclass(frozen=True)
class Item:
    """A thing with its phases; `mesh_at` gives its shape at a moment.

    `name` is its id in the site file if it is in custody; `kind` is then terminal, cards or key.
    """

    name: str
    kind: str
    mesh_at: Callable[[float], TriangleMesh]
    phases: Sequence[Phase]
    custody: Custody | None = None

    def phase_at(self, time_s: float) -> Phase:
        """Return the phase that holds at a moment."""
        return next(phase for phase in reversed(self.phases) if phase.from_s <= time_s)


BodiesAt = Callable[[float], Mapping[str, PosedBody]]


class ItemTracker:
    """Works out where items are, from their phases and from the people who hold them."""

    def __init__(self, items: Sequence[Item], bodies_at: BodiesAt) -> None:
        self.items = {item.name: item for item in items}
        self._bodies_at = bodies_at

    def placement(self, name: str, time_s: float) -> Placement | None:
        """Where an item is at a moment, or None when it has left with its holder."""
        item = self.items[name]
        phase = item.phase_at(time_s)
        settled = self._settled(name, phase, time_s)
        index = list(item.phases).index(phase)
        share = smoothstep((time_s - phase.from_s) / GRASP_S)
        if settled is None or index == 0 or share == 1:
            return settled
        before = self._settled(name, item.phases[index - 1], phase.from_s)
        return settled if before is None else _between(before, settled, share)

    def _settled(self, name: str, phase: Phase, time_s: float) -> Placement | None:
        if isinstance(phase.state, Held):
            holder = self._bodies_at(time_s).get(phase.state.by)
            return None if holder is None else self._in_hands(name, holder, phase, phase.state)
        if phase.state.on is None:
            return phase.state.where
        below = self.placement(phase.state.on, time_s)
        where = phase.state.where
        if below is None:
            return None
        return Placement(as_point(below.apply([where.origin])[0]), below.yaw + where.yaw)

    def _in_hands(self, name: str, holder: PosedBody, phase: Phase, held: Held) -> Placement:
        match held.hold:
            case "both":
                between = in_both_hands(holder)
                return replace(between, yaw=between.yaw + held.turned)
            case "push":
                return pushed(holder)
            case side if held.hangs_m:
                return hanging(holder, side, held.hangs_m)
            case side:
                return self._as_grasped(name, holder, phase, held, side)

    def _as_grasped(self, name: str, holder: PosedBody, phase: Phase, held: Held, side: Side) -> Placement:
        taken = self._bodies_at(phase.from_s)[held.by]
        phases = list(self.items[name].phases)
        before = self._settled(name, phases[phases.index(phase) - 1], phase.from_s)
        if before is None:
            raise ValueError(f"{name} was nowhere when {held.by} took it at {phase.from_s} s")
        from_wrist = np.asarray(before.origin) - taken.hand(side)
        along_hand = holder.hand_turn(side) @ taken.hand_turn(side).T
        turned = holder.placement.yaw - taken.placement.yaw
        return Placement(as_point(holder.hand(side) + along_hand @ from_wrist), before.yaw + turned)


def _between(start: Placement, end: Placement, share: float) -> Placement:
    origin = np.asarray(start.origin) * (1 - share) + np.asarray(end.origin) * share
    return Placement(as_point(origin), start.yaw + angle_between(start.yaw, end.yaw) * share)
