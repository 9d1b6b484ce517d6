"""What is handled in a scene while it is being told: things, terminals with their lids, the vault's door."""

from __future__ import annotations

from dataclasses import replace

from sample_footage.render.actor import MovingPoint
from sample_footage.render.geometry import Placement, Point, TriangleMesh, as_point
from sample_footage.render.items import Custody, Held, Item, Lies, Phase
from sample_footage.render.keys import Key, value_at
from sample_footage.render.offices.counter import ON_TOP_M
from sample_footage.render.offices.vault import Vault
from sample_footage.render.things.terminals import OPEN_DEG, SHUT_DEG, Terminal

WRIST_BEHIND_LID_M, WRIST_OVER_LID_M = 0.08, 0.03
"""A wrist is so far from the lid's edge on which its fingers are."""

LID_DEG = {True: OPEN_DEG, False: SHUT_DEG}
"""How far a lid is turned that is open or not."""


class Prop:
    """A thing as it has been told so far: where it lies or who holds it. `hangs`: a hand lets it hang by its top."""

    def __init__(self, item: Item, upon: Prop | None = None, *, hangs: bool = False) -> None:
        self.hangs = hangs
        self._item, self._phases, self._upon = item, list(item.phases), upon

    @property
    def name(self) -> str:
        """Return its name."""
        return self._item.name

    @property
    def height_m(self) -> float:
        """Return how high it is."""
        return float(self._item.mesh_at(self._phases[-1].from_s).vertices[:, 2].max())

    @property
    def top(self) -> Lies:
        """Return how another thing lies in the middle of its top."""
        return Lies(Placement((0.0, 0.0, self.height_m + ON_TOP_M)), on=self.name)

    def where(self) -> Placement:
        """Where it lies by now, in the room. Raises ValueError while somebody holds it."""
        state = self._phases[-1].state
        if isinstance(state, Lies):
            return in_room(state, self._upon)
        raise ValueError(f"{self.name} lies nowhere: {state.by} holds it")

    def lie(self, at_s: float, lies: Lies, upon: Prop | None = None) -> None:
        """Lie somewhere from a moment on."""
        self._become(at_s, lies)
        self._upon = upon

    def be_held(self, at_s: float, held: Held) -> None:
        """Be held from a moment on."""
        self._become(at_s, held)
        self._upon = None

    def _become(self, at_s: float, state: Lies | Held) -> None:
        last = self._phases[-1]
        if at_s < last.from_s:
            raise ValueError(
                f"at {at_s:.2f} s {self.name} cannot be {state}: from {last.from_s:.2f} s it is {last.state}"
            )
        self._phases.append(Phase(at_s, state))

    def item(self) -> Item:
        """Return the item as told."""
        return replace(self._item, phases=tuple(self._phases))


class TerminalProp(Prop):
    """A terminal and its lid."""

    def __init__(self, name: str, terminal: Terminal, lies: Lies, custody: Custody | None, *, open_: bool) -> None:
        self._terminal, self._lid = terminal, [Key(0.0, LID_DEG[open_])]
        super().__init__(Item(name, "terminal", self._mesh_at, (Phase(0.0, lies),), custody))

    def _mesh_at(self, time_s: float) -> TriangleMesh:
        return self._terminal.mesh(value_at(self._lid, time_s))

    @property
    def height_m(self) -> float:
        """Return how high it is when shut: that is how it is carried, and things lie on a shut lid."""
        return self._terminal.lid_top

    def turn_lid(self, from_s: float, until_s: float, *, open_: bool) -> None:
        """Open or shut it over this time."""
        self._lid += [Key(from_s, self._lid[-1].value), Key(until_s, LID_DEG[open_])]

    def wrist_at_lid(self) -> MovingPoint:
        """Return where a wrist is while its hand is on the lid's edge, the terminal lying where it does."""
        lies = self.where()

        def wrist(time_s: float) -> Point:
            x, y, z = self._terminal.lid_edge(value_at(self._lid, time_s))
            return as_point(lies.apply([(x - WRIST_BEHIND_LID_M, y, z + WRIST_OVER_LID_M)])[0])

        return wrist


class VaultDoor:
    """The leaf of the vault's door, shut at first."""

    def __init__(self, vault: Vault) -> None:
        self.vault, self.keys = vault, [Key(0.0, 0.0)]

    def swing(self, open_rad: float, from_s: float, until_s: float) -> None:
        """Turn the leaf from where it is over this time."""
        self.keys += [Key(from_s, self.keys[-1].value), Key(until_s, open_rad)]

    def handle_at(self, time_s: float) -> Point:
        """Where its handle is at a moment."""
        return self.vault.handle(value_at(self.keys, time_s))


def in_room(lies: Lies, upon: Prop | None) -> Placement:
    """Return where something lies in the room that lies so, upon another thing or not."""
    if upon is None:
        return lies.where
    below = upon.where()
    return Placement(as_point(below.apply([lies.where.origin])[0]), below.yaw + lies.where.yaw)
