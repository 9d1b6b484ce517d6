"""A small office on film: a counter whose terminal is taken away, and a vault, played as live cameras."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.painted import SITE, film

COUNTER = {"T-01": "p" * 4 + "a" * 10}
VAULT = {"vault-door": "c" * 14, "vault-area": "." * 14}


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the films."""
    folder = tmp_path_factory.mktemp("films")
    film(folder / "counter.mp4", COUNTER)
    film(folder / "vault.mp4", VAULT)
    return folder


def site_of(films: Path, folder: Path) -> Path:
    """Write the site file of the office, with its films as cameras, into a folder."""
    path = folder / "site.yaml"
    path.write_text(SITE.replace("source: ", f"source: replay:{films}/"), encoding="utf-8")
    return path


@pytest.fixture
def site_file(films: Path, tmp_path: Path) -> Path:
    """The site file of the office."""
    return site_of(films, tmp_path)
