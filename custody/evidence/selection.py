"""Which entries of a ledger go along with an incident, or with a camera's footage. Pure; it reads entries once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from custody.entries import Entry, EntryError
from custody.errors import EvidenceError
from custody.evidence.manifest import Exhibit
from custody.incidents import SealedClip, read_clips, read_incidents
from custody.intervals import Interval
from custody.signing import key_change
from vision.incidents import Incident


@dataclass(frozen=True, slots=True)
class Moment:
    """When a camera's picture shows something. box: left, top, right, bottom in fractions of the picture."""

    camera: str
    at_ms: int
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An incident as the ledger tells it, and the entries that do, in their order."""

    incident: Incident
    entries: tuple[Entry, ...]

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """The clips that were sealed for it."""
        sealed = (entry for entry in self.entries if entry.kind == "clip.sealed")
        return tuple(Exhibit(sealed_clip(entry), entry.seq) for entry in sealed)

    @property
    def cameras(self) -> tuple[str, ...]:
        """The cameras that it is about or that have a clip of it."""
        named = (self.incident.camera, *(exhibit.clip.camera for exhibit in self.exhibits))
        return tuple(sorted({camera for camera in named if camera is not None}))

    @property
    def moments(self) -> tuple[Moment, ...]:
        """When it began, the moment that shows it best, and its end: as each of its cameras saw them."""
        incident, evidence = self.incident, self.incident.evidence
        ends = () if incident.ended_at_ms is None else (incident.ended_at_ms,)
        found = [Moment(camera, at_ms) for camera in self.cameras for at_ms in (incident.began_at_ms, *ends)]
        if (best := evidence.camera or incident.camera) is not None:
            found.append(Moment(best, evidence.frame_at_ms, evidence.box))
        return tuple(sorted(found, key=lambda moment: (moment.at_ms, moment.camera)))

    @property
    def interval(self) -> Interval:
        """From its beginning, or that of its clips, to the end of the last of them."""
        moments = [self.incident.began_at_ms, *(entry.at_ms for entry in self.entries)]
        moments += [moment for exhibit in self.exhibits for moment in exhibit.clip.requested]
        return min(moments), max(moments)


def incident_on(entries: Iterable[Entry], incident: str) -> Told:
    """Return what a ledger says of an incident. Raises EvidenceError where it was never raised, or not legibly."""
    own = tuple(entry for entry in entries if incident in (entry.body.get("id"), entry.body.get("incident")))
    try:
        found = read_incidents(own)
    except EntryError as error:
        raise EvidenceError(f"the ledger tells of {incident} in no form that this program writes: {error}") from error
    if not found:
        raise EvidenceError(f"the ledger has no incident {incident!r}; incidents.jsonl and `ledger show` name them")
    return Told(found[0], own)


def beside(entries: Iterable[Entry], cameras: Iterable[str], item: str | None, interval: Interval) -> Iterator[Entry]:
    """Give the entries of an interval about these cameras or this item, and those that brought a key into force."""
    watched, (from_ms, to_ms) = set(cameras), interval
    for entry in entries:
        about = entry.body.get("camera") in watched or (item is not None and entry.body.get("item") == item)
        if (about and from_ms <= entry.at_ms <= to_ms) or key_change(entry) is not None:
            yield entry


def sealed_clip(entry: Entry) -> SealedClip:
    """Return the clip of an entry `clip.sealed`. Raises EvidenceError where the entry does not tell of one."""
    try:
        ((_, clip),) = read_clips([entry])
    except ValueError as error:  # an EntryError, or an entry of another kind
        raise EvidenceError(f"entry {entry.seq} is no clip.sealed as this program writes it: {error}") from error
    return clip
