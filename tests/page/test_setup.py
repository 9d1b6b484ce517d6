"""Setting an office up: people, zones and places drawn into a picture, drills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import expect

from api.settings import load_site
from api.web.page import BUILT
from tests.api.conftest import SITE_TEXT
from tests.api.web.served import PASSWORD, ServedOffice, served
from tests.page.film import CLIP, FilmOffice
from tests.page.visitor import PASSWORD_FIELD, SIGN_IN, SIGN_OUT, Both, Visitor, in_japanese

ADD: Final = Both("利用者を加える", "Add a person")
REVIEW: Final = Both("変更を確かめる", "See what changes")
APPLY: Final = Both("この内容で反映する", "Put it in force")
UNDO: Final = Both("元に戻す", "Undo")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[ServedOffice]:
    path = tmp_path / "site.yaml"
    source = "rtsp://viewer:${COUNTER_PASSWORD}@10.0.0.11"
    text = SITE_TEXT.replace(f"    detect: {source}/sub\n", "").replace(f"{source}/main", f"replay:{CLIP}")
    path.write_text(text.replace("vault.mp4", f"replay:{CLIP}"), encoding="utf-8")
    with served(tmp_path / "data", load_site(path, {}), FilmOffice, page=BUILT) as running:
        yield running


def test_a_person_is_added_and_signs_in(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("administrator", "setup/users")
    visitor.button(ADD).click()
    visitor.expect_accessible()
    visitor.field(Both("氏名", "Name")).fill("森 一郎")
    visitor.field(Both("職員アカウント", "Account")).fill("mori")
    visitor.field(Both("最初のパスワード", "First password")).fill(PASSWORD)
    visitor.page.get_by_role("checkbox", name=visitor.says(Both("監査担当", "Auditor"))).check()
    visitor.button(Both("加える", "Add")).click()
    expect(visitor.page.get_by_role("listitem").filter(has_text="森 一郎").last).to_contain_text(
        visitor.says(Both("監査担当", "Auditor"))
    )
    visitor.open("account")
    visitor.button(SIGN_OUT).click()
    visitor.type_claim("mori")
    visitor.field(PASSWORD_FIELD).press("Enter")
    expect(visitor.button(SIGN_IN)).to_have_count(0)


def test_a_zone_is_drawn_by_keyboard_and_is_in_force_after_its_difference_was_seen(
    office: ServedOffice, visitor: Visitor
) -> None:
    visitor.sign_in("administrator", "setup/views")
    visitor.page.get_by_role("button", name="window-1").click()
    corner = visitor.page.get_by_role("button", name=visitor.says(Both("角1", "Corner 1")), exact=True)
    corner.press("ArrowRight")
    corner.press("ArrowRight")
    visitor.button(UNDO).click()
    visitor.expect_accessible()
    visitor.button(REVIEW).click()
    expect(visitor.page.get_by_role("dialog")).to_contain_text("cameras.counter.zones.window-1")
    visitor.expect_accessible()
    visitor.button(APPLY).click()
    expect(visitor.page.get_by_role("dialog")).to_have_count(0)
    zone = next(one for one in office.office.site.cameras[0].zones if one.id == "window-1")
    assert zone.polygon[0] == pytest.approx((0.105, 0.55))


@in_japanese
def test_a_new_zone_is_drawn_by_pointer(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("administrator", "setup/views")
    visitor.page.locator("summary").filter(has_text=visitor.says(Both("区域を描く", "Draw a zone"))).click()
    visitor.field(Both("名前（半角英数字）", "Name (letters and digits)")).fill("window-2")
    visitor.button(Both("区域を描く", "Draw a zone")).click()
    corner = visitor.page.get_by_role("button", name=visitor.says(Both("角1", "Corner 1")), exact=True)
    box = corner.bounding_box()
    assert box is not None
    visitor.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visitor.page.mouse.down()
    visitor.page.mouse.move(box["x"] - 100, box["y"] - 50, steps=4)
    visitor.page.mouse.up()
    visitor.button(REVIEW).click()
    visitor.button(APPLY).click()
    expect(visitor.page.get_by_role("button", name="window-2")).to_be_visible()
    zone = next(one for one in office.office.site.cameras[0].zones if one.id == "window-2")
    assert zone.polygon[0][0] < 0.38


@pytest.mark.parametrize("part", ["alerts", "drills", "file"])
@in_japanese
def test_every_part_is_without_barriers(office: ServedOffice, visitor: Visitor, part: str) -> None:
    visitor.sign_in("administrator", f"setup/{part}")
    visitor.expect_accessible()
