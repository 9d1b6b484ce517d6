"""A browser and FFmpeg play what was recorded, across borders of segments and gaps, and find every packet."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from api.footage.index import reindex
from api.settings import load_site
from streams.footage_keys import introduce_key
from streams.segments import Segment
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


class Recorded:
    """An office that serves the footage of an evening; an investigator who may look at it."""

    def __init__(self, office: ServedOffice, segments: list[Segment]) -> None:
        self.office = office
        self.segments = segments
        asked = {
            "permission": "replay",
            "cameras": ["counter"],
            "start": "2018-02-21T17:00:00+09:00",
            "end": "2018-02-21T17:01:20+09:00",
            "reason": "a terminal is missing",
            "authority": "戸籍第12号",
        }
        self.mandate = str(office.as_("investigator").post("/access/mandates", asked).json()["id"])

    @property
    def query(self) -> str:
        return f"{WHOLE}&mandate={self.mandate}"


@contextmanager
def serving(folder: Path, *, encrypted: bool) -> Iterator[Recorded]:
    (folder / "site.yaml").write_text(SITE_TEXT, encoding="utf-8")
    root = folder / "data" / "footage"
    root.mkdir(parents=True)
    segments = record_evening(root, folder, partial(introduce_key, root, folder / "key") if encrypted else None)
    site = load_site(folder / "site.yaml", {"COUNTER_PASSWORD": SECRET})
    with served(folder / "data", site, clock=lambda: ENDED_MS + 10_000) as office:
        reindex(office.office.records, root)
        yield Recorded(office, segments)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    with serving(tmp_path_factory.mktemp("evening"), encrypted=False) as office:
        yield office


@pytest.fixture
def page(browser: Browser, recorded: Recorded) -> Iterator[Page]:
    """A browser in which the investigator is signed in."""
    office = recorded.office
    context = browser.new_context()
    cookies = office.as_("investigator").http.cookies
    context.add_cookies([{"name": name, "value": value, "url": office.address} for name, value in cookies.items()])
    opened = context.new_page()
    opened.goto(f"{office.address}/api/v1/openapi.json")
    yield opened
    context.close()


def test_a_browser_plays_across_borders_of_segments_and_jumps_over_a_gap(page: Page, recorded: Recorded) -> None:
    ranges = page.evaluate(APPEND, ["/api/v1/footage/counter", recorded.query])
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


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
def test_ffmpeg_finds_the_packets_of_the_disk_in_the_playlist_frame_by_frame(tmp_path: Path, encrypted: bool) -> None:
    with serving(tmp_path, encrypted=encrypted) as recorded:
        address = f"{recorded.office.address}/api/v1/footage/counter/playlist.m3u8?{recorded.query}"
        found = probed(address, recorded.office.as_("investigator").cookie)
    sent = [picture for name in ("before", "after") for picture in pictures(tmp_path / f"{name}.mp4", 0)]
    assert [packet["data_hash"].removeprefix("SHA256:") for packet in found] == [one.sha256 for one in sent]
    assert len(found) == sum(segment.frames for segment in recorded.segments)


def probed(address: str, cookie: str) -> list[dict[str, Any]]:
    """Return the packets that FFmpeg finds behind an address, each with the digest of its bytes."""
    command = ["ffprobe", "-v", "error", "-headers", f"Cookie: {cookie}\r\n", "-select_streams", "v"]
    command += ["-show_packets", "-show_data_hash", "sha256", "-of", "json", address]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    packets: list[dict[str, Any]] = json.loads(done.stdout)["packets"]
    return packets
