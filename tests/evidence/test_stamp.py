"""A time stamp on a package, by an authority of our own that speaks RFC 3161."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.x509 import load_pem_x509_certificate

from api.exits import BAD_INPUT, NOT_INTACT
from custody.errors import EvidenceError
from custody.evidence.manifest import STAMP
from custody.evidence.stamp import expect_stamp_by, stamp_request, stamped_at
from custody.ledger import LedgerReader
from tests.evidence.authority import make_authority, serving, stamp
from tests.evidence.conftest import Office, run

MANIFEST = b'{"format": "kuraban-evidence/1"}'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root certificate of an authority; the authority lies beside it."""
    return make_authority(tmp_path / "authority", "Zeitstempel")


@pytest.fixture
def other_root(tmp_path: Path) -> Path:
    return make_authority(tmp_path / "other", "Somebody else")


def test_a_stamp_states_the_moment_on_the_word_of_its_authority(root: Path) -> None:
    given = stamp(root.parent, stamp_request(MANIFEST))
    at = expect_stamp_by(given, MANIFEST, [load_pem_x509_certificate(root.read_bytes())])
    assert abs((at - datetime.now(UTC)).total_seconds()) < 60


def test_a_stamp_of_another_manifest_is_refused(root: Path) -> None:
    given = stamp(root.parent, stamp_request(MANIFEST))
    with pytest.raises(EvidenceError, match="of another digest"):
        stamped_at(given, MANIFEST + b" ")


def test_a_stamp_by_nobody_who_is_believed_is_refused(root: Path, other_root: Path) -> None:
    given = stamp(root.parent, stamp_request(MANIFEST))
    believed = [load_pem_x509_certificate(other_root.read_bytes())]
    with pytest.raises(EvidenceError, match="not by an authority"):
        expect_stamp_by(given, MANIFEST, believed)
    both = [*believed, load_pem_x509_certificate(root.read_bytes())]
    assert expect_stamp_by(given, MANIFEST, both) == stamped_at(given, MANIFEST)


def test_what_is_no_stamp_or_was_not_granted_is_refused(root: Path) -> None:
    with pytest.raises(EvidenceError, match="no time stamp response"):
        stamped_at(b"no stamp", MANIFEST)
    with pytest.raises(EvidenceError, match="has not granted"):
        stamped_at(stamp(root.parent, b"no request"), MANIFEST)


def test_an_export_with_a_stamp_has_it_on_the_ledger_and_in_the_package(
    office: Office, root: Path, other_root: Path
) -> None:
    with serving(root.parent) as url:
        run(*office.asks_for(out := office.base / "out", "--stamp", url))
    with LedgerReader.read(office.ledger) as ledger:
        named = ledger.entry(len(ledger) - 1).body["stamp"]
    assert named == hashlib.sha256((out / STAMP).read_bytes()).hexdigest()
    assert "on its own word" in run("verify", str(out)).stdout
    assert f"by an authority under {root}" in run("verify", f"{out}.zip", "--authorities", str(root)).stdout
    told = run("verify", str(out), "--authorities", str(other_root), status=NOT_INTACT).stdout
    assert f"{STAMP}: the time stamp is not by an authority" in told
    (out / STAMP).write_bytes(b"another")
    assert f"{STAMP}: its digest is not the one on the ledger" in run("verify", str(out), status=NOT_INTACT).stdout


def test_where_no_authority_answers_nothing_is_exported(office: Office) -> None:
    nobody = "http://user:secret-word@127.0.0.1:9/"
    result = run(*office.asks_for(out := office.base / "out", "--stamp", nobody), status=BAD_INPUT)
    assert "gives no time stamp" in result.stderr
    assert "secret-word" not in result.output
    assert not out.exists()
    with LedgerReader.read(office.ledger) as ledger:
        assert "evidence.exported" not in {entry.kind for entry in ledger}


def test_an_address_that_is_none_is_refused(office: Office) -> None:
    told = run(*office.asks_for(office.base / "out", "--stamp", "file:///etc/passwd"), status=BAD_INPUT).stderr
    assert "write the http:// or https:// address" in told


def test_a_file_without_certificates_is_refused(office: Office, root: Path) -> None:
    with serving(root.parent) as url:
        run(*office.asks_for(out := office.base / "out", "--stamp", url))
    told = run("verify", str(out), "--authorities", str(office.site), status=BAD_INPUT).stderr
    assert "site.yaml has no certificates in PEM" in told
