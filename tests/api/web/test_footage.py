"""Footage over HTTP: what was recorded is told to viewers, what it shows only under a mandate, and on the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import pytest

from api.footage.index import reindex
from api.settings import load_site
from streams.disk import GB, DiskMarks, DiskWatch
from streams.recording import Recording
from streams.segments import segment_path
from tests.api.auth.conftest import NOW_MS, Browser
from tests.api.conftest import SECRET, SITE_TEXT
from tests.api.footage.recorded import BACK_MS, ENDED_MS, LOST_MS
from tests.api.web.evening import Evening, at, local
from tests.streams.conftest import ClipMaker
from tests.streams.footage import pictures, record
from tests.streams.told import BEGAN_MS, told

WHOLE: Final = f"from={at(BEGAN_MS)}&to={at(ENDED_MS)}"


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    folder = tmp_path_factory.mktemp("evening")
    (folder / "site.yaml").write_text(SITE_TEXT, encoding="utf-8")
    made = Evening(folder, load_site(folder / "site.yaml", {"COUNTER_PASSWORD": SECRET}))
    with made.counter:
        yield made


def get(browser: Browser, path: str) -> Any:
    answer = browser.get(path)
    assert answer.status_code == HTTPStatus.OK, answer.text
    return answer.json()


def test_coverage_tells_what_was_recorded_and_why_the_rest_was_not(evening: Evening) -> None:
    counter = evening.counter
    told = get(counter.browser("ueda"), f"/footage/coverage?camera=counter&from={at(BEGAN_MS)}&to={at(ENDED_MS)}")
    assert told["recorded"] == [
        {"from": local(BEGAN_MS, counter), "to": local(LOST_MS, counter)},
        {"from": local(BACK_MS, counter), "to": local(ENDED_MS, counter)},
    ]
    assert told["gaps"] == [{"from": local(LOST_MS, counter), "to": local(BACK_MS, counter), "cause": "offline"}]


@pytest.mark.parametrize("camera", ["roof", "..", "%00", "counter%2f..%2fvault"])
def test_a_camera_that_neither_site_nor_footage_knows_is_not_found(evening: Evening, camera: str) -> None:
    answer = evening.counter.browser("ueda").get(f"/footage/coverage?camera={camera}&{WHOLE}")
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_coverage_says_nothing_of_the_future(evening: Evening) -> None:
    asked = f"/footage/coverage?camera=counter&from={at(ENDED_MS)}&to={at(NOW_MS + 3_600_000)}"
    [gap] = get(evening.counter.browser("ueda"), asked)["gaps"]
    assert gap["to"] == local(evening.counter.now_ms, evening.counter)
    assert gap["cause"] == "unfinished"


def test_the_timeline_has_the_share_of_each_part_for_the_cameras_that_one_may_view(evening: Evening) -> None:
    counter = evening.counter
    told = get(counter.browser("ueda"), f"/footage/timeline?{WHOLE}&parts=8")
    assert told["part_ms"] == 10_000
    seen, vault = told["cameras"]
    assert seen["density"] == [1, 1, 1, 1, 0, 0, 1, 1]
    assert (seen["oldest"], seen["newest"]) == (local(BEGAN_MS, counter), local(ENDED_MS, counter))
    assert (len(seen["gaps"]), seen["all_gaps"]) == (1, 1)
    assert (vault["camera"], vault["oldest"], vault["density"]) == ("vault", None, [0] * 8)
    guarded = get(counter.browser("guard"), f"/footage/timeline?{WHOLE}")
    assert [camera["camera"] for camera in guarded["cameras"]] == ["vault"]


@pytest.mark.parametrize(
    "asked",
    [
        f"coverage?camera=counter&from={at(ENDED_MS)}&to={at(BEGAN_MS)}",
        f"coverage?camera=counter&from={at(BEGAN_MS)}&to={at(BEGAN_MS + 32 * 86_400_000)}",
        f"coverage?from={at(BEGAN_MS)}&to={at(ENDED_MS)}",
        f"timeline?{WHOLE}&parts=0",
        "timeline?from=yesterday&to=today",
    ],
)
def test_a_stretch_that_ends_before_it_begins_or_is_too_long_is_refused(evening: Evening, asked: str) -> None:
    assert evening.counter.browser("ueda").get(f"/footage/{asked}").status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_under_a_mandate_the_segments_are_the_files_on_the_disk_byte_for_byte(evening: Evening) -> None:
    browser = evening.counter.browser("mori")
    mandate = evening.mandate(browser)
    listed = get(browser, f"/footage/counter/segments?{WHOLE}&mandate={mandate}")["items"]
    assert [segment["sha256"] for segment in listed] == [segment.sha256 for segment in evening.segments]
    for segment in listed:
        answer = browser.get(f"/footage/counter/{segment['uri']}")
        assert hashlib.sha256(answer.content).hexdigest() == segment["sha256"]
        assert answer.headers["content-type"] == "video/mp4"


def test_a_range_of_bytes_of_a_segment_can_be_asked_for(evening: Evening) -> None:
    browser = evening.counter.browser("mori")
    mandate = evening.mandate(browser)
    segment = get(browser, f"/footage/counter/segments?{WHOLE}&mandate={mandate}")["items"][0]
    init = browser.get(f"/footage/counter/{segment['uri']}", {"Range": f"bytes=0-{segment['init_bytes'] - 1}"})
    assert init.status_code == HTTPStatus.PARTIAL_CONTENT
    assert len(init.content) == segment["init_bytes"]
    assert init.content[4:8] == b"ftyp"


def test_a_playlist_names_each_segment_with_its_date_and_each_gap_with_its_cause(evening: Evening) -> None:
    browser = evening.counter.browser("mori")
    mandate = evening.mandate(browser)
    answer = browser.get(
        f"/footage/counter/playlist.m3u8?from={at(BEGAN_MS + 5_000)}&to={at(ENDED_MS)}&mandate={mandate}"
    )
    assert answer.headers["content-type"].startswith("application/vnd.apple.mpegurl")
    lines = answer.text.splitlines()
    assert lines[0] == "#EXTM3U"
    assert "#EXT-X-START:TIME-OFFSET=5.000,PRECISE=YES" in lines
    assert "#EXT-X-PROGRAM-DATE-TIME:2018-02-21T08:01:00.000Z" in lines
    assert lines.count("#EXTINF:10.000,") == 6
    assert lines.count("#EXT-X-DISCONTINUITY") == 5
    assert [line for line in lines if "DATERANGE" in line and 'X-CAUSE="offline"' in line] != []
    for uri in [line for line in lines if not line.startswith("#")]:
        assert browser.get(f"/footage/counter/{uri}").status_code == HTTPStatus.OK


def test_a_replay_is_on_the_ledger_once_with_its_stretch_and_mandate(evening: Evening) -> None:
    browser = evening.counter.browser("kato")
    mandate = evening.mandate(browser)
    for segment in get(browser, f"/footage/counter/segments?{WHOLE}&mandate={mandate}")["items"]:
        browser.get(f"/footage/counter/{segment['uri']}")
    [viewed] = [entry for entry in evening.counter.entries("footage.viewed") if entry.actors == ("kato",)]
    assert (viewed.body["camera"], viewed.body["mandate"]) == ("counter", mandate)
    assert viewed.body["interval"] == {"from": "2018-02-21T08:00:00.000Z", "to": "2018-02-21T08:01:20.000Z"}


PICTURES: Final = ("playlist.m3u8", "segments", f"segments/{BEGAN_MS}.mp4")


@pytest.mark.parametrize("path", PICTURES)
def test_without_permission_without_mandate_and_beyond_it_nothing_is_shown_and_the_ledger_says_so(
    evening: Evening, path: str
) -> None:
    counter, asked = evening.counter, f"/footage/counter/{path}?{WHOLE}"
    viewer, investigator = counter.browser("ueda"), counter.browser("mori")
    assert viewer.get(asked).status_code == HTTPStatus.FORBIDDEN
    for mandate in ("", "nonsense", evening.mandate(investigator, to_ms=LOST_MS)):
        answer = investigator.get(f"{asked}&mandate={mandate}")
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert answer.json()["type"] == "urn:kuraban:problem:mandate-needed"
    other = evening.mandate(counter.browser("kato"))
    assert investigator.get(f"{asked}&mandate={other}").status_code == HTTPStatus.FORBIDDEN
    refused = {(entry.actors[0], entry.body["why"]) for entry in counter.entries("access.refused")}
    assert {("ueda", "permission"), ("mori", "mandate")} <= refused


@pytest.mark.parametrize("start", [BEGAN_MS + 1, BEGAN_MS - 10_000, 0, BACK_MS])
def test_a_segment_that_is_not_there_or_lies_outside_of_the_stretch_is_not_found(
    evening: Evening, start: int
) -> None:
    browser = evening.counter.browser("mori")
    mandate = evening.mandate(browser)
    stretch = f"from={at(BEGAN_MS)}&to={at(BEGAN_MS + 10_000)}"
    answer = browser.get(f"/footage/counter/segments/{start}.mp4?{stretch}&mandate={mandate}")
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("start", ["..%2f..%2frecords.sqlite", "-1", "1e3", str(2**60)])
def test_no_name_leads_to_another_file(evening: Evening, start: str) -> None:
    browser = evening.counter.browser("mori")
    mandate = evening.mandate(browser)
    answer = browser.get(f"/footage/counter/segments/{start}.mp4?{WHOLE}&mandate={mandate}")
    assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY}


def test_a_segment_that_was_deleted_meanwhile_is_not_found(evening: Evening) -> None:
    browser = evening.counter.browser("mori")
    mandate = evening.mandate(browser)
    path = segment_path(evening.root, "counter", BACK_MS)
    hidden = path.rename(path.with_suffix(".hidden"))
    try:
        answer = browser.get(f"/footage/counter/segments/{BACK_MS}.mp4?{WHOLE}&mandate={mandate}")
        assert (answer.status_code, "deleted" in answer.json()["detail"]) == (HTTPStatus.NOT_FOUND, True)
    finally:
        hidden.rename(path)


def test_footage_of_a_camera_that_is_no_longer_in_the_site_file_can_be_played(
    evening: Evening, tmp_path: Path
) -> None:
    browser = evening.counter.browser("mori")
    clip = ClipMaker(tmp_path)("lobby.mp4", frames=30, g="15")
    record(evening.root, clip, camera="old-lobby")
    reindex(evening.counter.office.records, evening.root)
    mandate = evening.mandate(browser, camera="old-lobby")
    [segment] = get(browser, f"/footage/old-lobby/segments?{WHOLE}&mandate={mandate}")["items"]
    assert browser.get(f"/footage/old-lobby/{segment['uri']}").status_code == HTTPStatus.OK


def test_what_has_just_happened_can_be_seen_in_the_segment_that_is_growing(evening: Evening, tmp_path: Path) -> None:
    words = told(ClipMaker(tmp_path)("vault.mp4", frames=60, g="15"), began_ms=BACK_MS)
    disk = DiskWatch(evening.root, DiskMarks(), lambda _: 100 * GB)
    recording = Recording(evening.root, "vault", disk, lambda _: None)
    recording.begin()
    for word in words[:-1]:
        recording.take(word)
    browser = evening.counter.browser("mori")
    mandate = evening.mandate(browser, camera="vault")
    [segment] = get(browser, f"/footage/vault/segments?{WHOLE}&mandate={mandate}")["items"]
    assert (segment["growing"], segment["sha256"]) == (True, None)
    assert segment["from"] == local(BACK_MS, evening.counter)
    answer = browser.get(f"/footage/vault/{segment['uri']}")
    (tmp_path / "growing.mp4").write_bytes(answer.content)
    assert len(pictures(tmp_path / "growing.mp4", BACK_MS)) == segment["frames"]
    recording.end()
    reindex(evening.counter.office.records, evening.root)
    [finished] = get(browser, f"/footage/vault/segments?{WHOLE}&mandate={mandate}")["items"]
    assert (finished["growing"], finished["frames"]) == (False, 60)
    whole = browser.get(f"/footage/vault/{segment['uri']}")
    assert hashlib.sha256(whole.content).hexdigest() == finished["sha256"]
