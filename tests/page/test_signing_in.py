"""Coming in, going out, and one's own settings."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from api.auth.first import new_first_code
from api.settings import Site
from api.web.page import BUILT
from tests.api.web.served import PASSWORD, ServedOffice, served
from tests.page.conftest import Arrives
from tests.page.visitor import PASSWORD_FIELD, SIGN_IN, SIGN_OUT, Both, Visitor, in_japanese

WRONG: Final = Both(
    "アカウント、パスワード、確認コードのいずれかが違います。", "Account, password and code do not belong together."
)
ENDED: Final = Both(
    "しばらく操作がなかったため、ログアウトしました。もう一度ログインしてください。",
    "You were signed out because nothing was done for a while. Please sign in again.",
)
CURRENT: Final = Both("いまのパスワード", "Present password")
CHOSEN: Final = Both("新しいパスワード", "New password")
REPEATED: Final = Both("もう一度入力してください", "Once more")
CHANGE: Final = Both("変更する", "Change it")
CHANGED: Final = Both(
    "パスワードを変更しました。ほかの端末でのログインは終了しました。",
    "The password was changed. Your sessions at other screens have ended.",
)
CHANGE_FIRST: Final = Both("パスワードの変更", "Change the password")
FIRST: Final = Both("最初の管理者を登録します", "Register the first administrator")
DARK: Final = Both("暗い", "Dark")


def test_a_person_signs_in_and_out_by_keyboard_alone(visitor: Visitor) -> None:
    visitor.open("account")
    visitor.field(PASSWORD_FIELD).wait_for()
    for text in ("viewer", "not the password"):
        visitor.page.keyboard.press("Tab")
        visitor.page.keyboard.type(text)
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("alert")).to_contain_text(visitor.says(WRONG))
    visitor.expect_accessible()
    visitor.page.keyboard.press("Control+A")
    visitor.page.keyboard.type(PASSWORD)
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("heading", name="viewer-san")).to_be_visible()
    visitor.expect_accessible()
    visitor.button(SIGN_OUT).press("Enter")
    expect(visitor.heading(SIGN_IN)).to_be_visible()


@in_japanese
def test_a_session_that_has_ended_leaves_nothing_on_the_screen_and_says_so(
    office: ServedOffice, visitor: Visitor
) -> None:
    visitor.sign_in("auditor", "account")
    expect(visitor.page.get_by_role("heading", name="auditor-san")).to_be_visible()
    visitor.page.context.clear_cookies()
    visitor.button(SIGN_OUT).click()
    expect(visitor.text(ENDED)).to_be_visible()
    expect(visitor.page.get_by_text("auditor-san")).to_have_count(0)


def test_a_person_chooses_another_password(office: ServedOffice, visitor: Visitor) -> None:
    account = f"mori-{visitor.language}"
    office.access.people.add((), account, "森 一郎", PASSWORD, [])
    visitor.open()
    visitor.type_claim(account)
    visitor.button(SIGN_IN).click()
    expect(visitor.heading(CHANGE_FIRST)).to_be_visible()
    visitor.expect_accessible()
    visitor.field(CURRENT).fill(PASSWORD)
    visitor.field(CHOSEN).fill("a window above the sea")
    visitor.field(REPEATED).fill("a window above the sea")
    visitor.button(CHANGE).click()
    expect(visitor.page.get_by_role("heading", name="森 一郎")).to_be_visible()


@in_japanese
def test_what_was_chosen_for_the_screen_is_kept(visitor: Visitor) -> None:
    visitor.sign_in("custodian", "account")
    visitor.page.get_by_role("radio", name=visitor.says(DARK)).check()
    visitor.page.reload()
    expect(visitor.page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(visitor.page.get_by_role("radio", name=visitor.says(DARK))).to_be_checked()
    visitor.expect_accessible()


def test_the_first_administrator_is_made_from_the_code_that_the_service_printed(
    tmp_path: Path, shared_site: Site, arrives: Arrives
) -> None:
    with served(tmp_path, shared_site, page=BUILT, people=False) as empty:
        visitor = arrives(empty)
        code = new_first_code(empty.access.store)
        assert code is not None
        visitor.open()
        expect(visitor.heading(FIRST)).to_be_visible()
        visitor.expect_accessible()
        visitor.field(Both("登録コード", "Registration code")).fill(code)
        visitor.field(Both("氏名", "Name")).fill("阿部 恵")
        visitor.field(Both("職員アカウント", "Account")).fill("abe")
        visitor.field(PASSWORD_FIELD).fill("a window above the sea")
        visitor.field(REPEATED).fill("a window above the sea")
        visitor.button(Both("登録して始める", "Register and begin")).click()
        expect(visitor.page.get_by_role("navigation")).to_be_visible()


@pytest.mark.parametrize("size", [{"width": 390, "height": 800}, {"width": 640, "height": 400}])
@in_japanese
def test_nothing_must_be_scrolled_sideways_on_a_phone_or_at_double_size(
    arrives: Arrives, office: ServedOffice, size: dict[str, int]
) -> None:
    visitor = arrives(office, viewport=size)
    visitor.sign_in("administrator", "account")
    visitor.expect_in_view()
