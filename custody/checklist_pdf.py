"""The daily sheet on paper: one page, the answers, both names, and the newest checkpoint of the ledger.

Paper is the one copy that nobody can change from a desk: whoever keeps the sheets can show what the ledger was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from fontTools.ttLib import TTFont, TTLibError
from fpdf import FPDF

from custody.acts import Signed
from custody.checklist import Checklist

FONTS: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/ヒラギノ角ゴシック W3.ttc",
)
"""Where a font with Japanese letters lies on the usual systems, the preferred one first."""

_FAMILY: Final = "japanese"
_LINE_MM: Final = 9.0
_WIDTH_MM: Final = 170.0
_QUESTIONS: Final = ("点検項目", "回答", "台帳")
_NAMES: Final = ("確認者", "署名時刻", "印")
_CHECKPOINT: Final = "台帳のチェックポイント（この用紙の控えを保管してください）"
_ANSWERS: Final = {True: "はい", False: "いいえ"}


class FontError(Exception):
    """There is no font with the letters that the sheet needs; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed. checkpoint: the newest signed checkpoint of the ledger, its lines as they are.

    signed: the sheet as two people signed it. terminals, cards: how many there should be, by the ledger.
    """

    site_name: str
    timezone: ZoneInfo
    signed: Signed
    terminals: int
    cards: int
    checkpoint: str


def find_font(candidates: Sequence[str] = FONTS) -> Path:
    """Return the first of these fonts that is there. Raises FontError where none is."""
    found = next((Path(candidate) for candidate in candidates if Path(candidate).is_file()), None)
    if found is None:
        raise FontError(
            "there is no font with Japanese letters: install one (Debian: apt-get install fonts-noto-cjk), "
            f"or name the file of one; looked for {', '.join(candidates)}"
        )
    return found


def checklist_pdf(sheet: Sheet, font: Path) -> bytes:
    """Return the sheet as PDF, A4; the same sheet gives the same bytes.

    Raises FontError where the font cannot be read or lacks a letter of the sheet: a name is printed whole or not.
    """
    checklist = sheet.signed.act
    if not isinstance(checklist, Checklist):
        raise TypeError(f"a sheet shows a checklist, got {checklist.KIND}")
    title = f"日次点検表　{checklist.day.isoformat()}"
    answers = [_QUESTIONS, *_rows(checklist, sheet)]
    names = [_NAMES, *_signers(sheet)]
    _check_letters(font, "".join([title, sheet.site_name, _CHECKPOINT, sheet.checkpoint, *chain(*answers, *names)]))
    pdf = _page(sheet.signed, font)
    _line(pdf, title, size=16)
    _line(pdf, sheet.site_name, size=12)
    _table(pdf, answers)
    _table(pdf, names)
    _line(pdf, _CHECKPOINT, size=9)
    pdf.set_font(_FAMILY, size=8)
    pdf.multi_cell(_WIDTH_MM, 4.5, sheet.checkpoint, border=1)
    return bytes(pdf.output())


def _rows(checklist: Checklist, sheet: Sheet) -> list[tuple[str, str, str]]:
    return [
        ("端末のワイヤーロックを取り付けた", _ANSWERS[checklist.wire_locks_attached], ""),
        ("端末の台数", f"{checklist.terminals} 台", f"{sheet.terminals} 台"),
        ("カードの枚数", f"{checklist.cards} 枚", f"{sheet.cards} 枚"),
        ("保管庫を施錠した", _ANSWERS[checklist.vault_locked], ""),
        ("窓口の仕切りを閉めた", _ANSWERS[checklist.partition_closed], ""),
    ]


def _signers(sheet: Sheet) -> list[tuple[str, str, str]]:
    return [(s.by, _local(s.at_ms, sheet.timezone), "") for s in sheet.signed.signatures]


def _local(at_ms: int, timezone: ZoneInfo) -> str:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(timezone)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _page(signed: Signed, font: Path) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.fromtimestamp(signed.written_at_ms / 1000, UTC))
    pdf.set_margin(20)
    pdf.add_font(_FAMILY, fname=font)
    pdf.add_page()
    return pdf


def _line(pdf: FPDF, text: str, size: int) -> None:
    pdf.set_font(_FAMILY, size=size)
    pdf.multi_cell(_WIDTH_MM, _LINE_MM, text, new_x="LMARGIN", new_y="NEXT")


def _table(pdf: FPDF, rows: Sequence[tuple[str, str, str]]) -> None:
    pdf.set_font(_FAMILY, size=11)
    with pdf.table(
        col_widths=(90, 50, 30), width=_WIDTH_MM, line_height=_LINE_MM, first_row_as_headings=False
    ) as table:
        for row in rows:
            table.row(row)
    pdf.ln(_LINE_MM / 2)


def _check_letters(font: Path, text: str) -> None:
    """Raise FontError where a letter would be printed as an empty box."""
    missing = sorted({letter for letter in text if letter.isprintable()} - set(map(chr, _letters(font))))
    if missing:
        raise FontError(f"{font} lacks {' '.join(missing)}: install fonts-noto-cjk, or name another font")


def _letters(font: Path) -> set[int]:
    """Return the code points that a font, or the first of a collection, has a shape for."""
    try:
        with font.open("rb") as file:
            return set(TTFont(file, fontNumber=0, lazy=True).getBestCmap())
    except (TTLibError, OSError) as error:
        raise FontError(f"{font} cannot be read as a font ({error}); name another one") from error
