"""`kuraban count` and `kuraban sign`: acts that take two people, one after the other, over a ledger in a folder.

Numbers are asked for and not shown; as arguments they would stay in the shell's history, for the second to see.
What may be done is decided in `custody.waiting`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from api.arguments import ArgumentError
from api.exits import exit_statuses
from api.ledger_arguments import moment_of, now_ms
from custody.acts import ACTS, Act, ActError, Correction, Pending, Signature
from custody.database import Place
from custody.entries import EntryError, utc_text
from custody.fields import FieldError, Fields
from custody.ledger import Ledger
from custody.waiting import Waiting
from custody.waiting_store import WaitingStore

count_app = typer.Typer(
    help="Counts by two people, the second without knowing the first number.", no_args_is_help=True
)
sign_app = typer.Typer(help="Acts that people sign, most of them two.", no_args_is_help=True)

Where = Annotated[str, typer.Argument(metavar="LEDGER", envvar="KURABAN_LEDGER", help="The folder of the ledger.")]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="A batch of cards, or `terminals`.")]
Request = Annotated[str, typer.Argument(metavar="REQUEST", help="The request that `sign begin` has printed.")]
By = Annotated[str, typer.Option("--by", help="The account of who signs.")]


@count_app.command("begin")
def begin_count(ledger: Where, item: Item, *, by: By) -> None:
    """Ask for what the first person has counted, and keep it until another one has."""
    with _statuses():
        number = _number()
        with _waiting(ledger) as waiting:
            waiting.begin_count(item, Signature(by, now_ms()), number, uuid.uuid4().hex)
    typer.echo(f"{item}: counted by {by}; now another person counts")


@count_app.command("second")
def second_count(ledger: Where, item: Item, *, by: By) -> None:
    """Ask for what the second person has counted, and put both numbers on the ledger."""
    with _statuses():
        number = _number()
        with _waiting(ledger) as waiting:
            entry = waiting.join_count(item, Signature(by, now_ms()), number)
    numbers = entry.body["numbers"]
    agree = "they agree" if len(set(numbers)) == 1 else "they do NOT agree"
    typer.echo(f"entry {entry.seq}: {item}, {' and '.join(map(str, numbers))}: {agree}")


@count_app.command("lapse")
def lapse_count(ledger: Where, item: Item) -> None:
    """Put on the ledger that one person counted and nobody joined."""
    with _statuses(), _waiting(ledger) as waiting:
        entry = waiting.lapse_count(item)
    typer.echo(f"entry {entry.seq}: {item}, counted by {entry.actors[0]} alone")


@count_app.command("list")
def list_counts(ledger: Where) -> None:
    """List the counts that wait for a second person, without their numbers."""
    with _statuses():
        counts = WaitingStore(_folder(ledger)).counts()
    for count in counts:
        typer.echo(json.dumps(dict(count.shown()), ensure_ascii=False))


@sign_app.command("begin")
def begin_act(
    ledger: Where,
    *,
    kind: Annotated[str, typer.Option("--kind", help="What it tells of, as `item.checked_out`.")],
    body: Annotated[str, typer.Option("--body", metavar="JSON", help="The fields of the act, a JSON object.")],
    by: By,
    at: Annotated[
        str | None, typer.Option("--at", help="When it happened, ISO 8601 with offset; now if left out.")
    ] = None,
    corrects: Annotated[
        int | None, typer.Option("--corrects", min=0, help="The entry that it takes the place of.")
    ] = None,
    why: Annotated[str | None, typer.Option("--why", help="Why that entry was wrong.")] = None,
) -> None:
    """Sign an act; where it takes two, print the request for the other person to confirm."""
    with _statuses(), _waiting(ledger) as waiting:
        signed_ms, request = now_ms(), uuid.uuid4().hex
        at_ms = signed_ms if at is None else moment_of("--at", at)
        act, first = _act(kind, body), Signature(by, signed_ms)
        entry = waiting.begin(Pending(act, at_ms, first, request, _correction(corrects, why)))
    typer.echo(request if entry is None else f"entry {entry.seq}")


@sign_app.command("confirm")
def confirm_act(ledger: Where, request: Request, *, by: By) -> None:
    """Sign what another person has signed, and put it on the ledger."""
    with _statuses(), _waiting(ledger) as waiting:
        entry = waiting.confirm(request, Signature(by, now_ms()))
    typer.echo(f"entry {entry.seq}")


@sign_app.command("withdraw")
def withdraw_act(ledger: Where, request: Request, *, by: By) -> None:
    """Take back what nobody has confirmed yet."""
    with _statuses(), _waiting(ledger) as waiting:
        act = waiting.withdraw(request, by).act
    typer.echo(f"taken back: {act.KIND}")


@sign_app.command("list")
def list_acts(ledger: Where) -> None:
    """List the acts that wait for a second person, a line each."""
    with _statuses():
        acts = WaitingStore(_folder(ledger)).pending()
    for pending in acts:
        fields = json.dumps(pending.act.fields(), ensure_ascii=False)
        typer.echo(
            f"{pending.request}  {utc_text(pending.first.at_ms)}  {pending.first.by}  {pending.act.KIND}  {fields}"
        )


@contextmanager
def _statuses() -> Iterator[None]:
    with exit_statuses():
        try:
            yield
        except (ActError, EntryError, FieldError) as error:
            raise ArgumentError(str(error)) from error


@contextmanager
def _waiting(ledger: str) -> Iterator[Waiting]:
    folder = _folder(ledger)
    with Ledger.open(folder) as opened:
        yield Waiting.over(opened, folder)


def _folder(ledger: str) -> Path:
    place = Place.of(ledger)
    if place.folder is None or not place.folder.is_dir():
        raise ArgumentError(f"{place} is no folder: what waits for a second person lies beside a ledger in a folder")
    return place.folder


def _number() -> int:
    """Ask for a number without showing it."""
    return int(typer.prompt("How many", hide_input=True, type=int))


def _act(kind: str, body: str) -> Act:
    if kind not in ACTS:
        raise ArgumentError(f"--kind: nobody signs {kind!r}; write one of {', '.join(ACTS)}")
    try:
        value: Any = json.loads(body)
    except ValueError as error:
        raise ArgumentError(
            f'--body: {error}; write a JSON object, as in \'{{"item": "B-0221", "slot": null}}\''
        ) from error
    fields = Fields({"--body": value}).inner("--body")
    act = ACTS[kind].read(fields)
    fields.close()
    return act


def _correction(corrects: int | None, why: str | None) -> Correction | None:
    if (corrects is None) is not (why is None):
        raise ArgumentError("--corrects and --why go together: which entry was wrong, and why")
    return None if corrects is None or why is None else Correction(corrects, why)
