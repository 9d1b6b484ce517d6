"""Why an incident was raised, as people answer for it: a cause out of a list, in somebody's name. Pure.

    an incident    is explained                      is closed by a person
    lasts          any number of times; all stay     once it is explained: what cameras or entries show may go on
    has ended      likewise                          no: it is closed already

Nothing is explained away: an explanation is an entry beside the incident, and the incident stays as it was raised.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from custody.entries import Draft, Entry, EntryError, utc_text
from custody.fields import FieldError, Fields, shown
from custody.incidents import incident_closed, read_incidents
from vision.incidents import Incident

EXPLAINED: Final = "incident.explained"
_KINDS: Final = frozenset({"incident.raised", "incident.closed", EXPLAINED})


class Cause(StrEnum):
    """Why an incident was raised."""

    MOVED = "moved"
    """Somebody who may has moved it; who, is told."""

    FALSE_OCCLUSION = "false_occlusion"
    """Nothing happened: something stood in front of what the camera looks at."""

    FALSE_LIGHT = "false_light"
    """Nothing happened: the light changed."""

    DRILL = "drill"
    """It was done on purpose, to see whether it is noticed."""

    REAL = "real"
    """It is as it was told."""


class ExplanationError(ValueError):
    """An incident cannot be explained or closed like this; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Somebody says why an incident was raised. at_ms: UTC milliseconds of saying so, by the clock of the service.

    moved_by: the account of who moved it, for the cause `moved` and for no other. Raises FieldError with the key.
    """

    incident: str
    cause: Cause
    by: str
    at_ms: int
    moved_by: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise FieldError("by", shown(self.by), "the account of who says so")
        if (self.cause is Cause.MOVED) is (self.moved_by is None):
            raise FieldError("moved_by", shown(self.moved_by), f"who moved it, for the cause {Cause.MOVED} only")

    def draft(self) -> Draft:
        """Return the entry that it becomes."""
        body = {"id": self.incident, "cause": self.cause.value, "moved_by": self.moved_by, "note": self.note}
        return Draft(self.at_ms, EXPLAINED, (self.by,), body)


@dataclass(frozen=True, slots=True)
class Standing:
    """How an incident stands on the ledger: as it was raised and has ended, and what was said of it, oldest first."""

    incident: Incident
    explanations: tuple[Explanation, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it still lasts, or nobody has said why it was raised."""
        return self.incident.ended_at_ms is None or not self.explanations


def read_explanation(entry: Entry) -> Explanation | None:
    """Return what an entry says of an incident, or None where it is of another kind.

    Raises EntryError with the entry's number and the key where its body is not what the kind needs.
    """
    if entry.kind != EXPLAINED:
        return None
    try:
        return _read(entry, Fields(entry.body))
    except FieldError as error:
        raise EntryError(f"entry {entry.seq} ({entry.kind}): {error}") from error


def standings(entries: Iterable[Entry]) -> Mapping[str, Standing]:
    """Return how each incident stands after these entries, by its id, in the order in which they were raised.

    Raises EntryError where an entry about an incident cannot be read.
    """
    kept = [entry for entry in entries if entry.kind in _KINDS]
    found = {incident.id: Standing(incident) for incident in read_incidents(kept)}
    for said in filter(None, map(read_explanation, kept)):
        if said.incident in found:
            before = found[said.incident]
            found[said.incident] = replace(before, explanations=(*before.explanations, said))
    return found


def explain(standing: Standing, explanation: Explanation) -> Draft:
    """Return the entry that explains an incident.

    Raises ExplanationError where the incident was raised later, or where the same has been said already.
    """
    _expect_later(standing.incident, explanation.at_ms)
    if any(replace(said, at_ms=explanation.at_ms) == explanation for said in standing.explanations):
        raise ExplanationError(f"{explanation.by} has said so of {explanation.incident} already")
    return explanation.draft()


def close(standing: Standing, by: str, at_ms: int) -> Draft:
    """Return the entry by which a person closes an incident that lasts. at_ms: UTC milliseconds.

    Raises ExplanationError where nobody has explained it yet, or where it has ended.
    """
    incident = standing.incident
    _expect_later(incident, at_ms)
    if incident.ended_at_ms is not None:
        raise ExplanationError(f"{incident.id} ended at {utc_text(incident.ended_at_ms)}: there is nothing to close")
    if not standing.explanations:
        raise ExplanationError(f"nobody has explained {incident.id}: say why first, `kuraban incident explain`")
    return replace(incident_closed(incident, at_ms), actors=(by,))


def _read(entry: Entry, fields: Fields) -> Explanation:
    cause = fields.text("cause")
    if cause not in set(Cause):
        raise FieldError("cause", shown(cause), f"one of {', '.join(Cause)}")
    if len(entry.actors) != 1:
        raise FieldError("actors", shown(entry.actors), "the one person who says so")
    moved_by, note = (fields.optional(key, fields.text) for key in ("moved_by", "note"))
    read = Explanation(fields.text("id"), Cause(cause), entry.actors[0], entry.at_ms, moved_by, note)
    fields.close()
    return read


def _expect_later(incident: Incident, at_ms: int) -> None:
    if at_ms < incident.raised_at_ms:
        raised = utc_text(incident.raised_at_ms)
        raise ExplanationError(f"{incident.id} was raised at {raised}, after {utc_text(at_ms)}: check the time")
