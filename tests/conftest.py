"""Where the real clips and weights lie, in `shared` beside the checkout and never inside it; and a browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. While it is driven, no event loop can be run: so it is closed at the end of a module."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        reason = "needs a browser: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as driver:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = driver.chromium.launch(executable_path=program, args=arguments)
        yield browser
        browser.close()
