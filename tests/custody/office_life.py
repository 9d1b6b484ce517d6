"""Office life from a seed: workdays as honest people live them, and what can go wrong on one.

A `Plan` says when things happen on a day, in minutes after local midnight. `Life` lives plans: it writes down what
people sign and what cameras see of it. A fault, in `FAULTS`, changes a plan and says by which name it must be found.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from custody.acts import (
    TERMINALS,
    Act,
    CheckIn,
    CheckOut,
    Correction,
    Count,
    KeyHandOver,
    Registration,
    Signature,
    Signed,
    VaultLocked,
    VaultOpened,
)
from custody.checklist import Checklist
from custody.entries import Entry
from custody.office import Office
from custody.reconcile import Reconciler, State, Verdict
from custody.settings import CustodySettings
from custody.sightings import Gap, Seen, Sighting, Watch, before
from tests.custody.office_script import DOOR, RAISER, TOKYO, entry
from vision.incidents import Incident
from vision.items import ItemKind

Minutes = tuple[float, float]

STAFF = ("sato", "suzuki", "tanaka", "ito", "kato")
KEEPER = "watanabe"
DESK = ("T-01", "T-02", "T-03")
BATCHES = ("B-0221", "B-0305")
CAMERAS = {DOOR: ("vault",), before(DOOR): ("vault",), "window-1": ("counter",), **dict.fromkeys(DESK, ("counter",))}
SETTINGS = CustodySettings()
CLOSES = 17 * 60
NIGHT = 26 * 60


@dataclass(frozen=True)
class Plan:
    """One day. What is None does not happen.

    wrong: by how much each of two people miscounts the first batch in the evening. clock_back: minutes by which the
    service's clock is set back before the lock. tells_before: minutes that check-ins tell of the past.
    """

    openers: tuple[str, str]
    closers: tuple[str, str]
    out: tuple[str, ...]
    opened: float
    counted: float | None
    evening_count: float
    checked_in: float
    locked: float
    key_returned: float | None
    sheet: float | None
    seen_in_the_morning: int = 2
    skipped: str | None = None
    alone: bool = False
    wrong: tuple[int, int] = (0, 0)
    not_returned: str | None = None
    left_out: str | None = None
    removed: str | None = None
    tells_before: float = 0
    clock_back: float = 0
    opened_at_night: bool = False
    logged_at_night: bool = False
    blind_evening: bool = False
    door_left_open: bool = False


Change = Callable[[Plan, random.Random], Plan]


@dataclass(frozen=True)
class Fault:
    """A change of a plan, the name by which it must be found, and the rules that must not be raised for it."""

    change: Change
    found: tuple[str, str]
    never: frozenset[str] = frozenset()


def _set(**changes: object) -> Change:
    return lambda plan, _: replace(plan, **changes)  # type: ignore[arg-type]


def _without_out(plan: Plan, terminal: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((terminal, *plan.out)))


FAULTS: dict[str, Fault] = {
    "a count was skipped": Fault(_set(skipped="B-0221"), ("vault_locked_without_count", "items_counted")),
    "one person counted": Fault(_set(alone=True), ("two_person_breach", "B-0221")),
    "both counted one too few": Fault(_set(wrong=(-1, -1)), ("count_mismatch", "B-0221")),
    "two people counted differently": Fault(_set(wrong=(0, -1)), ("count_mismatch", "B-0221")),
    "the vault was opened at night": Fault(_set(opened_at_night=True), ("unlogged_vault_access", DOOR)),
    "the vault was opened at night with an entry": Fault(
        _set(logged_at_night=True),
        ("vault_locked_without_count", "items_counted"),
        frozenset({"unlogged_vault_access"}),
    ),
    "an item was left out and entered as back": Fault(
        _set(left_out="T-01"), ("item_not_where_ledger_says", "T-01"), frozenset({"item_not_returned"})
    ),
    "an item was not returned": Fault(_set(not_returned="T-01"), ("item_not_returned", "T-01")),
    "an item was removed unlogged": Fault(_set(removed="T-01"), ("item_not_where_ledger_says", "T-01")),
    "an entry was back-dated": Fault(
        lambda plan, chance: replace(plan, tells_before=chance.uniform(16, 240)), ("entry_back_dated", "T-01")
    ),
    "the clock was set back": Fault(
        lambda plan, chance: replace(plan, clock_back=chance.uniform(30, 180)), ("clock_set_back", "")
    ),
    "the key was kept": Fault(_set(key_returned=None), ("item_not_returned", "K-01")),
    "the sheet was not signed": Fault(_set(sheet=None), ("closing_overdue", "sheet_signed")),
    "the sheet was signed before the lock": Fault(
        lambda plan, _: replace(plan, sheet=plan.locked - 1), ("closing_overdue", "sheet_signed")
    ),
    "the vault was locked late": Fault(
        lambda plan, _: replace(plan, locked=CLOSES + 46, key_returned=CLOSES + 47, sheet=CLOSES + 49),
        ("closing_overdue", "vault_locked"),
    ),
    "a camera was blind while items were put away": Fault(
        _set(blind_evening=True),
        ("item.checked_in", "not visible: vault covered"),
        frozenset({"two_person_breach", "unlogged_vault_access", "item_not_where_ledger_says"}),
    ),
    "one opened the vault for two": Fault(_set(seen_in_the_morning=1), ("two_person_breach", DOOR)),
    "the vault stood open after its lock": Fault(_set(door_left_open=True), ("item_not_where_ledger_says", DOOR)),
    "nobody counted in the morning": Fault(_set(counted=None), ("opening_overdue", "items_counted")),
}


@dataclass(frozen=True)
class Findings:
    """All that the office and the cameras gave away."""

    incidents: tuple[Incident, ...]
    verdicts: tuple[Verdict, ...]

    def names(self) -> set[tuple[str, str]]:
        """Return incidents by rule and by step or item, and what stays doubtful by its kind and the reason."""
        steps = {(i.rule, str(i.why.get("step", ""))) for i in self.incidents}
        items = {(i.rule, i.item or "") for i in self.incidents}
        doubtful = {(str(v.what), v.reason) for v in self.verdicts if v.state not in {State.MATCHED, State.AWAITING}}
        return steps | items | doubtful


def moment_ms(day: date, minute: float) -> int:
    """Return minutes after a day's local midnight as UTC milliseconds."""
    midnight = datetime.combine(day, datetime.min.time()).replace(tzinfo=TOKYO)
    return round((midnight.timestamp() + minute * 60) * 1000)


