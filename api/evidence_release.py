"""A copy of a package that may be given to others: people blurred, private places black. The original stays as it is.

Where people were is taken from the observations of the analysis; where nothing was observed, the whole picture is
blurred. So nobody is shown whom the analysis saw. Whom it missed, it cannot blur: somebody has to look at the copy.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from api.arguments import ArgumentError
from api.evidence_files import FolderFiles, read_package
from api.evidence_gathering import Gathered
from api.outputs import read_observations
from api.site import Site
from api.version import version_text
from custody.entries import Entry, utc_ms
from custody.errors import EvidenceError
from custody.evidence.manifest import MANIFEST, Exhibit, Subject
from custody.evidence.selection import Moment, sealed_clip
from custody.incidents import SealedClip
from custody.ledger import Ledger
from streams.released import Covering, write_released
from vision.blurring import BlurSettings, People
from vision.zones import Polygon, ZoneKind


@dataclass(frozen=True, slots=True)
class CredentialFiles:
    """Certificates and key to sign a copy with, PEM files both."""

    chain: Path
    key: Path

    def sign(self, copy: Path, original: Path, sha256: str, target: Path) -> None:
        """Sign a copy of a clip. Raises ArgumentError where the extra is missing, EvidenceError where it fails."""
        try:
            from streams.credentials import Credential, CredentialError, Parent, sign_copy  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise ArgumentError("--c2pa needs the extra `c2pa`: pip install 'kuraban[c2pa]'") from error
        credential = Credential(self.chain.read_bytes(), self.key.read_bytes())
        try:
            sign_copy(copy, Parent(original, sha256), version_text(), credential, target)
        except CredentialError as error:
            raise EvidenceError(f"{self.chain}, {self.key}: {error}") from error


@dataclass(frozen=True, slots=True)
class WantedCopy:
    """A released copy of a package. kept: tracks that stay visible, as `camera#id`. observations: of the analysis.

    credential: with what each copy of a clip is signed (C2PA), if it is.
    """

    site: Site
    original: Path
    observations: Path
    kept: tuple[str, ...]
    credential: CredentialFiles | None = None

    def gather(self, ledger: Ledger, package: FolderFiles) -> Gathered:
        """Write the altered clips. Raises EvidenceError, and StreamError where a clip cannot be decoded whole."""
        files, manifest, exported = self._whole_original()
        if exported.seq >= len(ledger) or ledger.entry(exported.seq).line != exported.line:
            raise EvidenceError(
                f"{self.original} is not of this ledger, {ledger.place}; name the one that it left by"
            )
        self._expect_tracks()
        return Gathered(
            _subject(exported),
            tuple(
                self._released(ledger.entry(clip["sealed_by"]), files[clip["file"]], package)
                for clip in manifest["clips"]
            ),
            tuple(_moment(still) for still in manifest["stills"]),
            tuple(ledger.entry(seq) for seq in manifest["entries"]),
            hashlib.sha256(files[MANIFEST]).hexdigest(),
        )

    def _expect_tracks(self) -> None:
        """Raise EvidenceError where a track that is to stay visible was never observed."""
        missing = set(self.kept)
        for observation in read_observations(self.observations) if missing else ():
            missing -= {f"{observation.camera}#{track}" for track in observation.tracks.ids.tolist()}
        if missing:
            raise EvidenceError(
                f"--keep: {self.observations} has no track {min(missing)}; incidents.jsonl names them"
            )

    def _whole_original(self) -> tuple[Mapping[str, bytes], Mapping[str, Any], Entry]:
        files, report = read_package(self.original, ())
        if report.manifest is None or report.exported is None or not report.whole:
            wrong = report.findings[0]
            raise EvidenceError(
                f"{self.original} is not as it left: {wrong.file}: {wrong.says}; copy one that is whole"
            )
        if report.manifest["derived_from"] is not None:
            raise EvidenceError(f"{self.original} is a released copy itself; name the original")
        return files, report.manifest, report.exported

    def _released(self, sealed: Entry, content: bytes, package: FolderFiles) -> Exhibit:
        clip = sealed_clip(sealed)
        copy = replace(clip, file=str(PurePosixPath(clip.file).with_suffix(".mp4")))
        with tempfile.TemporaryDirectory(dir=package.folder.parent) as folder:
            original = Path(folder) / PurePosixPath(clip.file).name
            original.write_bytes(content)
            altered = Path(folder) / "altered.mp4"
            write_released(original, clip.delivered[0], self._covering(clip), altered)
            (package.folder / copy.file).parent.mkdir(exist_ok=True)
            if self.credential is None:
                altered.replace(package.folder / copy.file)
            else:
                self.credential.sign(altered, original, clip.sha256, package.folder / copy.file)
        return Exhibit(copy, sealed.seq, kept=tuple(k for k in self.kept if k.startswith(f"{clip.camera}#")))

    def _covering(self, clip: SealedClip) -> Covering:
        return Covering(
            people=self._people(clip).covered,
            black=self._zones(clip.camera, ZoneKind.PRIVATE),
            blurred=self._zones(clip.camera, ZoneKind.IGNORE),  # nobody was looked for there
            mark=f"RELEASED COPY OF {clip.sha256[:16]}",
        )

    def _people(self, clip: SealedClip) -> People:
        """Return where people were in a clip. Raises EvidenceError where nobody looked for them."""
        settings, (from_ms, to_ms) = BlurSettings(), clip.delivered
        near = (
            observation
            for observation in read_observations(self.observations)
            if observation.camera == clip.camera
            and from_ms - settings.hold_ms <= observation.captured_at_ms <= to_ms + settings.hold_ms
        )
        prefix = f"{clip.camera}#"
        kept = frozenset(int(track.removeprefix(prefix)) for track in self.kept if track.startswith(prefix))
        people = People(near, kept, settings)
        if not people.sought:
            raise EvidenceError(
                f"{self.observations} has nobody looked for people of {clip.camera} in {clip.file}: analyse the "
                "recording with a detector, and name that folder"
            )
        return people

    def _zones(self, camera_id: str, kind: ZoneKind) -> tuple[Polygon, ...]:
        camera = self.site.camera(camera_id)
        if camera is None:
            raise EvidenceError(f"{self.site.path} has no camera {camera_id!r}: its private places are not known")
        return tuple(zone.polygon for zone in camera.zones if zone.kind is kind)


def _subject(exported: Entry) -> Subject:
    body = exported.body
    interval = body["interval"]
    asked = None if interval is None else (utc_ms(interval["from"]), utc_ms(interval["to"]))
    return Subject(tuple(body["incidents"]), body["camera"], asked, body["case"])


def _moment(still: Mapping[str, Any]) -> Moment:
    box = still["box"]
    return Moment(still["camera"], utc_ms(still["at"]), None if box is None else tuple(box))
