"""The manifest of the sample footage: digests of what is shipped and of what is fetched."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

FOOTAGE_FOLDER = Path(__file__).resolve().parent.parent
MANIFEST_PATH = FOOTAGE_FOLDER / "manifest.toml"


def read_manifest() -> dict[str, Any]:
    """Return the manifest as it stands beside the clips."""
    return tomllib.loads(MANIFEST_PATH.read_text(encoding="utf-8"))


def differing_files() -> list[str]:
    """Files that are missing or are not what the manifest says, one line each."""
    found = []
    for entry in read_manifest()["files"]:
        path = FOOTAGE_FOLDER / entry["file"]
        if not path.exists():
            found.append(f"{entry['file']}: missing")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            found.append(f"{entry['file']}: another SHA-256 than in the manifest")
    return found
