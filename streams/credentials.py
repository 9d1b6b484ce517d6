"""C2PA: in a released copy itself, signed, what was done to it, with what, and out of which original.

The certificate is the office's own; nothing is fetched, and no authority is asked for the time. Whoever imports this
needs the extra `c2pa`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from c2pa import Builder, C2paError, C2paSignerInfo, C2paSigningAlg, Signer

_MP4: Final = "video/mp4"
_PARENT: Final = "original"
_ACTIONS: Final = (
    {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PARENT]}},
    {"action": "c2pa.edited", "description": "people blurred, private places black, marked in every picture"},
    {"action": "c2pa.transcoded"},
)
ORIGINAL_LABEL: Final = "kuraban.original"
"""The assertion that names the digest of the parent: that of its entry `clip.sealed`."""

_FORMATS: Final = {".mp4": _MP4, ".mkv": "video/x-matroska", ".gif": "image/gif"}


class CredentialError(Exception):
    """A copy cannot be signed; the message says why."""


@dataclass(frozen=True, slots=True)
class Credential:
    """Who signs. chain: certificates in PEM, the signer's first. key: its key in PEM, of the curve P-256."""

    chain: bytes
    key: bytes


@dataclass(frozen=True, slots=True)
class Parent:
    """The clip that a copy was made of, and its SHA-256 in hex."""

    path: Path
    sha256: str


def sign_copy(copy: Path, parent: Parent, software: str, credential: Credential, target: Path) -> None:
    """Write a copy with C2PA credentials in it: it was opened from its parent, edited, and encoded anew.

    software: name and version. Raises CredentialError where certificates and key do not serve, or the parent is of a
    kind of file that C2PA does not know.
    """
    claim = {
        "claim_generator_info": [{"name": software}],
        "format": _MP4,
        "title": target.name,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": _ACTIONS}},
            {"label": ORIGINAL_LABEL, "data": {"sha256": parent.sha256}},
        ],
    }
    named = {"title": parent.path.name, "relationship": "parentOf", "instance_id": _PARENT, "label": _PARENT}
    try:
        signer = Signer.from_info(C2paSignerInfo(C2paSigningAlg.ES256, credential.chain, credential.key, None))
        builder = Builder.from_json(json.dumps(claim))
        with parent.path.open("rb") as file:
            builder.add_ingredient_from_stream(json.dumps(named), _FORMATS[parent.path.suffix], file)
        builder.sign_file(copy, target, signer)
    except C2paError as error:
        raise CredentialError(
            f"{copy.name} cannot be signed with these certificates and this key: {error}"
        ) from error
