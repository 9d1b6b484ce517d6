"""A protocol: steps in an order, each with a deadline, judged once a day. Pure; time is an argument.

A step is done when nothing is missing for it any more, by the books. What a step lets come too late, or lets others
overtake, is raised as an incident, which ends when the step is done or the next round begins.

    state of a step     its own entry comes                     an entry of a later step comes     its deadline comes
    done                stays, or is missing again (unlocked)   nothing                            nothing
    missing             done: its incidents end                 overtaken: raised at once          late: raised

Which steps there are is `closing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from custody.acts import Act, CheckIn, CheckOut, VaultLocked, VaultOpened
from custody.books import Books, Written
from custody.entries import utc_text
from custody.raising import About, Raiser, Spell
from vision.incidents import Incident


@dataclass(frozen=True, slots=True)
class Since:
    """When a round began, UTC milliseconds, and the local day that it belongs to."""

    at_ms: int
    day: date


@dataclass(frozen=True, slots=True)
class Step:
    """One step. act: the entry that does it. missing: what is still missing for it, by id; nothing where it is done.

    late: the incident at its deadline; each: one incident for each thing that is missing. overtaken: the incident
    where the entry of a later step, by name, comes first; others are `overdue`, told of the step that came too early.
    says: what the incident says of the missing things.
    """

    name: str
    act: type[Act]
    missing: Callable[[Books, Since], tuple[str, ...]]
    says: str
    late: str
    each: bool = False
    overtaken: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class StepState(StrEnum):
    """How a step stands at a moment."""

    DONE = "done"
    DUE = "due"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class StepStanding:
    """One step of a round, by the books. due_ms: UTC milliseconds. missing: by id, nothing where it is done."""

    step: str
    due_ms: int
    missing: tuple[str, ...]

    def state(self, at_ms: int) -> StepState:
        """Return how it stands at a moment; at its deadline it is late."""
        if not self.missing:
            return StepState.DONE
        return StepState.LATE if at_ms >= self.due_ms else StepState.DUE


@dataclass(frozen=True, slots=True)
class Watched:
    """An incident that ends when its step is done for its thing, or for all things where it names none."""

    incident: Incident
    step: Step
    thing: str | None


class Round:
    """One run of a protocol, from its begin to the next one's."""

    def __init__(
        self, steps: Sequence[Step], overdue: str, since: Since, dues: Mapping[str, int], books: Books, raiser: Raiser
    ) -> None:
        """Begin a round. overdue: the incident for order and time. dues: UTC milliseconds by the name of the step."""
        self.since = since
        self._steps = steps
        self._overdue = overdue
        self._deadlines = dict(dues)
        self._dues = dict(dues)
        self._books = books
        self._raiser = raiser
        self._watched: list[Watched] = []
        self._raised: set[tuple[str, ...]] = set()

    @property
    def next_due_ms(self) -> int | None:
        """The next deadline, UTC milliseconds, or None after the last."""
        return min(self._dues.values(), default=None)

    def standing(self) -> tuple[StepStanding, ...]:
        """Return how each step stands that is ever due, in their order."""
        return tuple(
            StepStanding(step.name, self._deadlines[step.name], step.missing(self._books, self.since))
            for step in self._steps
            if step.name in self._deadlines
        )

    def pass_due(self) -> list[Incident]:
        """Let the next deadline come; return what is late."""
        due_ms = self.next_due_ms
        late = [step for step in self._steps if self._dues.get(step.name) == due_ms]
        for step in late:
            del self._dues[step.name]
        return [incident for step in late for incident in self._late(step, due_ms or 0)]

    def take(self, written: Written) -> list[Incident]:
        """Take an entry that the books have taken; return what it raised and what it ended."""
        done = next((step for step in self._steps if isinstance(written.act, step.act)), None)
        raised = [] if done is None else self._overtaking(done, written)
        return raised + self._ended(written.at_ms)

    def end(self, at_ms: int) -> list[Incident]:
        """End the round, and every incident of it that still lasts."""
        ended = [replace(watched.incident, ended_at_ms=at_ms) for watched in self._watched]
        self._watched.clear()
        self._dues.clear()
        return ended

    def _late(self, step: Step, due_ms: int) -> list[Incident]:
        missing = step.missing(self._books, self.since)
        spell = Spell(due_ms, due_ms)
        if step.each:
            raised = [self._raise(step, step.late, spell, thing, [thing], fault="late") for thing in missing]
        else:
            raised = [self._raise(step, step.late, spell, None, missing, fault="late")] if missing else []
        return [incident for incident in raised if incident is not None]

    def _overtaking(self, done: Step, written: Written) -> list[Incident]:
        """Return what it raises that the entry of a step comes while an earlier one is not done."""
        raised: list[Incident | None] = []
        early: list[str] = []
        for step in self._steps[: self._steps.index(done)]:
            missing = _concerned(step.missing(self._books, self.since), written, self._books)
            rule = step.overtaken.get(done.name)
            spell, why = Spell(written.at_ms, written.at_ms), _by_entry(written)
            if missing and rule is None:
                early.append(step.name)
            elif missing and step.each:
                raised += [self._raise(step, str(rule), spell, thing, [thing], **why) for thing in missing]
            elif missing:
                raised.append(self._raise(step, str(rule), spell, None, missing, **why))
        if early:
            raised.append(self._too_early(done, early, written))
        return [incident for incident in raised if incident is not None]

    def _raise(
        self, step: Step, rule: str, spell: Spell, thing: str | None, missing: Sequence[str], **why: object
    ) -> Incident | None:
        """Raise an incident, once a round for each rule, step and thing, and watch for its end."""
        key = (rule, step.name, thing or "")
        if key in self._raised:
            return None
        self._raised.add(key)
        about = About(item=thing, step=step.name)
        since = utc_text(self.since.at_ms)
        fact = step.says.format(things=", ".join(missing), since=since)
        incident = self._raiser.incident(rule, spell, about, fact, missing=list(missing), since=since, **why)
        self._watched.append(Watched(incident, step, thing))
        return incident

    def _too_early(self, done: Step, early: Sequence[str], written: Written) -> Incident | None:
        key = (self._overdue, done.name, "out of order", *early)
        if key in self._raised:
            return None
        self._raised.add(key)
        fact = f"{done.name} was entered before {', '.join(early)}"
        spell, about = Spell.moment(written.at_ms), About(step=done.name)
        why = {"fault": "out of order", "before": list(early), **_by_entry(written)}
        return self._raiser.incident(self._overdue, spell, about, fact, **why)

    def _ended(self, at_ms: int) -> list[Incident]:
        over = [watched for watched in self._watched if self._is_over(watched)]
        self._watched = [watched for watched in self._watched if watched not in over]
        return [replace(watched.incident, ended_at_ms=at_ms) for watched in over]

    def _is_over(self, watched: Watched) -> bool:
        missing = watched.step.missing(self._books, self.since)
        return watched.thing not in missing if watched.thing is not None else not missing


def _by_entry(written: Written) -> Mapping[str, object]:
    """Return which entry it was, and of which vault, so that whoever looks can look at the vault."""
    act = written.act
    vault = {"vault": act.vault} if isinstance(act, VaultOpened | VaultLocked) else {}
    return {"seq": written.seq, **vault}


def _concerned(missing: tuple[str, ...], written: Written, books: Books) -> tuple[str, ...]:
    """Return those of the missing things that an entry is about: moving one item passes over its own count only."""
    if not isinstance(written.act, CheckOut | CheckIn):
        return missing
    about = {written.act.item, books.subject_of(written.act.item)}
    return tuple(thing for thing in missing if thing in about)
