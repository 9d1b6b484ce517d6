"""A time stamp on a manifest (RFC 3161): an authority outside has seen its digest at a moment. Pure.

A ledger says in which order things were written; when, only its own clock says. A stamp says it on somebody else's
word.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography.x509 import Certificate
from rfc3161_client import (
    HashAlgorithm,
    PKIStatus,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from custody.errors import EvidenceError

_GRANTED: Final = {PKIStatus.GRANTED, PKIStatus.GRANTED_WITH_MODS}


def stamp_request(manifest: bytes) -> bytes:
    """Return the request for a stamp, DER (RFC 3161, 2.4.1). Only the digest is in it, and a nonce."""
    builder = TimestampRequestBuilder().data(manifest).hash_algorithm(HashAlgorithm.SHA256)
    return bytes(builder.build().as_bytes())


def stamped_at(stamp: bytes, manifest: bytes) -> datetime:
    """Return the moment that a stamp states, UTC, on its own word.

    stamp: the authority's response, DER (RFC 3161, 2.4.2). Raises EvidenceError where it is none, was not granted, or
    is of something else.
    """
    response = _response(stamp)
    if response.tst_info.message_imprint.message != hashlib.sha256(manifest).digest():
        raise EvidenceError("the time stamp is of another digest than the manifest's")
    return response.tst_info.gen_time


def expect_stamp_by(stamp: bytes, manifest: bytes, roots: Sequence[Certificate]) -> datetime:
    """Return the moment that a stamp states, on the word of an authority under one of these roots.

    Raises EvidenceError where it is not by one, and what `stamped_at` raises.
    """
    at = stamped_at(stamp, manifest)
    for root in roots:
        try:
            VerifierBuilder().add_root_certificate(root).build().verify_message(_response(stamp), manifest)
        except VerificationError:
            continue
        return at
    raise EvidenceError("the time stamp is not by an authority under the certificates that were given")


def _response(stamp: bytes) -> TimeStampResponse:
    try:
        response = decode_timestamp_response(stamp)
    except ValueError as error:
        raise EvidenceError(f"it is no time stamp response (RFC 3161): {error}") from error
    if response.status not in _GRANTED:
        says = ", ".join(response.status_string) or f"status {response.status}"
        raise EvidenceError(f"the authority has not granted a time stamp: {says}")
    return response
