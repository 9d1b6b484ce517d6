"""Every byte of a package has its place in one chain; whichever is changed is found, and its file is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.checkpoint import InclusionProof
from custody.evidence.archive import ZIP, pack
from custody.evidence.manifest import CHECKPOINT, EXPORTED, KEY, MANIFEST, entry_files
from custody.evidence.verify import Report, verify_files, verify_zip
from custody.keys import make_key
from custody.note import VerifierKey
from tests.custody.conftest import NOON_MS
from tests.evidence.changes import changed, files_and_places, random_changes
from tests.evidence.conftest import Exported

CHANGES = 1_000
LINE, PROOF = entry_files(EXPORTED)


def named(report: Report) -> str:
    """Return all files that findings name, in `file` or in words."""
    return " ".join(f"{finding.file} {finding.says}" for finding in report.findings)


def test_a_package_as_it_left_is_whole_as_a_folder_and_as_a_zip(exported: Exported) -> None:
    trusted = [VerifierKey.parse(exported.key)]
    for report in (verify_files(exported.files, trusted), verify_zip(exported.zip.read_bytes(), trusted)):
        assert report.findings == ()
        assert report.manifest is not None
        assert report.manifest["by"] == "sato"


def test_the_zip_is_that_of_the_folder(exported: Exported) -> None:
    assert b"".join(piece.data for piece in pack(exported.files)) == exported.zip.read_bytes()


def test_a_thousand_changed_bytes_in_the_folder_are_all_found_and_the_file_is_named(exported: Exported) -> None:
    files = exported.files
    total = sum(map(len, files.values()))
    for name, change in files_and_places(files, random_changes(total, CHANGES)):
        report = verify_files({**files, name: changed(files[name], change)})
        assert name in named(report), (name, change)


def test_a_thousand_changed_bytes_of_the_zip_are_all_found_and_the_file_is_named(exported: Exported) -> None:
    data, places = exported.zip.read_bytes(), []
    for piece in pack(exported.files):
        places += [piece.file] * len(piece.data)
    for change in random_changes(len(data), CHANGES):
        report = verify_zip(changed(data, change))
        assert places[change[0]] in named(report) or ZIP in named(report), change
        assert not report.whole


@pytest.mark.parametrize("name", [KEY, CHECKPOINT, LINE, PROOF, *entry_files("ledger/entry-0")])
def test_every_byte_of_what_carries_the_chain_is_under_it(exported: Exported, name: str) -> None:
    files = exported.files
    for at in range(len(files[name])):
        report = verify_files({**files, name: changed(files[name], (at, 1 << at % 8))})
        assert name in named(report), (name, at)


def test_a_changed_clip_is_the_only_finding(exported: Exported) -> None:
    files = exported.files
    clip = next(name for name in files if name.endswith(".mp4"))
    (finding,) = verify_files({**files, clip: files[clip] + b"\0"}).findings
    assert (finding.file, finding.says) == (clip, "its digest is not the one in the manifest")


def test_a_changed_manifest_is_one_finding_and_not_one_for_each_file(exported: Exported) -> None:
    files = exported.files
    altered = files[MANIFEST].replace(b"sato", b"kato")
    (finding,) = verify_files({**files, MANIFEST: altered}).findings
    assert finding.file == MANIFEST
    assert "were not compared" in finding.says


def without(name: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda files: {other: content for other, content in files.items() if other != name}


@pytest.mark.parametrize("name", [MANIFEST, KEY, CHECKPOINT, LINE, PROOF, "summary.pdf", "ledger/entry-0.tlog-proof"])
def test_a_file_that_was_taken_out_is_named(exported: Exported, name: str) -> None:
    report = verify_files(without(name)(exported.files))
    assert (name, "it is missing") in {(finding.file, finding.says) for finding in report.findings}


def test_a_file_that_was_put_in_is_named(exported: Exported) -> None:
    (finding,) = verify_files({**exported.files, "clips/other.mp4": b""}).findings
    assert (finding.file, finding.says) == ("clips/other.mp4", "it is not part of the package")


def test_a_package_of_another_key_is_not_taken_for_the_offices(exported: Exported, tmp_path: Path) -> None:
    other = make_key(tmp_path, "kuraban/tsurumi").verifier
    (finding,) = verify_files(exported.files, [other]).findings
    assert finding.file == KEY
    assert "none of the keys that you trust" in finding.says


def test_a_proof_with_more_in_it_than_it_needs_is_refused(exported: Exported) -> None:
    files = exported.files
    head, _, rest = files[PROOF].partition(b"\n")
    (finding,) = verify_files({**files, PROOF: head + b"\nextra aGVsbG8=\n" + rest}).findings
    assert (finding.file, finding.says) == (PROOF, "it has more in it than a proof needs")


def test_a_signature_that_nobody_can_check_is_refused(exported: Exported, tmp_path: Path) -> None:
    files = exported.files
    proof = InclusionProof.parse(files[PROOF].decode())
    stranger = make_key(tmp_path, "kuraban/midori")
    cosigned = proof.signed.with_signature(stranger.cosign(proof.signed.checkpoint.text(), NOON_MS // 1000))
    (finding,) = verify_files({**files, CHECKPOINT: cosigned.text().encode()}).findings
    assert finding.file == CHECKPOINT
    assert "a signature that is not by" in finding.says


def test_the_parts_of_another_package_of_the_same_ledger_do_not_pass(exported: Exported) -> None:
    files = exported.files
    swapped = {**files, "ledger/entry-0.tlog-proof": files["ledger/entry-1.tlog-proof"]}
    (finding,) = verify_files(swapped).findings
    assert finding.file == "ledger/entry-0.tlog-proof"


def test_what_is_no_package_at_all_is_said_file_by_file() -> None:
    assert {finding.file for finding in verify_files({"readme.txt": b""}).findings} >= {KEY, CHECKPOINT, LINE}
    assert not verify_zip(b"no zip").whole


def test_a_whole_folder_survives_being_copied(exported: Exported, tmp_path: Path) -> None:
    copied = shutil.copytree(exported.folder, tmp_path / "copy")
    assert verify_files({p.relative_to(copied).as_posix(): p.read_bytes() for p in copied.rglob("*.*")}).whole
