"""Drills: an item is taken away on purpose, to see whether it is noticed in time. Pure.

    drill.started   actors: who ordered it    drill, item, rule, within_s, tells
    drill.ended     actors: the same          drill, passed, incident, took_s, failure

The incident itself stays what it is, and is explained with the cause `drill` in the name of who ordered it. A drill
that was started and has no end was broken off; whatever happened after that was told as at any other time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from custody.entries import Draft, Entry, EntryError
from custody.explanations import Cause, Explanation
from custody.fields import FieldError, Fields, shown
from vision.incidents import Incident

STARTED: Final = "drill.started"
ENDED: Final = "drill.ended"
RULE: Final = "terminal_removed"
"""The rule that must notice a removal."""

LONGEST_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Drill:
    """A removal that was ordered.

    by: the account of who ordered it. within_ms: from its start until it must have been raised. tells: whether people
    are alerted as if it were real. started_at_ms: UTC milliseconds. Raises FieldError with the key.
    """

    id: str
    item: str
    by: str
    within_ms: int
    tells: bool
    started_at_ms: int

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise FieldError("by", shown(self.by), "the account of who orders it")
        if not 0 < self.within_ms <= LONGEST_MS:
            raise FieldError("within_s", shown(self.within_ms / 1000), f"seconds, {LONGEST_MS // 1000} at most")

    @property
    def ends_at_ms(self) -> int:
        """Return when it has failed if nothing was raised."""
        return self.started_at_ms + self.within_ms

    def covers(self, incident: Incident) -> bool:
        """Tell whether an incident is what this drill was to bring about."""
        in_time = self.started_at_ms <= incident.raised_at_ms <= self.ends_at_ms
        return in_time and (incident.rule, incident.item) == (RULE, self.item)

    def draft(self) -> Draft:
        """Return the entry with which it begins."""
        body = {
            "drill": self.id,
            "item": self.item,
            "rule": RULE,
            "within_s": self.within_ms / 1000,
            "tells": self.tells,
        }
        return Draft(self.started_at_ms, STARTED, (self.by,), body)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a drill: the incident and how long it took from the start, or why it failed, in a sentence."""

    drill: Drill
    at_ms: int
    incident: Incident | None
    failure: str | None

    @property
    def passed(self) -> bool:
        """Whether it was raised in time."""
        return self.incident is not None

    @property
    def took_ms(self) -> int | None:
        """Return how long after the start it was raised."""
        return None if self.incident is None else self.incident.raised_at_ms - self.drill.started_at_ms

    def drafts(self) -> tuple[Draft, ...]:
        """Return the entries with which it ends: why the incident was raised, and what came of it."""
        took_ms = self.took_ms
        body = {
            "drill": self.drill.id,
            "passed": self.passed,
            "incident": None if self.incident is None else self.incident.id,
            "took_s": None if took_ms is None else took_ms / 1000,
            "failure": self.failure,
        }
        ended = Draft(self.at_ms, ENDED, (self.drill.by,), body)
        if self.incident is None:
            return (ended,)
        why = Explanation(self.incident.id, Cause.DRILL, self.drill.by, self.at_ms, note=self.drill.id)
        return (why.draft(), ended)


def passed(drill: Drill, incidents: Iterable[Incident], now_ms: int) -> Outcome | None:
    """Return that a drill has passed, if one of these incidents is its own."""
    found = min(filter(drill.covers, incidents), key=lambda incident: incident.raised_at_ms, default=None)
    return None if found is None else Outcome(drill, now_ms, found, None)


@dataclass(frozen=True, slots=True)
class Ended:
    """What an entry says of the end of a drill. took_ms: from its start until it was raised."""

    drill: str
    passed: bool
    incident: str | None
    took_ms: int | None
    failure: str | None


def read_started(entry: Entry) -> Drill:
    """Return the drill that an entry begins. Raises EntryError where its body is not what the kind needs."""
    with _of(entry) as fields:
        fields.text("rule")
        within_ms = round(fields.number("within_s") * 1000)
        identity = fields.text("drill"), fields.text("item"), "".join(entry.actors)
        return Drill(*identity, within_ms, tells=fields.flag("tells"), started_at_ms=entry.at_ms)


def read_ended(entry: Entry) -> Ended:
    """Return how a drill has ended. Raises EntryError where the entry's body is not what the kind needs."""
    with _of(entry) as fields:
        took_s = fields.optional("took_s", fields.number)
        return Ended(
            drill=fields.text("drill"),
            passed=fields.flag("passed"),
            incident=fields.optional("incident", fields.text),
            took_ms=None if took_s is None else round(took_s * 1000),
            failure=fields.optional("failure", fields.text),
        )


@contextmanager
def _of(entry: Entry) -> Iterator[Fields]:
    """Give the fields of an entry's body, with the entry named where one of them is wrong."""
    try:
        yield Fields(entry.body)
    except FieldError as error:
        raise EntryError(f"entry {entry.seq} ({entry.kind}): {error}") from error


def failed(drill: Drill, failure: str, now_ms: int) -> Outcome:
    """Return that a drill has failed, and why."""
    return Outcome(drill, now_ms, None, failure)
