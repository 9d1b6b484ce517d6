"""Live pictures: that they really play, what is drawn over them, and what is said when they are old."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Locator, expect

from api.settings import Site, load_site
from api.web.page import BUILT
from tests.api.conftest import SECRET, SITE_TEXT
from tests.api.web.served import ServedOffice, served
from tests.page.conftest import Arrives
from tests.page.film import FilmOffice
from tests.page.registered import register
from tests.page.visitor import Both, Visitor, in_japanese

PRIVATE: Final = "      lobby: {kind: private,"
OVERLAY: Final = Both("区域と人物を重ねて表示", "Draw zones and people")
STOPPED: Final = Both("映像が途切れています", "The picture has stopped")
OFFLINE: Final = Both("カメラから映像が届いていません", "Nothing comes from the camera")

_LUMA: Final = """video => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [32, 18];
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 32, 18);
  const pixels = context.getImageData(0, 0, 32, 18).data;
  return pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
}"""
_UP_TO_DATE: Final = "video => video.buffered.end(video.buffered.length - 1) - video.currentTime < 0.5"


@pytest.fixture
def film(tmp_path: Path) -> Iterator[tuple[ServedOffice, FilmOffice]]:
    path = tmp_path / "site.yaml"
    path.write_text(SITE_TEXT.replace("      lobby: {kind: public,", PRIVATE), encoding="utf-8")
    site: Site = load_site(path, {"COUNTER_PASSWORD": SECRET})
    with served(tmp_path / "data", site, FilmOffice, page=BUILT) as office:
        assert isinstance(office.office, FilmOffice)
        yield office, office.office


def video_of(visitor: Visitor) -> Locator:
    return visitor.page.get_by_label(
        visitor.says(Both("カメラ「counter」のライブ映像", "Live picture of the camera counter"))
    )


def expect_playing(visitor: Visitor) -> None:
    """Expect that the picture moves, and is none that is black."""
    handle = video_of(visitor).element_handle()
    visitor.page.wait_for_function("video => video.currentTime > 0.2 && !video.paused", arg=handle)
    before = handle.evaluate("video => video.currentTime")
    visitor.page.wait_for_function("([video, before]) => video.currentTime > before + 0.5", arg=[handle, before])
    assert handle.evaluate(_LUMA) > 80


def test_a_live_picture_plays_and_is_less_than_half_a_second_behind(
    film: tuple[ServedOffice, FilmOffice], arrives: Arrives
) -> None:
    visitor = arrives(film[0])
    visitor.sign_in("viewer")
    expect_playing(visitor)
    visitor.page.wait_for_function(_UP_TO_DATE, arg=video_of(visitor).element_handle())
    visitor.expect_accessible()


@in_japanese
def test_a_stream_that_breaks_off_leaves_its_last_picture_marked_and_goes_on_by_itself(
    film: tuple[ServedOffice, FilmOffice], arrives: Arrives
) -> None:
    visitor, office = arrives(film[0]), film[1]
    visitor.sign_in("viewer")
    expect_playing(visitor)
    office.broken = True
    expect(visitor.page.get_by_text(visitor.says(STOPPED))).to_be_visible()
    assert video_of(visitor).evaluate(_LUMA) > 80
    visitor.expect_accessible()
    office.broken = False
    expect(visitor.page.get_by_text(visitor.says(STOPPED))).to_have_count(0, timeout=15_000)
    expect_playing(visitor)


@in_japanese
def test_what_is_drawn_over_a_picture_can_be_switched_off_but_for_what_is_private(
    film: tuple[ServedOffice, FilmOffice], arrives: Arrives
) -> None:
    visitor = arrives(film[0])
    visitor.sign_in("viewer")
    drawn = visitor.page.locator("svg .person, svg .slot, svg .zone")
    private = visitor.page.locator("svg .private")
    expect(visitor.page.locator("svg .person")).to_have_count(1)
    expect(private).to_have_css("fill", "rgb(0, 0, 0)")
    visitor.button(OVERLAY).click()
    expect(drawn).to_have_count(0)
    expect(private).to_have_count(1)


def test_a_camera_that_sends_nothing_says_so_in_words(
    film: tuple[ServedOffice, FilmOffice], arrives: Arrives
) -> None:
    visitor = arrives(film[0])
    visitor.sign_in("viewer", "live/vault")
    expect(visitor.page.get_by_text(visitor.says(OFFLINE)).first).to_be_visible()
    visitor.expect_accessible()


@in_japanese
def test_a_camera_is_enlarged_and_left_again_by_keyboard(
    film: tuple[ServedOffice, FilmOffice], arrives: Arrives
) -> None:
    visitor = arrives(film[0])
    visitor.sign_in("viewer")
    enlarge = Both("カメラ「counter」を大きく表示", "Enlarge the camera counter")
    visitor.page.get_by_role("link", name=visitor.says(enlarge)).press("Enter")
    expect(visitor.page.locator("video")).to_have_count(1)
    expect(visitor.page.locator("svg text").first).to_be_visible()
    visitor.expect_accessible()
    visitor.page.get_by_role("link", name=visitor.says(Both("一覧に戻る", "Back to all cameras"))).press("Enter")
    expect(visitor.page.locator("video")).to_have_count(2)


def test_what_cameras_see_stands_beside_what_the_ledger_says(
    film: tuple[ServedOffice, FilmOffice], arrives: Arrives
) -> None:
    register(film[0])
    visitor = arrives(film[0])
    visitor.sign_in("viewer")
    card = visitor.page.get_by_role("listitem").filter(has_text="交付用端末 1")
    for said in (
        Both("映像：定位置にあり", "Camera: in its place"),
        Both("台帳：保管庫の中", "Ledger: in the vault"),
        Both("映像と台帳が食い違っています", "Camera and ledger differ"),
    ):
        expect(card.get_by_text(visitor.says(said), exact=True)).to_be_visible()
    expect(visitor.text(Both("職員が1人います", "One clerk is there"))).to_be_visible()
    visitor.expect_accessible()


def test_the_closing_is_shown_with_its_steps_and_how_long_there_is_for_each(
    tmp_path: Path, shared_site: Site, arrives: Arrives
) -> None:
    now_ms = [round(datetime.fromisoformat("2018-02-21T16:50:00+09:00").timestamp() * 1000)]
    with served(tmp_path, shared_site, FilmOffice, clock=lambda: now_ms[0], page=BUILT) as office:
        now_ms[0] += 20 * 60_000
        register(office)
        visitor = arrives(office)
        visitor.sign_in("viewer")
        closing = visitor.page.get_by_role("region", name=visitor.says(Both("終業手順", "Closing")))
        locked = closing.get_by_role("listitem").filter(has_text=visitor.says(Both("保管庫の施錠", "Vault locked")))
        expect(locked).to_contain_text(visitor.says(Both("済み", "done")))
        counted = closing.get_by_role("listitem").filter(
            has_text=visitor.says(Both("枚数・台数の確認", "Items counted"))
        )
        expect(counted).to_contain_text(visitor.says(Both("あと", "left")))
        visitor.expect_accessible()
