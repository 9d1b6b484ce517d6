"""From the count that does not agree to the case that leaves the office."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from api.footage.index import reindex
from api.runtime.whereabouts import footage_folder
from api.settings import Site
from api.web.page import BUILT
from custody.acts import CheckOut, Count, VaultOpened
from custody.records import watching
from custody.sightings import Gap, Seen, Sighting
from tests.api.auth.conftest import NOW_MS
from tests.api.web.served import ServedOffice, served
from tests.page.film import CLIP
from tests.page.registered import record, register
from tests.page.visitor import Both, Visitor, in_japanese
from tests.streams.footage import record as shot

MINUTE_MS: Final = 60_000
INVESTIGATE: Final = Both("経緯を調べる", "See what happened")
REMOVED: Final = Both("記録なく定位置を離れた", "Left its place without an entry")
KEEP: Final = Both("案件に入れる", "Put into a case")
NOTE: Final = Both("メモを加える", "Add a note")


@pytest.fixture
def office(tmp_path: Path, shared_site: Site) -> Iterator[ServedOffice]:
    """An office in which two counted right, a terminal went, and two counted wrong an hour later."""
    now_ms = [NOW_MS - 60 * MINUTE_MS]
    with served(tmp_path, shared_site, clock=lambda: now_ms[0], page=BUILT) as running:
        register(running)
        record(running, Count("terminals", (1, 1)), "counter_staff", "custodian")
        now_ms[0] += 10 * MINUTE_MS
        record(running, VaultOpened("vault-door"), "custodian")
        record(running, CheckOut("T-01", "T-01"), "counter_staff", "custodian")
        now_ms[0] = NOW_MS
        record(running, Count("terminals", (0, 0)), "counter_staff", "custodian")
        gone_ms = NOW_MS - 20 * MINUTE_MS
        told: list[Sighting | Gap] = [
            Sighting(Seen.ITEM_PRESENT, "T-01", NOW_MS - 49 * MINUTE_MS, gone_ms, "counter"),
            Gap("counter", NOW_MS - 40 * MINUTE_MS, NOW_MS - 39 * MINUTE_MS, "covered"),
            Sighting(Seen.ITEM_ABSENT, "T-01", gone_ms, None, "counter"),
        ]
        root = footage_folder(running.office.folder)
        shot(root, CLIP, began_ms=gone_ms - MINUTE_MS // 3)
        reindex(running.office.records, root)
        with running.office.records.write() as connection:
            watching.save_all(connection, told)
        yield running


def say_why(visitor: Visitor) -> None:
    visitor.field(Both("理由", "Reason")).fill("交付用端末の所在不明")
    visitor.field(Both("根拠となる文書", "Document that permits it")).fill("鶴戸第123号")


def test_a_wrong_count_is_followed_to_a_case_that_leaves_the_office(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("investigator", "investigation")
    visitor.expect_accessible()
    visitor.page.get_by_role("link", name=visitor.says(INVESTIGATE)).click()
    best = visitor.page.get_by_role("main").get_by_role("listitem").first
    expect(best.get_by_role("heading")).to_have_text(visitor.says(REMOVED))
    expect(visitor.page.get_by_role("status").filter(has_text="%")).to_be_visible()
    visitor.expect_accessible()

    best.get_by_role("button", name=visitor.says(KEEP)).click()
    visitor.field(Both("案件名", "Name of the case")).fill("端末の所在不明")
    say_why(visitor)
    visitor.page.get_by_role("dialog").get_by_role("button", name=visitor.says(KEEP)).click()
    expect(visitor.text(Both("案件に入れました", "It is in the case"))).to_be_visible()

    visitor.open("investigation/case/C-1")
    visitor.page.reload()
    visitor.field(NOTE).fill("職員全員に聞き取り済み")
    visitor.button(Both("加える", "Add")).click()
    expect(visitor.page.get_by_text("職員全員に聞き取り済み")).to_be_visible()
    visitor.expect_accessible()

    visitor.button(Both("資料を持ち出す", "Take the case out")).click()
    say_why(visitor)
    visitor.page.get_by_role("dialog").get_by_role("button", name=visitor.says(Both("持ち出す", "Take out"))).click()
    fetch = visitor.page.get_by_role("link", name=visitor.says(Both("ファイルを受け取る", "Fetch the file")))
    with visitor.page.expect_download(timeout=20_000) as download:
        fetch.click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"


@in_japanese
def test_the_story_is_told_in_the_order_of_time_as_well(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("custodian", "investigation/count/terminals")
    visitor.page.get_by_role("radio", name=visitor.says(Both("時刻の順", "Time"))).check()
    facts = visitor.page.get_by_role("main").get_by_role("listitem")
    told = [re.findall(r"\d\d:\d\d:\d\d", fact)[-1] for fact in facts.locator(".soft").all_inner_texts()]
    assert told == sorted(told)
    assert facts.locator(".rank").all_inner_texts() != sorted(facts.locator(".rank").all_inner_texts())
