"""The pictures in docs/screens: `python -m tests.page.pictures` takes them anew, of an office on one evening.

They are for people to look at, and for whoever changes the page to see what it looks like.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from playwright.sync_api import Browser, ViewportSize, expect, sync_playwright

from api.footage.index import reindex
from api.runtime.whereabouts import footage_folder
from api.settings import load_site
from api.web.page import BUILT
from custody.acts import CheckOut, Count, VaultOpened
from custody.records import watching
from custody.sightings import Gap, Seen, Sighting
from tests.api.conftest import SECRET, SITE_TEXT
from tests.api.web.served import ServedOffice, served
from tests.page.film import CLIP, FilmOffice
from tests.page.raised import REMOVED, raise_incidents
from tests.page.registered import record, register
from tests.page.visitor import Both, Language, Visitor
from tests.streams.footage import record as shot

OUT: Final = Path(__file__).parents[2] / "docs" / "screens"
NOW_MS: Final = round(datetime.fromisoformat("2018-02-21T17:10:00+09:00").timestamp() * 1000)
MINUTE_MS: Final = 60_000
SIZE: Final = ViewportSize(width=1280, height=800)
PHONE: Final = ViewportSize(width=390, height=780)


class Shot(NamedTuple):
    """One picture: of a screen, as somebody sees it."""

    name: str
    screen: str
    account: str
    language: Language = "ja"
    dark: bool = False
    phone: bool = False


SHOTS: Final = (
    Shot("sign-in", "", "", "ja"),
    Shot("live", "live", "counter_staff"),
    Shot("live-dark", "live", "counter_staff", "en", dark=True),
    Shot("live-phone", "live", "counter_staff", phone=True),
    Shot("alerts", f"alerts/{REMOVED}", "counter_staff"),
    Shot("alerts-dark", f"alerts/{REMOVED}", "counter_staff", "en", dark=True),
    Shot("counter", "counter", "counter_staff"),
    Shot("counter-phone", "counter", "counter_staff", "en", phone=True, dark=True),
    Shot("footage", "footage?at=2018-02-21T08:00:20Z", "custodian"),
    Shot("footage-dark", "footage?at=2018-02-21T08:00:20Z", "investigator", "en", dark=True),
    Shot("investigation", "investigation/count/terminals", "investigator"),
    Shot("investigation-dark", "investigation/count/terminals", "investigator", "en", dark=True),
    Shot("oversight", "oversight", "auditor"),
    Shot("oversight-trail-dark", "oversight/trail", "auditor", "en", dark=True),
    Shot("setup-views", "setup/views", "administrator"),
    Shot("setup-users-dark", "setup/users", "administrator", "en", dark=True),
)


@contextmanager
def evening(folder: Path) -> Iterator[ServedOffice]:
    """Serve an office at ten past five: a terminal has gone, two have counted wrong, the closing has begun."""
    path = folder / "site.yaml"
    path.write_text(SITE_TEXT, encoding="utf-8")
    now_ms = [NOW_MS - 60 * MINUTE_MS]
    site = load_site(path, {"COUNTER_PASSWORD": SECRET})
    with served(folder / "data", site, FilmOffice, clock=lambda: now_ms[0], page=BUILT) as office:
        register(office)
        record(office, Count("terminals", (1, 1)), "counter_staff", "custodian")
        now_ms[0] += 10 * MINUTE_MS
        record(office, VaultOpened("vault-door"), "custodian")
        record(office, CheckOut("T-01", "T-01"), "counter_staff", "custodian")
        now_ms[0] = NOW_MS
        record(office, Count("terminals", (0, 0)), "counter_staff", "custodian")
        raise_incidents(office)
        _look_back(office)
        yield office


def _look_back(office: ServedOffice) -> None:
    """Have the cameras recorded and seen something before."""
    root = footage_folder(office.office.folder)
    shot(root, CLIP, CLIP, began_ms=NOW_MS - 10 * MINUTE_MS, pause_ms=MINUTE_MS // 3)
    shot(root, CLIP, camera="vault", began_ms=NOW_MS - 10 * MINUTE_MS)
    reindex(office.office.records, root)
    gone_ms = NOW_MS - 20 * MINUTE_MS
    told: list[Sighting | Gap] = [
        Sighting(Seen.ITEM_PRESENT, "T-01", NOW_MS - 49 * MINUTE_MS, gone_ms, "counter"),
        Gap("counter", NOW_MS - 40 * MINUTE_MS, NOW_MS - 35 * MINUTE_MS, "covered"),
        Sighting(Seen.ITEM_ABSENT, "T-01", gone_ms, None, "counter"),
    ]
    with office.office.records.write() as connection:
        watching.save_all(connection, told)


def take(browser: Browser, office: ServedOffice, shot_: Shot) -> None:
    """Take one picture."""
    page = browser.new_context(
        locale=shot_.language,
        color_scheme="dark" if shot_.dark else "light",
        viewport=PHONE if shot_.phone else SIZE,
        reduced_motion="reduce",
    ).new_page()
    visitor = Visitor(page, shot_.language, office.address)
    if shot_.account:
        visitor.sign_in(shot_.account, shot_.screen)
    else:
        visitor.open()
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    if shot_.screen.startswith("footage"):
        _watch(visitor)
    page.wait_for_timeout(3_500)
    file = OUT / f"{shot_.name}.png"
    page.screenshot(path=file)
    page.context.close()


def _watch(visitor: Visitor) -> None:
    """Say why, and come closer to what was recorded."""
    visitor.button(Both("録画を見る", "Look at the recording")).click()
    visitor.field(Both("理由", "Reason")).fill("所在不明の確認")
    visitor.field(Both("根拠となる文書", "Document that permits it")).fill("鶴戸第123号")
    visitor.button(Both("記録して進む", "Record and go on")).click()
    for _ in range(3):
        visitor.button(Both("拡大", "Zoom in")).click()


def main() -> None:
    """Take those whose names are given, or all."""
    program = shutil.which("chromium")
    if program is None:
        sys.exit("needs a browser: apt-get install chromium")
    OUT.mkdir(exist_ok=True)
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, evening(Path(folder)) as office, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for one in SHOTS:
            if not wanted or one.name in wanted:
                take(browser, office, one)


if __name__ == "__main__":
    main()
