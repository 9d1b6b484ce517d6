"""The daily sheet on paper: one page, the answers, both names, and the newest checkpoint of the ledger.

Paper is the one copy that nobody can change from a desk: whoever keeps the sheets can show what the ledger was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from fpdf import FPDF

from custody.acts import Signed
from custody.checklist import Checklist
from custody.paper import FAMILY, LINE_MM, WIDTH_MM, check_letters, local, new_page, write_line

_QUESTIONS: Final = ("点検項目", "回答", "台帳")
_NAMES: Final = ("確認者", "署名時刻", "印")
_CHECKPOINT: Final = "台帳のチェックポイント（この用紙の控えを保管してください）"
_ANSWERS: Final = {True: "はい", False: "いいえ"}


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
    check_letters(font, "".join([title, sheet.site_name, _CHECKPOINT, sheet.checkpoint, *chain(*answers, *names)]))
    pdf = new_page(font, sheet.signed.written_at_ms)
    write_line(pdf, title, size=16)
    write_line(pdf, sheet.site_name, size=12)
    _table(pdf, answers)
    _table(pdf, names)
    write_line(pdf, _CHECKPOINT, size=9)
    pdf.set_font(FAMILY, size=8)
    pdf.multi_cell(WIDTH_MM, 4.5, sheet.checkpoint, border=1, align="L")
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
    return [(s.by, local(s.at_ms, sheet.timezone), "") for s in sheet.signed.signatures]


def _table(pdf: FPDF, rows: Sequence[tuple[str, str, str]]) -> None:
    pdf.set_font(FAMILY, size=11)
    with pdf.table(
        col_widths=(90, 50, 30), width=WIDTH_MM, line_height=LINE_MM, first_row_as_headings=False
    ) as table:
        for row in rows:
            table.row(row)
    pdf.ln(LINE_MM / 2)
