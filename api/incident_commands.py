"""`kuraban incident`: which incidents a ledger tells of, why each was raised, and who closes what lasts.

What may be said of an incident is `custody.explanations`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from api.arguments import ArgumentError
from api.exits import exit_statuses
from api.ledger_arguments import moment_of, now_ms
from custody.entries import EntryError, utc_text
from custody.explanations import Cause, Explanation, ExplanationError, Standing, close, explain, standings
from custody.fields import FieldError
from custody.ledger import Ledger, LedgerReader

incident_app = typer.Typer(help="Incidents on a ledger: list, explain, close.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="INCIDENT", help="The id of the incident, as `list` shows it.")]
Where = Annotated[
    str, typer.Option("--ledger", envvar="KURABAN_LEDGER", help="The ledger's folder, or its postgresql:// URL.")
]
By = Annotated[str, typer.Option("--by", help="The account of who says so.")]
At = Annotated[str | None, typer.Option("--at", help="When, ISO 8601 with offset; now if left out.")]


@contextmanager
def _statuses() -> Iterator[None]:
    with exit_statuses():
        try:
            yield
        except (ExplanationError, FieldError, EntryError) as error:
            raise ArgumentError(str(error)) from error


@incident_app.command("list")
def list_incidents(
    *,
    ledger: Where,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only those that last, or that nobody has explained.")
    ] = False,
) -> None:
    """Show the incidents of a ledger, since when, and what was said of each."""
    table = Table(Column("incident", overflow="fold"), "raised", "ended", "explained")
    with _statuses(), LedgerReader.read(ledger) as reader:
        for standing in standings(reader).values():
            if standing.is_open or not only_open:
                table.add_row(*_cells(standing))
    Console().print(table)


@incident_app.command("explain")
def explain_incident(
    incident: Id,
    *,
    ledger: Where,
    cause: Annotated[Cause, typer.Option("--cause", help="Why it was raised.")],
    by: By,
    moved_by: Annotated[str | None, typer.Option("--moved-by", help="Who moved it, for the cause moved.")] = None,
    note: Annotated[str | None, typer.Option("--note", help="What else is to be known.")] = None,
    at: At = None,
) -> None:
    """Say why an incident was raised, and print the entry's line."""
    with _statuses(), Ledger.open(ledger) as opened:
        said = Explanation(incident, cause, by, _at_ms(at), moved_by, note)
        entry = opened.record(explain(_standing(opened, incident), said))
        typer.echo(entry.line.decode())


@incident_app.command("close")
def close_incident(incident: Id, *, ledger: Where, by: By, at: At = None) -> None:
    """Close an incident that lasts and was explained, and print the entry's line."""
    with _statuses(), Ledger.open(ledger) as opened:
        entry = opened.record(close(_standing(opened, incident), by, _at_ms(at)))
        typer.echo(entry.line.decode())


def _standing(ledger: LedgerReader, incident: str) -> Standing:
    found = standings(ledger).get(incident)
    if found is None:
        raise ArgumentError(f"{ledger.place} tells of no incident {incident}; `kuraban incident list` shows its ids")
    return found


def _at_ms(at: str | None) -> int:
    return now_ms() if at is None else moment_of("--at", at)


def _cells(standing: Standing) -> tuple[str, ...]:
    incident = standing.incident
    ended = "lasts" if incident.ended_at_ms is None else utc_text(incident.ended_at_ms)
    said = "\n".join(_said(explanation) for explanation in standing.explanations)
    return incident.id, utc_text(incident.raised_at_ms), ended, said or "by nobody"


def _said(explanation: Explanation) -> str:
    moved = f" by {explanation.moved_by}" if explanation.moved_by else ""
    note = f": {explanation.note}" if explanation.note else ""
    return f"{explanation.cause}{moved} ({explanation.by}){note}"
