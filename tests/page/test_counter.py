"""What people do at the counter: count, take out, put back, sign, two at one screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Locator, expect

from api.settings import Site
from api.web.page import BUILT
from tests.api.web.served import ServedOffice, served
from tests.page.registered import register
from tests.page.visitor import Both, Visitor, in_japanese

COUNT: Final = Both("数える", "Count")
NUMBER: Final = Both("数えた数", "What you counted")
NEXT: Final = Both("次へ", "Next")
SIGN: Final = Both("署名する", "Sign")
CLOSE: Final = Both("閉じる", "Close")
TAKE_OUT: Final = Both("出す", "Take out")
WAITING: Final = Both("二人目の署名を待っています", "Waiting for a second signature")


@pytest.fixture
def office(tmp_path: Path, shared_site: Site) -> Iterator[ServedOffice]:
    with served(tmp_path, shared_site, page=BUILT) as running:
        register(running)
        yield running


def row(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("listitem").filter(has_text=name)


def press(visitor: Visitor, name: str, button: Both) -> None:
    row(visitor, name).get_by_role("button", name=visitor.says(button), exact=True).click()


def counted(visitor: Visitor, first: int, second: int) -> None:
    """Count the cards: the one who is signed in, then the responsible officer, who signs at the same screen."""
    press(visitor, "交付前カード", COUNT)
    visitor.field(NUMBER).fill(str(first))
    visitor.button(NEXT).click()
    expect(visitor.field(NUMBER)).to_have_value("")
    for digit in str(second):
        visitor.page.get_by_role("button", name=digit, exact=True).click()
    visitor.button(NEXT).click()
    visitor.type_claim("custodian")
    visitor.page.get_by_role("dialog").get_by_role("button", name=visitor.says(SIGN), exact=True).click()


def bodies(office: ServedOffice, kind: str) -> list[dict[str, Any]]:
    return [dict(entry.body) for entry in office.office.ledger if entry.kind == kind]


def test_two_people_count_at_one_screen_in_under_twenty_seconds(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("counter_staff", "counter")
    began_s = time.monotonic()
    counted(visitor, 78, 78)
    expect(visitor.text(Both("二人の数は 78 で一致しました", "Both counted 78"))).to_be_visible()
    assert time.monotonic() - began_s < 20
    visitor.expect_accessible()
    visitor.page.get_by_role("dialog").get_by_role("button", name=visitor.says(CLOSE)).last.click()
    assert bodies(office, "count")[0]["numbers"] == (78, 78)


@in_japanese
def test_the_second_count_is_blind_and_a_disagreement_is_told(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("counter_staff", "counter")
    press(visitor, "交付前カード", COUNT)
    visitor.field(NUMBER).fill("77")
    visitor.button(NEXT).click()
    expect(visitor.field(NUMBER)).to_have_value("")
    assert "77" not in visitor.page.locator("body").inner_text()
    visitor.expect_accessible()
    visitor.field(NUMBER).fill("78")
    visitor.button(NEXT).click()
    visitor.type_claim("custodian")
    visitor.page.get_by_role("dialog").get_by_role("button", name=visitor.says(SIGN), exact=True).click()
    expect(visitor.page.get_by_role("alert")).to_contain_text("77")
    assert bodies(office, "count")[0]["numbers"] == (77, 78)


@in_japanese
def test_one_person_cannot_sign_for_two(visitor: Visitor) -> None:
    visitor.sign_in("counter_staff", "counter")
    press(visitor, "交付用端末 1", TAKE_OUT)
    visitor.type_claim("counter_staff")
    visitor.page.get_by_role("dialog").get_by_role("button", name=visitor.says(SIGN), exact=True).click()
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    visitor.page.keyboard.press("Escape")
    expect(visitor.heading(WAITING)).to_be_visible()


def test_a_terminal_is_taken_out_by_one_and_confirmed_by_another_at_an_own_screen(
    office: ServedOffice, arrives: Any
) -> None:
    sato, kato = arrives(office), arrives(office)
    sato.sign_in("counter_staff", "counter")
    press(sato, "交付用端末 1", TAKE_OUT)
    sato.page.keyboard.press("Escape")
    sato.expect_accessible()
    kato.sign_in("custodian", "counter")
    kato.button(SIGN).click()
    expect(sato.heading(WAITING)).to_have_count(0)
    expect(row(sato, "交付用端末 1")).to_contain_text(sato.says(Both("から外", "out since")))
    assert bodies(office, "item.checked_out")[0]["item"] == "T-01"


@in_japanese
def test_a_vault_is_opened_and_locked_by_one_person_alone(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("custodian", "counter")
    press(visitor, "保管庫", Both("開ける", "Open"))
    press(visitor, "保管庫", Both("施錠する", "Lock"))
    expect(visitor.text(Both("台帳：施錠中", "Ledger: locked"))).to_be_visible()
    assert len(bodies(office, "vault.locked")) == 1
