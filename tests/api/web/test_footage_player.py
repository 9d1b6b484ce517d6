"""A browser and FFmpeg play what was recorded, across borders of segments and gaps, and find every packet."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from api.settings import load_site
from streams.segments import Segment, segment_path
from tests.api.conftest import SECRET, SITE_TEXT
from tests.api.footage.recorded import BACK_MS, ENDED_MS, LOST_MS, record_evening
from tests.api.web.evening import at
from tests.api.web.served import ServedOffice, served
from tests.streams.footage import pictures
from tests.streams.told import BEGAN_MS

pytestmark = pytest.mark.timeout(120)

WHOLE: Final = f"from={at(BEGAN_MS)}&to={at(ENDED_MS)}"

APPEND: Final = """async ([folder, query]) => {
  const when = (target, name) => new Promise((done) => target.addEventListener(name, done, {once: true}));
  const segments = (await (await fetch(`${folder}/segments?${query}`)).json()).items;
  const origin = Date.parse(segments[0].from), video = document.createElement("video"), source = new MediaSource();
  Object.assign(window, {video, times: []});
  video.muted = true;
  document.documentElement.append(video);
  video.src = URL.createObjectURL(source);
  await when(source, "sourceopen");
  const buffer = source.addSourceBuffer(`video/mp4; codecs="${segments[0].codec}"`);
  for (const segment of segments) {
    buffer.timestampOffset = (Date.parse(segment.from) - origin) / 1000;
    buffer.appendBuffer(await (await fetch(`${folder}/${segment.uri}`)).arrayBuffer());
    await when(buffer, "updateend");
  }
  source.endOfStream();
  const note = (_, frame) => { window.times.push(frame.mediaTime); video.requestVideoFrameCallback(note); };
  video.requestVideoFrameCallback(note);
  const ranges = [...Array(buffer.buffered.length).keys()];
  return ranges.map((i) => [buffer.buffered.start(i), buffer.buffered.end(i)]);
}"""

PLAY: Final = """async ([from, until]) => {
  const {buffered} = video;
  const ranges = [...Array(buffered.length).keys()].map((i) => [buffered.start(i), buffered.end(i)]);
  const deadline = performance.now() + 20000;
  window.times.length = 0;
  video.currentTime = from;
  await video.play();
  while (video.currentTime < until && !video.error && performance.now() < deadline) {
    await new Promise((done) => setTimeout(done, 50));
    const next = ranges.find(([start]) => start > video.currentTime);
    if (next && video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) video.currentTime = next[0];
  }
  video.pause();
  return {times: window.times, at: video.currentTime, error: video.error && video.error.message};
}"""


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ServedOffice, list[Segment]]]:
    """Return an office that serves the footage of an evening, and its segments."""
    folder = tmp_path_factory.mktemp("evening")
    (folder / "site.yaml").write_text(SITE_TEXT, encoding="utf-8")
    segments = record_evening(folder / "data" / "footage", folder)
    site = load_site(folder / "site.yaml", {"COUNTER_PASSWORD": SECRET})
    with served(folder / "data", site, clock=lambda: ENDED_MS + 10_000) as office:
        yield office, segments


@pytest.fixture(scope="module")
def mandate(recorded: tuple[ServedOffice, list[Segment]]) -> str:
    office, _ = recorded
    asked = {
        "permission": "replay",
        "cameras": ["counter"],
        "start": "2018-02-21T17:00:00+09:00",
        "end": "2018-02-21T17:01:20+09:00",
        "reason": "a terminal is missing",
        "authority": "戸籍第12号",
    }
    return str(office.as_("investigator").post("/access/mandates", asked).json()["id"])


@pytest.fixture
def page(browser: Browser, recorded: tuple[ServedOffice, list[Segment]]) -> Iterator[Page]:
    """A browser in which the investigator is signed in."""
    office, _ = recorded
    context = browser.new_context()
    cookies = office.as_("investigator").http.cookies
    context.add_cookies([{"name": name, "value": value, "url": office.address} for name, value in cookies.items()])
    opened = context.new_page()
    opened.goto(f"{office.address}/api/v1/openapi.json")
    yield opened
    context.close()


def test_a_browser_plays_across_borders_of_segments_and_jumps_over_a_gap(page: Page, mandate: str) -> None:
    ranges = page.evaluate(APPEND, ["/api/v1/footage/counter", f"{WHOLE}&mandate={mandate}"])
    seconds = [(at_ms - BEGAN_MS) / 1000 for at_ms in (BEGAN_MS, LOST_MS, BACK_MS, ENDED_MS)]
    assert [moment for one in ranges for moment in one] == pytest.approx(seconds, abs=0.02)

    border = page.evaluate(PLAY, [9.0, 11.0])
    assert border["error"] is None
    shown = [moment for moment in border["times"] if 9.0 <= moment <= 11.0]
    assert max(later - earlier for earlier, later in pairwise(shown)) < 0.3, "nothing is left out at 10 s"

    gap = page.evaluate(PLAY, [39.0, 61.0])
    assert gap["error"] is None
    before, after = [t for t in gap["times"] if t < 40], [t for t in gap["times"] if t >= 60]
    assert before
    assert after
    assert len(before) + len(after) == len(gap["times"]), "there is no picture of the gap"


def test_ffmpeg_finds_the_packets_of_the_disk_in_the_playlist_frame_by_frame(
    recorded: tuple[ServedOffice, list[Segment]], mandate: str
) -> None:
    office, segments = recorded
    address = f"{office.address}/api/v1/footage/counter/playlist.m3u8?{WHOLE}&mandate={mandate}"
    found = probed(address, office.as_("investigator").cookie)
    root = office.office.folder / "footage"
    kept = [
        picture
        for segment in segments
        for picture in pictures(segment_path(root, "counter", segment.began_ms), segment.began_ms)
    ]
    assert [packet["data_hash"].removeprefix("SHA256:") for packet in found] == [one.sha256 for one in kept]


def probed(address: str, cookie: str) -> list[dict[str, Any]]:
    """Return the packets that FFmpeg finds behind an address, each with the digest of its bytes."""
    command = ["ffprobe", "-v", "error", "-headers", f"Cookie: {cookie}\r\n", "-select_streams", "v"]
    command += ["-show_packets", "-show_data_hash", "sha256", "-of", "json", address]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    packets: list[dict[str, Any]] = json.loads(done.stdout)["packets"]
    return packets
