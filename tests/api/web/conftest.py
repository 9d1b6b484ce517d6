"""One served office for the tests that only read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Site, load_site
from tests.api.conftest import SECRET, SITE_TEXT
from tests.api.web.served import ServedOffice, served
from tests.streams.conftest import start_camera

__all__ = ["start_camera"]


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("site") / "site.yaml"
    path.write_text(SITE_TEXT, encoding="utf-8")
    return load_site(path, {"COUNTER_PASSWORD": SECRET})


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, shared_site: Site) -> Iterator[ServedOffice]:
    folder: Path = tmp_path_factory.mktemp("office")
    with served(folder, shared_site) as running:
        yield running
