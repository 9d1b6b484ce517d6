"""Packages of evidence of the running office: made from its own footage and ledger, kept in its folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from api.evidence_export import ExportRequest, export
from api.evidence_files import zip_beside
from api.evidence_gathering import RecordedFootage, Wanted, WantedCase, WantedIncident, WantedStretch
from api.language import Language
from api.recording import LEDGER
from api.runtime.office import LiveOffice
from custody.cases import Case
from custody.entries import Entry, utc_text
from custody.intervals import Interval
from custody.ledger import KEYS
from custody.mandate import Mandate

PACKAGES: Final = "evidence"
"""The folder of packages, in the data folder. They stay until somebody takes them away."""


def of_incident(office: LiveOffice, incident: str) -> Wanted:
    """Return what an incident wants."""
    return WantedIncident(office.folder, incident)


def of_case(office: LiveOffice, case: Case) -> Wanted:
    """Return what a case wants."""
    return WantedCase(office.folder, case, RecordedFootage(office.folder, office.records), office.now_ms())


def of_footage(office: LiveOffice, camera: str, stretch: Interval) -> Wanted:
    """Return what a stretch of a camera wants."""
    recorded = RecordedFootage(office.folder, office.records)
    return WantedStretch(camera, recorded, stretch, office.now_ms())


def package_path(office: LiveOffice, subject: str, at_ms: int) -> Path:
    """Return where a package of something is put, by what it is of and when it was asked for."""
    moment = utc_text(at_ms).replace("-", "").replace(":", "").replace(".", "")
    return office.folder / PACKAGES / f"{subject}-{moment}"


def export_from(
    office: LiveOffice, wanted: Wanted, mandate: Mandate, language: Language, out: Path, at_ms: int
) -> Entry:
    """Make a package; return the entry that tells of it. Raises what `export` raises."""
    keys = office.folder / LEDGER / KEYS
    return export(office.ledger, ExportRequest(office.site, keys, wanted, mandate, language, out), at_ms)


def packages(office: LiveOffice) -> Iterator[Path]:
    """Give the zips of the packages that lie ready, the newest first."""
    found = (office.folder / PACKAGES).glob("*.zip")
    yield from sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def zip_of(office: LiveOffice, name: str) -> Path:
    """Return where the zip of a package lies, if it is there."""
    return zip_beside(office.folder / PACKAGES / name)
