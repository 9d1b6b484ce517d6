"""A real office behind a real address, and people who look at its built page with Debian's Chromium."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Browser

from api.settings import Site, load_site
from api.web.page import BUILT
from tests.api.conftest import SECRET, SITE_TEXT
from tests.api.web.served import ServedOffice, served
from tests.page.visitor import Language, Visitor

Arrives = Callable[..., Visitor]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker do all tests of the page: they share a browser."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.xdist_group("page"))


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Browser:
    if not (BUILT / "index.html").is_file():
        missing = "needs the built page: make dashboard"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return browser


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    path = tmp_path_factory.mktemp("site") / "site.yaml"
    path.write_text(SITE_TEXT, encoding="utf-8")
    return load_site(path, {"COUNTER_PASSWORD": SECRET})


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, shared_site: Site) -> Iterator[ServedOffice]:
    with served(tmp_path_factory.mktemp("office"), shared_site, page=BUILT) as running:
        yield running


@pytest.fixture(params=["ja", "en"])
def language(request: pytest.FixtureRequest) -> Language:
    return cast("Language", request.param)


@pytest.fixture
def arrives(browser: Browser, language: Language) -> Iterator[Arrives]:
    """Bring somebody to an office's page. An error of its script or a request elsewhere fails the test."""
    visitors: list[Visitor] = []
    wrong: list[str] = []

    def arrive(office: ServedOffice, **options: Any) -> Visitor:
        options = {"locale": language, "viewport": {"width": 1280, "height": 800}} | options
        page = browser.new_context(**options).new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: _expect_own(asked.url, office.address, wrong))
        visitors.append(Visitor(page, language, office.address))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.page.context.close()
    assert not wrong


def _expect_own(url: str, address: str, wrong: list[str]) -> None:
    if not url.startswith((address, address.replace("http", "ws", 1), "blob:", "data:")):
        wrong.append(f"the page asked for {url}")


@pytest.fixture
def visitor(arrives: Arrives, office: ServedOffice) -> Visitor:
    return arrives(office)
