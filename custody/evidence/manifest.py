"""What is in a package of evidence, and on whose word it left. Pure.

Everything in a package hangs on one chain. The key signs the checkpoint; the checkpoint covers the entry
`evidence.exported`; the entry names the digest of manifest.json; the manifest names the digest of every other file,
and the numbers of the entries among them, each of which has a proof beside it. Checking is `custody.evidence.verify`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from custody.entries import Draft, Entry, utc_text
from custody.incidents import SealedClip, read_incidents
from custody.intervals import Interval, common, merged, without
from custody.mandate import Mandate
from vision.incidents import Incident

FORMAT: Final = "kuraban-evidence/1"
MANIFEST: Final = "manifest.json"
KEY: Final = "ledger/key.txt"
CHECKPOINT: Final = "ledger/checkpoint.txt"
EXPORTED: Final = "ledger/exported"
"""The entry that tells of the export; see `entry_files`."""

STAMP: Final = "manifest.tsr"
"""The time stamp on the manifest (RFC 3161), where one was asked for."""

SUMMARY: Final = "summary.pdf"
VERIFIER: Final = "verify.html"


@dataclass(frozen=True, slots=True)
class Subject:
    """What was asked for: incidents, those of a case among them, or a camera from and to, UTC milliseconds."""

    incidents: tuple[str, ...] = ()
    camera: str | None = None
    asked: Interval | None = None
    case: str | None = None

    def body(self) -> dict[str, Any]:
        """Return it as JSON values; what was not asked for is null."""
        return {
            "case": self.case,
            "incidents": list(self.incidents),
            "camera": self.camera,
            "interval": None if self.asked is None else _interval(self.asked),
        }


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A clip of a package.

    entry: the number of the `clip.sealed` that names its digest. clock_offset_ms: how far the camera's clock was from
    the site's; None where the source has no clock of its own. kept: in a released copy of the clip, the tracks that
    were not blurred; None where it is the clip itself.
    """

    clip: SealedClip
    entry: int
    clock_offset_ms: int | None = None
    kept: tuple[str, ...] | None = None

    @property
    def gaps(self) -> tuple[Interval, ...]:
        """The parts of what was asked for that there is no footage of."""
        requested = self.clip.requested
        return merged([*without(requested, [self.clip.delivered]), *common([requested], self.clip.gaps)])


@dataclass(frozen=True, slots=True)
class Still:
    """A picture out of a clip. box: left, top, right, bottom in fractions of the picture; it is not drawn into it."""

    file: str
    camera: str
    at_ms: int
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """What made the package, and from whose ledger. site_digest: SHA-256 of the site file in hex."""

    software: str
    site: str
    site_name: str
    timezone: str
    site_digest: str


@dataclass(frozen=True, slots=True)
class Package:
    """What goes into a package, before it is written down.

    entries: those of the ledger that go along. made_at_ms: UTC milliseconds. derived_from: the digest of the manifest
    of the package that this is a released copy of; None where it is the original.
    """

    origin: Origin
    mandate: Mandate
    subject: Subject
    made_at_ms: int
    exhibits: tuple[Exhibit, ...]
    stills: tuple[Still, ...]
    entries: tuple[Entry, ...]
    derived_from: str | None = None

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """The incidents that were asked for."""
        return tuple(found for found in read_incidents(self.entries) if found.id in self.subject.incidents)

    @property
    def models(self) -> tuple[str, ...]:
        """The digests of the networks that took part in what the entries tell, in hex."""
        digests = (found.why.get("model_digest") for found in read_incidents(self.entries))
        return tuple(sorted({digest for digest in digests if digest}))


def manifest_bytes(package: Package, files: Mapping[str, bytes]) -> bytes:
    """Return manifest.json.

    files: all of the package but what is made after it: stamp, proofs, checkpoint, and the entry of the
    export.
    """
    origin, mandate = package.origin, package.mandate
    body = {
        "format": FORMAT,
        "made_at": utc_text(package.made_at_ms),
        "software": origin.software,
        "models": list(package.models),
        "site": {
            "id": origin.site,
            "name": origin.site_name,
            "timezone": origin.timezone,
            "digest": origin.site_digest,
        },
        "asked": package.subject.body(),
        "derived_from": package.derived_from,
        "by": mandate.by,
        "reason": mandate.reason,
        "authority": mandate.authority,
        "clips": [_exhibit(exhibit) for exhibit in package.exhibits],
        "stills": [_still(still) for still in package.stills],
        "entries": [entry.seq for entry in package.entries],
        "files": {name: file_record(content) for name, content in sorted(files.items())},
    }
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()


def file_record(content: bytes) -> dict[str, Any]:
    """Return what the manifest says of a file: its length and its digest."""
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def evidence_exported(package: Package, manifest: bytes, stamp: bytes | None) -> Draft:
    """Return the entry `evidence.exported`: who took what out, why, on what authority, and the manifest's digest.

    stamp: a time stamp on the manifest, DER, if there is one; its digest is named, too.
    """
    mandate = package.mandate
    body = {
        **package.subject.body(),
        "reason": mandate.reason,
        "authority": mandate.authority,
        "derived_from": package.derived_from,
        "manifest": hashlib.sha256(manifest).hexdigest(),
        "stamp": None if stamp is None else hashlib.sha256(stamp).hexdigest(),
    }
    return Draft(package.made_at_ms, "evidence.exported", (mandate.by,), body)


def entry_files(stem: str) -> tuple[str, str]:
    """Return the names of an entry's line and of its proof (C2SP tlog-proof), which stand beside each other."""
    return f"{stem}.json", f"{stem}.tlog-proof"


def entry_stem(seq: int) -> str:
    """Return under which name an entry goes along."""
    return f"ledger/entry-{seq}"


def _exhibit(exhibit: Exhibit) -> dict[str, Any]:
    clip = exhibit.clip
    return {
        "file": clip.file,
        "camera": clip.camera,
        "requested": _interval(clip.requested),
        "delivered": _interval(clip.delivered),
        "gaps": _intervals(exhibit.gaps),
        "clock_offset_ms": exhibit.clock_offset_ms,
        "sealed_by": exhibit.entry,
        "released": None if exhibit.kept is None else {"of": clip.sha256, "kept": list(exhibit.kept)},
    }


def _still(still: Still) -> dict[str, Any]:
    return {
        "file": still.file,
        "camera": still.camera,
        "at": utc_text(still.at_ms),
        "box": None if still.box is None else list(still.box),
    }


def _intervals(intervals: Sequence[Interval]) -> list[dict[str, str]]:
    return [_interval(interval) for interval in intervals]


def _interval(interval: Interval) -> dict[str, str]:
    from_ms, to_ms = interval
    return {"from": utc_text(from_ms), "to": utc_text(to_ms)}
