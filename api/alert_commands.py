"""`kuraban alerts`: where alerts go, what waits for whom, and whether a test arrives."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from api.arguments import ArgumentError
from api.exits import UNWELL, exit_statuses
from api.ledger_arguments import now_ms
from api.settings import load_site
from custody.entries import utc_text
from custody.records import outbox
from custody.records.database import FILE, reading
from custody.records.outbox import Message, State

alert_app = typer.Typer(help="Alerts: where they go, and whether they arrive.", no_args_is_help=True)

SiteFile = Annotated[Path, typer.Option("--site", help="The site file.")]

MOST_SHOWN = 100


@alert_app.command("list")
def list_alerts(
    *,
    site: SiteFile,
    data: Annotated[
        Path | None, typer.Option("--data", help="The data folder of the service: to show what was not told, too.")
    ] = None,
) -> None:
    """Show where alerts go, and what waits or was given up; nothing is sent."""
    from api.alerts.describing import kind_of, leads_to  # noqa: PLC0415 - likewise below: channels load what they need

    with exit_statuses():
        destinations = load_site(site, os.environ).alerts.destinations
        kept = None if data is None else _kept(data)
    table = Table(Column("destination", overflow="fold"), "kind", Column("leads to", overflow="fold"))
    for name, settings in destinations.items():
        table.add_row(name, kind_of(settings), leads_to(settings))
    Console().print(table)
    if kept is not None:
        Console().print(_messages(*kept))


@alert_app.command("test")
def test_alert(
    destination: Annotated[str, typer.Argument(metavar="DESTINATION", help="Its id in the site file.")],
    *,
    site: SiteFile,
) -> None:
    """Send a message that says that it is a test; ends with 5 where it is not taken."""
    from api.alerts.channels import channel_maker  # noqa: PLC0415
    from api.alerts.errors import DeliveryError  # noqa: PLC0415
    from api.alerts.pictures import NoPictures  # noqa: PLC0415
    from api.alerts.trial import try_out  # noqa: PLC0415

    with exit_statuses():
        loaded = load_site(site, os.environ)
        known = loaded.alerts.destinations
        if destination not in known:
            raise ArgumentError(f"{site} has no destination {destination}; it has {', '.join(known) or 'none'}")
        try:
            asyncio.run(try_out(channel_maker(NoPictures(), now_ms)(known[destination]), loaded, now_ms()))
        except DeliveryError as error:
            typer.echo(f"{destination} was not told: {error}", err=True)
            raise typer.Exit(UNWELL) from None
    typer.echo(f"{destination} was told")


def _kept(data: Path) -> tuple[tuple[Message, ...], Mapping[State, int]]:
    if not (data / FILE).exists():
        raise ArgumentError(f"{data} has no {FILE}: it is not the data folder of a service")
    with reading(data) as connection:
        return outbox.search(connection, (State.WAITING, State.DEAD), limit=MOST_SHOWN), outbox.tally(connection)


def _messages(messages: Iterable[Message], tally: Mapping[State, int]) -> Table:
    told = ", ".join(f"{number} {state.value}" for state, number in tally.items())
    table = Table("message", "destination", "state", "due", Column("incidents", overflow="fold"), "why", title=told)
    for message in messages:
        owed = message.owed
        incidents, failure = "\n".join(message.incidents), message.failure or ""
        table.add_row(str(message.id), owed.destination, message.state, utc_text(owed.due_at_ms), incidents, failure)
    return table
