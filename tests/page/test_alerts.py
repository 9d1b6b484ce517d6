"""Alerts: they appear by themselves, show their clip, and are answered for in two taps or by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from api.settings import Site
from api.web.page import BUILT
from tests.api.web.served import ServedOffice, served
from tests.page.film import FilmOffice
from tests.page.raised import REMOVED, UNATTENDED, raise_incidents
from tests.page.visitor import Both, Visitor, in_japanese

NONE: Final = Both("未対応の警報はありません。", "There is no open alert.")
GONE: Final = Both("保管物の所在不明", "Item gone from its place")
LEFT: Final = Both("窓口の離席（保管物が露出）", "Counter left unattended")
FALSE: Final = Both("誤報：遮り", "False: hidden")
RECORD: Final = Both("台帳に記録する", "Put it on the ledger")
PLAY: Final = Both("映像を見る", "Look at the clip")


@pytest.fixture
def office(tmp_path: Path, shared_site: Site) -> Iterator[ServedOffice]:
    with served(tmp_path, shared_site, FilmOffice, page=BUILT) as running:
        yield running


def test_an_alert_appears_by_itself(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("counter_staff", "alerts")
    expect(visitor.text(NONE)).to_be_visible()
    visitor.expect_accessible()
    raise_incidents(office)
    expect(visitor.text(GONE)).to_be_visible()
    visitor.expect_accessible()


def test_the_cause_is_recorded_in_two_taps(office: ServedOffice, visitor: Visitor) -> None:
    raise_incidents(office)
    visitor.sign_in("counter_staff", f"alerts/{REMOVED}")
    visitor.page.get_by_role("radio", name=visitor.says(FALSE)).check()
    visitor.expect_accessible()
    visitor.button(RECORD).click()
    expect(visitor.page.get_by_role("article").get_by_text(visitor.says(FALSE), exact=True)).to_have_count(2)
    entry = next(one for one in office.office.ledger if one.kind == "incident.explained")
    assert (entry.actors, entry.body["cause"]) == (("counter_staff",), "false_occlusion")


@in_japanese
def test_alerts_are_gone_through_and_answered_for_by_keyboard_alone(office: ServedOffice, visitor: Visitor) -> None:
    raise_incidents(office)
    visitor.sign_in("counter_staff", "alerts")
    visitor.page.get_by_role("link").filter(has_text=visitor.says(GONE)).focus()
    visitor.page.keyboard.press("ArrowDown")
    visitor.page.keyboard.press("Enter")
    expect(visitor.heading(LEFT)).to_be_visible()
    visitor.page.get_by_role("radio").last.focus()
    visitor.page.keyboard.press("Space")
    for _ in range(2):
        visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("link").filter(has_text=visitor.says(LEFT))).to_have_count(0)


def test_a_clip_is_played_once_it_is_said_why(office: ServedOffice, visitor: Visitor) -> None:
    raise_incidents(office)
    visitor.sign_in("custodian", f"alerts/{UNATTENDED}")
    visitor.button(PLAY).click()
    visitor.expect_accessible()
    visitor.field(Both("理由", "Reason")).fill("所在不明の確認")
    visitor.field(Both("根拠となる文書", "Document that permits it")).fill("鶴戸第123号")
    visitor.button(Both("記録して進む", "Record and go on")).click()
    video = visitor.page.locator("video").element_handle()
    visitor.page.wait_for_function("video => video.currentTime > 0.3", arg=video)
    viewed = [one for one in office.office.ledger if one.kind == "footage.viewed"]
    assert [one.actors for one in viewed] == [("custodian",)]


@in_japanese
def test_who_may_not_look_at_recordings_is_told_whom_to_ask(office: ServedOffice, visitor: Visitor) -> None:
    raise_incidents(office)
    visitor.sign_in("viewer", f"alerts/{UNATTENDED}")
    expect(visitor.heading(LEFT)).to_be_visible()
    expect(visitor.button(PLAY)).to_have_count(0)
    expect(visitor.button(RECORD)).to_have_count(0)
    visitor.expect_accessible()


@in_japanese
def test_what_happens_while_the_network_is_away_is_there_when_it_is_back(
    office: ServedOffice, visitor: Visitor
) -> None:
    visitor.sign_in("counter_staff", "alerts")
    expect(visitor.text(NONE)).to_be_visible()
    visitor.page.context.set_offline(offline=True)
    lost = visitor.page.get_by_text(visitor.says(Both("接続が切れています", "The connection is lost")))
    expect(lost).to_be_visible(timeout=10_000)
    visitor.expect_accessible()
    raise_incidents(office)
    visitor.page.context.set_offline(offline=False)
    expect(visitor.text(GONE)).to_be_visible(timeout=15_000)
    expect(lost).to_have_count(0)
