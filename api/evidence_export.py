"""What leaves the office, as a package of evidence; what goes into it is gathered by `api.evidence_gathering`.

The export is on the ledger before anything has its name outside: should the machine stop in between, the ledger tells
of an export that never left, and not the other way round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path
from typing import Final

import cv2
import structlog

from api.arguments import ArgumentError
from api.evidence_files import FolderFiles, made_whole
from api.evidence_gathering import Gathered, Wanted
from api.evidence_stamp import fetch_stamp
from api.language import Language
from api.opening import frame_at
from api.site import Site
from api.version import version_text
from api.words import words
from custody.checkpoint import InclusionProof, SignedCheckpoint
from custody.entries import Entry
from custody.evidence.manifest import (
    CHECKPOINT,
    EXPORTED,
    KEY,
    MANIFEST,
    STAMP,
    SUMMARY,
    VERIFIER,
    Origin,
    Package,
    Still,
    entry_files,
    entry_stem,
    evidence_exported,
    manifest_bytes,
)
from custody.evidence.selection import Moment
from custody.evidence.summary_pdf import Summary, summary_pdf
from custody.incidents import SealedClip
from custody.intervals import Interval
from custody.ledger import Ledger
from custody.mandate import Mandate
from custody.paper import find_font
from custody.signing import introduce_key, seal
from streams.errors import StreamError

_JPEG: Final = (cv2.IMWRITE_JPEG_QUALITY, 92)
_LAST_MS: Final = 200
"""So long before the end of a clip there is surely still a picture to take."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """One export. keys: the folder of the ledger's. out: a new folder; its zip is written beside it.

    stamp: the address of the authority that is to put a time stamp on it.
    """

    site: Site
    keys: Path
    wanted: Wanted
    mandate: Mandate
    language: Language
    out: Path
    stamp: str | None = None


def export(ledger: Ledger, request: ExportRequest, at_ms: int) -> Entry:
    """Make a package, put the export on the ledger, and only then let both have their names. at_ms: now, UTC.

    Returns the entry `evidence.exported`. Raises EvidenceError, ArgumentError, FontError, LedgerError, StreamError or
    OSError; nothing has left then.
    """
    with made_whole(request.out) as package:
        if ledger.site != request.site.id:
            raise ArgumentError(f"--site: {request.site.path} is {request.site.id}, the ledger of {ledger.site}")
        key = introduce_key(ledger, request.keys, at_ms)
        found = request.wanted.gather(ledger, package)
        described = _described(request, found, _stills(found, package), at_ms)
        package.write(KEY, f"{key.verifier.text()}\n".encode())
        _write_contents(request, described, package)
        manifest = manifest_bytes(described, package)
        package.write(MANIFEST, manifest)
        stamp = None if request.stamp is None else fetch_stamp(request.stamp, manifest)
        if stamp is not None:
            package.write(STAMP, stamp)
        exported = ledger.record(evidence_exported(described, manifest, stamp))
        _write_proofs(ledger, seal(ledger, request.keys, at_ms), described, exported, package)
    return exported


def _described(request: ExportRequest, found: Gathered, stills: tuple[Still, ...], at_ms: int) -> Package:
    site = request.site
    origin = Origin(
        software=version_text(),
        site=site.id,
        site_name=site.name,
        timezone=site.timezone.key,
        site_digest=site.digest,
    )
    return Package(
        origin, request.mandate, found.subject, at_ms, found.exhibits, stills, found.entries, found.derived_from
    )


def _write_contents(request: ExportRequest, described: Package, package: FolderFiles) -> None:
    for entry in described.entries:
        line_name, _ = entry_files(entry_stem(entry.seq))
        package.write(line_name, entry.line + b"\n")
    pictures = {still.file: package[still.file] for still in described.stills}
    summary = Summary(described, pictures, words(request.language).rule, request.language)
    package.write(SUMMARY, summary_pdf(summary, find_font()))
    package.write(VERIFIER, resources("custody.evidence").joinpath(VERIFIER).read_bytes())


def _write_proofs(
    ledger: Ledger, signed: SignedCheckpoint, described: Package, exported: Entry, package: FolderFiles
) -> None:
    """Write what is made after the manifest: the entry that tells of the export, the proofs, and the checkpoint."""
    line_name, _ = entry_files(EXPORTED)
    package.write(line_name, exported.line + b"\n")
    package.write(CHECKPOINT, signed.text().encode())
    stems = {EXPORTED: exported.seq, **{entry_stem(entry.seq): entry.seq for entry in described.entries}}
    for stem, seq in stems.items():
        _, proof_name = entry_files(stem)
        proof = InclusionProof(seq, ledger.prove_inclusion(seq, signed.checkpoint.size), signed)
        package.write(proof_name, proof.text().encode())


def _stills(found: Gathered, package: FolderFiles) -> tuple[Still, ...]:
    """Take a picture at each moment that a clip has. One that cannot be taken is logged and left out."""
    stills: list[Still] = []
    for moment, clip in _shown(found):
        try:
            stills.append(_still(moment, clip, len(stills) + 1, package))
        except (StreamError, ArgumentError) as error:  # a damaged clip is evidence, too
            _log.warning("evidence.no_still", clip=clip.file, at_ms=moment.at_ms, reason=str(error))
    return tuple(stills)


def _shown(found: Gathered) -> Iterator[tuple[Moment, SealedClip]]:
    """Give the moments, each with the clip of its camera that comes nearest to it; those without one are left out."""
    for moment in found.moments:
        clips = [exhibit.clip for exhibit in found.exhibits if exhibit.clip.camera == moment.camera]
        if clips:
            yield moment, min(clips, key=lambda clip: _away_ms(clip.delivered, moment.at_ms))


def _away_ms(interval: Interval, at_ms: int) -> int:
    """Return how far a moment lies outside of an interval, 0 inside."""
    from_ms, to_ms = interval
    return max(from_ms - at_ms, at_ms - to_ms, 0)


def _still(moment: Moment, clip: SealedClip, number: int, package: FolderFiles) -> Still:
    from_ms, to_ms = clip.delivered
    within_ms = max(min(moment.at_ms, to_ms - _LAST_MS) - from_ms, 0)
    frame = frame_at(str(package.folder / clip.file), within_ms)
    still = Still(f"stills/{number}-{clip.camera}.jpg", clip.camera, from_ms + frame.captured_at_ms, moment.box)
    _, encoded = cv2.imencode(".jpg", frame.bgr, _JPEG)
    package.write(still.file, encoded.tobytes())
    return still
