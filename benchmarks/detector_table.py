"""The detectors' figures as a table for a person. Nothing is measured or computed here that is not shown."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from benchmarks.detector_figures import Figure, Result


def results_table(results: Sequence[Result]) -> Table:
    """Return one column a detector; in each cell AP50 and the recall at one false box in ten pictures."""
    table = Table(title="AP50 / recall at one false box in ten pictures", title_justify="left")
    for column in ("pictures", "class", "objects"):
        table.add_column(column)
    for result in results:
        table.add_column(result.detector, justify="right")
    for figure in results[0].figures:
        cells = [_cell(result, figure) for result in results]
        table.add_row(figure.pictures, figure.subject, str(figure.objects), *cells)
    table.add_section()
    table.add_row("time, as a share of YOLOX-nano's at 416x416", "", "", *(f"{one.speed:.2f}" for one in results))
    return table


def _cell(result: Result, wanted: Figure) -> str:
    for figure in result.figures:
        if (figure.pictures, figure.subject) == (wanted.pictures, wanted.subject):
            return f"{figure.average_precision:.3f} / {figure.recall:.3f}"
    return ""
