"""`/api/v1/evidence`: packages that leave the office, made as jobs, each on the ledger before it can be fetched."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse

from api.auth.needs import access_of, needs
from api.auth.permissions import Permission
from api.auth.principal import Principal
from api.evidence_gathering import Wanted
from api.exporting import export_from, of_case, of_footage, of_incident, package_path, packages, zip_of
from api.runtime.office import LiveOffice
from api.web.given import Cases, Office, RunningJobs, known_camera
from api.web.jobs import JobState
from api.web.models.base import Page
from api.web.models.evidence import Exporting, OfCase, OfFootage, OfIncident, PackageAnswer, PackageName
from api.web.models.jobs import JobAnswer
from api.web.problems import NotFoundError, documented
from custody.case_store import CaseStore
from custody.records import incidents
from vision.incidents import local_time

router = APIRouter(
    prefix="/evidence",
    tags=["investigation"],
    responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY),
)

# Reason and authority stand in the request itself, and go on the ledger with the export.
Exporter = Annotated[Principal, Depends(needs(Permission.EXPORT, some=True, mandate=False))]
WholeExporter = Annotated[Principal, Depends(needs(Permission.EXPORT, mandate=False))]

_ZIP: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("", status_code=HTTPStatus.ACCEPTED, responses=documented(HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT))
def export_evidence(
    request: Request, office: Office, cases: Cases, jobs: RunningJobs, who: Exporter, asked: Exporting
) -> JobAnswer:
    """Make a package, as a job; its result names it, and the entry that tells of it."""
    gate, at_ms = access_of(request).gate, office.now_ms()
    for camera in _cameras(office, cases, asked):
        gate.expect(who, Permission.EXPORT, camera)
    wanted, name = _wanted(office, cases, asked)
    mandate, language = asked.mandate(who.account), asked.language or office.site.language
    out = package_path(office, name, at_ms)

    def make(_: object) -> Mapping[str, Any]:
        entry = export_from(office, wanted, mandate, language, out, office.now_ms())
        return {"package": out.name, "entry": entry.seq}

    return JobAnswer.of(jobs.begin("evidence.export", who.account, make), office.site.timezone)


@router.get("")
def list_packages(office: Office, _who: WholeExporter) -> Page[PackageAnswer]:
    """List the packages that lie ready, the newest first."""
    return Page(items=[_package(office, path) for path in packages(office)])


@router.get("/{package}", response_class=FileResponse, responses=_ZIP | documented(HTTPStatus.NOT_FOUND))
def fetch_package(
    request: Request, office: Office, jobs: RunningJobs, who: Exporter, package: PackageName
) -> FileResponse:
    """Give a package as one zip, and put on the ledger who has taken it along.

    Who may export single cameras fetches what was made at the own request.
    """
    own = {job.result.get("package") for job in jobs.of(who.account) if job.state is JobState.DONE and job.result}
    if package not in own:
        access_of(request).gate.expect(who, Permission.EXPORT)
    path = zip_of(office, package)
    if not path.is_file():
        raise NotFoundError(f"there is no package {package}; GET /api/v1/evidence lists those that lie ready")
    access_of(request).gate.fetched(who, package)
    return FileResponse(path, media_type="application/zip", filename=path.name)


def _cameras(office: LiveOffice, cases: CaseStore, asked: Exporting) -> tuple[str | None, ...]:
    """Return whose footage leaves; None for the whole site. Raises what is 404 where it is not there."""
    match asked.subject:
        case OfFootage(camera=camera):
            return (known_camera(office, camera),)
        case OfIncident(incident=incident):
            with office.records.read() as connection:
                kept = incidents.find(connection, incident)
            if kept is None:
                raise NotFoundError(f"there is no incident {incident!r}; GET /api/v1/incidents has their ids")
            return (kept.incident.camera,)
        case OfCase(case=case):
            cases.case(case)
    return (None,)


def _wanted(office: LiveOffice, cases: CaseStore, asked: Exporting) -> tuple[Wanted, str]:
    """Return what is to leave, and what its package is called by."""
    match asked.subject:
        case OfFootage(camera=camera) as footage:
            return of_footage(office, camera, footage.interval), camera
        case OfIncident(incident=incident):
            return of_incident(office, incident), incident
    return of_case(office, cases.case(asked.subject.case)), asked.subject.case


def _package(office: LiveOffice, path: Path) -> PackageAnswer:
    told = path.stat()
    made = local_time(round(told.st_mtime * 1000), office.site.timezone)
    return PackageAnswer(package=path.stem, bytes=told.st_size, made=made)
