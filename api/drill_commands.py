"""`kuraban drill`: an item is taken from its place on purpose, to see whether the office says so in time."""

from __future__ import annotations

import secrets
import time
from pathlib import Path
from typing import Annotated, Final

import typer

from api.arguments import ArgumentError
from api.exits import BAD_INPUT, UNWELL, exit_statuses, say
from api.ledger_arguments import now_ms
from api.recording import LEDGER
from custody.drills import ENDED, Drill, Ended, read_ended
from custody.errors import NoLedgerError
from custody.fields import FieldError
from custody.ledger import LedgerReader

USUAL_S: Final = 60.0
LOOKS_EVERY_S: Final = 0.5
ENDS_WITHIN_S: Final = 10.0
"""How long after its time a drill may take to be recorded."""


def drill(
    item: Annotated[str, typer.Argument(metavar="ITEM", help="What is to be taken away, by its id.")],
    *,
    by: Annotated[str, typer.Option("--by", help="The account of who orders it.")],
    data: Annotated[Path, typer.Option("--data", help="The data folder of the running service.")] = Path("data"),
    within: Annotated[float, typer.Option("--within", help="Seconds until it must be raised.")] = USUAL_S,
    tell: Annotated[bool, typer.Option("--tell", help="Alert people as if it were real.")] = False,
) -> None:
    """Begin a drill in the running service and say what comes of it; ends with 5 where nothing was raised in time."""
    from api.runtime.asking import ask  # noqa: PLC0415 - arrays and the database
    from api.runtime.messages import BeginDrill, DrillBegun  # noqa: PLC0415

    with exit_statuses():
        ordered = _ordered(item, by, within, tells=tell)
        before = _size(data / LEDGER)
        answer = ask(data, BeginDrill(ordered), DrillBegun)
        if answer.failure is not None:
            say(f"no drill was begun: {answer.failure}")
            raise typer.Exit(BAD_INPUT)
        say(f"the drill {ordered.id} has begun: take {item} from its place within {within:g} s")
        ended = _ended(data / LEDGER, before, ordered)
    if ended is None:
        say("the drill was broken off: the service has ended")
        raise typer.Exit(UNWELL)
    if ended.took_ms is None:
        say(f"failed: {ended.failure}")
        raise typer.Exit(UNWELL)
    typer.echo(f"passed: {ended.incident} was raised after {ended.took_ms / 1000:g} s")


def _ordered(item: str, by: str, within_s: float, *, tells: bool) -> Drill:
    try:
        return Drill(f"drill-{secrets.token_hex(4)}", item, by, round(within_s * 1000), tells, now_ms())
    except FieldError as error:
        option = error.key.removesuffix("_s")
        raise ArgumentError(f"--{option}: found {error.found}; expected {error.expected}") from None


def _size(ledger: Path) -> int:
    """Return how many entries there are; none where there is no ledger yet."""
    try:
        with LedgerReader.read(ledger) as reader:
            return len(reader)
    except NoLedgerError:
        return 0


def _ended(ledger: Path, known: int, ordered: Drill) -> Ended | None:
    """Wait until an entry from `known` on says how a drill has ended; return None where none does in time."""
    while now_ms() < ordered.ends_at_ms + ENDS_WITHIN_S * 1000:
        with LedgerReader.read(ledger) as reader:
            size = len(reader)
            for entry in reader.entries(known, size):
                if entry.kind == ENDED and (ended := read_ended(entry)).drill == ordered.id:
                    return ended
        known = size
        time.sleep(LOOKS_EVERY_S)
    return None
