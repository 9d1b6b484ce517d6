"""Getting a time stamp from an authority, and the certificates to check one with. What a stamp says is custody's."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography.x509 import Certificate, load_pem_x509_certificates

from api.arguments import ArgumentError
from custody.errors import EvidenceError
from custody.evidence.manifest import MANIFEST, STAMP
from custody.evidence.stamp import expect_stamp_by, stamp_request, stamped_at
from custody.evidence.verify import Finding, Report
from streams.redact import redact

_TIMEOUT_S: Final = 30.0
_MOST_BYTES: Final = 1 << 20
_BROKEN_CONNECTION: Final = (urllib.error.URLError, TimeoutError, ConnectionError, http.client.HTTPException)


def fetch_stamp(url: str, manifest: bytes) -> bytes:
    """Return an authority's stamp on a manifest. Nothing but the digest is sent.

    Raises ArgumentError for an address that is none, EvidenceError where no stamp comes from there.
    """
    shown = redact(url)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ArgumentError(f"--stamp {shown}: write the http:// or https:// address of a time stamping authority")
    headers = {"Content-Type": "application/timestamp-query"}
    asked = urllib.request.Request(url, stamp_request(manifest), headers)  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(asked, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - likewise
            stamp = bytes(answer.read(_MOST_BYTES))
    except _BROKEN_CONNECTION as error:
        failure = EvidenceError(f"{shown} gives no time stamp ({redact(str(error), url)}); nothing was exported")
    else:
        stamped_at(stamp, manifest)
        return stamp
    raise failure  # outside of the handler: the chain would show the address with its password


def with_stamp(report: Report, files: Mapping[str, bytes], authorities: Path | None) -> tuple[Report, str]:
    """Return the report on a package that is whole with what is wrong with its time stamp, and what the stamp says.

    Raises ArgumentError where the certificates of the authorities cannot be read.
    """
    believed = None if authorities is None else _certificates(authorities)
    if not report.whole or STAMP not in files:
        return report, "time stamp: none that could be checked"
    stamp, manifest = files[STAMP], files[MANIFEST]
    try:
        if believed is None:
            return report, f"time stamp: {_text(stamped_at(stamp, manifest))}, on its own word"
        at = expect_stamp_by(stamp, manifest, believed)
    except EvidenceError as error:
        return replace(report, findings=(Finding(STAMP, str(error)),)), "time stamp: not believed"
    return report, f"time stamp: {_text(at)}, by an authority under {authorities}"


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _certificates(path: Path) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(path.read_bytes())
    except ValueError as error:
        raise ArgumentError(f"--authorities: {path} has no certificates in PEM: {error}") from error
