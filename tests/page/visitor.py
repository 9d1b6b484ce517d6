"""Somebody at a browser, in one of the two languages: what a test asks of the page, in the words of a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.api.web.served import PASSWORD

Language = Literal["ja", "en"]

in_japanese: Final = pytest.mark.parametrize("language", ["ja"])
"""For what is the same in both languages: a test without it is run in each."""

_AXE: Final = Path(__file__).parents[2] / "api" / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
_STANDARD: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Both(NamedTuple):
    """One text in both languages."""

    ja: str
    en: str


ACCOUNT: Final = Both("職員アカウント", "Account")
PASSWORD_FIELD: Final = Both("パスワード", "Password")
SIGN_IN: Final = Both("ログイン", "Sign in")
SIGN_OUT: Final = Both("ログアウト", "Sign out")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sits at a page, in a language."""

    page: Page
    language: Language
    address: str

    def says(self, text: Both) -> str:
        return text.ja if self.language == "ja" else text.en

    def button(self, text: Both) -> Locator:
        return self.page.get_by_role("button", name=self.says(text), exact=True)

    def field(self, text: Both) -> Locator:
        return self.page.get_by_label(self.says(text), exact=True)

    def text(self, text: Both) -> Locator:
        return self.page.get_by_text(self.says(text), exact=True)

    def heading(self, text: Both) -> Locator:
        return self.page.get_by_role("heading", name=self.says(text), exact=True)

    def open(self, screen: str = "") -> None:
        self.page.goto(f"{self.address}/#/{screen}")

    def type_claim(self, account: str, password: str = PASSWORD) -> None:
        self.field(ACCOUNT).fill(account)
        self.field(PASSWORD_FIELD).fill(password)

    def sign_in(self, account: str, screen: str = "") -> None:
        self.open(screen)
        self.type_claim(account)
        self.button(SIGN_IN).click()
        expect(self.page.get_by_role("navigation")).to_be_visible()
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def expect_accessible(self) -> None:
        """Expect that axe-core finds nothing that is against WCAG 2.2 AA."""
        self.page.evaluate(_AXE.read_text(encoding="utf-8"))
        found: list[dict[str, Any]] = self.page.evaluate(
            "tags => axe.run({runOnly: tags}).then(({violations}) => violations)", _STANDARD
        )
        told = [f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]]
        assert not told, "\n".join(told)

    def expect_in_view(self) -> None:
        """Expect that nothing must be scrolled sideways to be read."""
        wide, room = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= room
