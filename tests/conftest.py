"""Where the real clips and weights lie: in the folder `shared` beside the checkout, never inside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def _shared(name: str) -> Path:
    folder = SHARED / name
    if folder.is_dir():
        return folder
    reason = f"needs the real material in shared/{name} beside the checkout, and it is not there"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def footage() -> Path:
    """Real clips with their truth and site files."""
    return _shared("footage")


@pytest.fixture(scope="session")
def weights() -> Path:
    """Real small detectors."""
    return _shared("weights")


@pytest.fixture(scope="session")
def prototypes() -> Path:
    """Working prototypes to compare with."""
    return _shared("prototypes")
