"""From answers over time to spells: the table of docs/design/rules.md, kept apart from the code that is judged by it.

An answer is true, false, or None where nobody can see. A condition raises an alarm when it has been seen true for its
limit. It counts from where it began, half a second of false in between forgiven, and ends after two seconds of false.
Between two moments with different answers the change is taken to have happened half way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

FORGIVEN_S, ENDS_S, LAPSES_S = 0.5, 2.0, 60.0
EARLY_S = 0.5
"""A condition that falls this much short of its limit may be taken to have reached it."""

SURE_S = 0.5
"""A condition must go this far beyond its limit before missing it is a mistake."""


@dataclass(frozen=True)
class Look:
    """The answer to one question at one moment, how long it may be true now, and the people for whom it is."""

    answer: bool | None
    limit_s: float
    who: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Spell:
    """A condition from where it was first true to where it was last, which is None where the clip ends first.

    early_s: when an alarm may be raised at the earliest. due_s: when it is due, None where the limit is not reached.
    sure: whether it lasts so long that an alarm must come. who: the people for whom it was true until it was due.
    """

    began_s: float
    early_s: float
    due_s: float | None = None
    sure: bool = False
    ended_s: float | None = None
    who: frozenset[str] = frozenset()


@dataclass
class _Run:
    """A condition under way. `true_s` is counted anew after more than a forgivable pause."""

    began_s: float
    last_s: float
    true_s: float = 0.0
    false_s: float = 0.0
    unseen_s: float = 0.0
    who: set[str] = field(default_factory=set)
    spell: Spell | None = None

    def count(self, before: Look | None, look: Look, step_s: float) -> None:
        """Take the time since the look before: half of it is of either."""
        halves = [before.answer if before else None, look.answer]
        self.true_s = _sum(self.true_s, step_s / 2 * halves.count(True))
        self.false_s = 0.0 if look.answer else _sum(self.false_s, step_s / 2 * halves.count(False))
        self.unseen_s = _sum(self.unseen_s, step_s * (look.answer is None))
        if self.false_s >= FORGIVEN_S:
            self.true_s = 0.0

    def judge(self, now_s: float, look: Look) -> None:
        """Note what the time that has been counted is enough for."""
        if not look.answer:
            return
        self.last_s = now_s
        if not self.due:
            self.who |= look.who
        if self.spell is None and self.true_s >= look.limit_s - EARLY_S:
            self.spell = Spell(self.began_s, now_s)
        if self.spell and not self.due and self.true_s >= look.limit_s:
            self.spell = replace(self.spell, due_s=now_s)
        if self.spell and self.due and self.true_s >= look.limit_s + SURE_S:
            self.spell = replace(self.spell, sure=True)

    @property
    def due(self) -> bool:
        """Whether an alarm is due."""
        return self.spell is not None and self.spell.due_s is not None

    @property
    def over(self) -> bool:
        """Whether the condition has ended, or has been out of sight for too long to be taken up again."""
        if self.unseen_s >= LAPSES_S and not self.due:
            return True
        return self.false_s >= (ENDS_S if self.spell else FORGIVEN_S)

    def told(self, ended_s: float | None) -> list[Spell]:
        """Return the spell, if it may raise an alarm."""
        return [replace(self.spell, ended_s=ended_s, who=frozenset(self.who))] if self.spell else []


def _sum(one_s: float, other_s: float) -> float:
    """Add seconds so that ten tenths of them are one."""
    return round(one_s + other_s, 6)


def spells(looks: Iterable[Look], step_s: float) -> list[Spell]:
    """Return the spells that may raise an alarm, from the looks at every step."""
    found: list[Spell] = []
    run: _Run | None = None
    before: Look | None = None
    for number, look in enumerate(looks):
        now_s = number * step_s
        if run is None and look.answer:
            half_way_s = step_s / 2 if before and before.answer is False else 0.0
            run = _Run(now_s - half_way_s, now_s)
        if run is not None:
            run.count(before, look, step_s)
            run.judge(now_s, look)
            if run.over:
                found += run.told(run.last_s)
                run = None
        before = look
    if run is not None:
        found += run.told(None)
    return found
