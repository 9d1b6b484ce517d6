"""Which version of Kuraban this is."""

from __future__ import annotations

import importlib.metadata


def version_text() -> str:
    """Return name and version, or that it is run from its sources."""
    try:
        return f"kuraban {importlib.metadata.version('kuraban')}"
    except importlib.metadata.PackageNotFoundError:
        return "kuraban, run from its sources without being installed"
