"""Checkpoints given out, keys introduced and replaced, and cosignatures given and taken.

A change of the key is an entry, `settings.changed` with the setting `ledger.key`, and the checkpoint over it is kept
in the same transaction, signed by the key before and by the new one. So whoever trusts one key can follow to the
next, and the newest checkpoint always names the key in force.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from custody.checkpoint import Checkpoint, CosignRequest, SignedCheckpoint, origin_of
from custody.entries import Draft, Entry
from custody.errors import ForkedLedgerError, KeyFileError, LedgerError
from custody.keys import load_key, make_key
from custody.ledger import Head, Ledger, LedgerReader
from custody.merkle import EMPTY_ROOT, ProofError
from custody.note import SIGNATURE_BYTES, Algorithm, SigningKey, VerifierKey

KEY_SETTING: Final = "ledger.key"
_TURN: Final = threading.Lock()


def key_change(entry: Entry) -> VerifierKey | None:
    """Return the key that an entry brings into force, if that is what it tells of. Raises NoteError for a bad one."""
    if entry.kind != "settings.changed" or entry.body.get("setting") != KEY_SETTING:
        return None
    return VerifierKey.parse(str(entry.body.get("to")))


def current_key(ledger: LedgerReader, keys: Path) -> SigningKey | None:
    """Return the key in force, None where the ledger has none yet. Raises KeyFileError where its file is missing."""
    origin, newest = origin_of(ledger.site), ledger.checkpoint()
    own = [
        signature
        for signature in (() if newest is None else newest.signatures)
        if (signature.name, len(signature.payload)) == (origin, SIGNATURE_BYTES)  # a cosignature is longer
    ]
    return load_key(keys, origin, own[-1].key_id) if own else None


def introduce_key(ledger: Ledger, keys: Path, at_ms: int) -> SigningKey:
    """Return the key in force; where the ledger has none yet, make the first one and put it on the ledger."""
    return current_key(ledger, keys) or _bring_into_force(ledger, keys, at_ms, (), None)


def rotate_key(ledger: Ledger, keys: Path, at_ms: int, actors: tuple[str, ...]) -> SigningKey:
    """Make a new key, put it on the ledger, and have the key before it sign that. Raises KeyFileError without one."""
    before = current_key(ledger, keys)
    if before is None:
        raise KeyFileError(f"{ledger.place} has no key yet; `kuraban ledger checkpoint` makes the first one")
    return _bring_into_force(ledger, keys, at_ms, actors, before)


def _bring_into_force(
    ledger: Ledger, keys: Path, at_ms: int, actors: tuple[str, ...], before: SigningKey | None
) -> SigningKey:
    key = make_key(keys, origin_of(ledger.site))
    body = {
        "setting": KEY_SETTING,
        "from": None if before is None else before.verifier.text(),
        "to": key.verifier.text(),
    }
    signers = (key,) if before is None else (before, key)
    ledger.record_all(
        [Draft(at_ms, "settings.changed", actors, body)],
        seal=lambda head: SignedCheckpoint.sign(_checkpoint(ledger, head), *signers),
    )
    return key


def sign_checkpoint(ledger: Ledger, key: SigningKey) -> SignedCheckpoint:
    """Sign what the ledger amounts to, keep it, and return it; the newest one where nothing has been added since.

    Raises ForkedLedgerError, and signs nothing, where the ledger no longer continues what was signed last.
    """
    head, given = ledger.head(), ledger.checkpoint()
    if given is not None:
        newest = given.checkpoint
        if newest.size > head.size or ledger.head(newest.size).root != newest.root:
            raise ForkedLedgerError(
                f"{ledger.place} does not continue its own checkpoint of {newest.size} entries; nothing was signed: "
                "run `kuraban ledger verify`"
            )
        if newest.size == head.size:
            return given
    signed = SignedCheckpoint.sign(_checkpoint(ledger, head), key)
    ledger.keep_checkpoint(signed)
    return signed


def seal(ledger: Ledger, keys: Path, at_ms: int) -> SignedCheckpoint:
    """Sign what the ledger amounts to now with the key in force, made where there is none; one thread at a time.

    Raises KeyFileError, and ForkedLedgerError like `sign_checkpoint`.
    """
    with _TURN:
        return sign_checkpoint(ledger, introduce_key(ledger, keys, at_ms))


def request_cosignature(ledger: LedgerReader, signed: SignedCheckpoint, old: int) -> CosignRequest:
    """Return the request to cosign a checkpoint, for a site that has last seen `old` entries.

    Raises ProofError where the ledger never had as many.
    """
    return CosignRequest(old, ledger.prove_consistency(old, signed.checkpoint.size) if old else (), signed)


def cosign(
    ledger: Ledger, key: SigningKey, request: CosignRequest, trusted: Iterable[VerifierKey], at_s: int
) -> SignedCheckpoint:
    """Check another ledger's checkpoint against what was seen of it here, remember it, and return it cosigned.

    ledger, key: this site's. trusted: keys of other sites. at_s: now, UTC seconds. Raises BadSignatureError where no
    trusted key of its origin signed it, LedgerError where the request does not begin at what was seen last, and
    ForkedLedgerError where that is not part of the other ledger any more.
    """
    request.signed.expect_signed_by(trusted)
    new = request.signed.checkpoint
    known = ledger.witnessed(new.origin)
    seen = Checkpoint(new.origin, 0, EMPTY_ROOT) if known is None else known.checkpoint
    if request.old != seen.size:
        raise LedgerError(
            f"{seen.size} entries of {new.origin} were seen here last, and the request begins at {request.old}: "
            f"have it made with `kuraban ledger checkpoint --old {seen.size}`"
        )
    try:
        request.verify(seen)
    except ProofError as error:
        raise ForkedLedgerError(
            f"{new.origin} has another history than was seen here: its {new.size} entries do not begin with the "
            f"{seen.size} of the checkpoint that was cosigned ({error}); keep both checkpoints and ask that site"
        ) from error
    if new.size > seen.size:
        ledger.keep_witnessed(request.signed)
    return request.signed.with_signature(key.cosign(new.text(), at_s))


def accept_cosignatures(
    ledger: Ledger, signed: SignedCheckpoint, trusted: Iterable[VerifierKey]
) -> list[VerifierKey]:
    """Keep what trusted others have signed under a checkpoint of this ledger; return their keys.

    Raises BadSignatureError where a signature does not fit, LedgerError where the checkpoint was not given out here.
    """
    given = ledger.checkpoint(signed.checkpoint.size)
    if given is None or given.checkpoint != signed.checkpoint:
        raise LedgerError(f"{ledger.place} has not given out this checkpoint of {signed.checkpoint.size} entries")
    cosigners = [key for key in trusted if key.algorithm is Algorithm.COSIGNATURE]
    accepted = signed.signers(cosigners)
    for key in accepted:
        for signature in signed.signatures:
            if key.made(signature):
                ledger.keep_cosignature(signed.checkpoint.size, signature)
    return accepted


def _checkpoint(ledger: LedgerReader, head: Head) -> Checkpoint:
    return Checkpoint(origin_of(ledger.site), head.size, head.root)
