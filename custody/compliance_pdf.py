"""How an office has kept to its rules, on paper: a line a day or month, in Japanese or English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal
from zoneinfo import ZoneInfo

from custody.compliance import Compliance, Tally
from custody.paper import FAMILY, WIDTH_MM, check_letters, local, new_page, write_line

_TITLES: Final = MappingProxyType({"ja": "履行状況の確認", "en": "Compliance"})
_MADE: Final = MappingProxyType({"ja": "作成", "en": "Made"})
_HEADS: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "ja": (
            "期間",
            "員数確認\n期限内/遅れ/未実施",
            "不一致",
            "点検表\n期限内/遅れ/未実施",
            "記録のない\n開扉",
            "一人での\n取扱い",
            "離席中の\n放置",
            "見えない時間\n（カメラ計）",
        ),
        "en": (
            "Period",
            "Counts\nin time/late/missing",
            "Disagreeing",
            "Sheets\nin time/late/missing",
            "Unlogged\nopenings",
            "By one\nalone",
            "Left\nunattended",
            "Blind\n(all cameras)",
        ),
    }
)
_WIDTHS: Final = (20, 32, 16, 32, 18, 16, 18, 18)


@dataclass(frozen=True, slots=True)
class ComplianceReport:
    """What is printed. periods: each with its name. made_at_ms: UTC milliseconds."""

    site_name: str
    timezone: ZoneInfo
    language: Literal["ja", "en"]
    periods: Sequence[tuple[str, Compliance]]
    made_at_ms: int


def compliance_pdf(report: ComplianceReport, font: Path) -> bytes:
    """Return the report as PDF, A4, as many pages as it takes; the same report gives the same bytes.

    Raises FontError where the font cannot be read or lacks a letter.
    """
    head = [f"{_TITLES[report.language]}　{report.site_name}"]
    head.append(f"{_MADE[report.language]} {local(report.made_at_ms, report.timezone)}")
    rows = [_HEADS[report.language], *(_row(name, kept) for name, kept in report.periods)]
    check_letters(font, "".join(chain(head, *rows)))
    pdf = new_page(font, report.made_at_ms)
    write_line(pdf, head[0], size=16)
    write_line(pdf, head[1], size=9)
    pdf.set_font(FAMILY, size=8)
    with pdf.table(col_widths=_WIDTHS, width=WIDTH_MM, line_height=5.0, first_row_as_headings=False) as table:
        for row in rows:
            table.row(row)
    return bytes(pdf.output())


def _row(name: str, kept: Compliance) -> Sequence[str]:
    return (
        name,
        _told(kept.counts),
        str(kept.disagreeing),
        _told(kept.sheets),
        str(kept.unlogged_openings),
        str(kept.breaches),
        f"{kept.exposures} ({kept.exposed_ms / 60_000:.0f} min)",
        f"{sum(kept.blind_ms.values()) / 3_600_000:.1f} h",
    )


def _told(tally: Tally) -> str:
    return f"{tally.in_time} / {tally.late} / {tally.missing}"
