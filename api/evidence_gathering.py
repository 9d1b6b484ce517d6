"""What goes into a package of evidence: an incident of an analysed folder, a stretch of a recording, or a case."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from api.evidence_files import FolderFiles
from api.footage.reading import wanted
from api.recording import CLIPS
from api.runtime.whereabouts import footage_folder
from custody.cases import Case, Part, PartKind
from custody.entries import Entry, utc_text
from custody.errors import EvidenceError
from custody.evidence.manifest import Exhibit, Subject
from custody.evidence.selection import Moment, beside, incident_on
from custody.incidents import SealedClip, clip_sealed
from custody.intervals import Interval
from custody.ledger import Ledger
from custody.records.database import Records
from streams.clips import Cut, cut
from streams.joining import cut_footage


@dataclass(frozen=True, slots=True)
class Gathered:
    """What goes along. The clips lie in the package already. entries: in the order of their numbers.

    derived_from: the digest of the manifest of the original, where these are released copies.
    """

    subject: Subject
    exhibits: tuple[Exhibit, ...]
    moments: tuple[Moment, ...]
    entries: tuple[Entry, ...]
    derived_from: str | None = None


class Recorded(Protocol):
    """Where the clips of cameras are cut from."""

    def cut(self, camera: str, stretch: Interval, target: Path) -> Cut:
        """Cut a clip into a file. Raises EvidenceError where nothing of the camera is there, StreamError."""


@dataclass(frozen=True, slots=True)
class Recordings:
    """Files, one a camera. start_ms: the capture time of their first pictures, UTC milliseconds."""

    files: Mapping[str, Path]
    start_ms: int

    def cut(self, camera: str, stretch: Interval, target: Path) -> Cut:
        """Cut a clip out of the file of a camera."""
        if camera not in self.files:
            raise EvidenceError(f"a clip of {camera} is named: give --camera {camera}=FILE, too")
        return cut(self.files[camera], *stretch, self.start_ms, target)


@dataclass(frozen=True, slots=True)
class RecordedFootage:
    """The footage of an office that runs. folder: its data folder."""

    folder: Path
    records: Records

    def cut(self, camera: str, stretch: Interval, target: Path) -> Cut:
        """Cut a clip out of the segments of a camera."""
        return cut_footage(wanted(self.records, footage_folder(self.folder), camera, stretch), target)


class Wanted(Protocol):
    """What is asked for."""

    def gather(self, ledger: Ledger, package: FolderFiles) -> Gathered:
        """Put the clips into the package and return what else belongs to them. Raises EvidenceError, StreamError."""


@dataclass(frozen=True, slots=True)
class WantedIncident:
    """An incident of a folder that `kuraban analyze` wrote."""

    folder: Path
    incident: str

    def gather(self, ledger: Ledger, package: FolderFiles) -> Gathered:
        """Copy the clips that were sealed for the incident."""
        told = incident_on(ledger, self.incident)
        for exhibit in told.exhibits:
            _copy_sealed(self.folder, exhibit.clip, package)
        near = beside(ledger, told.cameras, told.incident.item, told.interval)
        return Gathered(Subject((self.incident,)), told.exhibits, told.moments, _in_order([*told.entries, *near]))


@dataclass(frozen=True, slots=True)
class WantedStretch:
    """A camera from and to, out of what was recorded; asked_at_ms: when it was asked for. UTC milliseconds."""

    camera: str
    recorded: Recorded
    asked: Interval
    asked_at_ms: int

    @property
    def _name(self) -> str:
        """By camera and beginning: a package may have several clips of one camera."""
        return f"{self.camera}-{re.sub('[-:.]', '', utc_text(self.asked[0]))}.mp4"

    def gather(self, ledger: Ledger, package: FolderFiles) -> Gathered:
        """Cut the clip and seal it on the ledger."""
        from_ms, to_ms = self.asked
        (package.folder / CLIPS).mkdir(exist_ok=True)
        clip = self.recorded.cut(self.camera, self.asked, package.folder / CLIPS / self._name)
        sealed = SealedClip(
            camera=self.camera,
            file=f"{CLIPS}/{clip.path.name}",
            requested=self.asked,
            delivered=(clip.delivered_from_ms, clip.delivered_to_ms),
            sha256=clip.sha256,
            gaps=clip.gaps,
        )
        entry = ledger.record(clip_sealed(sealed, self.asked_at_ms))
        moments = tuple(Moment(self.camera, at) for at in (from_ms, (from_ms + to_ms) // 2, to_ms))
        near = beside(ledger, [self.camera], None, self.asked)
        subject = Subject(camera=self.camera, asked=self.asked)
        return Gathered(subject, (Exhibit(sealed, entry.seq),), moments, _in_order([entry, *near]))


@dataclass(frozen=True, slots=True)
class WantedCase:
    """All that is in a case: its incidents, its entries, and the clips of footage that it names; notes stay."""

    folder: Path
    case: Case
    recorded: Recorded
    asked_at_ms: int

    def gather(self, ledger: Ledger, package: FolderFiles) -> Gathered:
        """Gather each part by itself, and put them together."""
        found = [wanted.gather(ledger, package) for wanted in self._wanted()]
        named = [ledger.entry(int(part.what)) for part in self._parts(PartKind.ENTRY)]
        if not found and not named:
            raise EvidenceError(f"{self.case.id} has nothing in it but notes: put into it what is to leave")
        return Gathered(
            Subject(tuple(part.what for part in self._parts(PartKind.INCIDENT)), case=self.case.id),
            tuple(exhibit for one in found for exhibit in one.exhibits),
            tuple(moment for one in found for moment in one.moments),
            _in_order([*named, *(entry for one in found for entry in one.entries)]),
        )

    def _wanted(self) -> Iterator[Wanted]:
        yield from (WantedIncident(self.folder, part.what) for part in self._parts(PartKind.INCIDENT))
        for part in self._parts(PartKind.CLIP):
            if part.stretch is not None:
                yield WantedStretch(part.what, self.recorded, part.stretch, self.asked_at_ms)

    def _parts(self, kind: PartKind) -> tuple[Part, ...]:
        return tuple(part for part in self.case.parts if part.kind is kind)


def _copy_sealed(folder: Path, clip: SealedClip, package: FolderFiles) -> None:
    """Copy a clip. Raises EvidenceError where it is not the one that was sealed, or lies somewhere else."""
    place = PurePosixPath(clip.file)
    if place.parts[:-1] != (CLIPS,):
        raise EvidenceError(f"the ledger names the clip {clip.file!r}; clips lie in {CLIPS}/ of the folder")
    source, target = folder / place, package.folder / place
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(source, target)
    with target.open("rb") as copied:
        digest = hashlib.file_digest(copied, "sha256").hexdigest()
    if digest != clip.sha256:
        raise EvidenceError(
            f"{source} is not the clip that the ledger sealed: bring back the file with {clip.sha256}"
        )


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries in the order of their numbers, each once."""
    return tuple(entry for _, entry in sorted({entry.seq: entry for entry in entries}.items()))
