"""An incident of the running office: how it stands on the ledger, and what people put there of it.

The ledger's entries are found through the database; none of this reads the ledger from its beginning.
"""

from __future__ import annotations

from dataclasses import dataclass

from api.runtime.office import LiveOffice
from custody.entries import Entry
from custody.explanations import EXPLAINED, Cause, Explanation, Standing, close, explain, read_explanation
from custody.incidents import SealedClip, read_clips
from custody.records import entries, incidents
from custody.records.entries import As, Query
from custody.records.incidents import State

SEALED = "clip.sealed"
_MOST_SAID = 1_000
"""Explanations of one incident that are read; nobody says more of one."""


@dataclass(frozen=True, slots=True)
class Found:
    """An incident: how it stands, what people have made of it, and its clip where that is cut."""

    standing: Standing
    state: State
    clip: SealedClip | None


def find(office: LiveOffice, incident: str) -> Found | None:
    """Return an incident, None where there is none of that id."""
    with office.records.read() as connection:
        kept = incidents.find(connection, incident)
        said = entries.search(connection, _about(incident, EXPLAINED), limit=_MOST_SAID)
        sealed = entries.search(connection, _about(incident, SEALED), limit=1)
    if kept is None:
        return None
    explanations = (read_explanation(entry) for entry in _entries(office, said))
    clips = read_clips(_entries(office, sealed))
    return Found(
        Standing(kept.incident, tuple(one for one in explanations if one is not None)),
        kept.state,
        clips[0][1] if clips else None,
    )


def acknowledge(
    office: LiveOffice, found: Found, by: str, cause: Cause, moved_by: str | None, note: str | None
) -> None:
    """Have somebody say why an incident was raised. Raises ExplanationError where it has been said already."""
    said = Explanation(found.standing.incident.id, cause, by, office.now_ms(), moved_by, note)
    office.ledger.record(explain(found.standing, said))


def end(office: LiveOffice, found: Found, by: str) -> None:
    """Have somebody close an incident that lasts. Raises ExplanationError where nobody has explained it."""
    office.ledger.record(close(found.standing, by, office.now_ms()))


def _about(incident: str, kind: str) -> Query:
    return Query(kinds=frozenset({kind}), named={As.INCIDENT: incident})


def _entries(office: LiveOffice, newest_first: tuple[int, ...]) -> list[Entry]:
    return office.ledger.some(newest_first[::-1])