@dataclass
class Life:
    """Lives workdays, in the order of time, and keeps what people sign and what cameras see."""

    chance: random.Random
    day: date
    signed: list[Signed] = field(default_factory=list)
    signed_ms: list[int] = field(default_factory=list)
    sightings: list[Sighting] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    expected: dict[str, int] = field(default_factory=dict)
    present: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, seed: int, days: int, fault: Fault | None = None) -> Life:
        """Live so many workdays from a seed, the last one with a fault; `day` is that last one in the end."""
        chance = random.Random(seed)
        life = cls(chance, date(2018, 1, 8) + timedelta(weeks=chance.randrange(200)))
        life._register()
        for number in range(days):
            plan = _honest(chance)
            if fault is not None and number == days - 1:
                plan = fault.change(replace(plan, out=_without_out(plan, "T-01")), chance)
            life._live(plan)
            if number < days - 1:
                life.day += timedelta(days=3 if life.day.weekday() == 4 else 1)
        return life

    def judged(self, now_ms: int | None = None) -> Findings:
        """Return what is found as of a moment; without one, as of six in the morning after the last day."""
        now_ms = moment_ms(self.day, 30 * 60) if now_ms is None else now_ms
        office = Office(SETTINGS, RAISER)
        raised = [incident for taken in self.entries(now_ms) for incident in office.take(taken)]
        raised += office.tick(now_ms)
        reconciler = Reconciler(office.books, self.watch(now_ms), now_ms, SETTINGS, RAISER)
        reconciled = reconciler.reconcile()
        latest = {incident.id: incident for incident in [*raised, *reconciled.incidents]}
        return Findings(tuple(latest.values()), reconciled.verdicts)

    def entries(self, now_ms: int) -> list[Entry]:
        """Return what is on the ledger at a moment."""
        so_far = [signed for at_ms, signed in zip(self.signed_ms, self.signed, strict=True) if at_ms <= now_ms]
        return [entry(seq, signed.draft()) for seq, signed in enumerate(so_far)]

    def watch(self, now_ms: int) -> Watch:
        """Return what cameras have seen at a moment. Where an item was not seen, its place was seen to be empty."""
        seen = list(self.sightings)
        for terminal, stretches in self.present.items():
            seen += [Sighting(Seen.ITEM_PRESENT, terminal, *stretch, "counter") for stretch in stretches]
            edges = [(0, 0), *stretches, (moment_ms(self.day, 60 * 60), 0)]
            for (_, from_ms), (to_ms, _) in pairwise(edges):
                if to_ms > from_ms:
                    seen.append(Sighting(Seen.ITEM_ABSENT, terminal, from_ms, to_ms, "counter"))
        so_far = [sighting for sighting in seen if sighting.from_ms <= now_ms]
        gaps = [gap for gap in self.gaps if gap.from_ms <= now_ms]
        return Watch(tuple(_as_of(one, now_ms) for one in so_far), tuple(gaps), CAMERAS)

    # A day

    def _live(self, plan: Plan) -> None:
        back = self._morning(plan)
        self._afternoon(plan)
        self._evening(plan, back)
        if plan.opened_at_night:
            self._see(Seen.VAULT_OPEN, DOOR, (NIGHT, NIGHT + 3))
            self._see(Seen.AT_VAULT, DOOR, (NIGHT - 1, NIGHT + 4), people=1)
        if plan.logged_at_night:
            self._see(Seen.VAULT_OPEN, DOOR, (21 * 60, 21 * 60 + 3))
            self._see(Seen.AT_VAULT, DOOR, (21 * 60 - 1, 21 * 60 + 4), people=2)
            self._sign(21 * 60, VaultOpened(DOOR), plan.closers)
            self._sign(21 * 60 + 4, VaultLocked(DOOR), plan.closers)

    def _morning(self, plan: Plan) -> dict[str, float]:
        """Open, count and take out; return since when each terminal is in its place."""
        self._sign(plan.opened - 3, KeyHandOver("K-01", KEEPER, plan.openers[0]), (KEEPER, plan.openers[0]))
        self._sign(plan.opened, VaultOpened(DOOR), plan.openers)
        self._see(Seen.AT_VAULT, DOOR, (plan.opened - 0.5, plan.opened + 4), people=plan.seen_in_the_morning)
        if plan.counted is not None:
            self._count_all(plan.counted, plan.openers)
        minute, since = plan.opened + 8, {}
        for item in plan.out:
            minute += self.chance.uniform(0.2, 1)
            self._sign(minute, CheckOut(item, item if item in DESK else None), plan.openers)
            if item in DESK:
                since[item] = minute + self.chance.uniform(-0.5, 1)
        self._see(Seen.VAULT_OPEN, DOOR, (plan.opened + 0.3, minute + 1))
        return since

    def _afternoon(self, plan: Plan) -> None:
        """Live through what happens on honest days, too: none of it may be raised."""
        if self.chance.random() < 0.3:
            self._see(Seen.VAULT_OPEN, DOOR, (11 * 60, 11 * 60 + 2))
        if self.chance.random() < 0.3:
            self._hide("counter", (12 * 60, 12 * 60 + 4), "covered")
        if self.chance.random() < 0.3:
            self._see(Seen.UNATTENDED, "window-1", (13 * 60, 13 * 60 + 1), items=plan.out[:1])
        inside = [item for item in DESK if item not in plan.out]
        if inside and self.chance.random() < 0.5:
            slip = self._sign(14 * 60, CheckOut(inside[0], inside[0]), plan.openers)
            self._sign(14 * 60 + 2, CheckIn(inside[0], DOOR), plan.openers, corrects=slip)
        if self.chance.random() < 0.3:
            self.expected["B-0221"] -= 1
            batch = Registration("B-0221", ItemKind.CARDS, "B-0221", self.expected["B-0221"], DOOR)
            self._sign(15 * 60, batch, [KEEPER])

    def _evening(self, plan: Plan, since: dict[str, float]) -> None:
        self._count_evening(plan)
        minute = plan.checked_in
        for item in plan.out:
            minute += self.chance.uniform(0.2, 0.6)
            if item not in {plan.not_returned, plan.removed}:
                self._sign(minute, CheckIn(item, DOOR), plan.closers, tells_before=plan.tells_before)
            if item in DESK:
                self._lay(item, since[item], self._left_its_place(plan, item, minute))
        self._close_vault(plan)

    def _left_its_place(self, plan: Plan, item: str, minute: float) -> float:
        if item == plan.removed:
            return self.chance.uniform(10 * 60, 16 * 60)
        if item in {plan.not_returned, plan.left_out}:
            return 60 * 60
        return minute + self.chance.uniform(-2, 1)

    def _close_vault(self, plan: Plan) -> None:
        hidden = (plan.evening_count - 10, plan.locked + 10)
        if plan.blind_evening:
            self._hide("vault", hidden, "covered")
            self._see(Seen.AT_VAULT, DOOR, (hidden[0] - 2, hidden[0]), people=1)
        else:
            self._see(
                Seen.VAULT_OPEN, DOOR, (plan.checked_in - 1, NIGHT if plan.door_left_open else plan.locked - 0.4)
            )
            self._see(Seen.AT_VAULT, DOOR, (plan.checked_in - 1, plan.locked + 1), people=2)
        sheet = Checklist(self.day, True, len(DESK), sum(self.expected.values()), True, True)
        keeper, closer = KEEPER, plan.closers[0]
        acts: list[tuple[float | None, Act, tuple[str, str]]] = [
            (plan.locked, VaultLocked(DOOR), plan.closers),
            (plan.key_returned, KeyHandOver("K-01", closer, keeper), (closer, keeper)),
            (plan.sheet, sheet, plan.closers),
        ]
        due = [(minute, act, names) for minute, act, names in acts if minute is not None]
        for minute, act, names in sorted(due, key=lambda one: one[0]):
            self._sign(minute, act, names, clock_back=plan.clock_back)

    def _count_evening(self, plan: Plan) -> None:
        if plan.alone:
            self._sign(plan.evening_count, Count("B-0221", (self.expected["B-0221"],)), plan.closers[:1])
        elif plan.wrong != (0, 0):
            numbers = tuple(self.expected["B-0221"] + error for error in plan.wrong)
            self._sign(plan.evening_count, Count("B-0221", numbers), plan.closers)
        skipped = "B-0221" if plan.alone or plan.wrong[0] else plan.skipped
        self._count_all(plan.evening_count + 0.3, plan.closers, skipped)

    def _count_all(self, minute: float, names: Sequence[str], skipped: str | None = None) -> None:
        numbers = {**self.expected, TERMINALS: len(DESK)}
        for place, (subject, number) in enumerate(numbers.items()):
            if subject != skipped:
                self._sign(minute + 0.4 * place, Count(subject, (number, number)), names)

    # What is written down

    def _register(self) -> None:
        self.expected = {batch: self.chance.randint(20, 200) for batch in BATCHES}
        self.present = {terminal: [] for terminal in DESK}
        items = [Registration(DOOR, ItemKind.DOOR, DOOR, slot=DOOR), Registration("K-01", ItemKind.KEY, "K-01")]
        items += [Registration(one, ItemKind.TERMINAL, one, vault=DOOR, slot=one) for one in DESK]
        items += [Registration(one, ItemKind.CARDS, one, self.expected[one], DOOR) for one in BATCHES]
        for item in items:
            self._sign(390, item, [KEEPER])

    def _sign(
        self,
        minute: float,
        act: Act,
        names: Sequence[str],
        *,
        tells_before: float = 0,
        clock_back: float = 0,
        corrects: Signed | None = None,
    ) -> Signed:
        at_ms = moment_ms(self.day, minute - clock_back)
        signatures = tuple(
            Signature(name, at_ms - 2_000 * (len(names) - place)) for place, name in enumerate(names, 1)
        )
        correction = None if corrects is None else Correction(self.signed.index(corrects), "the wrong item")
        told_ms = at_ms - round(tells_before * 60_000)
        self.signed_ms.append(moment_ms(self.day, minute))
        self.signed.append(Signed(act, told_ms, signatures, f"r-{len(self.signed)}", correction))
        return self.signed[-1]

    def _see(
        self, what: Seen, subject: str, minutes: Minutes, *, people: int = 0, items: tuple[str, ...] = ()
    ) -> None:
        """Note a sight, by the clock of a camera, which is some seconds off."""
        skew_ms = self.chance.randint(-20_000, 20_000)
        from_ms, to_ms = (moment_ms(self.day, minute) + skew_ms for minute in minutes)
        camera = CAMERAS[subject][0]
        tracks = tuple(f"{camera}#{number}" for number in range(people))
        self.sightings.append(Sighting(what, subject, from_ms, to_ms, camera, people, tracks, items))

    def _lay(self, item: str, from_minute: float, to_minute: float) -> None:
        """Note that an item lay in its place; now and then somebody takes it up for a minute, or stands before it."""
        stretches = [from_minute, to_minute]
        if self.chance.random() < 0.3 and from_minute + 120 < to_minute:
            stretches[1:1] = [from_minute + 60, from_minute + 61]
        moments = [moment_ms(self.day, minute) for minute in stretches]
        self.present[item] += list(zip(moments[::2], moments[1::2], strict=True))
        if self.chance.random() < 0.3:
            self._hide("counter", (from_minute + 30, from_minute + 31), "hidden", item)

    def _hide(self, camera: str, minutes: Minutes, why: str, place: str | None = None) -> None:
        from_ms, to_ms = (moment_ms(self.day, minute) for minute in minutes)
        self.gaps.append(Gap(camera, from_ms, to_ms, why, place))


def _as_of(sighting: Sighting, now_ms: int) -> Sighting:
    """Return a sight as it stands at a moment: what has not ended lasts."""
    lasts = sighting.to_ms is not None and sighting.to_ms > now_ms
    return replace(sighting, to_ms=None) if lasts else sighting


def _honest(chance: random.Random) -> Plan:
    opened = chance.uniform(8 * 60 + 5, 8 * 60 + 25)
    evening_count = CLOSES + chance.uniform(1, 10)
    checked_in = evening_count + chance.uniform(4, 8)
    locked = checked_in + chance.uniform(5, 12)
    openers, closers = chance.sample(STAFF, 2), chance.sample(STAFF, 2)
    return Plan(
        openers=(openers[0], openers[1]),
        closers=(closers[0], closers[1]),
        out=tuple(item for item in (*DESK, *BATCHES) if chance.random() < 0.8),
        opened=opened,
        counted=opened + chance.uniform(2, 5),
        evening_count=evening_count,
        checked_in=checked_in,
        locked=locked,
        key_returned=locked + chance.uniform(1, 4),
        sheet=locked + chance.uniform(5, 15),
    )
