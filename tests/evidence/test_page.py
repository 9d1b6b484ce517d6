"""The page that goes along in a package: it checks in a plain browser, without network, what `verify` checks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from custody.evidence.archive import pack
from custody.evidence.verify import verify_files, verify_zip
from custody.note import to_base64
from tests.evidence.changes import Change, changed, files_and_places, random_changes
from tests.evidence.conftest import Exported

CHANGES: Final = 1_000
DONE: Final = "#verdict.whole, #verdict.broken"

FINDINGS_OF_ZIPS: Final = """async ([encoded, changes]) => {
  const data = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0)), found = [];
  for (const [at, bits] of changes) {
    data[at] ^= bits;
    found.push((await verifyZip(data)).findings);
    data[at] ^= bits;
  }
  return found;
}"""

FINDINGS_OF_FILES: Final = """async ([encoded, changes]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), found = [];
  const files = new Map(Object.entries(encoded).map(([name, text]) => [name, bytes(text)]));
  for (const [name, [at, bits]] of changes) {
    files.get(name)[at] ^= bits;
    found.push((await verifyFiles(files)).findings);
    files.get(name)[at] ^= bits;
  }
  return found;
}"""


@pytest.fixture
def page(browser: Browser, exported: Exported) -> Iterator[Page]:
    """The page as it lies in the package, in a browser without network. An error of its script ends the test."""
    context = browser.new_context(offline=True, locale="en-GB")
    page = context.new_page()
    errors: list[Exception] = []
    page.on("pageerror", lambda error: errors.append(error))  # noqa: PLW0108 - it must be a function
    page.goto((exported.folder / "verify.html").as_uri())
    yield page
    context.close()
    assert not errors


def choose(page: Page, into: str, path: Path) -> str:
    """Give the page a zip or a folder, and return its verdict."""
    page.set_input_files(into, path)
    page.wait_for_selector(DONE)
    return page.inner_text("#verdict")


def drop(page: Page, *paths: Path) -> str:
    """Drop files on the page as a person does, and return its verdict."""
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 200, "data": data})
    page.wait_for_selector(DONE)
    return page.inner_text("#verdict")


def names(findings: list[dict[str, Any]]) -> set[str]:
    return {finding["file"] or "the zip" for finding in findings}


def test_the_zip_is_whole(page: Page, exported: Exported) -> None:
    assert choose(page, "#zip", exported.zip).startswith("Whole")


def test_the_folder_is_whole(page: Page, exported: Exported) -> None:
    assert choose(page, "#folder", exported.folder).startswith("Whole")


def test_both_can_be_dropped_on_it(page: Page, exported: Exported) -> None:
    assert drop(page, exported.zip).startswith("Whole")
    page.reload()
    assert drop(page, exported.folder).startswith("Whole")
    page.reload()
    assert drop(page, *exported.folder.iterdir()).startswith("Whole")


def test_it_says_who_took_it_out_why_and_what_footage_is_missing(page: Page, exported: Exported) -> None:
    choose(page, "#zip", exported.zip)
    shown = page.inner_text("#report")
    for text in ("鶴見区役所 戸籍課", "sato", "紛失調査", "鶴戸 第12号", exported.key):
        assert text in shown


def test_the_clip_can_be_played_on_it(page: Page, exported: Exported) -> None:
    choose(page, "#zip", exported.zip)
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    assert page.evaluate("document.querySelector('video').videoWidth") == 160


def test_the_offices_key_is_told_from_another(page: Page, exported: Exported) -> None:
    choose(page, "#zip", exported.zip)
    page.fill("input[type=text]", exported.key)
    assert "It is the same key." in page.inner_text("#report")
    page.fill("input[type=text]", exported.key[:-4] + "AAA=")
    assert "It is ANOTHER key." in page.inner_text("#report")


def test_it_speaks_the_language_of_the_browser(browser: Browser, exported: Exported) -> None:
    context = browser.new_context(locale="ja-JP")
    page = context.new_page()
    page.goto((exported.folder / "verify.html").as_uri())
    assert choose(page, "#zip", exported.zip).startswith("完全")
    context.close()


def test_a_changed_clip_is_named(page: Page, exported: Exported, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(exported.folder, tmp_path / "broken"))
    (clip,) = (broken / "clips").iterdir()
    clip.write_bytes(clip.read_bytes() + b"\0")
    assert choose(page, "#folder", broken).startswith("Not whole")
    assert page.inner_text("#findings") == f"clips/{clip.name}: its digest is not the one in the manifest"


def test_nothing_is_fetched(page: Page, exported: Exported) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    choose(page, "#zip", exported.zip)
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    assert all(url.startswith("blob:") for url in asked)


def test_a_thousand_changed_bytes_of_the_zip_are_all_found_and_the_file_is_named(
    page: Page, exported: Exported
) -> None:
    data, places = exported.zip.read_bytes(), []
    for piece in pack(exported.files):
        places += [piece.file] * len(piece.data)
    changes = list(random_changes(len(data), CHANGES))
    found = page.evaluate(FINDINGS_OF_ZIPS, [to_base64(data), changes])
    for (at, _), findings in zip(changes, found, strict=True):
        assert {places[at], "the zip"} & names(findings), at


def test_it_finds_what_the_program_finds(page: Page, exported: Exported) -> None:
    files = {name: content for name, content in exported.files.items() if len(content) < 5_000}
    everywhere = list(random_changes(sum(map(len, files.values())), 300))
    changes: list[tuple[str, Change]] = list(files_and_places(files, iter(everywhere)))
    encoded = {name: to_base64(content) for name, content in exported.files.items()}
    found = page.evaluate(FINDINGS_OF_FILES, [encoded, changes])
    for (name, change), findings in zip(changes, found, strict=True):
        report = verify_files({**exported.files, name: changed(files[name], change)})
        assert names(findings) == {finding.file for finding in report.findings}, (name, change)


def test_a_zip_cut_off_anywhere_is_not_whole_to_either(page: Page, exported: Exported) -> None:
    data = exported.zip.read_bytes()
    for length in (0, 1, 29, 30, len(data) // 2, len(data) - 1):
        cut_off = data[:length]
        script = (
            "async (text) => (await verifyZip(Uint8Array.from(atob(text), (l) => l.charCodeAt(0)))).findings.length"
        )
        assert page.evaluate(script, to_base64(cut_off)) > 0
        assert not verify_zip(cut_off).whole
