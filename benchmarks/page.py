"""What the page costs a browser: its first view, sixteen live pictures at once, and many changes one after the other.

`python -m benchmarks.page` prints it, measured in Debian's Chromium without a graphics processor.
"""

from __future__ import annotations

import asyncio
import gzip
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from api.runtime.office import CameraState, LiveChunk
from api.settings import load_site
from api.web.page import BUILT
from custody.records import changes
from custody.records.changes import ChangeKind
from tests.api.web.served import ServedOffice, served
from tests.page.film import CLIP, CODEC, FilmOffice, pieces
from tests.page.visitor import Visitor

CAMERAS: Final = 16
WATCHED_S: Final = 15
CHANGES: Final = 20_000
AT_ONCE: Final = 2_500
_SITE: Final = """\
site: {id: tsurumi, name: 鶴見区役所 戸籍課, timezone: Asia/Tokyo, language: ja}
hours: {weekly: {mon-fri: "08:45-17:00"}}
cameras:
"""
_KINDS: Final = (ChangeKind.PEOPLE, ChangeKind.SLOT_STATE, ChangeKind.CAMERA_STATE)
_ALL_THERE: Final = f"() => document.querySelectorAll('video').length === {CAMERAS}"
_PAINTED_MS: Final = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
_FRAMES: Final = """[...document.querySelectorAll('video')]
  .map(video => video.getVideoPlaybackQuality())
  .map(quality => [quality.totalVideoFrames, quality.droppedVideoFrames])"""
_HEAP: Final = "performance.memory.usedJSHeapSize"


class Wall(FilmOffice):
    """An office whose cameras all show the same film."""

    film: Final = tuple(pieces(CLIP))

    def cameras(self) -> Mapping[str, CameraState]:
        """Return them, all as the one of the film."""
        state = super().cameras()["counter"]
        return {camera.id: replace(state, id=camera.id) for camera in self.site.cameras}

    async def live(self, camera: str) -> AsyncIterator[LiveChunk]:
        """Give the film once."""
        self._expect(camera)
        began_s = asyncio.get_running_loop().time()
        for at_s, kind, data in self.film:
            await asyncio.sleep(max(0, began_s + at_s - asyncio.get_running_loop().time()))
            yield LiveChunk(kind, data, key=False, captured_at_ms=self.now_ms(), codec=CODEC)


def main() -> None:
    """Measure, and print it."""
    program = shutil.which("chromium")
    if program is None or not BUILT.is_dir():
        sys.exit("needs a browser and the built page: apt-get install chromium, make dashboard")
    print(f"first view: {_first_view_bytes() / 1000:.0f} kB, gzip")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "site.yaml"
        cameras = ["counter", *(f"camera-{number}" for number in range(1, CAMERAS))]
        path.write_text(_SITE + "".join(f"  {name}: {{source: 'replay:{CLIP}'}}\n" for name in cameras), "utf-8")
        with served(Path(folder) / "data", load_site(path, {}), Wall, page=BUILT) as office:
            arguments = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"]
            browser = driver.chromium.launch(executable_path=program, args=arguments)
            page = browser.new_page(viewport={"width": 1920, "height": 1080}, locale="ja")
            _look(Visitor(page, "ja", office.address))
            _flood(page, office)


def _first_view_bytes() -> int:
    """Return what must cross the network, compressed, before anybody can sign in."""
    first = [BUILT / "index.html", *BUILT.glob("assets/index-*")]
    return sum(len(gzip.compress(file.read_bytes())) for file in first)


def _look(visitor: Visitor) -> None:
    page = visitor.page
    visitor.open()
    page.get_by_role("heading", level=1).wait_for()
    print(f"first contentful paint: {page.evaluate(_PAINTED_MS):.0f} ms")
    visitor.sign_in("viewer")
    page.wait_for_function(_ALL_THERE)
    page.wait_for_timeout(4_000)
    before, began_s = page.evaluate(_FRAMES), time.monotonic()
    page.wait_for_timeout(WATCHED_S * 1000)
    after, took_s = page.evaluate(_FRAMES), time.monotonic() - began_s
    shown = [(now[0] - then[0], now[1] - then[1]) for then, now in zip(before, after, strict=True) if now[0]]
    frames, dropped = (sum(column) for column in zip(*shown, strict=True))
    each = frames / took_s / len(shown)
    print(f"{len(shown)} of {CAMERAS} pictures in sight: {each:.1f} frames/s each, {dropped} dropped")


def _flood(page: Page, office: ServedOffice) -> None:
    """Let many things happen, and see what stays in memory."""
    session = page.context.new_cdp_session(page)

    def heap_mb() -> float:
        session.send("HeapProfiler.collectGarbage")
        return float(page.evaluate(_HEAP)) / 1e6

    before_mb = heap_mb()
    for _ in range(CHANGES // AT_ONCE):
        with office.office.records.write() as connection:
            for number in range(AT_ONCE):
                kind = _KINDS[number % len(_KINDS)]
                changes.note(connection, kind, office.office.now_ms(), "counter", {"number": number})
        page.wait_for_timeout(3_000)
    print(f"memory of the script: {before_mb:.2f} MB, after {CHANGES} changes {heap_mb():.2f} MB")


if __name__ == "__main__":
    main()
