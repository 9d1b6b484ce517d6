"""Whether a package of evidence is what left the office, from its bytes alone. Pure.

The chain of `custody.evidence.manifest` is gone down from the key to each file. Where a link is broken, what hangs on
it is not judged: a changed manifest is one finding, and not one for each file that it names. The same is done in a
browser by verifier.html.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ParamSpec, TypeVar

from custody.checkpoint import InclusionProof, SignedCheckpoint
from custody.entries import Entry, EntryError
from custody.evidence.archive import difference, unpack
from custody.evidence.manifest import (
    CHECKPOINT,
    EXPORTED,
    FORMAT,
    KEY,
    MANIFEST,
    STAMP,
    entry_files,
    entry_stem,
    file_record,
)
from custody.merkle import ProofError
from custody.note import NoteError, VerifierKey

Given = ParamSpec("Given")
Checked = TypeVar("Checked")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it left. file: its name in the package, or `archive.ZIP` where it is no file's own."""

    file: str
    says: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a package was found to be.

    key: that it says it is signed with; whose that is, only somebody outside can say. exported: the entry that tells
    of the export. manifest: as it left. None where that cannot be told. findings: empty where nothing is wrong.
    """

    key: VerifierKey | None
    exported: Entry | None
    manifest: Mapping[str, Any] | None
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> bool:
        """Whether everything is as it left."""
        return not self.findings


class _Broken(Exception):  # noqa: N818 - it is how one check ends, and no error of this program
    def __init__(self, file: str, says: str) -> None:
        super().__init__(says)
        self.finding = Finding(file, says)


def verify_zip(data: bytes, trusted: Sequence[VerifierKey] = ()) -> Report:
    """Check a package in one zip: its files, and that nothing else is in the zip than their packing demands."""
    files = unpack(data)
    report = verify_files(files, trusted)
    piece = difference(data, files)
    if piece is None or piece.file in {finding.file for finding in report.findings}:
        return report
    found = Finding(piece.file, f"{piece.what} in the zip is not as it was packed")
    return replace(report, findings=(found, *report.findings))


def verify_files(files: Mapping[str, bytes], trusted: Sequence[VerifierKey] = ()) -> Report:
    """Check the files of a package by their names in it.

    trusted: the keys that the checker knows from elsewhere; where there are none, the package's own word is taken for
    whose it is.
    """
    check = _Check(files)
    check.key = check.attempt(check.trusted_key, trusted)
    check.attempt(check.checkpoint)
    exported = check.attempt(check.exported)
    manifest = None if exported is None else check.attempt(check.manifest, exported)
    if exported is not None:
        check.attempt(check.stamp, exported)
    if manifest is not None:
        check.attempt(check.contents, manifest)
    return Report(check.key, exported, manifest, tuple(check.findings))


@dataclass(slots=True)
class _Check:
    """One pass over a package. seen: the files that have their place in it. key: None where it cannot be used."""

    files: Mapping[str, bytes]
    key: VerifierKey | None = None
    seen: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def attempt(self, step: Callable[Given, Checked], *given: Given.args, **named: Given.kwargs) -> Checked | None:
        """Return what a check gives, None where it ends with a finding."""
        try:
            return step(*given, **named)
        except _Broken as broken:
            self.findings.append(broken.finding)
            return None

    def trusted_key(self, trusted: Sequence[VerifierKey]) -> VerifierKey:
        try:
            key = VerifierKey.parse(self._text(KEY).removesuffix("\n"))
        except NoteError as error:
            raise _Broken(KEY, str(error)) from error
        if trusted and key not in trusted:
            raise _Broken(KEY, f"{key.text()} is none of the keys that you trust")
        return key

    def checkpoint(self) -> None:
        text = self._text(CHECKPOINT)
        try:
            self._expect_signed(CHECKPOINT, SignedCheckpoint.parse(text))
        except NoteError as error:
            raise _Broken(CHECKPOINT, str(error)) from error

    def exported(self) -> Entry:
        line_name, proof_name = entry_files(EXPORTED)
        entry, proof = self._line(line_name), self._proof(proof_name)
        try:
            proof.verify(entry.leaf())
        except ProofError as error:  # it may be either file's byte; together they cannot say whose
            raise _Broken(line_name, f"{error}: this file or {proof_name} is not what left") from error
        if entry.kind != "evidence.exported":
            raise _Broken(line_name, f"it is an entry {entry.kind}; expected evidence.exported")
        return entry

    def manifest(self, exported: Entry) -> Mapping[str, Any]:
        content = self._content(MANIFEST)
        if hashlib.sha256(content).hexdigest() != exported.body.get("manifest"):
            says = "its digest is not the one on the ledger; the files that it names were not compared"
            raise _Broken(MANIFEST, says)
        try:
            manifest = json.loads(content)
        except ValueError as error:
            raise _Broken(MANIFEST, f"it left as it is, and is no JSON: {error}") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise _Broken(MANIFEST, f"its format is not {FORMAT}, which is what this program reads")
        return manifest

    def stamp(self, exported: Entry) -> None:
        """Expect the time stamp that the entry names, if it names one; whose it is, is not asked here."""
        named = exported.body.get("stamp")
        if named is not None and hashlib.sha256(self._content(STAMP)).hexdigest() != named:
            raise _Broken(STAMP, "its digest is not the one on the ledger")

    def contents(self, manifest: Mapping[str, Any]) -> None:
        """Check all that the manifest names, and that there is nothing else."""
        try:
            self._named(manifest)
        except (AttributeError, KeyError, TypeError) as error:
            raise _Broken(MANIFEST, f"it left as it is, and not in the form of {FORMAT}: {error!r}") from error
        extra = sorted(set(self.files) - self.seen)
        self.findings.extend(Finding(name, "it is not part of the package") for name in extra)

    def _named(self, manifest: Mapping[str, Any]) -> None:
        for name, record in manifest["files"].items():
            self.attempt(self._file, name, record)
        for seq in manifest["entries"]:
            self.attempt(self._numbered, seq)
        for clip in manifest["clips"]:
            self.attempt(self._sealed, manifest["files"], clip)

    def _file(self, name: str, record: Mapping[str, Any]) -> None:
        if file_record(self._content(name)) != record:
            raise _Broken(name, "its digest is not the one in the manifest")

    def _numbered(self, seq: int) -> None:
        line_name, proof_name = entry_files(entry_stem(seq))
        proof = self._proof(proof_name)
        if line_name in {finding.file for finding in self.findings}:
            return  # the proof of a line that was changed proves nothing about the line, and that has been said
        try:
            proof.verify(self._line(line_name).leaf())
        except ProofError as error:
            raise _Broken(proof_name, str(error)) from error

    def _sealed(self, files: Mapping[str, Any], clip: Mapping[str, Any]) -> None:
        """Expect the clip whose digest was put on the ledger when it was cut, or a copy that says it is of it."""
        line_name, _ = entry_files(entry_stem(clip["sealed_by"]))
        body = self._line(line_name).body
        original = files[clip["file"]]["sha256"] if clip["released"] is None else clip["released"]["of"]
        if body.get("sha256") != original:
            raise _Broken(clip["file"], f"it is not, and is not of, the clip that entry {clip['sealed_by']} sealed")

    def _line(self, name: str) -> Entry:
        line = self._content(name)
        try:
            entry = Entry.from_line(line.removesuffix(b"\n"))
        except EntryError as error:
            raise _Broken(name, str(error)) from error
        if line != entry.line + b"\n":
            raise _Broken(name, "its line end is missing")
        return entry

    def _proof(self, name: str) -> InclusionProof:
        """Return a proof whose checkpoint the key signed, and which has nothing in it that could be changed."""
        text = self._text(name)
        try:
            proof = InclusionProof.parse(text)
            self._expect_signed(name, proof.signed)
        except NoteError as error:
            raise _Broken(name, str(error)) from error
        if proof.text() != text:
            raise _Broken(name, "it has more in it than a proof needs")
        return proof

    def _expect_signed(self, name: str, signed: SignedCheckpoint) -> None:
        """Every signature is the key's: one that nobody can check could be changed unnoticed."""
        if self.key is None:
            return  # that the key cannot be used has been said
        signed.expect_signed_by([self.key])
        if not all(map(self.key.made, signed.signatures)):
            raise _Broken(name, f"it has a signature that is not by {self.key.text()}")

    def _content(self, name: str) -> bytes:
        self.seen.add(name)
        if name not in self.files:
            raise _Broken(name, "it is missing")
        return self.files[name]

    def _text(self, name: str) -> str:
        try:
            return self._content(name).decode()
        except UnicodeDecodeError as error:
            raise _Broken(name, f"it is no text: {error}") from error
