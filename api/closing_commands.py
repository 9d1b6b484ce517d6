"""`kuraban closing` and `kuraban checklist`: how far the day's protocol is, and its sheet on paper.

Which step is done, due or late is decided in `custody.closing`, by the ledger and the calendar of the site file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from api.arguments import ArgumentError
from api.exits import exit_statuses, say
from api.ledger_arguments import moment_of, now_ms
from api.settings import Site, load_site
from api.sheet import sheet_of
from api.sitefile.variables import placeholders
from api.words import Words, words
from custody.books import books_of
from custody.checklist_pdf import checklist_pdf
from custody.closing import Running
from custody.entries import utc_text
from custody.ledger import LedgerReader
from custody.office import Office
from custody.paper import find_font
from custody.raising import Raiser
from vision.incidents import local_time

checklist_app = typer.Typer(help="The daily sheet.", no_args_is_help=True)

Where = Annotated[
    str, typer.Option("--ledger", envvar="KURABAN_LEDGER", help="The ledger's folder, or its postgresql:// URL.")
]
SiteFile = Annotated[Path, typer.Option("--site", help="The site file (YAML), for its name and calendar.")]


def closing(
    *,
    ledger: Where,
    site: SiteFile,
    now: Annotated[
        str | None, typer.Option("--now", help="As of when, ISO 8601 with offset; now if left out.")
    ] = None,
) -> None:
    """Show which steps of the running protocol, closing or opening, are done, due and late."""
    with exit_statuses():
        at_ms = now_ms() if now is None else moment_of("--now", now)
        with _reading(ledger, site) as (loaded, reader):
            running = _running(loaded, reader, at_ms)
    said = words(loaded.language)
    if running is None:
        typer.echo(said.labels["no_protocol"])
    else:
        _show(running, loaded, at_ms, said)


@checklist_app.command("print")
def print_checklist(
    *,
    ledger: Where,
    site: SiteFile,
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="The day of the sheet.")],
    out: Annotated[Path, typer.Option("--out", help="The PDF to write, a new file.")],
) -> None:
    """Write the signed sheet of a day as a Japanese PDF, with the newest checkpoint of the ledger."""
    with exit_statuses():
        with _reading(ledger, site) as (loaded, reader):
            page = checklist_pdf(sheet_of(loaded, reader, books_of(reader), day.date()), find_font())
        with out.open("xb") as file:
            file.write(page)
    say(f"wrote {out}")


@contextmanager
def _reading(ledger: str, file: Path) -> Iterator[tuple[Site, LedgerReader]]:
    """Give a site and its ledger. Raises ArgumentError where the ledger is another site's.

    No camera is opened, so no password of one is asked for.
    """
    site = load_site(file, placeholders(file.read_text(encoding="utf-8", errors="replace")))
    with LedgerReader.read(ledger) as reader:
        if reader.site != site.id:
            raise ArgumentError(f"--site: {file} is {site.id}, the ledger of {reader.site}; name the other file")
        yield site, reader


def _running(site: Site, reader: LedgerReader, at_ms: int) -> Running | None:
    """Return the protocol that runs at a moment that no entry is later than."""
    office = Office(site.custody, Raiser(site.id, site.hours))
    for entry in reader:
        office.take(entry)
    if office.at_ms > at_ms:
        raise ArgumentError(
            f"--now: the ledger has an entry of {utc_text(office.at_ms)}, which is later; name a later moment"
        )
    office.tick(at_ms)
    return office.running


def _show(running: Running, site: Site, at_ms: int, said: Words) -> None:
    labels = said.labels
    table = Table(labels["step"], labels["state"], labels["due_at"], Column(labels["missing"], overflow="fold"))
    for step in running.round.standing():
        missing = " ".join(said.things.get(name, name) for name in step.missing)
        due = local_time(step.due_ms, site.timezone)[:16]
        table.add_row(said.steps.get(step.step, step.step), labels[step.state(at_ms)], due, missing)
    since = running.round.since
    protocol = labels["closing" if running.is_closing else "opening"]
    typer.echo(protocol.format(day=since.day, since=local_time(since.at_ms, site.timezone)[:16]))
    Console().print(table)
