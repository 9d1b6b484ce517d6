"""The truth of a clip: which alarms are right and when they may come, and which nobody can call right or wrong.

An alarm is right that the rules give both for what really happens and for what can plainly be seen of it, with half
a second to spare. It is tolerated, and not asked for, where

- only one of the two gives it, or its condition hardly reaches the limit, or only as the clip ends;
- it is about staff alone, on their own side or after hours: the rules do not know who is staff;
- it is about somebody of whom the same rule has told in the same place before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sample_footage.render.looks import Role
from sample_footage.render.site_plan import SitePlan
from sample_footage.render.truth.questions import Course, Question, Subject, questions
from sample_footage.render.truth.sight import Film, as_it_is, as_seen
from sample_footage.render.truth.spells import ENDS_S, Spell, spells

LATE_S = 10.0
"""An alarm counts until this long after it is due, as in the i-LIDS evaluation."""

ROOM_S = 2.0
"""The clip must go on this long after an alarm is due, or missing it is no mistake."""

ABOUT_PEOPLE = {"staff_only_intrusion", "person_after_hours"}
"""The rules to which it matters who somebody is."""


@dataclass(frozen=True)
class Alarm:
    """An alarm, the seconds between which it may be raised, and why."""

    rule: str
    about: Subject
    earliest_s: float
    latest_s: float
    note: str

    def as_json(self) -> dict[str, Any]:
        """Return it as the scorer reads it."""
        window = {"earliest": round(self.earliest_s, 2), "latest": round(self.latest_s, 2)}
        return {"rule": self.rule, self.about.kind: self.about.name, **window, "note": self.note}


@dataclass(frozen=True)
class Verdict:
    """The alarms that are right, and those that count neither for nor against."""

    events: list[Alarm] = field(default_factory=list)
    tolerated: list[Alarm] = field(default_factory=list)


def judge(plan: SitePlan, film: Film, fps: int, roles: Mapping[str, Role]) -> Verdict:
    """Return the alarms of a site over a clip; `roles` are those of the people in it."""
    really, plainly = (questions(Course(plan, look(film), 1 / fps)) for look in (as_it_is, as_seen))
    length_s = len(next(iter(film.values()))) / fps
    verdict = Verdict()
    for real, plain in zip(really, plainly, strict=True):
        told = _Told(real, roles, length_s)
        for alarm, right in told.alarms(*(spells(each.looks, 1 / fps) for each in (real, plain))):
            (verdict.events if right else verdict.tolerated).append(alarm)
    for alarms in (verdict.events, verdict.tolerated):
        alarms.sort(key=lambda alarm: (alarm.earliest_s, alarm.rule, alarm.about.name))
    return verdict


class _Told:
    """Judges the spells of one question."""

    def __init__(self, question: Question, roles: Mapping[str, Role], length_s: float) -> None:
        self._question, self._roles, self._length_s = question, roles, length_s
        self._known: set[str] = set()

    def alarms(self, real: Sequence[Spell], plain: Sequence[Spell]) -> Iterator[tuple[Alarm, bool]]:
        """Give each alarm, and whether it is right."""
        certain = _pairs(real, plain)
        for pair in certain:
            doubt = self._doubt(pair)
            yield (self._tolerated(pair, doubt), False) if doubt else (self._event(*pair), True)
        paired = {id(spell) for pair in certain for spell in pair}
        for together in _overlapping(spell for spell in (*real, *plain) if id(spell) not in paired):
            yield self._tolerated(together, "not certain"), False

    def _doubt(self, pair: tuple[Spell, Spell]) -> str | None:
        """Say why an alarm is arguable; remember the people whom it is about."""
        if max(_dues(pair)) + ROOM_S > self._length_s:
            return "as the clip ends"
        if self._question.rule not in ABOUT_PEOPLE:
            return None
        outsiders = {name for name in pair[0].who if self._roles[name] != "staff"}
        if not outsiders:
            return "staff"
        if outsiders <= self._known:
            return "told before"
        self._known |= outsiders
        return None

    def _event(self, real: Spell, plain: Spell) -> Alarm:
        early_s = min(real.early_s, plain.early_s)
        return self._alarm(early_s, max(_dues((real, plain))) + LATE_S, _note(real))

    def _tolerated(self, found: Sequence[Spell], why: str) -> Alarm:
        ends = [self._length_s if spell.ended_s is None else spell.ended_s for spell in found]
        early_s = min(spell.early_s for spell in found)
        return self._alarm(early_s, max(ends) + ENDS_S, f"{why}: {_note(found[0])}")

    def _alarm(self, earliest_s: float, latest_s: float, note: str) -> Alarm:
        return Alarm(self._question.rule, self._question.about, earliest_s, latest_s, note)


def _dues(found: Iterable[Spell]) -> list[float]:
    return [spell.due_s for spell in found if spell.due_s is not None]


def _pairs(real: Sequence[Spell], plain: Sequence[Spell]) -> list[tuple[Spell, Spell]]:
    """Pair the spells of both sights that are sure and overlap, each at most once, in order of time."""
    free = [spell for spell in plain if spell.sure]
    pairs = []
    for spell in real:
        match = next((other for other in free if spell.sure and _overlap(spell, other)), None)
        if match is not None:
            free.remove(match)
            pairs.append((spell, match))
    return pairs


def _overlapping(found: Iterable[Spell]) -> list[list[Spell]]:
    """Put spells together that overlap."""
    groups: list[list[Spell]] = []
    for spell in sorted(found, key=lambda spell: spell.began_s):
        if groups and any(_overlap(spell, other) for other in groups[-1]):
            groups[-1].append(spell)
        else:
            groups.append([spell])
    return groups


def _overlap(one: Spell, other: Spell) -> bool:
    return all(a.ended_s is None or b.began_s <= a.ended_s for a, b in ((one, other), (other, one)))


def _note(spell: Spell) -> str:
    until = "to the end" if spell.ended_s is None else f"to {spell.ended_s:.2f} s"
    people = f" ({', '.join(sorted(spell.who))})" if spell.who else ""
    return f"from {spell.began_s:.2f} s {until}{people}"
