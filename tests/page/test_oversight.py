"""For those who oversee an office: how it kept to its rules, who did what, and whether the ledger is whole."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from api.settings import Site
from api.web.page import BUILT
from custody.acts import Count
from tests.api.auth.conftest import NOW_MS
from tests.api.web.served import ServedOffice, served
from tests.page.registered import record, register
from tests.page.visitor import Both, Visitor, in_japanese

DAY_MS: Final = 86_400_000
KIND: Final = Both("種類", "Kind")
SEARCH: Final = Both("絞り込む", "Search")
VERIFY: Final = Both("台帳を検証する", "Verify the ledger")


@pytest.fixture
def office(tmp_path: Path, shared_site: Site) -> Iterator[ServedOffice]:
    """An office in which a count did not agree yesterday."""
    now_ms = [NOW_MS - DAY_MS]
    with served(tmp_path, shared_site, clock=lambda: now_ms[0], page=BUILT) as running:
        register(running)
        record(running, Count("B-0221", (77, 78)), "counter_staff", "custodian")
        now_ms[0] = NOW_MS
        record(running, Count("B-0221", (78, 78)), "counter_staff", "custodian")
        yield running


def test_a_day_on_which_a_count_did_not_agree_stands_out(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("auditor", "oversight")
    row = visitor.page.get_by_role("row").filter(has_text="2018-02-20")
    expect(row.get_by_role("cell").nth(1)).to_have_text(visitor.says(Both("1回", "1")))
    visitor.expect_accessible()
    csv = visitor.page.get_by_role("link", name=visitor.says(Both("CSVで受け取る", "Fetch as CSV")))
    with visitor.page.expect_download() as download:
        csv.click()
    assert "2018-02-20" in Path(download.value.path()).read_text(encoding="utf-8-sig")


@in_japanese
def test_the_trail_is_searched_by_kind(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("auditor", "oversight/trail")
    visitor.expect_accessible()
    visitor.field(KIND).select_option("count")
    visitor.button(SEARCH).click()
    entries = visitor.page.get_by_role("main").get_by_role("listitem")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("78,78")


def test_the_ledger_is_verified_by_one_button(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("auditor", "oversight/ledger")
    visitor.button(VERIFY).click()
    whole = visitor.page.get_by_text(visitor.says(Both("書かれたときのままです", "are as they were written")))
    expect(whole).to_be_visible(timeout=20_000)
    visitor.expect_accessible()
