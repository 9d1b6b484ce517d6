"""`kuraban evidence`: take an incident or a stretch of footage out of the office, and check what was taken out.

The work is done in `api.evidence_export` and `custody.evidence`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from api.arguments import ArgumentError, clips_of, start_of
from api.evidence_export import ExportRequest, export
from api.evidence_files import read_package, zip_beside
from api.evidence_gathering import Recordings, Wanted, WantedCase, WantedIncident, WantedStretch
from api.evidence_release import CredentialFiles, WantedCopy
from api.evidence_stamp import with_stamp
from api.exits import NOT_INTACT, exit_statuses, say
from api.folder import site_of
from api.language import Language
from api.ledger_arguments import keys_of, moment_of, now_ms, trusted_of
from api.outputs import OBSERVATIONS
from api.recording import LEDGER
from api.settings import Site, load_site
from custody.case_store import CaseStore
from custody.evidence.verify import Report
from custody.ledger import Ledger
from custody.mandate import Mandate

evidence_app = typer.Typer(help="Evidence: take it out of the office, and check it.", no_args_is_help=True)

_CASE: Final = re.compile(r"C-[0-9]+")

SiteFile = Annotated[Path | None, typer.Option("--site", help="The site file; the folder's own if left out.")]
Out = Annotated[Path, typer.Option("--out", help="A new folder; its zip is written beside it.")]
By = Annotated[str, typer.Option("--by", help="The account of who exports.")]
Reason = Annotated[str, typer.Option("--reason", help="What for.")]
Authority = Annotated[str, typer.Option("--authority", help="The document that permits it.")]
Folder = Annotated[Path | None, typer.Option("--folder", help="What `kuraban analyze` wrote, for SUBJECT.")]
LedgerPlace = Annotated[
    str | None, typer.Option("--ledger", envvar="KURABAN_LEDGER", help="The ledger; the folder's own if left out.")
]
Keys = Annotated[Path | None, typer.Option("--keys", help="The folder of the ledger's keys.")]
Stamp = Annotated[
    str | None, typer.Option("--stamp", metavar="URL", help="An authority that puts a time stamp on it (RFC 3161).")
]
Tongue = Annotated[Language | None, typer.Option("--language", help="Of the summary; the site's own if left out.")]


@evidence_app.command("export")
def export_evidence(  # noqa: PLR0913 - one parameter an option
    *,
    subject: Annotated[
        str | None, typer.Argument(metavar="SUBJECT", help="The id of an incident, or of a case, as C-1.")
    ] = None,
    out: Out,
    by: By,
    reason: Reason,
    authority: Authority,
    folder: Folder = None,
    site_file: SiteFile = None,
    camera: Annotated[
        list[str] | None, typer.Option("--camera", metavar="ID=FILE", help="A camera's recording, to cut clips from.")
    ] = None,
    start: Annotated[str | None, typer.Option("--start", help="When the recordings begin.")] = None,
    from_at: Annotated[
        str | None, typer.Option("--from", help="The first moment asked for, without SUBJECT.")
    ] = None,
    to_at: Annotated[str | None, typer.Option("--to", help="The last moment asked for, without SUBJECT.")] = None,
    ledger: LedgerPlace = None,
    keys: Keys = None,
    language: Tongue = None,
    stamp: Stamp = None,
) -> None:
    """Write an incident, a case, or a stretch of a recording as a package that anybody can check; ledger first."""
    with exit_statuses():
        mandate, asked_at_ms = Mandate(by, reason, authority), now_ms()
        site, where = _site(site_file, folder), _ledger(ledger, folder)
        sources = _Sources(site, folder, tuple(camera or ()), start, asked_at_ms)
        wanted = sources.stretch(from_at, to_at) if subject is None else sources.named(subject)
        spoken = language or site.language
        _export(where, ExportRequest(site, keys_of(where, keys), wanted, mandate, spoken, out, stamp), asked_at_ms)


@evidence_app.command()
def release(  # noqa: PLR0913 - one parameter an option
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="The original: its zip or its folder.")],
    *,
    folder: Annotated[Path, typer.Option("--folder", help="What `kuraban analyze` wrote: where people were.")],
    out: Out,
    by: By,
    reason: Reason,
    authority: Authority,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="CAMERA#ID", help="A track that is not blurred; once for each."),
    ] = None,
    site_file: SiteFile = None,
    ledger: LedgerPlace = None,
    keys: Keys = None,
    language: Tongue = None,
    stamp: Stamp = None,
    c2pa: Annotated[
        Path | None, typer.Option("--c2pa", help="Certificates (PEM) to sign the copies with, the signer's first.")
    ] = None,
    c2pa_key: Annotated[Path | None, typer.Option("--c2pa-key", help="The signer's key (PEM, P-256).")] = None,
) -> None:
    """Write a copy of a package in which people are blurred and private places black; the original stays."""
    with exit_statuses():
        mandate = Mandate(by, reason, authority)
        site, where = _site(site_file, folder), _ledger(ledger, folder)
        credential = _credential(c2pa, c2pa_key)
        wanted = WantedCopy(site, package, folder / OBSERVATIONS, _tracks(keep or ()), credential)
        spoken = language or site.language
        _export(where, ExportRequest(site, keys_of(where, keys), wanted, mandate, spoken, out, stamp), now_ms())
    say("look at the copy before it leaves: whom the analysis did not see is not blurred")


@evidence_app.command()
def verify(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A package: its zip or its folder.")],
    *,
    trust: Annotated[
        list[str] | None, typer.Option("--trust", metavar="KEY", help="The office's key, or a file of keys.")
    ] = None,
    authorities: Annotated[
        Path | None, typer.Option("--authorities", help="Certificates (PEM) of those whose time stamps are believed.")
    ] = None,
) -> None:
    """Check a package, and name what is not as it left."""
    with exit_statuses():
        trusted = trusted_of(trust)
        files, report = read_package(path, trusted)
        report, stamp = with_stamp(report, files, authorities)
    for finding in report.findings:
        typer.echo(f"{finding.file}: {finding.says}")
    typer.echo(f"{path}: {'whole' if report.whole else 'NOT as it left'}")
    _tell(report, trusted=bool(trusted))
    typer.echo(stamp)
    if not report.whole:
        raise typer.Exit(NOT_INTACT)


def _export(where: str, request: ExportRequest, at_ms: int) -> None:
    with Ledger.open(where) as ledger:
        entry = export(ledger, request, at_ms)
    typer.echo(f"{request.out}\n{zip_beside(request.out)}")
    say(f"entry {entry.seq} of the ledger tells of it")


def _tell(report: Report, *, trusted: bool) -> None:
    """Say who took it out, and whose word that is."""
    if report.manifest is not None and report.exported is not None:
        manifest = report.manifest
        typer.echo(f"exported by {manifest['by']} at {manifest['made_at']}, entry {report.exported.seq}")
        typer.echo(f"reason: {manifest['reason']}; authority: {manifest['authority']}")
    if report.key is not None:
        typer.echo(f"signed with {report.key.text()}")
        if not trusted:
            say("whose key that is, the package cannot say: compare it with the one that the office has published")


def _site(given: Path | None, folder: Path | None) -> Site:
    if given is not None:
        return load_site(given, os.environ)
    if folder is None:
        raise ArgumentError("--site is missing: write the site file, or a --folder that has its own")
    return site_of(folder)


def _ledger(given: str | None, folder: Path | None) -> str:
    if given is None and folder is None:
        raise ArgumentError(
            "--ledger is missing: the export has to be put on one; or name a --folder that has its own"
        )
    return str(folder / LEDGER) if given is None and folder is not None else str(given)


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where clips can come from, as the options say."""

    site: Site
    folder: Path | None
    cameras: tuple[str, ...]
    start: str | None
    asked_at_ms: int

    def named(self, subject: str) -> Wanted:
        """Return what a case or an incident wants."""
        if self.folder is None:
            raise ArgumentError(f"--folder is missing: write the analysed folder that {subject} is in")
        if not _CASE.fullmatch(subject):
            return WantedIncident(self.folder, subject)
        case = CaseStore(self.folder).case(subject)
        recordings = self._recordings() if self.cameras else Recordings({}, 0)
        return WantedCase(self.folder, case, recordings, self.asked_at_ms)

    def stretch(self, from_at: str | None, to_at: str | None) -> Wanted:
        """Return what a stretch of one recording wants."""
        if len(self.cameras) != 1 or from_at is None or to_at is None:
            raise ArgumentError(
                "nothing is asked for: name an incident or a case, or one --camera with --from and --to"
            )
        recordings = self._recordings()
        (camera,) = recordings.files
        asked = (moment_of("--from", from_at), moment_of("--to", to_at))
        if asked[0] >= asked[1]:
            raise ArgumentError(f"--to {to_at} is not after --from {from_at}; swap them")
        return WantedStretch(camera, recordings, asked, self.asked_at_ms)

    def _recordings(self) -> Recordings:
        files = {camera: Path(clip) for camera, clip in clips_of(self.site, self.cameras).items()}
        start_ms, note = start_of(self.site, self.start)
        if note is not None:
            say(note)
        return Recordings(files, start_ms)


def _credential(chain: Path | None, key: Path | None) -> CredentialFiles | None:
    if chain is None and key is None:
        return None
    if chain is None or key is None:
        raise ArgumentError("--c2pa and --c2pa-key go together: certificates and the key of the first of them")
    return CredentialFiles(chain, key)


def _tracks(given: Sequence[str]) -> tuple[str, ...]:
    for track in given:
        if not re.fullmatch(r"[^#]+#[0-9]+", track):
            raise ArgumentError(f"--keep {track!r} is no track; write one as incidents.jsonl does, as counter#3")
    return tuple(given)
