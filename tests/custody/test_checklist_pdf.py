"""The daily sheet on paper: what can be read on it, and that it is never printed with holes."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from custody.acts import Signature, Signed
from custody.checklist import Checklist
from custody.checklist_pdf import Sheet, checklist_pdf
from custody.paper import FontError, find_font
from tests.custody.office_script import TOKYO, at_ms

CHECKPOINT = """kuraban/tsurumi
1873
q8Yd1Wm1Hc0G0PZr8v7XyGQ5cVJt3yqg0X5m1mB7kVY=

— kuraban/tsurumi 5jVdGn0m4rV9+ZJ1"""


def sheet(site_name: str = "鶴見区役所 戸籍課", signer: str = "佐藤") -> Sheet:
    answers = Checklist(
        date(2018, 2, 21), wire_locks_attached=False, terminals=2, cards=78, vault_locked=True, partition_closed=True
    )
    signatures = (Signature(signer, at_ms("17:24")), Signature("鈴木", at_ms("17:25:07")))
    return Sheet(site_name, TOKYO, Signed(answers, at_ms("17:25"), signatures, "r-1"), 2, 78, CHECKPOINT)


def words(printed: Sheet) -> str:
    (page,) = PdfReader(io.BytesIO(checklist_pdf(printed, find_font()))).pages
    return page.extract_text().replace("\0", "")  # pypdf shows two-byte codes with their upper zero


def test_the_page_has_the_day_the_answers_both_names_and_the_checkpoint() -> None:
    read = words(sheet())
    for text in ("2018-02-21", "鶴見区役所 戸籍課", "端末のワイヤーロックを取り付けた", "いいえ", "2 台", "78 枚"):
        assert text in read
    for text in ("佐藤", "2018-02-21 17:24:00", "鈴木", "2018-02-21 17:25:07"):
        assert text in read
    for line in CHECKPOINT.splitlines():
        assert line in read


def test_names_with_rare_letters_are_printed_as_they_are_written() -> None:
    assert "髙﨑" in words(sheet(signer="髙﨑"))


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert checklist_pdf(sheet(), find_font()) == checklist_pdf(sheet(), find_font())


def test_a_letter_that_the_font_lacks_stops_the_printing() -> None:
    with pytest.raises(FontError, match="lacks 🗝"):
        checklist_pdf(sheet(site_name="鶴見 🗝"), find_font())


def test_a_machine_without_a_japanese_font_is_told_what_to_install() -> None:
    with pytest.raises(FontError, match="apt-get install fonts-noto-cjk"):
        find_font(["/nowhere/a.ttf"])


def test_a_file_that_is_no_font_is_named(tmp_path: Path) -> None:
    (broken := tmp_path / "broken.ttf").write_bytes(b"no font")
    with pytest.raises(FontError, match=r"broken\.ttf cannot be read as a font"):
        checklist_pdf(sheet(), broken)
