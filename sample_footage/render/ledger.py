"""What people wrote on the custody ledger on the day of a clip, in the lines that `kuraban ledger export` writes.

A line is canonical JSON (RFC 8785): names of keys in order, no spaces. All keys are ASCII and all numbers whole, for
which `json` writes that form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

VERSION = 1


@dataclass(frozen=True)
class Signing:
    """Something that people signed at a moment; `body` is what its kind of entry tells beside the signatures."""

    at: datetime
    kind: str
    signers: tuple[str, ...]
    body: Mapping[str, Any] = field(default_factory=dict)


def ledger_file(site: str, signings: Sequence[Signing]) -> str:
    """Return a site's entries, a line each, numbered from 0."""
    return "".join(f"{_line(site, seq, signing)}\n" for seq, signing in enumerate(signings))


def _line(site: str, seq: int, signing: Signing) -> str:
    at = _utc(signing.at)
    body = {
        **signing.body,
        "signed_at": [at] * len(signing.signers),
        "request": f"{signing.at:%Y%m%d}-{seq}",
        "corrects": None,
    }
    entry = {
        "v": VERSION,
        "seq": seq,
        "at": at,
        "kind": signing.kind,
        "site": site,
        "actors": signing.signers,
        "body": body,
    }
    return json.dumps(entry, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
