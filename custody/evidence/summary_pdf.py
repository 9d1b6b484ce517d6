"""The package on paper: what was asked for, what is in it, pictures, and how to check it. Japanese or English.

It is a summary for people; what counts are the files. The pictures are not drawn on: a box is a frame on the page.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

from fpdf import FPDF

from custody.evidence.manifest import Exhibit, Package, Still
from custody.evidence.words import WORDS
from custody.intervals import Interval
from custody.paper import FAMILY, MARGIN_MM, WIDTH_MM, check_letters, local, new_page, write_line
from vision.incidents import Incident

Language = Literal["ja", "en"]
Row = tuple[str, str]

_LINE_MM: Final = 6.0
_STILL_MM: Final = 110.0
_BOX_RED: Final = (200, 30, 30)
_LABEL_SHARE: Final = (45, 125)


@dataclass(frozen=True, slots=True)
class Summary:
    """What is printed. pictures: each still's file, JPEG. rule: says an incident's rule in words."""

    package: Package
    pictures: Mapping[str, bytes]
    rule: Callable[[str], str]
    language: Language

    @property
    def timezone(self) -> ZoneInfo:
        """The site's own zone, in which all times are printed."""
        return ZoneInfo(self.package.origin.timezone)

    def word(self, name: str) -> str:
        """Return a label in the language of the summary."""
        return WORDS[self.language][name]

    def interval(self, interval: Interval) -> str:
        """Return an interval in local time."""
        return " - ".join(local(at_ms, self.timezone) for at_ms in interval)


def summary_pdf(summary: Summary, font: Path) -> bytes:
    """Return the summary as PDF, A4; the same package gives the same bytes.

    Raises FontError where the font cannot be read or lacks a letter.
    """
    sections = tuple(_sections(summary))
    check_letters(
        font, "".join([*WORDS[summary.language].values(), *(text for _, rows in sections for text in _flat(rows))])
    )
    pdf = new_page(font, summary.package.made_at_ms)
    write_line(pdf, summary.word("title"), size=16)
    for heading, rows in sections:
        _section(pdf, heading, rows)
    for still in summary.package.stills:
        _picture(pdf, summary, still)
    write_line(pdf, summary.word("check"), size=12)
    pdf.set_font(FAMILY, size=9)
    pdf.multi_cell(WIDTH_MM, _LINE_MM, summary.word("how"), align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def _sections(summary: Summary) -> Iterator[tuple[str, list[Row]]]:
    yield summary.word("export"), _mandate(summary)
    for incident in summary.package.incidents:
        yield summary.word("incident"), _incident(summary, incident)
    for exhibit in summary.package.exhibits:
        yield f"{summary.word('clip')} {exhibit.clip.file}", _exhibit(summary, exhibit)
    if not summary.package.exhibits:
        yield summary.word("clip"), [(summary.word("clip"), summary.word("no_clip"))]
    yield summary.word("entries"), _entries(summary)


def _mandate(summary: Summary) -> list[Row]:
    package, word = summary.package, summary.word
    return [
        (word("site"), f"{package.origin.site_name} ({package.origin.site})"),
        *([] if package.subject.case is None else [(word("case"), package.subject.case)]),
        (word("by"), package.mandate.by),
        (word("reason"), package.mandate.reason),
        (word("authority"), package.mandate.authority),
        (word("made_at"), f"{local(package.made_at_ms, summary.timezone)} ({package.origin.timezone})"),
        (word("software"), package.origin.software),
        (word("models"), "\n".join(package.models) or word("none")),
        (word("site_digest"), package.origin.site_digest),
    ]


def _incident(summary: Summary, incident: Incident) -> list[Row]:
    where = {"camera": incident.camera, "zone": incident.zone, "item": incident.item}
    when = {"began_at": incident.began_at_ms, "raised_at": incident.raised_at_ms, "ended_at": incident.ended_at_ms}
    return [
        (summary.word("number"), incident.id),
        (summary.word("what"), summary.rule(incident.rule)),
        *((summary.word(key), text) for key, text in where.items() if text is not None),
        *((summary.word(key), local(ms, summary.timezone)) for key, ms in when.items() if ms is not None),
    ]


def _exhibit(summary: Summary, exhibit: Exhibit) -> list[Row]:
    clip, offset = exhibit.clip, exhibit.clock_offset_ms
    rows = [
        (summary.word("camera"), clip.camera),
        (summary.word("requested"), summary.interval(clip.requested)),
        (summary.word("delivered"), summary.interval(clip.delivered)),
        (summary.word("gaps"), "\n".join(map(summary.interval, exhibit.gaps)) or summary.word("none")),
        (summary.word("clock"), summary.word("no_clock") if offset is None else f"{offset} ms"),
        ("SHA-256" if exhibit.kept is None else summary.word("original"), clip.sha256),
    ]
    if exhibit.kept is not None:
        kept = ", ".join(exhibit.kept) or summary.word("none")
        rows.append((summary.word("released"), summary.word("blurred") + kept))
    return rows


def _entries(summary: Summary) -> list[Row]:
    return [
        (f"{entry.seq}", " ".join([local(entry.at_ms, summary.timezone), entry.kind, *entry.actors]))
        for entry in summary.package.entries
    ]


def _section(pdf: FPDF, heading: str, rows: Sequence[Row]) -> None:
    write_line(pdf, heading, size=12)
    pdf.set_font(FAMILY, size=9)
    with pdf.table(
        col_widths=_LABEL_SHARE, width=WIDTH_MM, line_height=_LINE_MM, first_row_as_headings=False
    ) as table:
        for row in rows:
            table.row(row)
    pdf.ln(_LINE_MM / 2)


def _picture(pdf: FPDF, summary: Summary, still: Still) -> None:
    """Place a still, its box as a frame over it, and its caption."""
    placed = pdf.image(io.BytesIO(summary.pictures[still.file]), x=MARGIN_MM, w=_STILL_MM)
    wide, high = placed.rendered_width, placed.rendered_height
    if still.box is not None:
        left, upper, right, lower = still.box
        top = pdf.get_y() - high
        pdf.set_draw_color(*_BOX_RED)
        pdf.rect(MARGIN_MM + left * wide, top + upper * high, (right - left) * wide, (lower - upper) * high)
        pdf.set_draw_color(0)
    write_line(pdf, f"{still.file}  {still.camera}  {local(still.at_ms, summary.timezone)}", size=9)


def _flat(rows: Sequence[Row]) -> Iterator[str]:
    for label, text in rows:
        yield label
        yield text
