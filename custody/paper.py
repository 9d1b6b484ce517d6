"""Pages for people to print and keep, in Japanese or English: fonts, and pages that are the same bytes every time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from fontTools.ttLib import TTFont, TTLibError
from fpdf import FPDF

FONTS: Final = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf",
    "/usr/share/fonts/truetype/fonts-japanese-gothic.ttf",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/System/Library/Fonts/ヒラギノ角ゴシック W3.ttc",
)
"""Where a font with Japanese letters lies on the usual systems, the preferred one first."""

FAMILY: Final = "japanese"
LINE_MM: Final = 9.0
WIDTH_MM: Final = 170.0
MARGIN_MM: Final = 20.0


class FontError(Exception):
    """There is no font with the letters that a page needs; the message says what to install."""


def find_font(candidates: Sequence[str] = FONTS) -> Path:
    """Return the first of these fonts that is there. Raises FontError where none is."""
    found = next((Path(candidate) for candidate in candidates if Path(candidate).is_file()), None)
    if found is None:
        raise FontError(
            "there is no font with Japanese letters: install one (Debian: apt-get install fonts-noto-cjk), "
            f"or name the file of one; looked for {', '.join(candidates)}"
        )
    return found


def check_letters(font: Path, text: str) -> None:
    """Raise FontError where a letter would be printed as an empty box: a name is printed whole or not."""
    missing = sorted({letter for letter in text if letter.isprintable()} - set(map(chr, _letters(font))))
    if missing:
        raise FontError(f"{font} lacks {' '.join(missing)}: install fonts-noto-cjk, or name another font")


def new_page(font: Path, made_at_ms: int) -> FPDF:
    """Return a document with one empty page, A4; it states no other time than `made_at_ms`, UTC milliseconds."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime.fromtimestamp(made_at_ms / 1000, UTC))
    pdf.set_margin(MARGIN_MM)
    pdf.add_font(FAMILY, fname=font)
    pdf.add_page()
    return pdf


def write_line(pdf: FPDF, text: str, size: int) -> None:
    """Write a text over the whole width. size: in points."""
    pdf.set_font(FAMILY, size=size)
    pdf.multi_cell(WIDTH_MM, LINE_MM, text, new_x="LMARGIN", new_y="NEXT")


def local(at_ms: int, timezone: ZoneInfo) -> str:
    """Return a moment as people of the site read it, to the second."""
    moment = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(timezone)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _letters(font: Path) -> set[int]:
    """Return the code points that a font, or the first of a collection, has a shape for."""
    try:
        with font.open("rb") as file:
            return set(TTFont(file, fontNumber=0, lazy=True).getBestCmap())
    except (TTLibError, OSError) as error:
        raise FontError(f"{font} cannot be read as a font ({error}); name another one") from error
