"""Recordings: looked at under a mandate, over several cameras in step, across gaps; held and taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import expect

from api.footage.index import reindex
from api.runtime.whereabouts import footage_folder
from api.settings import Site
from api.web.page import BUILT
from tests.api.web.served import ServedOffice, served
from tests.page.film import CLIP
from tests.page.visitor import Both, Visitor, in_japanese
from tests.streams.footage import record

BEGAN_MS: Final = 1_519_200_600_000
"""21 February 2018, 17:10 in Tokyo."""
GAP_MS: Final = 20_000
WATCH: Final = Both("録画を見る", "Look at the recording")
PLAY: Final = Both("再生", "Play")
REASON: Final = Both("理由", "Reason")
AUTHORITY: Final = Both("根拠となる文書", "Document that permits it")
_ALL_LATER: Final = """before => [...document.querySelectorAll('video')].every(
    (video, index) => video.currentTime > before[index] + 1
)"""
NOTHING: Final = Both("この時刻の録画はありません", "Nothing was recorded at this time")


@pytest.fixture
def office(tmp_path: Path, shared_site: Site) -> Iterator[ServedOffice]:
    """An office that has recorded the counter twice, with a gap between, and the vault meanwhile."""
    with served(tmp_path / "data", shared_site, page=BUILT) as running:
        root = footage_folder(running.office.folder)
        record(root, CLIP, CLIP, began_ms=BEGAN_MS, pause_ms=GAP_MS)
        record(root, CLIP, camera="vault", began_ms=BEGAN_MS)
        reindex(running.office.records, root)
        yield running


def iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat().replace("+00:00", "Z")


def say_why(visitor: Visitor) -> None:
    visitor.field(REASON).fill("所在不明の確認")
    visitor.field(AUTHORITY).fill("鶴戸第123号")


def watch(visitor: Visitor, account: str, at_ms: int) -> None:
    visitor.sign_in(account, f"footage?at={iso(at_ms)}")
    visitor.button(WATCH).click()
    say_why(visitor)
    visitor.button(Both("記録して進む", "Record and go on")).click()


def positions(visitor: Visitor) -> list[float]:
    found: list[float] = visitor.page.locator("video").evaluate_all("all => all.map(video => video.currentTime)")
    return found


def test_two_cameras_play_in_step_once_it_is_said_why(office: ServedOffice, visitor: Visitor) -> None:
    watch(visitor, "custodian", BEGAN_MS + 2_000)
    expect(visitor.page.locator("video.ready")).to_have_count(2)
    visitor.expect_accessible()
    before = positions(visitor)
    visitor.button(PLAY).click()
    visitor.page.wait_for_function(_ALL_LATER, arg=before)
    one, two = positions(visitor)
    assert abs(one - two) < 0.5
    assert {entry.actors for entry in office.office.ledger if entry.kind == "footage.viewed"} == {("custodian",)}


@in_japanese
def test_the_axis_is_used_by_keyboard_and_says_where_it_stands(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("custodian", f"footage?at={iso(BEGAN_MS)}")
    axis = visitor.page.get_by_role("slider")
    axis.focus()
    expect(axis).to_have_attribute("aria-valuenow", str(BEGAN_MS))
    visitor.page.keyboard.press("ArrowRight")
    expect(axis).to_have_attribute("aria-valuenow", str(BEGAN_MS + 60_000))
    for _ in range(2):
        visitor.page.keyboard.press("+")
    visitor.page.keyboard.press("ArrowLeft")
    expect(axis).to_have_attribute("aria-valuenow", str(BEGAN_MS + 45_000))
    expect(axis).to_have_attribute("aria-valuetext", re.compile("17:10:45"))
    visitor.expect_accessible()


@in_japanese
def test_playing_leaps_over_what_nobody_has_recorded(office: ServedOffice, visitor: Visitor) -> None:
    ended_ms = recorded_until(office)
    watch(visitor, "custodian", ended_ms + 1_000)
    expect(visitor.text(NOTHING)).to_have_count(2)
    visitor.button(PLAY).click()
    expect(visitor.page.locator("video.ready")).to_have_count(1)
    now = int(visitor.page.get_by_role("slider").get_attribute("aria-valuenow") or 0)
    assert now >= ended_ms + GAP_MS


def recorded_until(office: ServedOffice) -> int:
    asked: Any = {"camera": "vault", "from": iso(BEGAN_MS), "to": iso(BEGAN_MS + 600_000)}
    told = office.as_("viewer").get("/footage/coverage", **asked).json()
    return round(datetime.fromisoformat(told["recorded"][-1]["to"]).timestamp() * 1000)


@in_japanese
def test_a_range_is_marked_and_held_for_a_new_case(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("custodian", f"footage?at={iso(BEGAN_MS)}")
    visitor.button(Both("始点にする", "Range begins here")).click()
    visitor.page.get_by_role("slider").press("ArrowRight")
    visitor.button(Both("終点にする", "Range ends here")).click()
    visitor.button(Both("保全する", "Hold")).click()
    visitor.expect_accessible()
    visitor.field(Both("案件名", "Name of the case")).fill("交付用端末の所在不明")
    say_why(visitor)
    visitor.page.get_by_role("dialog").get_by_role("button", name=visitor.says(Both("保全する", "Hold"))).click()
    expect(visitor.text(Both("録画を保全しました", "The footage is held"))).to_be_visible()
    held = [entry.body for entry in office.office.ledger if entry.kind == "hold.placed"]
    assert {str(body["camera"]) for body in held} == {"counter", "vault"}


def test_a_range_is_taken_out_as_a_package_that_can_be_fetched(office: ServedOffice, visitor: Visitor) -> None:
    visitor.sign_in("investigator", f"footage?at={iso(BEGAN_MS)}")
    visitor.button(Both("始点にする", "Range begins here")).click()
    visitor.button(Both("持ち出す：counter", "Take out: counter")).click()
    say_why(visitor)
    visitor.page.get_by_role("dialog").get_by_role("button", name=visitor.says(Both("持ち出す", "Take out"))).click()
    fetch = visitor.page.get_by_role("link", name=visitor.says(Both("ファイルを受け取る", "Fetch the file")))
    with visitor.page.expect_download(timeout=20_000) as download:
        fetch.click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
